//! The rules once more, from the text of the domain: the canonical record's table (`canonical.txt`, transcribed by hand),
//! the adhesions, and what is left of a case after a move (`former.txt`). Neither table is the policies'; of moves and stays the
//! domain says only that no location is left, so the second one is a judgement: `it/former.rs` holds it to that sentence.

use std::collections::BTreeMap;

use contract::Visibility;
use domain::{
    Agreement, AgreementState, Mode, MunicipalityCode, OperationKind, OrganismKind, Place, Problem,
    Purpose, RiskLevel,
};
use jiff::Timestamp;

use crate::world::{About, World};

/// What must come out of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Refused(Problem),
    /// With a cell for each group, when it is about a case.
    Allowed(Option<Vec<Cell>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) visibility: Visibility,
    pub(crate) writable: bool,
}

/// Where the case is to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Lives,
    Stays,
    Handover,
    Trace,
    /// Further away, and an imminent danger is declared.
    Peril,
    None,
}

/// The rows of the record, by group: the eight readers, then who writes; and what is left of it elsewhere: in the
/// window, the same in consultation, ever after, where she stays, the same in consultation.
pub(crate) struct Table {
    rows: Vec<Option<(Vec<&'static str>, &'static str)>>,
    elsewhere: Vec<Vec<&'static str>>,
    groups: Vec<String>,
}

impl Table {
    pub(crate) fn read(groups: &[std::sync::Arc<str>]) -> Self {
        let rows: BTreeMap<&str, _> = lines(include_str!("../canonical.txt"))
            .map(|words| (words[1], (words[2..10].to_vec(), words[10])))
            .collect();
        let elsewhere: BTreeMap<&str, _> = lines(include_str!("../former.txt"))
            .map(|words| (words[0], words[2..7].to_vec()))
            .collect();
        Self {
            rows: groups
                .iter()
                .map(|group| rows.get(&**group).cloned())
                .collect(),
            elsewhere: groups
                .iter()
                .map(|group| elsewhere[&**group].clone())
                .collect(),
            groups: groups.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The words of each line.
fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().collect())
}

/// Everything there is to say about a request.
pub(crate) fn judge(world: &World, table: &Table) -> Verdict {
    let Some(agreement) = &world.agreement else {
        return Verdict::Refused(Problem::AgreementNotEffective);
    };
    if let Some(problem) = before_any_case(world, agreement) {
        return Verdict::Refused(problem);
    }
    if world.about == About::Nothing {
        return Verdict::Allowed(None);
    }
    let reach = reach(world, agreement);
    if !reachable(world, reach) || above_ceiling(world, agreement) {
        return Verdict::Refused(Problem::NotFoundOrOutOfScope);
    }
    let cells = (0..table.groups.len()).map(|at| Cell {
        visibility: seen(world, agreement, reach, (table, at)),
        writable: written(world, agreement, reach, table.rows[at].as_ref()),
    });
    Verdict::Allowed(Some(cells.collect()))
}

/// Access is open only while the agreement is effective, for what its annex lists and the kind is there for.
fn before_any_case(world: &World, agreement: &Agreement) -> Option<Problem> {
    if !effective(agreement, world.now) {
        return Some(Problem::AgreementNotEffective);
    }
    let stranger = world.on_behalf_of.as_ref().is_some_and(|other| {
        *other != world.organism.id && !agreement.annex.on_behalf_of.contains(other)
    });
    if stranger {
        return Some(Problem::RequesterNotCertificate);
    }
    let consultation_only =
        agreement.annex.mode == Mode::Consultation && world.operation == OperationKind::Submit;
    // Among the annex's refusals the operation is told before the purpose, then a danger that may not be declared; one
    // that the kind never does is told when nothing else is. The ministry is not merely not there for it: it is kept
    // out.
    let kept_out = world.organism.kind == OrganismKind::Ministry;
    if !agreement.annex.operations.contains(&world.operation) || consultation_only || kept_out {
        Some(Problem::OperationNotAllowed)
    } else if !agreement.annex.purposes.contains(&world.purpose) {
        Some(Problem::PurposeNotAllowed)
    } else if world.peril && !may_declare_peril(world, agreement) {
        Some(Problem::ExceptionalNotAllowed)
    } else {
        let does = is_there_for(world.organism.kind, world.operation);
        (!does).then_some(Problem::OperationNotAllowed)
    }
}

/// A police force, for itself, that asks by document to protect, and whose annex says how often it may.
fn may_declare_peril(world: &World, agreement: &Agreement) -> bool {
    use OrganismKind::{LocalPolice, RegionalForce, StateForce};
    let quotas = &agreement.annex.quotas;
    let other = world.on_behalf_of.as_ref();
    [LocalPolice, RegionalForce, StateForce].contains(&world.organism.kind)
        && world.operation == OperationKind::Hit
        && world.purpose == Purpose::Protection
        && other.is_none_or(|other| *other == world.organism.id)
        && quotas.officer.exceptional.is_some()
        && quotas.organism.exceptional.is_some()
}

fn effective(agreement: &Agreement, now: Timestamp) -> bool {
    let open = matches!(
        agreement.state,
        AgreementState::Effective | AgreementState::ExtensionAgreed
    );
    let madrid = jiff::tz::TimeZone::get("Europe/Madrid").unwrap();
    let today = now.to_zoned(madrid).date();
    open && agreement.effective_from <= today && today <= agreement.expires_on
}

fn is_there_for(kind: OrganismKind, operation: OperationKind) -> bool {
    use OperationKind::{Consult, Hit, Search, Submit};
    let does: &[OperationKind] = match kind {
        OrganismKind::LocalPolice
        | OrganismKind::RegionalForce
        | OrganismKind::StateForce
        | OrganismKind::Court => &[Hit, Consult, Search, Submit],
        OrganismKind::Prison => &[Hit, Consult, Submit],
        OrganismKind::CoordinationUnit => &[Hit, Consult, Search],
        OrganismKind::Ministry => &[],
    };
    does.contains(&operation)
}

/// Whether an annex reaches a municipality: it names it, its province, its community or all of Spain. Abroad and
/// unknown lie in Spain and in no smaller place.
fn covers(agreement: &Agreement, municipality: Option<MunicipalityCode>) -> bool {
    agreement.annex.territory.places().any(|place| {
        place == Place::Nation
            || municipality.is_some_and(|code| {
                let province: u8 = code.to_string()[..2].parse().unwrap();
                match place {
                    Place::Nation => true,
                    Place::Community(community) => community_of(province) == community,
                    Place::Province(own) => own == province,
                    Place::Municipality(own) => own == code,
                }
            })
    })
}

/// Of the provinces that are drawn.
fn community_of(province: u8) -> u8 {
    match province {
        13 | 45 => 8,
        28 => 13,
        8 => 9,
        48 => 16,
        31 => 15,
        other => panic!("province {other}"),
    }
}

fn reach(world: &World, agreement: &Agreement) -> Reach {
    let (last, before) = world.history.split_last().unwrap();
    if covers(agreement, last.0) {
        return Reach::Lives;
    }
    if world.about == About::NewCase {
        return Reach::None;
    }
    if world.peril {
        return Reach::Peril;
    }
    if world
        .facts
        .stays
        .iter()
        .any(|stay| covers(agreement, Some(*stay)))
    {
        return Reach::Stays;
    }
    // She left each place when she came to the next one.
    let left = (0..before.len())
        .filter(|at| covers(agreement, world.history[*at].0))
        .map(|at| world.history[at + 1].1)
        .max();
    let window = 24 * 60 * 60 * i64::from(agreement.annex.hand_over.days);
    match left {
        None => Reach::None,
        Some(left) if world.now.as_second() - left.as_second() < window => Reach::Handover,
        Some(_) => Reach::Trace,
    }
}

/// Whether the organism itself is in charge; for whom it acts does not count.
fn in_charge(world: &World, reach: Reach) -> bool {
    if world.about == About::NewCase {
        return reach == Reach::Lives;
    }
    world.facts.responsible.as_ref() == Some(&world.organism.id)
}

fn goes_beyond(kind: OrganismKind) -> bool {
    matches!(kind, OrganismKind::RegionalForce | OrganismKind::StateForce)
}

fn reachable(world: &World, reach: Reach) -> bool {
    let kind = world.organism.kind;
    let code = world.facts.municipality.map(|code| code.to_string());
    let elsewhere = code.is_some_and(|code| code.starts_with("08") || code.starts_with("48"));
    let kept = world.about == About::Case && world.facts.responsible.is_some();
    if world.operation == OperationKind::Submit
        && elsewhere
        && kept
        && matches!(kind, OrganismKind::LocalPolice | OrganismKind::StateForce)
    {
        return false;
    }
    match reach {
        // That it may be declared was seen before.
        Reach::Lives | Reach::Peril => true,
        Reach::Stays | Reach::Handover | Reach::Trace if kind == OrganismKind::LocalPolice => {
            world.operation == OperationKind::Consult
        }
        Reach::Stays | Reach::Handover | Reach::Trace | Reach::None => {
            let own = in_charge(world, reach);
            goes_beyond(kind)
                && match world.operation {
                    OperationKind::Hit => true,
                    OperationKind::Consult => world.file.is_some() || own,
                    OperationKind::Submit => own,
                    OperationKind::Search | OperationKind::Index => false,
                }
        }
    }
}

/// A case without a level counts as the gravest, but for one that is submitted.
fn above_ceiling(world: &World, agreement: &Agreement) -> bool {
    let ceiling = agreement.annex.max_risk;
    match world.facts.level {
        Some(level) => level > ceiling,
        None => world.operation != OperationKind::Submit && ceiling != RiskLevel::Extreme,
    }
}

fn seen(
    world: &World,
    agreement: &Agreement,
    reach: Reach,
    (table, at): (&Table, usize),
) -> Visibility {
    let (kind, mode) = (world.organism.kind, agreement.annex.mode);
    if reach == Reach::Peril {
        return if PERIL.contains(&table.groups[at].as_str()) {
            Visibility::Full
        } else {
            Visibility::Hidden
        };
    }
    let here = || {
        by_table(
            world,
            mode,
            reach,
            (&table.groups[at], table.rows[at].as_ref()),
        )
    };
    if kind != OrganismKind::LocalPolice {
        return here();
    }
    let column = match (reach, mode) {
        (Reach::Handover, Mode::Collaboration | Mode::FollowUp) => 0,
        (Reach::Handover, Mode::Consultation) => 1,
        (Reach::Trace, _) => 2,
        (Reach::Stays, Mode::Collaboration | Mode::FollowUp) => 3,
        (Reach::Stays, Mode::Consultation) => 4,
        (Reach::Lives | Reach::Peril | Reach::None, _) => return here(),
    };
    match table.elsewhere[at][column] {
        "●" => Visibility::Full,
        "◐" => Visibility::Masked,
        _ => Visibility::Hidden,
    }
}

type Row<'t> = (&'t str, Option<&'t (Vec<&'static str>, &'static str)>);

fn by_table(world: &World, mode: Mode, reach: Reach, (group, row): Row<'_>) -> Visibility {
    let kind = world.organism.kind;
    let Some((cells, _)) = row else {
        // Beside the rows: the list of what is withheld goes with every case, the municipality of a hit with none.
        let list = group == "cabecera.retenidos" && kind != OrganismKind::Ministry;
        return if list {
            Visibility::Full
        } else {
            Visibility::Hidden
        };
    };
    let column = match kind {
        OrganismKind::LocalPolice if mode == Mode::Consultation => 1,
        OrganismKind::LocalPolice => 0,
        OrganismKind::RegionalForce => 2,
        OrganismKind::StateForce => 3,
        OrganismKind::Court => 4,
        OrganismKind::Prison => 5,
        OrganismKind::CoordinationUnit => 6,
        OrganismKind::Ministry => 7,
    };
    let shown = match cells[column] {
        "●" => Some(Visibility::Full),
        "◐" | "◐prov" => Some(Visibility::Masked),
        "●resp." | "●own" => in_charge(world, reach).then_some(Visibility::Full),
        "◐need" => matches!(world.purpose, Purpose::Protection | Purpose::RiskAssessment)
            .then_some(Visibility::Masked),
        "◐FOLLOW_UP" => (mode == Mode::FollowUp).then_some(Visibility::Masked),
        _ => None,
    };
    shown.unwrap_or(Visibility::Hidden)
}

/// That there is a case, how grave it is, whom to call.
const PERIL: [&str; 4] = [
    "cabecera.identificacion",
    "valoracion.nivel",
    "responsabilidad.unidad",
    "cabecera.retenidos",
];

fn written(
    world: &World,
    agreement: &Agreement,
    reach: Reach,
    row: Option<&(Vec<&'static str>, &'static str)>,
) -> bool {
    use OrganismKind::{Court, LocalPolice, Prison, RegionalForce, StateForce};
    let kind = world.organism.kind;
    let Some((_, write)) = row else {
        return false;
    };
    let lives = reach == Reach::Lives;
    let responsible = in_charge(world, reach) && (lives || goes_beyond(kind));
    let closed = agreement.annex.mode == Mode::Consultation || reach == Reach::Peril;
    if closed || !(lives || responsible) {
        return false;
    }
    let by = |kinds: &[OrganismKind]| kinds.contains(&kind);
    let force = responsible && by(&[RegionalForce, StateForce]);
    match *write {
        "resp" => force,
        "resp+local" => {
            let local = by(&[LocalPolice]) && agreement.annex.mode == Mode::FollowUp;
            force || (responsible && local)
        }
        "resp+prison" => force || by(&[Prison]),
        "resp+court" => force || by(&[Court]),
        "regional.resp" => responsible && by(&[RegionalForce]),
        "state" => by(&[StateForce]),
        "receiver" => by(&[RegionalForce, StateForce]),
        "body" => by(&[LocalPolice, RegionalForce, StateForce]),
        "sender" => by(&[LocalPolice, RegionalForce, StateForce, Court, Prison]),
        _ => false,
    }
}

/// How often each thing came up.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    refused: BTreeMap<&'static str, u64>,
    allowed: BTreeMap<&'static str, u64>,
    moved: u64,
    imperilled: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, world: &World, verdict: &Verdict) {
        match verdict {
            Verdict::Refused(problem) => {
                *self.refused.entry(problem.entry().code).or_default() += 1;
            }
            Verdict::Allowed(_) => {
                *self
                    .allowed
                    .entry(world.organism.kind.as_str())
                    .or_default() += 1;
                self.moved += u64::from(world.history.len() > 1);
                let case = world.about == About::Case;
                self.imperilled += u64::from(world.peril && case);
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (code, count) in &other.refused {
            *self.refused.entry(code).or_default() += count;
        }
        for (kind, count) in &other.allowed {
            *self.allowed.entry(kind).or_default() += count;
        }
        self.moved += other.moved;
        self.imperilled += other.imperilled;
    }

    /// Every refusal and every kind that may be answered came up often.
    pub(crate) fn assert_covers(&self) {
        assert_eq!(self.refused.len(), 6, "{self:?}");
        assert_eq!(self.allowed.len(), OrganismKind::ALL.len() - 1, "{self:?}");
        let least = self.refused.values().chain(self.allowed.values()).min();
        assert!(least.is_some_and(|least| *least > 50), "{self:?}");
        assert!(self.moved > 500, "{self:?}");
        assert!(self.imperilled > 50, "{self:?}");
    }
}
