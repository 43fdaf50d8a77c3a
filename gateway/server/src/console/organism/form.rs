//! Which forms the page offers: what the rules would refuse anyway is not offered.

use domain::adhesion::{Dossier, Pending, Proposal};
use domain::quota::{Hours, Quotas};
use domain::{AgreementState, Annex, Mode, OperationKind, Purpose, RiskLevel, Signing};
use domain::{Staff, StaffRole};
use jiff::Timestamp;

use super::annex::terms::{self, QUOTAS};
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
    pub(super) participants: String,
    pub(super) contracts: Vec<Choice>,
    pub(super) quotas: Vec<Blank>,
    pub(super) requests: Vec<Choice>,
    pub(super) answers: Vec<Choice>,
}

/// A field of the quotas: its name, its label, and what it says.
pub(super) struct Blank {
    pub(super) field: &'static str,
    pub(super) label: String,
    pub(super) says: String,
}

/// What was tried, and the contracts that are served.
type Given<'g> = (&'g Tried, &'g [String]);

impl Forms {
    pub(super) fn of(
        (frame, staff): (&Frame, &Staff),
        dossier: Option<&Dossier>,
        given: Given<'_>,
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
            forms.annex = Some(AnnexForm::of(frame, dossier, given, "propuesta"));
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
            forms.before_effect(frame, dossier, given, next);
        }
        forms
    }

    fn before_effect(
        &mut self,
        frame: &Frame,
        dossier: &Dossier,
        given: Given<'_>,
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
        self.annex = Some(AnnexForm::of(frame, dossier, given, "anexo"));
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
    fn of(frame: &Frame, dossier: &Dossier, (tried, served): Given<'_>, act: &'static str) -> Self {
        let before = dossier.annex();
        let operations: Vec<String> = before
            .map(|it| it.operations.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let purposes: Vec<String> = before
            .map(|it| it.purposes.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let level = before.map_or(RiskLevel::Medium, |it| it.max_risk);
        let mode = before.map_or(Mode::FollowUp, |it| it.mode);
        let security = before.map(|it| it.security.clone()).unwrap_or_default();
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
            participants: before.map(participants).unwrap_or_default(),
            contracts: contracts(frame, before, (tried, served)),
            quotas: quotas(frame, &before.map(|it| it.quotas).unwrap_or_default()),
            requests: signings(frame, tried, ("firma_peticiones", security.requests)),
            answers: signings(frame, tried, ("firma_respuestas", security.answers)),
        }
    }
}

fn participants(annex: &Annex) -> String {
    let ids = annex.on_behalf_of.iter().map(ToString::to_string);
    ids.collect::<Vec<_>>().join("\n")
}

/// The contracts that are served; first none, which is the one that is decided on, and last the one that is agreed
/// though it is not served.
fn contracts(frame: &Frame, before: Option<&Annex>, (tried, served): Given<'_>) -> Vec<Choice> {
    let agreed = before.and_then(|it| it.contract.as_ref());
    let agreed = agreed.map(ToString::to_string).unwrap_or_default();
    let chosen = tried.value_or("anexo", "contrato", &agreed);
    let mut words = vec![String::new()];
    words.extend(served.iter().cloned());
    if !words.contains(&agreed) {
        words.push(agreed.clone());
    }
    let choice = |word: String| Choice {
        name: if word.is_empty() {
            frame.say("annex-contract-none").into_owned()
        } else {
            word.clone()
        },
        chosen: word == chosen,
        word,
    };
    words.into_iter().map(choice).collect()
}

fn quotas(frame: &Frame, quotas: &Quotas) -> Vec<Blank> {
    let limits = QUOTAS.into_iter().map(|(field, limit)| Blank {
        field,
        label: frame.term("quota", limit.to_string().replace('.', "-")),
        says: terms::allowed(quotas, limit)
            .map(|most| most.to_string())
            .unwrap_or_default(),
    });
    let Hours { from, until } = quotas.hours;
    let others = [
        ("horario_desde", "annex-hours-from", from.to_string()),
        ("horario_hasta", "annex-hours-until", until.to_string()),
        (
            "aviso_de_cuota",
            "annex-alarm",
            quotas.alarm_percent.to_string(),
        ),
    ];
    let others = others.map(|(field, label, says)| Blank {
        field,
        label: frame.say(label).into_owned(),
        says,
    });
    limits.chain(others).collect()
}

fn signings(frame: &Frame, tried: &Tried, (field, agreed): (&'static str, Signing)) -> Vec<Choice> {
    let chosen = tried.value_or("anexo", field, agreed.as_str());
    choices(frame, "signing", words(Signing::ALL), Some(chosen))
}
