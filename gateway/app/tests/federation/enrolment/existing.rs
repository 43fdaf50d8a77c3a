//! A certificate of another provider, and those that are not registered.

use certs::authority::{Authority, Order, Purpose, Subject, Validity};
use certs::secret::PrivateKey;

use super::office::{Held, NEIGHBOUR, NEWCOMER, Pair, office, shown};
use crate::program::Ended;
use crate::site::{now, prepared};

fn made(authority: &Authority, id: &str, purpose: Purpose) -> Held {
    let held = Held::new();
    let key = PrivateKey::generate().unwrap();
    let order = Order {
        subject: Subject::organism(id, "Organismo de PRUEBA"),
        purpose,
        validity: Validity::days(now(), 5),
    };
    let certificate = authority.issue(&order, &key).unwrap();
    std::fs::write(&held.certificate, certificate.pem().unwrap()).unwrap();
    key.save(&held.key).unwrap();
    held
}

fn bring(code: &str, (certificate, key): Pair<'_>) -> Ended {
    let (certificate, key) = (shown(certificate), shown(key));
    let more = ["--existing", &certificate, "--key", &key];
    office().join(&Held::new(), NEWCOMER, code, &more)
}

#[test]
fn a_certificate_of_another_provider() {
    let office = office();
    let pki = prepared().join("pki");
    let authority = Authority::load(&pki.join("ca.pem"), &pki.join("ca.key.pem")).unwrap();
    let other_name = Subject::organism(NEIGHBOUR, "Otra CA de PRUEBA");
    let stranger = Authority::create(&other_name, Validity::days(now(), 5)).unwrap();
    let client = |authority, id| made(authority, id, Purpose::Client);
    let good = client(&authority, NEWCOMER);
    let (foreign, neighbour) = (client(&stranger, NEWCOMER), client(&authority, NEIGHBOUR));
    let server = made(
        &authority,
        NEWCOMER,
        Purpose::Server(vec!["localhost".to_owned()]),
    );
    let (code, _) = office.code(NEWCOMER);
    for (files, said) in [
        (foreign.pair(), "ninguna autoridad reconocida"),
        (neighbour.pair(), "no nombra al organismo"),
        (server.pair(), "no es para autenticación de cliente"),
        (
            (&good.certificate, &server.key),
            "no está firmada con la clave",
        ),
    ] {
        let ended = bring(&code, files);
        assert_eq!(ended.status, 1, "{ended:?}");
        assert!(ended.err.contains(said), "{said}: {ended:?}");
    }
    let brought = bring(&code, good.pair());
    assert_eq!(brought.status, 0, "{brought:?}");
    office.assert_works(good.pair(), NEWCOMER);
}
