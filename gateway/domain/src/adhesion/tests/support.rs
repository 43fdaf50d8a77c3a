//! Herencia's file, and the people who work on it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::adhesion::{
    Act, Dossier, Draft, File, Outcome, Proposal, Refused, User, UserRole, UsersForm,
};
use crate::{
    AgreementState, Annex, HandOver, MessageSecurity, Mode, OperationKind, Organism, OrganismKind,
    Place, Purpose, Quotas, RiskLevel, Staff, StaffRole, StaffRoles, Territory,
};

const DIGEST: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// Noon in Madrid, more or less, of that day.
pub(super) fn noon(day: &str) -> Timestamp {
    format!("{day}T11:00:00Z").parse().unwrap()
}

/// `gestora`, `otra-gestora`, `supervisora`, `auditora`, `ambas`.
pub(super) fn staff(id: &str) -> Staff {
    let roles: &[StaffRole] = match id {
        "supervisora" => &[StaffRole::Supervisor],
        "auditora" => &[StaffRole::Auditor],
        "ambas" => &[StaffRole::Manager, StaffRole::Supervisor],
        _ => &[StaffRole::Manager],
    };
    Staff {
        id: id.parse().unwrap(),
        roles: StaffRoles::new(roles.iter().copied()).unwrap(),
    }
}

pub(super) fn file(kind: OrganismKind) -> File {
    File {
        id: "PRUEBA-HERENCIA".parse().unwrap(),
        organism: Organism {
            id: "L01130473".parse().unwrap(),
            kind,
            name: "Policía Local de Herencia (PRUEBA)".to_owned(),
        },
        opened_at: noon("2026-01-10"),
        opened_by: "gestora".parse().unwrap(),
    }
}

/// The local police's, without any entry.
pub(super) fn fresh() -> Dossier {
    Dossier::new(file(OrganismKind::LocalPolice))
}

pub(in crate::adhesion) fn annex(places: &[&str]) -> Box<Annex> {
    let places = places.iter().map(|place| place.parse::<Place>().unwrap());
    Box::new(Annex {
        operations: [OperationKind::Hit, OperationKind::Consult].into(),
        purposes: [Purpose::Protection].into(),
        territory: places.collect::<Territory>(),
        max_risk: RiskLevel::Medium,
        mode: Mode::FollowUp,
        on_behalf_of: [].into(),
        services: [].into(),
        contract: None,
        hand_over: HandOver::default(),
        quotas: Quotas::default(),
        security: MessageSecurity::NONE,
    })
}

/// One trained officer, on the form from 2026-01-01 on.
pub(super) fn form() -> UsersForm {
    UsersForm::from_iter([user("2026-01-01", Some("2026-01-01"))])
}

pub(super) fn user(from: &str, trained_on: Option<&str>) -> User {
    User {
        officer: "PRUEBA-1".parse().unwrap(),
        role: UserRole::Officer,
        trained_on: trained_on.map(date),
        from: date(from),
        until: None,
    }
}

/// An act without any paper.
pub(super) fn bare(by: &str, day: &str, act: Act) -> Draft {
    Draft {
        by: staff(by),
        date: date(day),
        act,
        reference: None,
        document: None,
        note: None,
    }
}

/// An act with every paper that any act may take.
pub(super) fn full(by: &str, day: &str, act: Act) -> Draft {
    Draft {
        reference: Some("BOE-A-2026-99999".parse().unwrap()),
        document: Some(DIGEST.parse().unwrap()),
        note: Some("motivo de PRUEBA".parse().unwrap()),
        ..bare(by, day, act)
    }
}

/// What the manager does, with every paper.
pub(super) fn manager(day: &str, act: Act) -> Draft {
    full("gestora", day, act)
}

pub(super) fn step(day: &str, to: AgreementState) -> Draft {
    manager(day, Act::Step(to))
}

pub(super) fn propose(by: &str, day: &str, proposal: Proposal) -> Draft {
    full(by, day, Act::Proposed(proposal))
}

pub(super) fn approve(by: &str, day: &str) -> Draft {
    bare(by, day, Act::Approved)
}

/// Does it at noon of that day, on the version that is there.
pub(super) fn on(dossier: &Dossier, day: &str, draft: Draft) -> Result<Dossier, Refused> {
    let entry = dossier.accept(draft, dossier.version(), &form(), noon(day))?;
    Ok(dossier.clone().with(entry))
}

/// Does all of them, each on the day of its date.
#[track_caller]
pub(super) fn done(dossier: Dossier, drafts: impl IntoIterator<Item = Draft>) -> Dossier {
    drafts.into_iter().fold(dossier, |dossier, draft| {
        let day = draft.date.to_string();
        on(&dossier, &day, draft).unwrap()
    })
}

/// Proposed by the manager, approved by the supervisor, on one day.
#[track_caller]
pub(super) fn agreed(dossier: Dossier, day: &str, proposal: Proposal) -> Dossier {
    let acts = [
        propose("gestora", day, proposal),
        approve("supervisora", day),
    ];
    done(dossier, acts)
}

/// Herencia, ready for its activation: registered on 2026-02-20.
pub(super) fn ready() -> Dossier {
    let acts = [
        manager("2026-01-10", Act::Annex(annex(&["13047"]))),
        manager("2026-01-10", Act::Term(date("2030-03-01"))),
        step("2026-01-15", AgreementState::ProtocolRatified),
        step("2026-01-20", AgreementState::RequestSent),
        step("2026-01-25", AgreementState::UsersFormReceived),
        step("2026-02-01", AgreementState::TrainingDone),
        step("2026-02-10", AgreementState::Signed),
        manager("2026-02-12", Act::Conformance(Outcome::Passed)),
        step("2026-02-20", AgreementState::Registered),
    ];
    done(fresh(), acts)
}

/// Herencia in effect since 2026-03-01, until 2030-03-01.
pub(super) fn effective() -> Dossier {
    agreed(ready(), "2026-03-01", Proposal::Activate)
}
