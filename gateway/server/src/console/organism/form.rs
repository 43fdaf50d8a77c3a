//! Which forms the page offers: what the rules would refuse anyway is not offered.

use domain::adhesion::{Dossier, Pending, Proposal};
use domain::{AgreementState, Annex, Mode, OperationKind, Purpose, RiskLevel, Staff, StaffRole};
use jiff::Timestamp;

use super::annex::{self, Part};
use crate::console::frame::Frame;
use crate::console::tried::Tried;
use crate::console::visibility::{Choice, choices, words};

/// The forms of a file.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) dossier: String,
    pub(super) version: u32,
    /// The step that comes next: its word and its name.
    pub(super) step: Option<(&'static str, String)>,
    /// The steps that it may go back to.
    pub(super) back: Vec<Choice>,
    /// What may be proposed.
    pub(super) proposals: Vec<Choice>,
    pub(super) annex: Option<AnnexForm>,
    pub(super) term: Option<String>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) files: bool,
    pub(super) waiting: Option<Waiting>,
}

/// A proposal that waits.
pub(super) struct Waiting {
    pub(super) what: String,
    pub(super) by: String,
    pub(super) at: String,
    /// Whether whoever looks may approve it or reject it.
    pub(super) approvable: bool,
    /// Whether it is her own, to be taken back.
    pub(super) own: bool,
    /// What it would grant: all of it, or what it changes.
    pub(super) grants: Vec<Part>,
}

/// The form of the annex.
pub(super) struct AnnexForm {
    /// Once it has effect the annex changes by proposal.
    pub(super) act: &'static str,
    pub(super) operations: Vec<(Choice, bool)>,
    pub(super) purposes: Vec<(Choice, bool)>,
    pub(super) territory: String,
    pub(super) levels: Vec<Choice>,
    pub(super) modes: Vec<Choice>,
}

impl Forms {
    pub(super) fn of(
        (frame, staff): (&Frame, &Staff),
        dossier: Option<&Dossier>,
        tried: &Tried,
        now: Timestamp,
    ) -> Self {
        let keeps = staff.roles.has(StaffRole::Manager);
        let proposes = keeps || staff.roles.has(StaffRole::Supervisor);
        let Some(dossier) = dossier.filter(|_| proposes) else {
            return Self::default();
        };
        let mut forms = Self {
            dossier: dossier.file().id.to_string(),
            version: dossier.version(),
            files: keeps,
            waiting: dossier
                .pending()
                .map(|it| waiting((frame, staff), dossier, it)),
            ..Self::default()
        };
        let state = dossier.state_at(now);
        let ended = matches!(state, AgreementState::Expired | AgreementState::Resolved);
        if ended || forms.waiting.is_some() {
            return forms;
        }
        if dossier.effective_from().is_some() {
            forms.proposals = choices(frame, "proposal", in_effect(state), None);
            forms.annex = Some(AnnexForm::of(frame, dossier, tried, "propuesta"));
            return forms;
        }
        let next = dossier
            .template()
            .after(dossier.state())
            .map(|step| step.to);
        if next == Some(AgreementState::Effective) {
            let words = vec![Proposal::Activate.word().to_owned()];
            forms.proposals = choices(frame, "proposal", words, None);
        }
        if keeps {
            forms.before_effect(frame, dossier, tried, next);
        }
        forms
    }

    fn before_effect(
        &mut self,
        frame: &Frame,
        dossier: &Dossier,
        tried: &Tried,
        next: Option<AgreementState>,
    ) {
        let next = next.filter(|to| *to != AgreementState::Effective);
        self.step = next.map(|to| (to.as_str(), frame.term("state", to.as_str())));
        let passed = dossier.path().iter().map(|it| it.state);
        let back = std::iter::once(AgreementState::Draft).chain(passed);
        let back = back
            .filter(|to| *to < dossier.state())
            .map(|it| it.to_string());
        self.back = choices(frame, "state", back.collect(), None);
        self.annex = Some(AnnexForm::of(frame, dossier, tried, "anexo"));
        self.term = Some(
            dossier
                .expires_on()
                .map(|it| it.to_string())
                .unwrap_or_default(),
        );
        let outcomes = words(domain::adhesion::Outcome::ALL);
        self.outcomes = choices(frame, "outcome", outcomes, None);
    }
}

fn in_effect(state: AgreementState) -> Vec<String> {
    let first = if state == AgreementState::Suspended {
        "reanudacion"
    } else {
        "suspension"
    };
    [first, "prorroga", "resolucion"].map(str::to_owned).into()
}

fn waiting((frame, staff): (&Frame, &Staff), dossier: &Dossier, pending: &Pending) -> Waiting {
    let own = pending.by == staff.id;
    Waiting {
        what: super::draft::proposed(frame, &pending.proposal),
        by: pending.by.to_string(),
        at: frame.instant(pending.at),
        approvable: !own && staff.roles.has(StaffRole::Supervisor),
        own,
        grants: grants(frame, dossier.annex(), &pending.proposal),
    }
}

/// What whoever approves it opens: nobody approves what is not shown.
fn grants(frame: &Frame, present: Option<&Annex>, proposal: &Proposal) -> Vec<Part> {
    match (proposal, present) {
        (Proposal::Annex(wanted), Some(present)) => annex::changes(frame, present, wanted),
        (Proposal::Annex(wanted), None) => annex::told(frame, wanted),
        (Proposal::Activate | Proposal::Resume, Some(present)) => annex::told(frame, present),
        (Proposal::Activate | Proposal::Resume, None)
        | (Proposal::Suspend | Proposal::Extend(_) | Proposal::Resolve, _) => Vec::new(),
    }
}

impl AnnexForm {
    fn of(frame: &Frame, dossier: &Dossier, tried: &Tried, act: &'static str) -> Self {
        let before = dossier.annex();
        let operations: Vec<String> = before
            .map(|it| it.operations.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let purposes: Vec<String> = before
            .map(|it| it.purposes.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let level = before.map_or(RiskLevel::Medium, |it| it.max_risk);
        let mode = before.map_or(Mode::FollowUp, |it| it.mode);
        let territory = dossier.summary().territory;
        let territory: Vec<String> = territory.places().map(|it| it.to_string()).collect();
        let boxes = |name: &str, all: Vec<Choice>, proposed: &[String]| -> Vec<(Choice, bool)> {
            let boxes = all.into_iter().map(|choice| {
                let chosen = tried.is_chosen("anexo", name, &choice.word, proposed);
                (choice, chosen)
            });
            boxes.collect()
        };
        let all = choices(frame, "operation", words(OperationKind::ALL), None);
        let operations = boxes("operaciones", all, &operations);
        let all = choices(frame, "purpose", words(Purpose::ALL), None);
        let purposes = boxes("finalidades", all, &purposes);
        let level = tried.value_or("anexo", "nivel", level.as_str());
        let mode = tried.value_or("anexo", "modo", mode.as_str());
        Self {
            act,
            operations,
            purposes,
            territory: territory.join("\n"),
            levels: choices(frame, "level", words(RiskLevel::ALL), Some(level)),
            modes: choices(frame, "mode", words(Mode::ALL), Some(mode)),
        }
    }
}
