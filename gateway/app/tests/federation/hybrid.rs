//! Both legs agree on a key by the hybrid of a classical and a post-quantum group.

use certs::wire::{Negotiated, X25519MLKEM768};

use crate::members::HERENCIA;
use crate::relay::{Pace, Relay, port_of};
use crate::site::{Site, run, shared};

/// Every connection through the relay agreed on the hybrid group at the first try.
#[track_caller]
fn assert_hybrid(leg: &str, relay: &Relay) {
    let said = relay.said();
    assert!(!said.is_empty(), "{leg}: no connection");
    for bytes in said {
        let hybrid = Negotiated {
            group: X25519MLKEM768,
            retries: 0,
        };
        assert_eq!(Negotiated::read(&bytes), Some(hybrid), "{leg}");
    }
}

#[test]
fn a_partner_and_the_gateway() {
    let site = shared();
    run(async {
        let relay = Relay::start(port_of(&site.url), Pace::Straight);
        let answer = site
            .partner_at(&relay.url(""), HERENCIA)
            .get("/v2/casos?limite=1")
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_hybrid("partner", &relay);
    });
}

#[test]
fn the_gateway_and_the_central_system() {
    let mut between = None;
    let site = run(Site::start(|config| {
        let url = config["holder"]["url"].as_str().unwrap().to_owned();
        let relay = Relay::start(port_of(&url), Pace::Straight);
        config["holder"]["url"] = relay.url("/servicios/viogen/2").into();
        between = Some(relay);
    }));
    assert!(!site.cases.own.is_empty());
    assert_hybrid("central", &between.unwrap());
}
