//! Who is not let in: refused in TLS, told so by an alert, and on record.

use std::process::{Command, Stdio};

use certs::testpki::Bad;
use domain::Problem;

use crate::answer::Protocol;
use crate::members::{HERENCIA, STRANGER};
use crate::partner::fresh;
use crate::site::{PROMPTLY, Site, now, run, shared};

/// What a client that checks nothing of its own certificate sees. It sends nothing after its handshake and waits: one
/// that sends at once may be told by a reset instead of the alert, since TLS 1.3 lets it.
pub(crate) fn client(site: &Site, certificate: Option<&str>) -> String {
    let pki = crate::site::prepared().join("pki");
    let mut client = Command::new("openssl");
    client.args([
        "s_client",
        "-servername",
        "localhost",
        "-verify_return_error",
    ]);
    client
        .arg("-connect")
        .arg(site.url.trim_start_matches("https://"));
    client.arg("-CAfile").arg(site.pki.authority());
    if let Some(name) = certificate {
        client.arg("-cert").arg(pki.join(format!("{name}.pem")));
        client.arg("-key").arg(pki.join(format!("{name}.key.pem")));
    }
    let piped = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = piped.spawn().expect("openssl is needed");
    let held = running.stdin.take();
    let output = running.wait_with_output().unwrap();
    drop(held);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The journal's word for a refused certificate.
fn recorded(bad: Bad) -> &'static str {
    match bad {
        Bad::Expired => "certificado-caducado: expired",
        Bad::NotYetValid => "certificado-no-valido: not-yet-valid",
        Bad::WrongPurpose => "certificado-no-valido: wrong-purpose",
        Bad::UnknownAuthority => "certificado-no-valido: unknown-authority",
        Bad::Revoked => "certificado-revocado: revoked",
        Bad::TwoOrganisms => "certificado-ambiguo: ambiguous",
    }
}

#[test]
fn bad_certificates_are_refused_by_an_alert_and_recorded() {
    let site = shared();
    let none = (None, "sin-certificado: unfinished");
    let bad = Bad::ALL.map(|bad| (Some(bad.name()), recorded(bad)));
    for (certificate, problem) in std::iter::once(none).chain(bad) {
        let before = site.journal().refused_connections(problem);
        let said = client(site, certificate);
        assert!(said.contains(" alert "), "{certificate:?}: {said}");
        let recorded = async || site.journal().refused_connections(problem) == before + 1;
        run(site.until(PROMPTLY, problem, recorded));
        site.assert_serves(problem);
    }
    let said = client(site, Some(HERENCIA.0));
    assert!(!said.contains(" alert "), "a good certificate: {said}");
}

#[test]
fn bytes_that_are_no_tls_take_nothing_down() {
    use std::io::{Read, Write};
    let site = shared();
    let address = site
        .url
        .trim_start_matches("https://")
        .replace("localhost", "127.0.0.1");
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0x16, 3, 1, 0xFF, 0xFF],
        &[0; 64],
    ] {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(PROMPTLY)).unwrap();
        stream.write_all(bytes).unwrap();
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        // However it ends, it must not be an answer of ours.
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains("HTTP/1.1 200"), "{text}");
        site.assert_serves("bytes that are no TLS");
    }
}

#[test]
fn a_good_certificate_that_is_not_registered_is_told_so_and_recorded() {
    let site = shared();
    let problem = Problem::CertificateNotRegistered;
    let stranger = site.partner((STRANGER.slug, STRANGER.id));
    for protocol in crate::answer::PROTOCOLS {
        let answer = run(async {
            match protocol {
                Protocol::Rest => stranger.get("/v2/casos").await,
                Protocol::Soap(version) => {
                    let content = format!("<idCaso>{}</idCaso>", site.cases.own);
                    stranger.call(version, "ConsultarCaso", &content).await
                }
            }
        });
        answer.assert_is("stranger", protocol, problem);
        let journal = site.journal();
        let entry = journal.assert_refused("stranger", &answer.incident(), problem);
        assert_eq!(
            entry["certificado"].as_str().map(str::len),
            Some(64),
            "{entry}"
        );
    }
    for path in [
        "/v2/openapi.json",
        "/soap/viogen/2?wsdl",
        "/soap/viogen/2?xsd=viogen/2/tipos.xsd",
    ] {
        let answer = run(stranger.get(path));
        answer.assert_is(path, Protocol::Rest, problem);
    }
}

#[test]
fn a_second_certificate_works_once_its_key_is_registered() {
    let site = shared();
    let (slug, id) = HERENCIA;
    let files = site.pki.rotated(slug);
    let ca = site.pki.authority();
    let client = nodes::client::Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
    let rotated = crate::partner::Partner::new(client, id, &site.url);
    let path = format!("/v2/casos/{}", site.cases.own);
    let before = run(rotated.get(&path));
    before.assert_is("rotated", Protocol::Rest, Problem::CertificateNotRegistered);
    site.register(&format!(
        "[[organismo]]\nid = \"{id}\"\nkind = \"policiaLocal\"\nname = \"Herencia (prueba)\"\ncertificados = [\"{}\"]\n",
        files.certificate.display()
    ));
    run(site.until(PROMPTLY, "the second key", async || {
        rotated.get(&path).await.status == 200
    }));
    // The first one goes on working until it is taken out.
    let first = run(site.herencia().post("/v2/coincidencias", &fresh(), HIT));
    assert_eq!(first.status, 200, "{}", first.body);
}

const HIT: &str = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099K"}"#;
