//! Bodies whose end cannot be told, and bodies that would grow: refused before anything in them is read, and nothing
//! that hides behind them is served.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use adapters::soap::SoapVersion;
use domain::Problem;

use crate::answer::{PROTOCOLS, Protocol};
use crate::members::HERENCIA;
use crate::partner::{OFFICER, envelope, fresh, operation};
use crate::site::{PROMPTLY, Site, run, shared};

/// Writes bytes as they are into a connection of Herencia's, and gives what came until the gateway closed it.
fn raw(site: &Site, bytes: &[u8]) -> String {
    let files = site.pki.organism(HERENCIA.0);
    let mut client = Command::new("openssl");
    client.args(["s_client", "-quiet", "-servername", "localhost"]);
    client
        .arg("-connect")
        .arg(site.url.trim_start_matches("https://"));
    client.arg("-CAfile").arg(site.pki.authority());
    client.arg("-cert").arg(&files.certificate);
    client.arg("-key").arg(&files.key);
    let piped = client.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = piped
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is needed");
    let mut input = running.stdin.take().unwrap();
    // It may be gone before it has read everything.
    let _ = input.write_all(bytes).and_then(|()| input.flush());
    let mut output = running.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut answer = Vec::new();
        output.read_to_end(&mut answer).map(|_| answer)
    });
    let begun = Instant::now();
    // Its input stays open: it ends when the gateway closes, and for no other reason.
    while running.try_wait().unwrap().is_none() {
        if begun.elapsed() > PROMPTLY * 2 {
            running.kill().unwrap();
            running.wait().unwrap();
            let answer = reading.join().unwrap().unwrap();
            panic!("still open: {}", String::from_utf8_lossy(&answer));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(input);
    let answer = reading.join().unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request of Herencia's: its head as far as the headers that say where its body ends.
fn head(site: &Site, version: &str) -> String {
    let host = site.url.trim_start_matches("https://");
    format!(
        "POST /soap/viogen/2 {version}\r\nHost: {host}\r\nContent-Type: text/xml; charset=utf-8\r\n"
    )
}

/// A good request that hides behind another.
fn hidden(site: &Site, request: &str) -> String {
    let host = site.url.trim_start_matches("https://");
    format!(
        "GET /v2/casos/{} HTTP/1.1\r\nHost: {host}\r\nPasarela-Solicitante: {}\r\n\
         Pasarela-Funcionario: {OFFICER}\r\nPasarela-Finalidad: proteccion\r\nIdempotency-Key: {request}\r\n\r\n",
        site.cases.own, HERENCIA.1
    )
}

/// What says where a body ends, and a body: `~` is an end of line, `HIDDEN` the request behind it.
const HEADS: [(&str, &str, &str); 13] = [
    (
        "both lengths",
        "HTTP/1.1",
        "Content-Length: 5~Transfer-Encoding: chunked~~0~~HIDDEN",
    ),
    (
        "both lengths, the other way",
        "HTTP/1.1",
        "Transfer-Encoding: chunked~Content-Length: 5~~0~~HIDDEN",
    ),
    (
        "two lengths",
        "HTTP/1.1",
        "Content-Length: 0~Content-Length: 7~~HIDDEN",
    ),
    (
        "one length twice",
        "HTTP/1.1",
        "Content-Length: 0~Content-Length: 0~~HIDDEN",
    ),
    (
        "a list of lengths",
        "HTTP/1.1",
        "Content-Length: 0, 7~~HIDDEN",
    ),
    (
        "a length with a sign",
        "HTTP/1.1",
        "Content-Length: +0~~HIDDEN",
    ),
    ("no number", "HTTP/1.1", "Content-Length: 0x0~~HIDDEN"),
    (
        "two codings",
        "HTTP/1.1",
        "Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~HIDDEN",
    ),
    (
        "an unknown coding",
        "HTTP/1.1",
        "Transfer-Encoding: xchunked~~0~~HIDDEN",
    ),
    (
        "chunked before the last",
        "HTTP/1.1",
        "Transfer-Encoding: chunked, identity~~0~~HIDDEN",
    ),
    (
        "a folded line",
        "HTTP/1.1",
        "Transfer-Encoding:~ chunked~~0~~HIDDEN",
    ),
    (
        "a blank before the colon",
        "HTTP/1.1",
        "Transfer-Encoding : chunked~~0~~HIDDEN",
    ),
    (
        "chunked before there were chunks",
        "HTTP/1.0",
        "Transfer-Encoding: chunked~~0~~HIDDEN",
    ),
];

/// The sizes of chunks that are none.
const CHUNKS: [(&str, &str); 6] = [
    ("a prefix", "0x0~~HIDDEN"),
    ("a sign", "-1~~HIDDEN"),
    ("no number", "hola~~HIDDEN"),
    ("a number beyond numbers", "FFFFFFFFFFFFFFFFF~~HIDDEN"),
    ("a size shorter than its chunk", "1~hola~0~~HIDDEN"),
    ("an end of line that is none", "0\n\nHIDDEN"),
];

/// Sends it, and sees that nothing of it was served and the connection is over.
#[track_caller]
fn refused(site: &Site, case: &str, version: &str, rest: &str) -> (String, String) {
    let request = fresh();
    let message = format!("{}{rest}", head(site, version)).replace('~', "\r\n");
    let message = message.replace("HIDDEN", &hidden(site, &request));
    let answer = raw(site, message.as_bytes());
    let statuses: Vec<&str> = answer
        .match_indices("HTTP/1.1 ")
        .chain(answer.match_indices("HTTP/1.0 "))
        .filter_map(|(at, _)| answer.get(at + 9..at + 12))
        .collect();
    let refusals = statuses.iter().all(|it| ["400", "500"].contains(it));
    assert!(refusals, "{case}: {answer}");
    assert!(!answer.contains(&site.cases.own), "{case}: {answer}");
    (answer, request)
}

#[test]
fn what_hides_behind_a_broken_message_is_never_served() {
    let site = shared();
    let mut hidden = Vec::new();
    for (case, version, rest) in HEADS {
        let (answer, request) = refused(site, case, version, rest);
        // No message was there yet: what HTTP itself says is all that is said.
        assert!(answer.contains(" 400 "), "{case}: {answer}");
        assert!(!answer.contains("Envelope"), "{case}: {answer}");
        hidden.push(request);
    }
    for (case, rest) in CHUNKS {
        let rest = format!("Transfer-Encoding: chunked~~{rest}");
        let (answer, request) = refused(site, case, "HTTP/1.1", &rest);
        // The end may come before the word for it.
        let code = Problem::BrokenFraming.entry().code;
        let named = answer.contains(&format!("<codigo>{code}</codigo>"));
        assert!(named || !answer.contains("Envelope"), "{case}: {answer}");
        hidden.push(request);
    }
    site.assert_serves("broken messages");
    let journal = site.journal();
    for entry in journal.entries() {
        let name = entry["peticion"].as_str().unwrap_or_default();
        assert!(!hidden.iter().any(|it| it == name), "{entry}");
    }
    // That the same request is served when nothing is wrong before it is what makes this a test.
    let request = fresh();
    let good = self::hidden(site, &request).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let answer = raw(site, good.as_bytes());
    assert!(answer.contains(&site.cases.own), "{answer}");
    let served = site.journal();
    let mut served = served.entries().iter();
    assert!(served.any(|entry| entry["peticion"] == request.as_str()));
}

/// 64 MiB of nothing, in 64 KiB.
fn bomb() -> Vec<u8> {
    let mut gzip = Command::new("gzip")
        .arg("-9")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip is needed");
    let mut input = gzip.stdin.take().unwrap();
    let writing = std::thread::spawn(move || {
        let nothing = vec![b' '; 1 << 20];
        (0..64).try_for_each(|_| input.write_all(&nothing))
    });
    let output = gzip.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.stdout.len() < 256 << 10, "it is no bomb");
    output.stdout
}

#[test]
fn a_body_that_would_grow_is_not_unpacked() {
    let site = shared();
    let herencia = site.herencia();
    let bomb = bomb();
    for coding in ["gzip", "identity, GZIP", "deflate", "br", "x-prueba"] {
        for protocol in PROTOCOLS {
            let (path, media) = match protocol {
                Protocol::Rest => ("/v2/coincidencias", "application/json"),
                Protocol::Soap(version) => ("/soap/viogen/2", version.content_type()),
            };
            let request = fresh();
            let headers = [
                ("Content-Type", media),
                ("Content-Encoding", coding),
                ("Pasarela-Solicitante", herencia.id.as_str()),
                ("Pasarela-Funcionario", OFFICER),
                ("Pasarela-Finalidad", "proteccion"),
                ("Idempotency-Key", request.as_str()),
            ];
            let reply = run(herencia.soap_bytes(path, &headers, bomb.clone()));
            let answer = crate::answer::Answer::from(reply);
            answer.assert_is(coding, protocol, Problem::ContentCoded);
            let journal = site.journal();
            journal.assert_refused(coding, &answer.incident(), Problem::ContentCoded);
        }
    }
    let content = format!("<idCaso>{}</idCaso>", site.cases.own);
    let version = SoapVersion::V12;
    let message = envelope(
        version,
        &herencia.context(&fresh()),
        &operation("ConsultarCaso", &content),
    );
    let headers = [
        ("Content-Type", version.content_type()),
        ("Content-Encoding", "identity"),
    ];
    let plain = run(herencia.soap_at("/soap/viogen/2", &headers, &message));
    assert_eq!(plain.status, 200, "{}", plain.body);
}
