//! A dossier: who it is about, and its entries folded.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::adhesion::act::{Act, Draft, Entry, Outcome, Proposal};
use crate::adhesion::refused::Refused;
use crate::adhesion::rules;
use crate::adhesion::template::Template;
use crate::adhesion::users::UsersForm;
use crate::{
    Agreement, AgreementId, AgreementState, Annex, MessageSecurity, Organism, Staff, StaffId,
    Standing, day_in_madrid,
};

/// What a dossier is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The agreement that it is to become.
    pub id: AgreementId,
    /// The organism that joins.
    pub organism: Organism,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: StaffId,
}

impl File {
    /// Opens the file of an organism; a manager does.
    ///
    /// # Errors
    /// Whoever opens it may not, or the organism has no name that can be shown, or is a town hall of no town.
    pub fn open(
        id: AgreementId,
        organism: Organism,
        by: &Staff,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        rules::may_keep(by)?;
        let name = organism.name.trim();
        let fits = (3..=200).contains(&name.chars().count());
        if !fits || name.chars().any(char::is_control) {
            return Err(Refused::NameInvalid);
        }
        rules::town(&organism.id)?;
        Ok(Self {
            id,
            organism,
            opened_at: now,
            opened_by: by.id.clone(),
        })
    }
}

/// A step that was taken and still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Where it led.
    pub state: AgreementState,
    /// The date that it bears.
    pub date: Date,
    /// Which entry it is.
    pub seq: u32,
}

/// What is proposed and waits for another's approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which entry it is.
    pub seq: u32,
    /// What.
    pub proposal: Proposal,
    /// Who proposed it.
    pub by: StaffId,
    /// The date that it bears.
    pub date: Date,
    /// When it was proposed.
    pub at: Timestamp,
}

/// A dossier as it stands: its entries, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    pub(super) file: File,
    pub(super) entries: Vec<Entry>,
    pub(super) state: AgreementState,
    pub(super) since: Timestamp,
    pub(super) path: Vec<Passed>,
    pub(super) annex: Option<Annex>,
    pub(super) effective_from: Option<Date>,
    pub(super) expires_on: Option<Date>,
    pub(super) extended: Option<u32>,
    pub(super) conformance: Option<Outcome>,
    pub(super) pending: Option<Pending>,
}

impl Dossier {
    /// An empty one.
    pub fn new(file: File) -> Self {
        Self {
            since: file.opened_at,
            file,
            entries: Vec::new(),
            state: AgreementState::Draft,
            path: Vec::new(),
            annex: None,
            effective_from: None,
            expires_on: None,
            extended: None,
            conformance: None,
            pending: None,
        }
    }

    /// What entries that were accepted once amount to; the rules are not asked again.
    pub fn replay(file: File, entries: impl IntoIterator<Item = Entry>) -> Self {
        entries.into_iter().fold(Self::new(file), Self::with)
    }

    /// Whether an act may be done now, on the version that its author saw; the entry that it makes.
    ///
    /// # Errors
    /// What the rules forbid, by name. Nothing changes.
    pub fn accept(
        &self,
        draft: Draft,
        seen: u32,
        form: &UsersForm,
        now: Timestamp,
    ) -> Result<Entry, Refused> {
        rules::check(self, &draft, seen, form, now)?;
        Ok(draft.entry(self.version() + 1, now))
    }

    /// Whether an act may be done beside the other agreements of the organism: one at a time is open.
    ///
    /// # Errors
    /// It would open this one while another is in effect, or will be.
    pub fn alone(&self, act: &Act, others: &[Agreement], now: Timestamp) -> Result<(), Refused> {
        rules::alone(self, act, others, now)
    }

    /// The dossier with one more entry.
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        self.take(&entry);
        self.entries.push(entry);
        self
    }

    fn take(&mut self, entry: &Entry) {
        match &entry.act {
            Act::Step(to) => {
                self.path.push(Passed {
                    state: *to,
                    date: entry.date,
                    seq: entry.seq,
                });
                self.enter(*to, entry.at);
            }
            Act::Back(to) => {
                self.path.retain(|passed| passed.state <= *to);
                self.conformance = None;
                self.enter(*to, entry.at);
            }
            Act::Annex(annex) => self.grant((**annex).clone()),
            Act::Term(last) => self.expires_on = Some(*last),
            Act::Conformance(outcome) => self.conformance = Some(*outcome),
            Act::Filed | Act::Users(_) => {}
            // Only staff propose.
            Act::Proposed(proposal) => {
                self.pending = entry.author.staff().map(|by| Pending {
                    seq: entry.seq,
                    proposal: proposal.clone(),
                    by: by.clone(),
                    date: entry.date,
                    at: entry.at,
                });
            }
            Act::Approved => {
                if let Some(pending) = self.pending.take() {
                    self.carry_out(pending, entry.at);
                }
            }
            Act::Rejected | Act::Withdrawn => self.pending = None,
        }
    }

    fn carry_out(&mut self, pending: Pending, at: Timestamp) {
        match pending.proposal {
            Proposal::Activate => {
                self.effective_from = Some(pending.date);
                self.enter(AgreementState::Effective, at);
            }
            Proposal::Suspend => self.enter(AgreementState::Suspended, at),
            Proposal::Resume => self.enter(self.open_state(), at),
            Proposal::Extend(last) => {
                self.expires_on = Some(last);
                self.extended = Some(pending.seq);
                if self.state != AgreementState::Suspended {
                    self.enter(AgreementState::ExtensionAgreed, at);
                }
            }
            Proposal::Resolve => self.enter(AgreementState::Resolved, at),
            Proposal::Annex(annex) => self.grant(*annex),
        }
    }

    /// What was tested is the contract that was spoken, signed as it was: of another nothing is known.
    fn grant(&mut self, annex: Annex) {
        let before = self.annex.as_ref();
        let contract = before.and_then(|it| it.contract.as_ref());
        let signed = before.map_or_else(MessageSecurity::default, |it| it.security.clone());
        if contract != annex.contract.as_ref() || signed != annex.security {
            self.conformance = None;
        }
        self.annex = Some(annex);
    }

    fn open_state(&self) -> AgreementState {
        match self.extended {
            Some(_) => AgreementState::ExtensionAgreed,
            None => AgreementState::Effective,
        }
    }

    fn enter(&mut self, state: AgreementState, at: Timestamp) {
        self.state = state;
        self.since = at;
    }

    /// What it was opened with.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Its entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many entries it has; an act says which version it starts from.
    pub fn version(&self) -> u32 {
        self.entries.last().map_or(0, |entry| entry.seq)
    }

    /// Whether nobody has acted since that version. An organism that sends its users form, or runs the conformance profile, is
    /// no act of staff: else it could keep everyone from acting on its file by doing so again and again.
    pub fn is_current(&self, seen: u32) -> bool {
        let mut since = self.entries.iter().rev().take_while(|it| it.seq > seen);
        let of_gateway = |it: &Entry| it.author.staff().is_some_and(StaffId::is_gateway);
        let by_itself = |it: &Entry| {
            matches!(it.act, Act::Users(_))
                || (matches!(it.act, Act::Conformance(_)) && of_gateway(it))
        };
        seen <= self.version() && since.all(by_itself)
    }

    /// The steps of its kind.
    pub fn template(&self) -> &'static Template {
        Template::of(self.file.organism.kind)
    }

    /// The steps that were taken and count.
    pub fn path(&self) -> &[Passed] {
        &self.path
    }

    /// The state of its last entry; [`Dossier::state_at`] knows that terms end by themselves.
    pub fn state(&self) -> AgreementState {
        self.state
    }

    /// Since when it is in that state.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// The state at an instant: a term that is over has expired, whoever wrote that down.
    pub fn state_at(&self, now: Timestamp) -> AgreementState {
        state_at(self.state, self.expires_on, now)
    }

    /// What it grants, or will.
    pub fn annex(&self) -> Option<&Annex> {
        self.annex.as_ref()
    }

    /// The first day of effect, once there is one.
    pub fn effective_from(&self) -> Option<Date> {
        self.effective_from
    }

    /// The last day of effect, as it stands.
    pub fn expires_on(&self) -> Option<Date> {
        self.expires_on
    }

    /// Which entry proposed its extension.
    pub fn extended_by(&self) -> Option<u32> {
        self.extended
    }

    /// What the last run of the conformance profile found.
    pub fn conformance(&self) -> Option<Outcome> {
        self.conformance
    }

    /// What is proposed and waits.
    pub fn pending(&self) -> Option<&Pending> {
        self.pending.as_ref()
    }

    /// The agreement on which the gateway decides; none before its activation.
    pub fn agreement(&self) -> Option<Agreement> {
        Some(Agreement {
            id: self.file.id.clone(),
            organism: self.file.organism.id.clone(),
            state: self.state,
            effective_from: self.effective_from?,
            expires_on: self.expires_on?,
            annex: self.annex.clone()?,
        })
    }

    /// How it stands for the gateway at an instant.
    pub fn standing(&self, now: Timestamp) -> Standing {
        self.agreement()
            .map_or(Standing::NotPublished, |agreement| agreement.standing(now))
    }
}

/// The state at an instant of what is recorded in `state` with that last day.
pub(super) fn state_at(
    state: AgreementState,
    expires_on: Option<Date>,
    now: Timestamp,
) -> AgreementState {
    let over = expires_on.is_some_and(|last| day_in_madrid(now) > last);
    match state {
        AgreementState::Effective | AgreementState::ExtensionAgreed | AgreementState::Suspended
            if over =>
        {
            AgreementState::Expired
        }
        AgreementState::Draft
        | AgreementState::ProtocolRatified
        | AgreementState::RequestSent
        | AgreementState::UsersFormReceived
        | AgreementState::TrainingDone
        | AgreementState::Signed
        | AgreementState::Registered
        | AgreementState::Effective
        | AgreementState::Suspended
        | AgreementState::ExtensionAgreed
        | AgreementState::Expired
        | AgreementState::Resolved => state,
    }
}
