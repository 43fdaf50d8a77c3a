//! A key that is revoked in the registry leaves the sandbox too, without a restart.

use std::path::Path;

use certs::identity::Peer;
use serde_json::json;

use super::office::{office, shown};
use crate::members::CEILING;
use crate::site::{PROMPTLY, run};

const NOBODYS: &str = "/v2/casos/7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

#[test]
fn a_key_that_is_revoked_leaves_the_sandbox() {
    let office = office();
    let site = &office.site;
    let partner = site.partner_at(&office.sandbox, (CEILING.slug, CEILING.id));
    let before = run(partner.get(NOBODYS));
    assert_eq!(before.status, 403, "no run was begun: {}", before.body);
    let asked = json!({ "hora": jiff::Timestamp::now(), "funcionario": "PRUEBA-1" }).to_string();
    let begun = run(partner.post("/conformidad", "x", &asked));
    assert_eq!(begun.status, 201, "{}", begun.body);
    let known = run(partner.get(NOBODYS));
    assert_eq!(known.status, 404, "{}", known.body);

    let certificate = shown(&site.pki.organism(CEILING.slug).certificate);
    let key = Peer::from_file(Path::new(&certificate)).unwrap().key;
    let told = office.ministry(&format!(
        "certificates revoke {key} --by ADM-1 --reason PRUEBA"
    ));
    assert_eq!(told.status, 0, "{told:?}");
    run(
        site.until(PROMPTLY, "the sandbox does not know the key", async || {
            partner.get(NOBODYS).await.status == 403
        }),
    );
    // The gateway's own view of the registry is looked at by itself, in its own time.
    run(site.until(PROMPTLY, "no run begins by the key", async || {
        partner.post("/conformidad", "x", &asked).await.status == 403
    }));
}
