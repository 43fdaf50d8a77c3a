//! What changes between two sets of policies, in lines that officials can read: cells that differ alike in every purpose
//! and ceiling are one line.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{OperationKind, OrganismKind, Registry, RiskLevel};
use jiff::Timestamp;
use policy::{Engine, Ruling, Verdict, Viewer, matrix};
use serde::{Deserialize, Serialize};

use crate::console::frame::Frame;

/// The most lines of a table.
const MOST: usize = 300;

/// What changes.
#[derive(Serialize, Deserialize)]
pub(in crate::console) struct Changes {
    /// The version that the proposed policies would have.
    pub(in crate::console) version: String,
    /// How many cells of visibility.
    pub(in crate::console) cells: usize,
    /// How many decisions.
    pub(in crate::console) decisions: usize,
    /// How many organisms it touches.
    pub(in crate::console) touched: usize,
    /// Those organisms.
    pub(in crate::console) organisms: Table<Touched>,
    pub(in crate::console) seen: Table<SeenLine>,
    pub(in crate::console) decided: Table<DecidedLine>,
}

/// A registered organism whose officers would see or write something else, or be answered otherwise.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::console) struct Touched {
    pub(in crate::console) id: String,
    pub(in crate::console) name: String,
    /// How many cells of its kind, mode and highest level.
    pub(in crate::console) cells: usize,
    /// How many decisions of those about operations of its annex.
    pub(in crate::console) decisions: usize,
}

/// The first lines of a table.
#[derive(Serialize, Deserialize)]
pub(in crate::console) struct Table<T> {
    pub(in crate::console) lines: Vec<T>,
    /// How many more there are.
    pub(in crate::console) more: usize,
}

impl<T> Table<T> {
    fn of(all: impl ExactSizeIterator<Item = T>) -> Self {
        let more = all.len().saturating_sub(MOST);
        Self {
            lines: all.take(MOST).collect(),
            more,
        }
    }
}

/// A word of the policies.
type Word = Cow<'static, str>;

/// Cells that change alike; all in words of the policies.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::console) struct SeenLine {
    pub(in crate::console) kind: Word,
    pub(in crate::console) mode: Word,
    pub(in crate::console) relation: Word,
    pub(in crate::console) charge: Word,
    pub(in crate::console) level: Word,
    pub(in crate::console) group: String,
    pub(in crate::console) old: Word,
    pub(in crate::console) new: Word,
    /// In how many combinations of purpose and highest level.
    pub(in crate::console) times: usize,
}

/// Decisions that change alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::console) struct DecidedLine {
    pub(in crate::console) kind: Word,
    pub(in crate::console) operation: Word,
    /// The word of the decision as it is; none where it is allowed.
    pub(in crate::console) old: Option<Word>,
    pub(in crate::console) new: Option<Word>,
    pub(in crate::console) times: usize,
}

/// Who asks for what, as far as an organism's kind and annex say.
type Asker = (OrganismKind, OperationKind);

impl Changes {
    /// Compares them, over every kind of organism and over those that are registered.
    pub(in crate::console) fn between(
        old: &Engine,
        new: &Engine,
        (registry, now): (&Registry, Timestamp),
    ) -> Self {
        let viewers = OrganismKind::ALL.iter().flat_map(|it| matrix::viewers(*it));
        let fields = matrix::diff_fields(old, new, viewers);
        let mut seen: BTreeMap<SeenLine, usize> = BTreeMap::new();
        let mut of: BTreeMap<[&'static str; 3], usize> = BTreeMap::new();
        for change in &fields {
            let line = line(
                change.viewer,
                &change.group,
                (change.old.as_ref(), change.new.as_ref()),
            );
            *seen.entry(line).or_default() += 1;
            *of.entry(reader(change.viewer)).or_default() += 1;
        }
        let postures = OrganismKind::ALL.iter().flat_map(|kind| {
            let operations = OperationKind::ALL.iter();
            operations.flat_map(|operation| matrix::postures(*kind, *operation))
        });
        let decisions = matrix::diff_operations(old, new, postures);
        let mut decided: BTreeMap<DecidedLine, usize> = BTreeMap::new();
        let mut answers: BTreeMap<Asker, usize> = BTreeMap::new();
        for change in &decisions {
            let asker = (change.posture.kind, change.posture.operation);
            *answers.entry(asker).or_default() += 1;
            let line = DecidedLine {
                kind: change.posture.kind.as_str().into(),
                operation: change.posture.operation.as_str().into(),
                old: refusal(change.old).map(Cow::Borrowed),
                new: refusal(change.new).map(Cow::Borrowed),
                times: 0,
            };
            *decided.entry(line).or_default() += 1;
        }
        let organisms = organisms((registry, now), &of, &answers);
        Self {
            version: new.version().to_owned(),
            cells: fields.len(),
            decisions: decisions.len(),
            touched: organisms.len(),
            organisms: Table::of(organisms.into_iter()),
            seen: Table::of(seen.into_iter().map(|(it, times)| SeenLine { times, ..it })),
            decided: Table::of(
                decided
                    .into_iter()
                    .map(|(it, times)| DecidedLine { times, ..it }),
            ),
        }
    }

    /// A cell of the matrix, in words.
    #[allow(
        clippy::unused_self,
        reason = "templates ask what they show for every word of it"
    )]
    pub(in crate::console) fn cell(&self, frame: &Frame, cell: &str) -> String {
        let seen = match cell.trim_end_matches('w') {
            "C" => "visibility-full",
            "E" => "visibility-masked",
            "." => "visibility-hidden",
            _ => "differences-unknown",
        };
        let seen = frame.say(seen);
        if cell.ends_with('w') {
            format!("{seen} · {}", frame.say("visibility-written"))
        } else {
            seen.into_owned()
        }
    }

    /// Whether nothing does.
    pub(in crate::console) fn is_empty(&self) -> bool {
        self.cells == 0 && self.decisions == 0
    }
}

fn line(viewer: Viewer, group: &str, (old, new): (Option<&Ruling>, Option<&Ruling>)) -> SeenLine {
    let cell = |ruling: Option<&Ruling>| Cow::Borrowed(ruling.map_or("-", matrix::cell));
    SeenLine {
        kind: viewer.kind.as_str().into(),
        mode: viewer.mode.as_str().into(),
        relation: viewer.relation.as_str().into(),
        charge: viewer.charge.as_str().into(),
        level: viewer.level.map_or("", RiskLevel::as_str).into(),
        group: group.to_owned(),
        old: cell(old),
        new: cell(new),
        times: 0,
    }
}

/// What of a reader its organism and its agreement say.
fn reader(viewer: Viewer) -> [&'static str; 3] {
    [
        viewer.kind.as_str(),
        viewer.mode.as_str(),
        viewer.ceiling.as_str(),
    ]
}

/// The registered organisms of whose cells, or of the decisions about whose operations, some change.
fn organisms(
    (registry, now): (&Registry, Timestamp),
    cells: &BTreeMap<[&'static str; 3], usize>,
    answers: &BTreeMap<Asker, usize>,
) -> Vec<Touched> {
    let touched = registry.organisms().filter_map(|organism| {
        let annex = &registry.agreement_of(&organism.id, now)?.annex;
        let own = [
            organism.kind.as_str(),
            annex.mode.as_str(),
            annex.max_risk.as_str(),
        ];
        let cells = cells.get(&own).copied().unwrap_or_default();
        let operations = annex.operations.iter();
        let decisions = operations.filter_map(|it| answers.get(&(organism.kind, *it)));
        let decisions = decisions.sum();
        (cells > 0 || decisions > 0).then(|| Touched {
            id: organism.id.to_string(),
            name: organism.name.clone(),
            cells,
            decisions,
        })
    });
    let mut touched: Vec<_> = touched.collect();
    touched.sort();
    touched
}

fn refusal(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Allowed => None,
        Verdict::Refused(problem) => Some(problem.entry().code),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Agreement, CertificateKey, Organism, OrganismId};

    use super::*;

    /// Cells and decisions that change, and how many of them touch the organism.
    type Row<'r> = (
        &'r [([&'static str; 3], usize)],
        &'r [(Asker, usize)],
        Option<(usize, usize)>,
    );

    fn registry() -> Registry {
        let organism = Organism {
            id: "L01130473".parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "PRUEBA".to_owned(),
        };
        let agreement = serde_json::json!({
            "id": "PRUEBA-1", "organism": "L01130473", "state": "vigente",
            "effective_from": "2020-01-01", "expires_on": "2099-12-31",
            "annex": {"operations": ["consulta"], "purposes": [], "territory": ["13047"], "max_risk": "bajo", "mode": "consulta"},
        });
        let agreement: Agreement = serde_json::from_value(agreement).unwrap();
        let keys: [(CertificateKey, OrganismId); 0] = [];
        Registry::new(1, [organism], [agreement], keys)
    }

    #[test]
    fn an_organism_is_touched_by_cells_of_its_own_and_by_decisions_about_its_operations() {
        let (registry, now) = (registry(), "2026-01-01T00:00:00Z".parse().unwrap());
        let local = OrganismKind::LocalPolice;
        let own = ["policiaLocal", "consulta", "bajo"];
        let other = ["policiaLocal", "consulta", "extremo"];
        let table: [Row<'_>; 5] = [
            (&[], &[], None),
            (&[(own, 2), (other, 9)], &[], Some((2, 0))),
            (&[], &[((local, OperationKind::Consult), 3)], Some((0, 3))),
            (&[(other, 9)], &[((local, OperationKind::Hit), 3)], None),
            (
                &[],
                &[((OrganismKind::Court, OperationKind::Consult), 3)],
                None,
            ),
        ];
        for (cells, answers, expected) in table {
            let cells = cells.iter().copied().collect();
            let answers = answers.iter().copied().collect();
            let found = organisms((&registry, now), &cells, &answers);
            let found = found.first().map(|it| (it.cells, it.decisions));
            assert_eq!(found, expected, "{cells:?} {answers:?}");
        }
    }
}
