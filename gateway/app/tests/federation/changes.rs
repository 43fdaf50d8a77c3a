//! What changes beneath an open connection is in force within five seconds, on that connection too.

use domain::{CertificateKey, Problem};
use store::Store;

use crate::answer::Protocol;
use crate::members::{Member, REVOKED, SUSPENDED_LATER, WITHOUT_KEY};
use crate::relay::{Pace, Relay, port_of};
use crate::site::{PROMPTLY, Site, now, prepared, run, shared};

/// A change, and whom it is to be felt by.
struct Change {
    who: &'static Member,
    problem: Problem,
    make: fn(&Site),
}

const CHANGES: [Change; 3] = [
    Change {
        who: &REVOKED,
        problem: Problem::CertificateRevoked,
        make: revoke,
    },
    Change {
        who: &SUSPENDED_LATER,
        problem: Problem::AgreementNotEffective,
        make: suspend,
    },
    Change {
        who: &WITHOUT_KEY,
        problem: Problem::CertificateNotRegistered,
        make: take_key_out,
    },
];

fn revoke(site: &Site) {
    let files = site.pki.organism(REVOKED.slug);
    site.pki.revoke(2, now(), &[files]).unwrap();
}

fn suspend(site: &Site) {
    site.register(&SUSPENDED_LATER.entry(&prepared().join("pki"), "suspendido"));
}

fn take_key_out(site: &Site) {
    let peer = site.pki.organism(WITHOUT_KEY.slug).peer().unwrap();
    let key: CertificateKey = peer.key.parse().unwrap();
    run(async {
        let url = format!(
            "sqlite://{}",
            site.folder().join("pasarela.sqlite").display()
        );
        Store::open(&url)
            .await
            .unwrap()
            .remove_key(&key)
            .await
            .unwrap();
    });
}

#[test]
fn on_an_open_connection() {
    let site = shared();
    let path = format!("/v2/casos/{}", site.cases.own);
    for Change { who, problem, make } in CHANGES {
        let case = who.slug;
        let relay = Relay::start(port_of(&site.url), Pace::Straight);
        let partner = site.partner_at(&relay.url(""), (who.slug, who.id));
        let before = run(partner.get(&path));
        assert_eq!(before.status, 200, "{case}: {}", before.body);
        make(site);
        let refused = async || partner.get(&path).await.status == problem.entry().http;
        run(site.until(PROMPTLY, case, refused));
        let after = run(partner.get(&path));
        after.assert_is(case, Protocol::Rest, problem);
        assert_eq!(
            relay.connections(),
            1,
            "{case}: the connection was not the same"
        );
        site.journal()
            .assert_refused(case, &after.incident(), problem);
        site.assert_serves(case);
    }
}

#[test]
fn a_suspension_ends_as_promptly() {
    let site = run(Site::start(|_| ()));
    let partner = site.partner((SUSPENDED_LATER.slug, SUSPENDED_LATER.id));
    let path = format!("/v2/casos/{}", site.cases.own);
    for (state, status) in [("suspendido", 403), ("vigente", 200), ("resuelto", 403)] {
        site.register(&SUSPENDED_LATER.entry(&prepared().join("pki"), state));
        let felt = async || partner.get(&path).await.status == status;
        run(site.until(PROMPTLY, state, felt));
    }
}
