//! `GET /evidencias/verificacion` · whether the journal holds together up to its last seal: every entry read again, the
//! tree built again, its root compared with the one that was signed, and the signature verified.

use askama::Template;
use journal::NodeName;
use journal::verify::Verifier;
use store::journal::JournalState;

use crate::console::desk::Desk;
use crate::console::frame::Frame;
use crate::console::pages::{EVERYONE, Listed, Page};
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::visit::Visit;

use super::looked;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/evidencias/verificacion",
    title: "verification-title",
    listed: Listed::Within("/evidencias"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// The longest journal that is read whole for a page; a longer one is verified on the command line.
const LONGEST: u64 = 20_000;

#[derive(Template)]
#[template(path = "verification.html")]
struct VerificationPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    node: NodeName,
    entries: u64,
    covered: u64,
    at: String,
    root: String,
    tone: &'static str,
    told: &'static str,
    fault: String,
}

async fn read(visit: Visit) -> Reply {
    visit
        .desk
        .record(looked("verificarRegistro"), &visit.staff)
        .await?;
    let mut rows = Vec::new();
    for state in visit.desk.store.journal_states().await? {
        rows.push(row(&visit.desk, &visit.frame, state).await?);
    }
    response::page(&VerificationPage {
        rows,
        frame: visit.frame,
    })
}

async fn row(desk: &Desk, frame: &Frame, state: JournalState) -> Result<Row, Refusal> {
    let last = state.sealed.as_ref().map(|signed| &signed.checkpoint);
    let told = verdict(desk, &state).await?;
    let (tone, told, fault) = match told {
        Ok(whole) => ("good", whole, String::new()),
        Err((told, fault)) => ("bad", told, fault),
    };
    Ok(Row {
        node: state.node,
        entries: state.entries,
        covered: last.map_or(0, |last| last.size),
        at: last.map_or_else(String::new, |last| frame.instant(last.at)),
        root: last.map_or_else(String::new, |last| last.root.to_string()),
        tone: if told == "verification-none" {
            "warn"
        } else {
            tone
        },
        told,
        fault,
    })
}

/// The message that tells how it stands; of a fault also what it is.
type Verdict = Result<&'static str, (&'static str, String)>;

async fn verdict(desk: &Desk, state: &JournalState) -> Result<Verdict, Refusal> {
    let Some(signed) = state.sealed.clone() else {
        return Ok(Ok("verification-none"));
    };
    let seal = desk.watched.seal.clone();
    let good = move |text: &[u8], signature: &[u8]| seal.verify(text, signature).is_ok();
    if state.entries > LONGEST {
        let text = signed.checkpoint.to_be_signed();
        let signature = good(text.as_bytes(), &signed.signature);
        return Ok(if signature {
            Ok("verification-signature")
        } else {
            Err(("verification-broken", String::new()))
        });
    }
    let broken = |fault: journal::verify::Fault| ("verification-broken", fault.to_string());
    let mut verifier = match Verifier::new(state.node.clone(), vec![signed], good) {
        Ok(verifier) => verifier,
        Err(fault) => return Ok(Err(broken(fault))),
    };
    let mut pages = desk.store.export_journal(state.node.clone());
    loop {
        let page = pages.next_page().await?;
        if page.is_empty() {
            return Ok(verifier
                .finish()
                .map(|_| "verification-whole")
                .map_err(broken));
        }
        for row in &page {
            if let Err(fault) = verifier.push(row) {
                return Ok(Err(broken(fault)));
            }
        }
    }
}
