//! The systems that hold the answers: the central one, and those of forces with one of their own.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{OperationKind, OrganismId, Problem, Source};
use peers::Holder;

/// All systems that may be asked.
#[derive(Clone)]
pub struct Holders {
    /// The central system, as the evidence names it.
    pub organism: OrganismId,
    /// The way to ask it.
    pub central: Holder,
    /// The others.
    pub partners: Vec<Partner>,
    /// How long a question that is put to all waits for the last of them.
    pub longest: Duration,
}

/// A force with a system of its own.
#[derive(Clone)]
pub struct Partner {
    /// Whose system it is.
    pub organism: OrganismId,
    /// The way to ask it.
    pub holder: Holder,
    /// What it answers.
    pub answers: BTreeSet<OperationKind>,
    /// How often its index is read; never, of one that has none.
    pub index_every: Option<Duration>,
}

/// One of them, to be asked.
#[derive(Clone)]
pub(crate) struct Member<'h> {
    /// Whose system it is.
    pub organism: &'h OrganismId,
    /// Which.
    pub source: Source,
    /// The way to ask it.
    pub holder: &'h Holder,
}

impl Holders {
    /// A single system.
    pub(crate) fn alone(organism: &OrganismId, holder: &Holder) -> Self {
        Self {
            organism: organism.clone(),
            central: holder.clone(),
            partners: Vec::new(),
            longest: Duration::MAX,
        }
    }

    /// Every system, whatever it answers, with how often its index is read.
    pub(crate) fn indexed(
        &self,
        central: Duration,
    ) -> impl Iterator<Item = (Member<'_>, Duration)> {
        let partners = self.partners.iter();
        let partners = partners.filter_map(|it| Some((it.member(), it.index_every?)));
        std::iter::once((self.central(), central)).chain(partners)
    }

    /// Whom to ask: whether a person is known, and for cases of a place, all that answer it; else whoever holds the case.
    pub(crate) fn whom(
        &self,
        kind: OperationKind,
        source: &Source,
    ) -> Result<Vec<Member<'_>>, Problem> {
        let answer = |partner: &&Partner| partner.answers.contains(&kind);
        match (kind, source) {
            (OperationKind::Hit | OperationKind::Search, _) => {
                let partners = self.partners.iter().filter(answer).map(Partner::member);
                Ok(std::iter::once(self.central()).chain(partners).collect())
            }
            (OperationKind::Index, _)
            | (OperationKind::Consult | OperationKind::Submit, Source::Central) => {
                Ok(vec![self.central()])
            }
            (OperationKind::Consult | OperationKind::Submit, Source::Partner(organism)) => {
                let its = |partner: &&Partner| partner.organism == *organism;
                let partner = self.partners.iter().find(its).filter(answer);
                let member = partner.map(Partner::member);
                Ok(vec![member.ok_or(Problem::HolderRefused)?])
            }
        }
    }

    /// Those who hold cases, and do not answer what is put to all: they are named in its answer. The index does not
    /// clear them: it is a copy that comes later.
    pub(crate) fn unable(&self, kind: OperationKind) -> Vec<Member<'_>> {
        match kind {
            OperationKind::Search => {
                let others = self.partners.iter();
                let others = others.filter(|it| !it.answers.contains(&kind));
                others.map(Partner::member).collect()
            }
            OperationKind::Hit
            | OperationKind::Consult
            | OperationKind::Submit
            | OperationKind::Index => Vec::new(),
        }
    }

    fn central(&self) -> Member<'_> {
        Member {
            organism: &self.organism,
            source: Source::Central,
            holder: &self.central,
        }
    }
}

impl Partner {
    fn member(&self) -> Member<'_> {
        Member {
            organism: &self.organism,
            source: Source::Partner(self.organism.clone()),
            holder: &self.holder,
        }
    }
}
