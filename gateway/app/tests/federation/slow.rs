//! A body that drips in is not waited for.

use std::time::Duration;

use adapters::soap::SoapVersion;
use domain::Problem;

use crate::answer::{PROTOCOLS, Protocol};
use crate::members::HERENCIA;
use crate::partner::{envelope, fresh, operation};
use crate::relay::{Pace, Relay, port_of};
use crate::site::{run, shared};

/// The handshake passes, then a body of this size would take minutes.
const DRIP: Pace = Pace::Drip {
    free: 8_192,
    bytes: 256,
    pause: Duration::from_millis(100),
};
const BODY: usize = 200_000;

#[test]
fn a_slow_body_is_refused_by_name() {
    let site = shared();
    for protocol in PROTOCOLS {
        let relay = Relay::start(port_of(&site.url), DRIP);
        let partner = site.partner_at(&relay.url(""), HERENCIA);
        let filler = "9".repeat(BODY);
        let answer = run(async {
            match protocol {
                Protocol::Rest => {
                    let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{filler}"}}"#);
                    partner.post("/v2/coincidencias", &fresh(), &body).await
                }
                Protocol::Soap(version) => {
                    partner
                        .soap(version, &long(&partner.context(&fresh()), version, &filler))
                        .await
                }
            }
        });
        answer.assert_is("slow", protocol, Problem::SlowBody);
        site.assert_serves("a slow body");
        site.journal()
            .assert_refused("slow", &answer.incident(), Problem::SlowBody);
    }
}

fn long(block: &str, version: SoapVersion, filler: &str) -> String {
    let content =
        format!("<tipoDocumento>DNI</tipoDocumento><numeroDocumento>{filler}</numeroDocumento>");
    envelope(
        version,
        block,
        &operation("ConsultarCoincidencia", &content),
    )
}
