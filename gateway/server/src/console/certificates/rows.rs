//! What the tables of the page show.

use certs::identity::Peer;
use domain::reminder::Mark;
use domain::{Staff, StaffRole};
use jiff::Timestamp;
use store::certificates::{KeyRecord, RevokedKey};
use store::enrolment::{CodeRecord, Fate};
use store::proposals::{CertificateProposal, Proposed};

use crate::console::frame::Frame;

/// A proposal that waits.
pub(super) struct ProposalRow {
    pub(super) id: String,
    pub(super) what: String,
    /// The certificate, of one to be registered: whoever approves it sees it.
    pub(super) content: Option<String>,
    /// What that says of itself, to compare with what the force says by another way.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) approvable: bool,
    pub(super) own: bool,
}

/// A registered key.
pub(super) struct KeyRow {
    pub(super) key: String,
    pub(super) origin: String,
    pub(super) parent: Option<String>,
    pub(super) until: String,
    pub(super) tone: &'static str,
    pub(super) state: String,
}

/// A revoked key.
pub(super) struct RevokedRow {
    pub(super) key: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) reason: String,
}

/// A code, by its name.
pub(super) struct CodeRow {
    pub(super) name: String,
    pub(super) by: String,
    pub(super) until: String,
    pub(super) tone: &'static str,
    pub(super) state: String,
    /// Whether it can still be used, and so withdrawn.
    pub(super) open: bool,
}

pub(super) fn proposals(
    frame: &Frame,
    staff: &Staff,
    proposals: Vec<CertificateProposal>,
) -> Vec<ProposalRow> {
    let rows = proposals.into_iter().map(|it| {
        let own = it.by == staff.id;
        let (what, content) = match it.what {
            Proposed::Code(days) => (frame.tell("certificates-code-for", "days", days), None),
            Proposed::Certificate(pem) => {
                let what = frame.say("certificates-registration").into_owned();
                (what, Some(pem))
            }
        };
        ProposalRow {
            id: it.id,
            what,
            facts: content
                .as_deref()
                .map(|pem| facts(frame, pem))
                .unwrap_or_default(),
            content,
            by: it.by.to_string(),
            at: frame.instant(it.at),
            approvable: !own && staff.roles.has(StaffRole::Supervisor),
            own,
        }
    });
    rows.collect()
}

/// What a certificate says of itself; one that cannot be read says nothing, and is not registered either.
fn facts(frame: &Frame, pem: &str) -> Vec<(&'static str, String)> {
    let Ok(peer) = Peer::from_pem(pem.as_bytes()) else {
        return Vec::new();
    };
    let named = [peer.dir3, peer.nif].into_iter().flatten();
    let day = |second: i64| {
        let at = Timestamp::from_second(second).ok();
        at.map_or_else(String::new, |at| frame.instant(at))
    };
    let holder = named.collect::<Vec<_>>().join(", ");
    vec![
        ("certificates-holder", holder),
        (
            "certificates-common-name",
            peer.common_name.unwrap_or_default(),
        ),
        ("certificates-serial", peer.serial),
        ("certificates-from", day(peer.not_before)),
        ("health-until", day(peer.not_after)),
        ("certificates-key", peer.key),
        ("certificates-fingerprint", peer.fingerprint),
    ]
}

pub(super) fn keys(frame: &Frame, keys: Vec<KeyRecord>, now: Timestamp) -> Vec<KeyRow> {
    keys.into_iter().map(|it| key(frame, &it, now)).collect()
}

fn key(frame: &Frame, record: &KeyRecord, now: Timestamp) -> KeyRow {
    let known = record.known.as_ref();
    let until = known.and_then(|(it, _)| Timestamp::from_second(it.not_after).ok());
    let (tone, state) = match known.map(|(it, _)| Mark::on(it.not_after, now.as_second())) {
        None => ("warn", frame.say("certificates-unknown").into_owned()),
        Some(None) => ("good", frame.say("certificates-good").into_owned()),
        Some(Some(Mark::Over)) => ("bad", frame.say("certificates-over").into_owned()),
        Some(Some(mark)) => (
            "warn",
            frame.tell("certificates-ends", "days", mark.as_str()),
        ),
    };
    KeyRow {
        key: record.key.to_string(),
        origin: known.map_or_else(String::new, |(_, origin)| {
            frame.term("origin", origin.as_str())
        }),
        parent: record.parent.map(|parent| parent.to_string()),
        until: until.map_or_else(String::new, |until| frame.instant(until)),
        tone,
        state,
    }
}

pub(super) fn revoked(frame: &Frame, keys: Vec<RevokedKey>) -> Vec<RevokedRow> {
    let rows = keys.into_iter().map(|it| RevokedRow {
        key: it.key.to_string(),
        by: it.by,
        at: frame.instant(it.at),
        reason: it.reason,
    });
    rows.collect()
}

pub(super) fn codes(frame: &Frame, codes: Vec<CodeRecord>, now: Timestamp) -> Vec<CodeRow> {
    let rows = codes.into_iter().map(|it| {
        let over = it.expires_at <= now;
        let (tone, state) = match &it.fate {
            Fate::Used { at, .. } => ("good", frame.tell("code-used", "at", frame.instant(*at))),
            Fate::Withdrawn { by, .. } => ("warn", frame.tell("code-withdrawn", "by", by)),
            Fate::Unused if over => ("warn", frame.say("code-expired").into_owned()),
            Fate::Unused => ("good", frame.say("code-open").into_owned()),
        };
        CodeRow {
            open: it.fate == Fate::Unused && !over,
            name: it.name,
            by: it.issued_by,
            until: frame.instant(it.expires_at),
            tone,
            state,
        }
    });
    rows.collect()
}
