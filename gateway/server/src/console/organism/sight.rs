//! What an organism can see: the policies in force, read out for its kind and its agreement.

use domain::{Annex, Mode, OrganismKind, Purpose, RiskLevel};
use policy::{Charge, Engine, Relation, Viewer};

use crate::console::frame::Frame;
use crate::console::visibility::seen;

/// The matrix: one line a field group, one column a relation.
pub(super) struct Sight {
    pub(super) relations: Vec<String>,
    pub(super) rows: Vec<(String, Vec<(&'static str, &'static str)>)>,
    pub(super) query: String,
}

impl Sight {
    pub(super) fn of(
        frame: &Frame,
        engine: &Engine,
        (kind, annex): (OrganismKind, Option<&Annex>),
    ) -> Self {
        let mode = annex.map_or(Mode::FollowUp, |annex| annex.mode);
        let ceiling = annex.map_or(RiskLevel::Extreme, |annex| annex.max_risk);
        let purpose = annex
            .and_then(|annex| annex.purposes.first().copied())
            .unwrap_or(Purpose::Protection);
        let columns = [
            (Relation::InTerritory, Charge::Own),
            (Relation::InTerritory, Charge::Foreign),
            (Relation::Other, Charge::Foreign),
        ];
        let rulings = columns.map(|(relation, charge)| {
            engine.rulings(Viewer {
                kind,
                mode,
                relation,
                charge,
                purpose,
                ceiling,
                level: Some(ceiling),
            })
        });
        let rows = engine.groups().iter().map(|group| {
            let cells = rulings.iter().filter_map(|rulings| rulings.get(group));
            (
                group.to_string(),
                cells.map(|ruling| seen(ruling.visibility)).collect(),
            )
        });
        let name = |(relation, charge): (Relation, Charge)| {
            let relation = frame.term("relation", relation.as_str());
            format!("{relation}, {}", frame.term("charge", charge.as_str()))
        };
        Self {
            relations: columns.map(name).into(),
            rows: rows.collect(),
            query: format!("tipo={kind}&modo={mode}&finalidad={purpose}&nivel={ceiling}"),
        }
    }
}
