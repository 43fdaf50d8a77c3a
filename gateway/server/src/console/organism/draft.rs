//! An act as a form asks for it, and as the page tells it.

use domain::adhesion::{Act, Dossier, Draft, Note, Outcome, Proposal, Reference, Refused};
use domain::adhesion::{DocumentId, User, UserRole};
use domain::{AgreementState, Staff, day_in_madrid};
use jiff::Timestamp;
use jiff::civil::Date;

use super::annex::{self, terms::Known};
use crate::console::adhesions::day;
use crate::console::fields::Fields;
use crate::console::frame::Frame;

/// What is wrong: the field, and the word that names it.
pub(super) type Fault = (&'static str, &'static str);

/// How many officers of a form that was sent are named: the evidence names them all.
const NAMED: usize = 20;
const INVALID: &str = "valor-no-valido";

/// Reads what a form wants done in a file.
pub(super) fn read(
    staff: &Staff,
    fields: &Fields,
    (dossier, document): (&Dossier, Option<DocumentId>),
    known: &Known<'_>,
    now: Timestamp,
) -> Result<Draft, Fault> {
    Ok(Draft {
        by: staff.clone(),
        date: date(fields, "fecha")?.unwrap_or_else(|| day_in_madrid(now)),
        act: act(fields, dossier, known)?,
        reference: parsed::<Reference>(fields, "referencia", "referencia-no-valida")?,
        document,
        note: parsed::<Note>(fields, "nota", "nota-no-valida")?,
    })
}

fn act(fields: &Fields, dossier: &Dossier, known: &Known<'_>) -> Result<Act, Fault> {
    Ok(match fields.text("acto") {
        "paso" => Act::Step(word(fields, "estado")?),
        "retroceso" => Act::Back(word(fields, "estado")?),
        "anexo" => Act::Annex(Box::new(annex::read(fields, dossier.annex(), known)?)),
        "plazo" => Act::Term(date(fields, "plazo")?.ok_or(("plazo", "falta-plazo"))?),
        "conformidad" => Act::Conformance(word::<Outcome>(fields, "resultado")?),
        "incorporacion" => Act::Filed,
        "propuesta" => Act::Proposed(proposal(fields, dossier, known)?),
        "aprobacion" => Act::Approved,
        "rechazo" => Act::Rejected,
        "retirada" => Act::Withdrawn,
        _ => return Err(("", INVALID)),
    })
}

fn proposal(fields: &Fields, dossier: &Dossier, known: &Known<'_>) -> Result<Proposal, Fault> {
    Ok(match fields.text("propuesta") {
        "activacion" => Proposal::Activate,
        "suspension" => Proposal::Suspend,
        "reanudacion" => Proposal::Resume,
        "resolucion" => Proposal::Resolve,
        "prorroga" => Proposal::Extend(date(fields, "hasta")?.ok_or(("hasta", "falta-plazo"))?),
        "anexo" => Proposal::Annex(Box::new(annex::read(fields, dossier.annex(), known)?)),
        _ => return Err(("propuesta", INVALID)),
    })
}

/// Reads an officer of the users form.
pub(super) fn user(fields: &Fields, now: Timestamp) -> Result<User, Fault> {
    Ok(User {
        officer: fields
            .text("funcionario")
            .parse()
            .map_err(|_| ("funcionario", INVALID))?,
        role: word::<UserRole>(fields, "papel")?,
        trained_on: date(fields, "formacion")?,
        from: date(fields, "desde")?.unwrap_or_else(|| day_in_madrid(now)),
        until: date(fields, "hasta")?,
    })
}

fn word<T: std::str::FromStr>(fields: &Fields, name: &'static str) -> Result<T, Fault> {
    fields.text(name).parse().map_err(|_| (name, INVALID))
}

fn date(fields: &Fields, name: &'static str) -> Result<Option<Date>, Fault> {
    parsed(fields, name, "fecha-no-valida")
}

fn parsed<T: std::str::FromStr>(
    fields: &Fields,
    name: &'static str,
    code: &'static str,
) -> Result<Option<T>, Fault> {
    let read = fields
        .get(name)
        .map(|text| text.parse().map_err(|_| (name, code)));
    read.transpose()
}

/// The field that a refusal of the rules is about; an empty name is the form as a whole.
pub(super) fn field(refused: &Refused) -> &'static str {
    match refused.code() {
        "fecha-futura" | "fecha-desordenada" => "fecha",
        "falta-documento" => "documento",
        "falta-referencia" | "referencia-no-boe" => "referencia",
        "falta-motivo" => "nota",
        "anexo-vacio" if *refused == Refused::AnnexEmpty("operations") => "operaciones",
        "anexo-vacio" if *refused == Refused::AnnexEmpty("purposes") => "finalidades",
        "anexo-vacio" | "territorio-no-valido" => "territorio",
        "plazo-vencido" => "plazo",
        "prorroga-excesiva" | "prorroga-sin-efecto" => "hasta",
        _ => "",
    }
}

/// What an act is, in words.
pub(super) fn told(frame: &Frame, act: &Act) -> String {
    let state = |state: &AgreementState| frame.term("state", state.as_str());
    match act {
        Act::Step(to) => frame.tell("act-step", "state", state(to)),
        Act::Back(to) => frame.tell("act-back", "state", state(to)),
        Act::Annex(_) => frame.say("act-annex").into_owned(),
        Act::Term(last) => frame.tell("act-term", "day", day(*last)),
        Act::Conformance(outcome) => frame.term("outcome", outcome.as_str()),
        Act::Filed => frame.say("act-filed").into_owned(),
        Act::Users(users) => {
            let names = users.iter().take(NAMED).map(|it| it.officer.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            let told = frame.tell("act-users", "users", names);
            match users.len().saturating_sub(NAMED) {
                0 => told,
                more => format!("{told}. {}", frame.tell("differences-more", "count", more)),
            }
        }
        Act::Proposed(proposal) => {
            frame.tell("act-proposed", "proposal", proposed(frame, proposal))
        }
        Act::Approved => frame.say("act-approved").into_owned(),
        Act::Rejected => frame.say("act-rejected").into_owned(),
        Act::Withdrawn => frame.say("act-withdrawn").into_owned(),
    }
}

/// What is proposed, in words.
pub(super) fn proposed(frame: &Frame, proposal: &Proposal) -> String {
    let name = frame.term("proposal", proposal.word());
    match proposal {
        Proposal::Extend(last) => format!("{name} ({})", day(*last)),
        Proposal::Activate
        | Proposal::Suspend
        | Proposal::Resume
        | Proposal::Resolve
        | Proposal::Annex(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stands_beside_its_field() {
        let day: Date = "2026-01-10".parse().unwrap();
        let table = [
            (Refused::FutureDate(day, day), "fecha"),
            (Refused::DocumentMissing, "documento"),
            (Refused::NotBoe, "referencia"),
            (Refused::NoteMissing, "nota"),
            (Refused::AnnexEmpty("operations"), "operaciones"),
            (Refused::AnnexEmpty("purposes"), "finalidades"),
            (Refused::AnnexEmpty("territory"), "territorio"),
            (Refused::TermOver(day), "plazo"),
            (Refused::ExtensionTooLong(day), "hasta"),
            (Refused::OwnProposal, ""),
        ];
        for (refused, expected) in table {
            assert_eq!(field(&refused), expected, "{refused}");
        }
    }
}
