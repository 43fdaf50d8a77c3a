//! Every fact has its finding.

use super::Connection::{Alert as Told, Answered, Broken, Server, Unreached as Not};
use super::*;

fn facts(connection: Connection) -> Facts {
    Facts {
        host: "pasarela.example".to_owned(),
        own: Own::Good,
        connection,
        ahead_s: Some(0),
    }
}

fn answer(status: u16, code: &str, blame: &str) -> Connection {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Answered(Answer {
        status,
        code: some(code),
        blame: some(blame),
        detail: "Así.".to_owned(),
    })
}

fn fault(kind: ServerFaultKind) -> Connection {
    Server(ServerFault {
        kind,
        names: vec!["otra.example".to_owned(), "10.0.0.1".to_owned()],
    })
}

#[track_caller]
fn check(facts: &Facts, expected: &[(&str, Whose)]) {
    let found = diagnose(facts);
    let told: Vec<(&str, Whose)> = found.iter().map(|it| (it.code, it.whose)).collect();
    assert_eq!(told, expected, "{facts:?}");
    for Finding { said, todo, .. } in &found {
        assert!(said.ends_with('.'), "{said}");
        assert!(todo.ends_with('.'), "{todo}");
    }
}

type Row = (Connection, &'static str, Whose);

#[track_caller]
fn check_all(table: impl IntoIterator<Item = Row>) {
    for (connection, code, whose) in table {
        check(&facts(connection), &[(code, whose)]);
    }
}

#[test]
fn the_way_there() {
    use Whose::Network;
    let other = || "algo".to_owned();
    check_all([
        (Not(Unreached::NoName), "nombre-no-resuelto", Network),
        (Not(Unreached::Refused), "puerto-cerrado", Network),
        (Not(Unreached::Silent), "sin-respuesta", Network),
        (Not(Unreached::Other(other())), "red-con-fallo", Network),
        (Broken(other()), "conexion-interrumpida", Network),
    ]);
}

#[test]
fn the_certificate_of_the_server() {
    use ServerFaultKind::{Expired, NotYetValid, Other, OtherName, Untrusted};
    let row = |kind, code, whose| (fault(kind), code, whose);
    check_all([
        row(Untrusted, "cadena-del-servidor-no-reconocida", Whose::Ours),
        row(OtherName, "nombre-del-servidor-distinto", Whose::Ours),
        row(
            NotYetValid,
            "certificado-del-servidor-aun-no-valido",
            Whose::Ours,
        ),
        row(Expired, "certificado-del-servidor-caducado", Whose::Gateway),
        row(
            Other("x"),
            "certificado-del-servidor-no-valido",
            Whose::Gateway,
        ),
    ]);
}

#[test]
fn what_the_server_has_against_us() {
    let row = |alert, code| (Told(alert), code, Whose::Ours);
    check_all([
        row(Alert::CertificateRequired, "certificado-no-presentado"),
        row(Alert::Expired, "certificado-propio-caducado"),
        row(Alert::Revoked, "certificado-propio-revocado"),
        row(Alert::UnknownAuthority, "autoridad-no-reconocida"),
        row(Alert::WrongPurpose, "certificado-propio-para-otro-uso"),
        row(Alert::BadCertificate, "certificado-propio-no-valido"),
        row(Alert::Holder, "certificado-propio-ambiguo"),
        row(Alert::Version, "version-de-tls"),
        row(Alert::Other("algo".to_owned()), "conexion-rechazada"),
    ]);
}

#[test]
fn answers() {
    use Whose::{Gateway, Network, Nobody, Ours};
    check_all([
        (answer(200, "", ""), "todo-correcto", Nobody),
        (answer(502, "", ""), "no-es-la-pasarela", Network),
    ]);
    let row = |status, code, blame, whose| (answer(status, code, blame), code, whose);
    let caller = "solicitante";
    check_all([
        row(403, "certificado-no-registrado", caller, Ours),
        row(403, "certificado-revocado", caller, Ours),
        row(403, "convenio-no-vigente", caller, Gateway),
        row(403, "operacion-no-permitida", caller, Nobody),
        row(503, "cedente-inaccesible", "cedente", Gateway),
    ]);
    let unknown = |blame, whose| {
        (
            answer(429, "otro-problema", blame),
            "peticion-denegada",
            whose,
        )
    };
    check_all([unknown(caller, Ours), unknown("pasarela", Gateway)]);
}

#[test]
fn our_own_certificate() {
    let text = || "x".to_owned();
    let table = [
        (Own::KeyOfAnother, "clave-de-otro-certificado"),
        (Own::KeyExposed, "clave-expuesta"),
        (Own::Expired, "certificado-propio-caducado"),
        (Own::NotYetValid, "certificado-propio-aun-no-valido"),
        (Own::WrongPurpose, "certificado-propio-para-otro-uso"),
        (Own::Ambiguous, "certificado-propio-ambiguo"),
        (
            Own::OtherHolder(text()),
            "certificado-propio-de-otro-organismo",
        ),
        (Own::Unreadable(text()), "fichero-propio-ilegible"),
    ];
    for (own, code) in table {
        let with = |connection| Facts {
            own: own.clone(),
            ..facts(connection)
        };
        // The server says nothing that was not known here, and a good answer does not make it good.
        check(
            &with(Told(Alert::CertificateRequired)),
            &[(code, Whose::Ours)],
        );
        check(&with(answer(200, "", "")), &[(code, Whose::Ours)]);
        check(
            &with(Not(Unreached::Refused)),
            &[(code, Whose::Ours), ("puerto-cerrado", Whose::Network)],
        );
    }
}

#[test]
fn clocks() {
    let fine = ("todo-correcto", Whose::Nobody);
    let wrong = ("reloj-desajustado", Whose::Ours);
    for (ahead_s, expected) in [
        (None, &[fine][..]),
        (Some(60), &[fine]),
        (Some(-60), &[fine]),
        (Some(61), &[wrong, fine]),
        (Some(-61), &[wrong, fine]),
        (Some(i64::MIN), &[wrong, fine]),
    ] {
        let facts = Facts {
            ahead_s,
            ..facts(answer(200, "", ""))
        };
        check(&facts, expected);
    }
    let said = clock(90).unwrap().said;
    assert!(said.contains("adelantado 90 segundos"), "{said}");
}

#[test]
fn the_names_of_the_server_are_told() {
    let [finding] = &diagnose(&facts(fault(ServerFaultKind::OtherName)))[..] else {
        panic!("one finding");
    };
    assert!(
        finding.said.contains("pasarela.example"),
        "{}",
        finding.said
    );
    assert!(
        finding.said.contains("otra.example, 10.0.0.1"),
        "{}",
        finding.said
    );
}
