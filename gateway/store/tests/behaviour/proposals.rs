//! What takes two people about certificates, and reminders that are told once.

use domain::StaffId;
use store::Store;
use store::proposals::{CertificateProposal, Decided, Decision, Proposed};
use store::reminders::Reminder;

use super::fixtures::{at, organism, parsed};
use super::open;

const HERENCIA: &str = "L01130473";

async fn proposed(store: &Store, id: &str, what: Proposed) -> CertificateProposal {
    let proposal = CertificateProposal {
        id: id.to_owned(),
        organism: parsed(HERENCIA),
        what,
        by: parsed("ADM-1"),
        at: at(1),
    };
    store.propose_certificate(&proposal).await.unwrap();
    proposal
}

pub(crate) async fn nobody_approves_her_own(url: &str) {
    let store = open(url).await;
    let unknown = CertificateProposal {
        id: "P-0".to_owned(),
        organism: parsed(HERENCIA),
        what: Proposed::Code(7),
        by: parsed("ADM-1"),
        at: at(1),
    };
    let refused = store.propose_certificate(&unknown).await.unwrap_err();
    assert_eq!(refused.code(), Some("organismo-inexistente"));
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    let pem = Proposed::Certificate("PRUEBA".to_owned());
    let all = [
        proposed(&store, "P-1", Proposed::Code(7)).await,
        proposed(&store, "P-2", pem).await,
        proposed(&store, "P-3", Proposed::Code(1)).await,
    ];
    let waiting = store.certificate_proposals(&parsed(HERENCIA)).await;
    assert_eq!(waiting.unwrap(), all);
    let (own, other): (StaffId, StaffId) = (parsed("ADM-1"), parsed("ADM-2"));
    let table = [
        ("P-1", Decision::Approved, &own, Decided::NotDone),
        ("P-1", Decision::Rejected, &own, Decided::NotDone),
        ("P-1", Decision::Withdrawn, &other, Decided::NotDone),
        ("P-1", Decision::Approved, &other, Decided::Done),
        ("P-1", Decision::Approved, &other, Decided::NotDone),
        ("P-2", Decision::Withdrawn, &own, Decided::Done),
        ("P-3", Decision::Rejected, &other, Decided::Done),
        ("P-9", Decision::Rejected, &other, Decided::NotDone),
    ];
    for (id, decision, by, expected) in table {
        let decided = store.decide_certificate(id, decision, (by, at(2))).await;
        assert_eq!(decided.unwrap(), expected, "{id} {decision:?} {by}");
    }
    assert_eq!(store.certificate_proposal("P-1").await.unwrap(), None);
    let waiting = store.certificate_proposals(&parsed(HERENCIA)).await;
    assert_eq!(waiting.unwrap(), []);
}

pub(crate) async fn each_mark_is_told_once(url: &str) {
    let store = open(url).await;
    let table = [
        ("clave-1", "60", Reminder::First),
        ("clave-1", "60", Reminder::Told),
        ("clave-2", "60", Reminder::First),
        ("clave-1", "30", Reminder::First),
        ("clave-1", "30", Reminder::Told),
    ];
    for (about, mark, expected) in table {
        let told = store.remind(about, mark, at(1)).await.unwrap();
        assert_eq!(told, expected, "{about} {mark}");
    }
}
