//! One page out of the pages of several systems: one order, that of the cases' identifiers, and a cursor that is one.
//!
//! Every system is asked for the cases after one identifier, and says with its cursor up to which one it has told all
//! it has. The page of all goes as far as the one that went least far; what others told beyond it comes again with
//! the next page. So no case is lost between two pages and none is told twice, whoever holds it; and the page is the
//! last one only where it is the last one of all.

use std::collections::BTreeMap;

use contract::Role;
use domain::{CaseId, OperationKind, Problem, Source};

use super::{Heard, Row, Told};
use crate::answer::Teller;
use crate::{Received, unit};

/// Cases on a page where the question does not say; the contract says so.
const CASES: usize = 20;

/// Whether a search begins where a page of several may begin.
pub(crate) fn check_cursor(received: &Received) -> Result<(), Problem> {
    match received.kind {
        OperationKind::Search => after(received).map(|_| ()),
        OperationKind::Hit
        | OperationKind::Consult
        | OperationKind::Submit
        | OperationKind::Index => Ok(()),
    }
}

/// The case after which the question wants the list to go on.
fn after(received: &Received) -> Result<Option<CaseId>, Problem> {
    let cursor = unit::own_leaf(received.document.root(), Role::Cursor);
    let cursor = cursor.and_then(contract::NodeRef::text);
    let after = cursor.map(str::parse).transpose();
    after.map_err(|_| Problem::SchemaViolation)
}

/// What page the question wants.
pub(super) struct Wanted {
    after: Option<CaseId>,
    most: usize,
}

impl Wanted {
    /// Of a search that several were asked for; the pages of one alone are its own.
    pub(super) fn of(received: &Received, told: &[Told]) -> Result<Option<Self>, Problem> {
        let asked = told.iter().filter(|one| one.was_asked()).count();
        if received.kind != OperationKind::Search || asked < 2 {
            return Ok(None);
        }
        let most = unit::own_leaf(received.document.root(), Role::Limit);
        let most = most.and_then(|leaf| leaf.text()?.parse().ok());
        Ok(Some(Self {
            after: after(received)?,
            most: most.unwrap_or(CASES),
        }))
    }

    /// How far a system has told all it has; nothing of one that says that it goes on, and not from where, or from
    /// where the question began. That a partner goes on after nothing is not believed: it would keep everybody's
    /// pages empty.
    pub(super) fn reach(&self, said: &Heard) -> Option<Reach> {
        let cursor = unit::own_leaf(said.document.root(), Role::Cursor);
        let Some(cursor) = cursor.and_then(contract::NodeRef::text) else {
            return Some(Reach::End);
        };
        let told_to: CaseId = cursor.parse().ok()?;
        let within = |case: CaseId| case <= told_to && self.begins_before(&case);
        let mut cases = said.document.case_units().into_iter();
        let tells = cases.any(|case| unit::case_id(case).is_some_and(within));
        let goes_on = self.begins_before(&told_to) && (tells || said.source == Source::Central);
        goes_on.then_some(Reach::To(told_to))
    }

    /// The page, of all that was told.
    pub(super) fn page<'d>(
        &self,
        cases: BTreeMap<CaseId, Vec<Row<'d>>>,
        heard: &[Heard],
    ) -> Page<'d> {
        let reaches = heard.iter().filter_map(|said| self.reach(said));
        let all = reaches.min().unwrap_or(Reach::End);
        let (mut rows, mut next): (Vec<Row<'d>>, _) = (Vec::new(), Next::Nowhere);
        let cases = cases.into_iter().filter(|(id, _)| self.begins_before(id));
        for (id, told) in cases.take_while(|(id, _)| Reach::To(*id) <= all) {
            // A disputed case has several entries, which stay together.
            if !rows.is_empty() && rows.len() + told.len() > self.most {
                return Page { rows, next };
            }
            rows.extend(told);
            next = Next::After(id);
        }
        let next = match all {
            Reach::To(id) => Next::After(id),
            Reach::End => Next::Nowhere,
        };
        Page { rows, next }
    }

    fn begins_before(&self, case: &CaseId) -> bool {
        self.after.is_none_or(|after| after < *case)
    }
}

/// How far a system has told all it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Up to and with that case.
    To(CaseId),
    /// To its end.
    End,
}

/// What is told of all.
pub(super) struct Page<'d> {
    /// In the order of the cases' identifiers.
    pub(super) rows: Vec<Row<'d>>,
    /// Where the next one begins.
    pub(super) next: Next,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// After that case.
    After(CaseId),
    /// There is none.
    Nowhere,
    /// Where the first system says.
    AsTold,
}

impl<'d> Page<'d> {
    /// All of it, and what it says of the next one as the first system said it.
    pub(super) fn whole(cases: BTreeMap<CaseId, Vec<Row<'d>>>) -> Self {
        Self {
            rows: cases.into_values().flatten().collect(),
            next: Next::AsTold,
        }
    }

    /// Whose word each row is.
    pub(super) fn tellers(&self) -> Vec<Teller> {
        let tellers = self.rows.iter().map(|row| Teller {
            organism: row.heard.organism.clone(),
            source: row.heard.source.clone(),
        });
        tellers.collect()
    }
}
