//! `GET /organismos/{organismo}/certificados` · the certificates of an organism, the codes by which it gets them, and what
//! of both waits for another's approval.
//!
//! What opens access takes two people: a code, the registration of a certificate. What closes it takes one and works at
//! once: a code is withdrawn, a key revoked.

mod codes;
mod decide;
mod keys;
mod rows;

use askama::Template;
use domain::{Organism, OrganismId, StaffRole};

use super::desk::Desk;
use super::frame::Frame;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::tried::Tried;
use super::visit::Visit;
use rows::{CodeRow, KeyRow, ProposalRow, RevokedRow};

/// Whoever does something here: what is against four eyes is refused by name.
const ACTORS: &[StaffRole] = &[StaffRole::Manager, StaffRole::Supervisor];

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/organismos/{organismo}/certificados",
    title: "certificates-title",
    listed: Listed::Within("/adhesiones"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[
        Act {
            path: "/organismos/{organismo}/certificados/codigo",
            actors: ACTORS,
            perform: |visit| Box::pin(codes::propose(visit)),
        },
        Act {
            path: "/organismos/{organismo}/certificados/codigo/retirar",
            actors: ACTORS,
            perform: |visit| Box::pin(codes::withdraw(visit)),
        },
        Act {
            path: "/organismos/{organismo}/certificados/registro",
            actors: ACTORS,
            perform: |visit| Box::pin(keys::propose(visit)),
        },
        Act {
            path: "/organismos/{organismo}/certificados/revocar",
            actors: ACTORS,
            perform: |visit| Box::pin(keys::revoke(visit)),
        },
        Act {
            path: "/organismos/{organismo}/certificados/propuesta",
            actors: ACTORS,
            perform: |visit| Box::pin(decide::decide(visit)),
        },
    ],
};

#[derive(Template)]
#[template(path = "certificates.html")]
struct CertificatesPage {
    frame: Frame,
    id: String,
    /// A code that was just issued: it is on this page, and on no other.
    issued: Option<Issued>,
    proposals: Vec<ProposalRow>,
    keys: Vec<KeyRow>,
    revoked: Vec<RevokedRow>,
    codes: Vec<CodeRow>,
    /// Why no code may be asked for yet.
    too_early: Option<&'static str>,
    tried: Tried,
}

/// A code that was just issued.
struct Issued {
    name: String,
    code: String,
    until: String,
    address: String,
}

async fn read(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let page = filled(visit, &organism, None, Tried::nothing()).await?;
    response::page(&page)
}

/// The organism of the page.
async fn organism(visit: &Visit) -> Result<Organism, Refusal> {
    let id: OrganismId = visit.part("organismo")?;
    // From the database: one that was registered a moment ago is there.
    let registry = visit.desk.store.load_registry().await?;
    registry.organism(&id).cloned().ok_or(Refusal::Nothing)
}

/// The page with everything on it.
async fn filled(
    visit: Visit,
    organism: &Organism,
    issued: Option<Issued>,
    tried: Tried,
) -> Result<CertificatesPage, Refusal> {
    let Visit {
        desk,
        staff,
        mut frame,
        now,
        ..
    } = visit;
    let (store, id) = (&desk.store, &organism.id);
    let proposals = store.certificate_proposals(id).await?;
    let keys = store.certificates_of(id).await?;
    let revoked = store.revoked_keys_of(id).await?;
    let codes = store.codes_of(id).await?;
    let too_early = codes::too_early(&desk, id, now).await?;
    frame.title = format!("{}: {}", frame.say("certificates-title"), organism.name);
    Ok(CertificatesPage {
        id: id.to_string(),
        issued,
        proposals: rows::proposals(&frame, &staff, proposals),
        keys: rows::keys(&frame, keys, now),
        revoked: rows::revoked(&frame, revoked),
        codes: rows::codes(&frame, codes, now),
        too_early,
        tried,
        frame,
    })
}

impl CertificatesPage {
    fn may_act(&self) -> bool {
        ACTORS.iter().any(|role| self.frame.has(*role))
    }
}

/// The page again, where an act has led to.
fn address(id: &OrganismId) -> String {
    format!("/organismos/{id}/certificados")
}

/// The page again, with what is wrong beside its field; nothing was done.
async fn refused(
    visit: Visit,
    organism: &Organism,
    (form, field): (&'static str, &'static str),
    told: String,
) -> Reply {
    let fields = visit.form.clone();
    let tried = Tried::of(form, fields, field, told);
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    response::page_with(status, &filled(visit, organism, None, tried).await?)
}

/// An act about the certificates of an organism, to be recorded.
fn about(operation: &str, organism: &OrganismId, file: &str) -> journal::Entry {
    journal::Entry {
        organism: Some(organism.clone()),
        file: Some(file.to_owned()),
        ..super::desk::act(operation)
    }
}

/// Records an act that was refused, so that the try is evidence.
async fn tried_in_vain(desk: &Desk, visit: &Visit, entry: journal::Entry, code: &str) {
    let denied = journal::Entry {
        staff: Some(visit.staff.id.clone()),
        verdict: Some(journal::Verdict::Denied),
        problem: Some(code.to_owned()),
        ..entry
    };
    if let Err(error) = desk.journal.record(denied).await {
        tracing::error!(%error, "a refusal of the console could not be journalled");
    }
}
