//! One answer out of what several systems said, and who said nothing.

mod page;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{
    Builder, Content, Contract, Document, ElementId, Loss, NodeRef, Particle, Role, Violation,
};
use domain::{CaseId, Claim, OrganismId, Problem, RiskLevel, Silence, Source};

use crate::{Answer, Received, reduce, unit};

use page::{Next, Page, Wanted};

pub(crate) use page::check_cursor;

/// The attribute of the leaves of role `sin-respuesta` that says why.
const CAUSE: &str = "causa";

/// What one of the systems that were asked said.
///
/// [`Permitted::merge`](crate::Permitted::merge) makes one answer of several: one entry a case, by the rule of
/// [`domain::source::counts`], in the order of the cases' identifiers, which does not tell who holds which; and an entry
/// for each system that said nothing, or what nobody can use. Where several call a case their own and the central
/// system does not know it, the entry of each, the highest level first: none of them takes the place of
/// another's. An answer in which somebody is silent is an answer: only when all are silent is there none.
///
/// Of answers that are together more than one may hold, that of the partner that says most is left out, and the partner
/// named as faulty: nobody turns the answers of the others into an error by saying much.
///
/// The pages of a search become one page, in the same order: see `page`. A system that is heard, and whose word counts
/// for a case by the index, need not tell of it: it is then not among what was searched, and what others say of it
/// is not told.
#[derive(Debug)]
pub struct Told {
    /// The organism whose system it is, as the caller is told it.
    pub organism: OrganismId,
    /// Which system.
    pub source: Source,
    /// Its answer, or why there is none.
    pub answer: Result<Answer, Silence>,
}

impl Told {
    /// The cases that it names.
    pub fn cases(&self) -> impl Iterator<Item = CaseId> {
        self.answer.iter().flat_map(Answer::cases)
    }

    /// Whether it was asked.
    fn was_asked(&self) -> bool {
        !matches!(self.answer, Err(Silence::Unable))
    }
}

/// Those who were silent, and why.
type Silent = BTreeMap<OrganismId, Silence>;

/// What one system said, opened.
struct Heard {
    organism: OrganismId,
    source: Source,
    document: Document,
}

/// A case in the words of the one that tells it.
#[derive(Clone, Copy)]
struct Row<'d> {
    heard: &'d Heard,
    case: NodeRef<'d>,
}

/// See [`Told`].
pub(crate) fn merge(
    received: &Received,
    told: Vec<Told>,
    settled: &BTreeMap<CaseId, Source>,
) -> Result<Answer, Problem> {
    let answers = told.iter().filter_map(|one| one.answer.as_ref().ok());
    let lost: Vec<Loss> = answers.flat_map(|it| it.lost().to_vec()).collect();
    let wanted = Wanted::of(received, &told)?;
    let (mut heard, mut silent) = opened(received, told, wanted.as_ref());
    loop {
        let Some(first) = heard.first() else {
            return Err(Problem::HolderUnreachable);
        };
        let all = passed_on(received, &heard, &silent);
        let cases = cases(&heard, settled);
        let page = match &wanted {
            Some(wanted) => wanted.page(cases, &heard),
            None => Page::whole(cases),
        };
        if let Ok(merged) = build(received, &first.document, &page, &all) {
            return Ok(Answer::merged(merged, page.tellers()).having_lost(lost));
        }
        let most = most(&heard).ok_or(Problem::HolderGarbage)?;
        silent.insert(heard.remove(most).organism, Silence::Faulty);
    }
}

/// What can be used, and who said nothing or what nobody can use.
fn opened(received: &Received, told: Vec<Told>, wanted: Option<&Wanted>) -> (Vec<Heard>, Silent) {
    let (mut heard, mut silent) = (Vec::new(), Silent::new());
    for one in told {
        let answer = match one.answer {
            Ok(answer) => answer,
            Err(silence) => {
                silent.insert(one.organism, silence);
                continue;
            }
        };
        let (document, _) = answer.open();
        let fits = reduce::check_subject(received, &document).is_ok();
        let said = Heard {
            organism: one.organism,
            source: one.source,
            document,
        };
        if fits && wanted.is_none_or(|wanted| wanted.reach(&said).is_some()) {
            heard.push(said);
        } else {
            silent.insert(said.organism, Silence::Faulty);
        }
    }
    (heard, silent)
}

/// The place of the partner that tells of most cases.
fn most(heard: &[Heard]) -> Option<usize> {
    let all = heard.iter().enumerate();
    let partners = all.filter(|(_, it)| it.source != Source::Central);
    let most = partners.max_by_key(|(_, it)| it.document.case_units().len());
    most.map(|(at, _)| at)
}

/// Those who were silent, and of those that the systems say were silent towards them as many as there is room for
/// beside them.
fn passed_on(received: &Received, heard: &[Heard], silent: &Silent) -> Silent {
    let mut all = silent.clone();
    for one in heard {
        let room = room(one.document.contract(), received.operation.response);
        pass_on(&one.document, room, &mut all);
    }
    all
}

/// How many silent ones an answer has room for.
fn room(contract: &Contract, response: ElementId) -> usize {
    let Content::Complex(id) = contract.element(response).content else {
        return 0;
    };
    let particle = contract.complex(id).particle.as_ref();
    let most = particle.and_then(|particle| most_unanswered(contract, particle));
    most.map_or(0, |most| usize::try_from(most).unwrap_or(usize::MAX))
}

fn most_unanswered(contract: &Contract, particle: &Particle) -> Option<u32> {
    match particle {
        Particle::Element(element, occurs) => {
            let unanswered = contract.element(*element).role == Some(Role::Unanswered);
            unanswered.then(|| occurs.max.unwrap_or(u32::MAX))
        }
        Particle::Sequence(parts, _) | Particle::Choice(parts, _) | Particle::All(parts, _) => {
            let mut parts = parts.iter();
            parts.find_map(|part| most_unanswered(contract, part))
        }
        Particle::Wildcard(..) => None,
    }
}

/// What a system that asks others itself says of their silence.
fn pass_on(document: &Document, room: usize, silent: &mut Silent) {
    for leaf in document.root().children() {
        let role = document.contract().element(leaf.element()).role;
        if role != Some(Role::Unanswered) {
            continue;
        }
        let organism = leaf.text().and_then(|text| text.parse().ok());
        let cause = leaf.attribute(CAUSE).and_then(|text| text.parse().ok());
        if let (Some(organism), Some(cause)) = (organism, cause)
            && (silent.len() < room || silent.contains_key(&organism))
        {
            silent.entry(organism).or_insert(cause);
        }
    }
}

/// Each case with those that tell of it whose word counts; of a disputed one, each of those that claim it.
fn cases<'d>(
    heard: &'d [Heard],
    settled: &BTreeMap<CaseId, Source>,
) -> BTreeMap<CaseId, Vec<Row<'d>>> {
    let mut found: BTreeMap<CaseId, Vec<Row<'d>>> = BTreeMap::new();
    for one in heard {
        for case in one.document.case_units() {
            if let Some(id) = unit::case_id(case) {
                found.entry(id).or_default().push(Row { heard: one, case });
            }
        }
    }
    for (id, told) in &mut found {
        *told = match settled.get(id) {
            Some(source) if withholds(heard, source, told) => Vec::new(),
            Some(_) | None => counted(told),
        };
    }
    found
}

/// Whether that system was heard and does not tell of the case.
fn withholds(heard: &[Heard], source: &Source, told: &[Row<'_>]) -> bool {
    let was_heard = heard.iter().any(|one| one.source == *source);
    was_heard && told.iter().all(|row| row.heard.source != *source)
}

fn counted<'d>(told: &[Row<'d>]) -> Vec<Row<'d>> {
    let named: Vec<Option<OrganismId>> = told
        .iter()
        .map(|row| unit::facts(row.case).responsible)
        .collect();
    let claims: Vec<Claim<'_>> = told
        .iter()
        .zip(&named)
        .map(|(row, responsible)| Claim {
            source: &row.heard.source,
            responsible: responsible.as_ref(),
            since: None,
            told: leaves(row.case),
        })
        .collect();
    let mut places = domain::source::rivals(&claims);
    if places.is_empty() {
        places.extend(domain::source::counts(&claims));
    }
    let mut rows: Vec<Row<'d>> = places
        .into_iter()
        .filter_map(|at| told.get(at).copied())
        .collect();
    // What is not valued may be the worst.
    rows.sort_by_key(|row| Reverse(unit::facts(row.case).level.unwrap_or(RiskLevel::Extreme)));
    rows
}

/// How many values an element holds.
fn leaves(node: NodeRef<'_>) -> usize {
    let own = usize::from(node.text().is_some());
    own + node.children().map(leaves).sum::<usize>()
}

fn build(
    received: &Received,
    first: &Document,
    page: &Page<'_>,
    silent: &Silent,
) -> Result<Document, Vec<Violation>> {
    let contract = Arc::clone(first.contract());
    let response = received.operation.response;
    let mut builder = Builder::new(&contract, response);
    let children = match contract.element(response).content {
        Content::Complex(id) => contract.complex(id).children.as_slice(),
        Content::Simple(_) => &[],
    };
    // What is wrong with any of it comes out of `finish`.
    for child in children {
        let element = contract.element(child.element);
        let local = &*element.name.local;
        if element.case_unit {
            for row in &page.rows {
                drop(builder.append(row.case));
            }
        } else if element.role == Some(Role::HasMatch) {
            let any = if page.rows.is_empty() {
                "false"
            } else {
                "true"
            };
            drop(builder.leaf(local, any));
        } else if element.role == Some(Role::Unanswered) {
            for one in silent {
                drop(named(&mut builder, local, one));
            }
        } else if element.role == Some(Role::Cursor) && page.next != Next::AsTold {
            if let Next::After(case) = page.next {
                drop(builder.leaf(local, case.as_str()));
            }
        } else {
            let same = |node: &NodeRef<'_>| node.element() == child.element;
            let of_first = first.root().children().filter(same);
            of_first.for_each(|node| drop(builder.append(node)));
        }
    }
    builder.finish()
}

fn named(
    builder: &mut Builder,
    local: &str,
    (organism, silence): (&OrganismId, &Silence),
) -> Result<(), Violation> {
    builder.open(local)?;
    builder.attribute(CAUSE, silence.as_str())?;
    builder.text(organism.as_str())?;
    builder.close()
}
