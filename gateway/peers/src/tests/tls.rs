//! The outgoing leg's TLS: the hybrid group, and nobody whom our authorities do not vouch for.

use adapters::soap::SoapVersion::V12;
use certs::testpki::{Bad, Files};
use certs::wire::{Negotiated, X25519MLKEM768};
use domain::Problem;

use super::pages::page;
use super::server::{Deed, Server, relay, soap};
use super::site::{Site, context, nobody, site};
use crate::PeerFault;

#[tokio::test]
async fn the_hybrid_group_is_negotiated() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let (address, seen) = relay(server.address);
    site.holder(site.config(address))
        .index_feed(&context(), (None, 10), &nobody)
        .await
        .unwrap();
    let negotiated = Negotiated::read(&seen.lock().unwrap());
    assert_eq!(
        negotiated,
        Some(Negotiated {
            group: X25519MLKEM768,
            retries: 0
        })
    );
}

async fn check_refused(site: &Site, server: &Server, ours: Files, said: &str) {
    let mut config = site.config(server.address);
    (config.certificate, config.key) = (ours.certificate, ours.key);
    let answer = site
        .holder(config)
        .index_feed(&context(), (None, 10), &nobody)
        .await;
    let fault = answer.unwrap_err();
    assert!(matches!(fault, PeerFault::Tls(_)), "{fault}");
    assert!(
        fault.to_string().contains(said),
        "`{fault}` where `{said}` was expected"
    );
    assert_eq!(fault.problem(), Problem::HolderUnreachable);
}

#[tokio::test]
async fn a_holder_that_is_not_the_one_is_refused() {
    let (site, stranger) = (site(), site());
    let verify = "certificate verify failed";
    let silent = Deed::Stall(vec![]);
    let unknown = Server::start(&stranger.pki, silent.clone());
    check_refused(&site, &unknown, site.pki.gateway(), verify).await;
    // A client's certificate: neither for servers nor for this address.
    let client = Server::with_identity(&site.pki, site.pki.organism("herencia"), silent);
    check_refused(&site, &client, site.pki.gateway(), verify).await;
}

#[tokio::test]
async fn a_holder_that_refuses_us_is_named() {
    let site = site();
    let server = Server::start(&site.pki, Deed::Stall(vec![]));
    check_refused(
        &site,
        &server,
        site.pki.bad(Bad::Revoked),
        "certificate revoked",
    )
    .await;
    let unknown = site.pki.bad(Bad::UnknownAuthority);
    check_refused(&site, &server, unknown, "unknown ca").await;
}
