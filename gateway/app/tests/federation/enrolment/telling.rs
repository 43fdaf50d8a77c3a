//! The connection test, on what is wrong at either end.

use certs::testpki::Bad;

use super::office::{NEWCOMER, office, shown};
use crate::members::{HERENCIA, SUSPENDED};
use crate::program::pasarela;
use crate::site::free_port;

fn told(case: Bad) -> &'static str {
    match case {
        Bad::Expired => "certificado-propio-caducado",
        Bad::NotYetValid => "certificado-propio-aun-no-valido",
        Bad::WrongPurpose => "certificado-propio-para-otro-uso",
        Bad::UnknownAuthority => "autoridad-no-reconocida",
        Bad::Revoked => "certificado-propio-revocado",
        Bad::TwoOrganisms => "certificado-propio-ambiguo",
    }
}

#[test]
fn what_is_wrong_with_our_certificate() {
    let (office, (slug, id)) = (office(), HERENCIA);
    let pki = &office.site.pki;
    for case in Bad::ALL {
        let files = pki.bad(case);
        office.assert_told((&files.certificate, &files.key), id, told(case));
    }
    let good = pki.organism(slug);
    let pair = (good.certificate.as_path(), good.key.as_path());
    office.assert_told(pair, id, "todo-correcto");
    office.assert_told(pair, NEWCOMER, "certificado-propio-de-otro-organismo");
    let crossed = (pair.0, pki.server().key);
    office.assert_told((crossed.0, &crossed.1), id, "clave-de-otro-certificado");
    let suspended = pki.organism(SUSPENDED.slug);
    let pair = (suspended.certificate.as_path(), suspended.key.as_path());
    office.assert_told(pair, SUSPENDED.id, "convenio-no-vigente");
}

#[test]
fn what_is_wrong_with_the_way_there() {
    let (office, (slug, id)) = (office(), HERENCIA);
    let files = office.site.pki.organism(slug);
    let (cert, key) = (shown(&files.certificate), shown(&files.key));
    let (ca, other) = (office.ca(), shown(&office.site.pki.server().certificate));
    let closed = format!("https://localhost:{}", free_port());
    for (gateway, ca, code) in [
        (closed.as_str(), &ca, "puerto-cerrado"),
        ("https://no-existe.invalid", &ca, "nombre-no-resuelto"),
        (
            &office.site.url,
            &other,
            "cadena-del-servidor-no-reconocida",
        ),
    ] {
        let given = [
            "join",
            "test",
            "--gateway",
            gateway,
            "--ca",
            ca,
            "--cert",
            &cert,
        ];
        let whose = ["--key", &key, "--organism", id];
        let ended = pasarela(&[&given[..], &whose].concat());
        let named = ended.out.contains(&format!("({code})"));
        assert!(named, "{code}: {ended:?}");
    }
}
