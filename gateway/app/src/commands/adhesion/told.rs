//! What officials are told of files of adhesion, in Spanish.

use domain::adhesion::{Act, Dossier, Entry, Proposal, Summary, User, grants};
use domain::{AgreementId, AgreementState, Annex, day_in_madrid};
use jiff::Timestamp;
use jiff::civil::Date;

/// One line of a list: what, where, since when, and what it waits for.
pub(super) fn line(summary: &Summary, now: Timestamp) -> String {
    let state = summary.state_at(now);
    let age = summary.age_days(now);
    let waits = match state {
        AgreementState::Expired | AgreementState::Resolved => "nada: ha terminado".to_owned(),
        AgreementState::Draft
        | AgreementState::ProtocolRatified
        | AgreementState::RequestSent
        | AgreementState::UsersFormReceived
        | AgreementState::TrainingDone
        | AgreementState::Signed
        | AgreementState::Registered
        | AgreementState::Effective
        | AgreementState::Suspended
        | AgreementState::ExtensionAgreed => joined(summary.waits.iter(), "nada"),
    };
    let (id, name) = (&summary.id, &summary.organism.name);
    format!("{id}  {state} desde hace {age} días  {name}  espera {waits}")
}

/// How a file stands.
pub(super) fn state(dossier: &Dossier, now: Timestamp) -> Vec<String> {
    let summary = dossier.summary();
    let file = dossier.file();
    let organism = &file.organism;
    let mut lines = vec![
        line(&summary, now),
        format!(
            "versión {}, abierto por {}",
            summary.version, file.opened_by
        ),
        format!("organismo {} ({})", organism.id, organism.kind),
    ];
    lines.extend(dossier.annex().map(granted).unwrap_or_default());
    if let Some(from) = summary.effective_from {
        lines.push(format!("surte efecto desde el {from}"));
    }
    if let Some(last) = summary.expires_on {
        lines.push(format!("último día de vigencia: {last}"));
    }
    if let Some(warning) = summary.warning(now) {
        lines.push(format!("aviso de fin de vigencia: {warning}"));
    }
    lines.extend(pending(dossier));
    lines
}

/// That access is open whatever becomes of this agreement.
pub(super) fn others(others: &[AgreementId]) -> Vec<String> {
    let told = |id| {
        format!("ATENCIÓN: el acceso sigue abierto por otro convenio del organismo en vigor, {id}")
    };
    others.iter().map(told).collect()
}

/// Others of the same kind whose territory it shares: allowed, and shown.
pub(super) fn overlaps(dossier: &Dossier, all: &[Summary]) -> Vec<String> {
    let own = dossier.summary();
    let others = all
        .iter()
        .filter(|it| it.id != own.id && it.organism.kind == own.organism.kind);
    let shared = others.filter_map(|other| {
        let common = own.territory.intersect(&other.territory);
        let places = joined(common.places(), "");
        let told = format!("comparte territorio con {}: {places}", other.id);
        (!common.is_empty()).then_some(told)
    });
    shared.collect()
}

/// One entry.
pub(super) fn entry(entry: &Entry) -> String {
    let act = match &entry.act {
        Act::Step(to) => format!("paso a {to}"),
        Act::Back(to) => format!("vuelta a {to}"),
        Act::Annex(_) => "anexo".to_owned(),
        Act::Term(last) => format!("último día de vigencia: {last}"),
        Act::Conformance(outcome) => format!("pruebas de conformidad: {outcome}"),
        Act::Filed => "incorporación al expediente".to_owned(),
        Act::Users(users) => format!(
            "formulario de usuarios: {}",
            joined(users.iter().map(|it| &it.officer), "nadie")
        ),
        Act::Proposed(Proposal::Extend(last)) => format!("propuesta de prórroga hasta el {last}"),
        Act::Proposed(proposal) => format!("propuesta de {}", proposal.word()),
        Act::Approved => "aprobación".to_owned(),
        Act::Rejected => "rechazo".to_owned(),
        Act::Withdrawn => "retirada de la propuesta".to_owned(),
    };
    let recorded = day_in_madrid(entry.at);
    let (seq, date, author) = (entry.seq, entry.date, &entry.author);
    let head = format!("{seq:>3}  {date}  {act}  ({author}, {recorded})");
    let parts = [
        Some(head),
        entry.reference.as_ref().map(ToString::to_string),
        entry.document.as_ref().map(|it| format!("documento {it}")),
        entry.note.as_ref().map(|note| format!("«{note}»")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let granted = match &entry.act {
        Act::Annex(annex) | Act::Proposed(Proposal::Annex(annex)) => granted(annex),
        Act::Step(_)
        | Act::Back(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Filed
        | Act::Users(_)
        | Act::Proposed(_)
        | Act::Approved
        | Act::Rejected
        | Act::Withdrawn => Vec::new(),
    };
    let lines = std::iter::once(parts.join("  ")).chain(granted.iter().map(|it| indented(it)));
    lines.collect::<Vec<_>>().join("\n")
}

/// What an annex grants, part by part.
fn granted(annex: &Annex) -> Vec<String> {
    let parts = grants::of(annex).into_iter();
    let granted = parts.filter(|(_, words)| !words.is_empty());
    granted
        .map(|(part, words)| format!("{part}: {}", words.join(", ")))
        .collect()
}

/// What waits for another's approval, and what of the annex it would change.
fn pending(dossier: &Dossier) -> Vec<String> {
    let Some(pending) = dossier.pending() else {
        return Vec::new();
    };
    let (seq, by) = (pending.seq, &pending.by);
    let word = pending.proposal.word();
    let mut lines = vec![format!(
        "pendiente: {word}, propuesta por {by} (asiento {seq})"
    )];
    if let (Proposal::Annex(wanted), Some(present)) = (&pending.proposal, dossier.annex()) {
        let differences = grants::differences(present, wanted).into_iter();
        let told = differences.map(|(part, before, after)| {
            let (before, after) = (joined(before.iter(), "nada"), joined(after.iter(), "nada"));
            indented(&format!("{part}: {after} (ahora: {before})"))
        });
        lines.extend(told);
    }
    lines
}

fn indented(line: &str) -> String {
    format!("       {line}")
}

/// One officer on a form.
pub(super) fn user(user: &User, today: Date) -> String {
    let standing = if user.is_on(today) {
        "de alta"
    } else {
        "no está de alta"
    };
    let trained = user.trained_on.map_or_else(
        || "sin formación".to_owned(),
        |day| format!("formación {day}"),
    );
    let until = user
        .until
        .map_or_else(String::new, |day| format!(" hasta {day}"));
    format!(
        "{}  {}  {trained}  desde {}{until}  {standing}",
        user.officer, user.role, user.from
    )
}

fn joined<T: ToString>(parts: impl Iterator<Item = T>, none: &str) -> String {
    let parts: Vec<String> = parts.map(|part| part.to_string()).collect();
    if parts.is_empty() {
        none.to_owned()
    } else {
        parts.join(", ")
    }
}
