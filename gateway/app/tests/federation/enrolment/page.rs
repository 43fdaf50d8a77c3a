//! The page of enrolment: whoever has a browser and OpenSSL gets her certificate, or is told what is wrong, in her language.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use certs::client::Client;

use super::office::{NEIGHBOUR, NEWCOMER, Office, office, request};

const PATH: &str = "/adhesion/unirse";
const BOUNDARY: &str = "----PRUEBA";
/// Of the newcomer, on an RSA key of 2048 bits that nobody has.
const WEAK: &[u8] = include_bytes!("weak.csr");

/// Sends a request without a certificate; gives its status, head and body.
fn send(office: &Office, head: &str, body: &[u8]) -> (u16, String, String) {
    let address = office.enrolment.trim_start_matches("https://");
    let stream = TcpStream::connect(address.replace("localhost", "127.0.0.1")).unwrap();
    let client = Client::new(&office.site.pki.authority(), None).unwrap();
    let mut channel = client.connect("localhost", stream).unwrap();
    let length = body.len();
    let head = format!("{head}Host: {address}\r\nContent-Length: {length}\r\n\r\n");
    channel.write_all(head.as_bytes()).unwrap();
    channel.write_all(body).unwrap();
    let mut answer = Vec::new();
    // The server closes; whether politely does not matter.
    let _ = channel.read_to_end(&mut answer);
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_ascii_lowercase(), body.to_owned())
}

/// Sends the form as a browser does; the request as text, or as a file.
fn asks(organism: &str, code: &str, request: &[u8], file: Option<&[u8]>) -> (u16, String, String) {
    let field = |name: &str, more: &str, value: &[u8]| {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n"
        );
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let body = [
        field("organismo", "", organism.as_bytes()),
        field("codigo", "", code.as_bytes()),
        field("peticion", "", request),
        field(
            "fichero",
            "; filename=\"peticion.csr\"",
            file.unwrap_or_default(),
        ),
        format!("--{BOUNDARY}--\r\n").into_bytes(),
    ];
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    );
    send(office(), &head, &body.concat())
}

#[track_caller]
fn refused(told: &str, status: u16, answer: &(u16, String, String)) {
    assert_eq!(answer.0, status, "{told}: {answer:?}");
    assert!(answer.2.contains(told), "{told}: {answer:?}");
    assert!(answer.2.contains("Incidencia"), "{answer:?}");
}

#[test]
fn the_page_is_in_both_languages_and_lets_nothing_else_in() {
    for (language, told) in [("es", "Código de alta"), ("en", "Enrolment code")] {
        let (status, head, page) = send(
            office(),
            &format!("GET {PATH}?lang={language} HTTP/1.1\r\n"),
            b"",
        );
        assert_eq!(status, 200, "{page}");
        assert!(page.contains(told), "{page}");
        assert!(
            page.contains(&format!("<html lang=\"{language}\"")),
            "{page}"
        );
        assert!(
            head.contains("content-security-policy: default-src 'none'"),
            "{head}"
        );
        assert!(!page.contains("<script"), "{page}");
    }
    let (status, head, _) = send(office(), "GET / HTTP/1.1\r\n", b"");
    assert_eq!((status, head.contains(PATH)), (303, true), "{head}");
    let (status, ..) = send(office(), "GET /estilo.css HTTP/1.1\r\n", b"");
    assert_eq!(status, 200);
    // Pages of the console are not here.
    let (status, ..) = send(office(), "GET /adhesiones HTTP/1.1\r\n", b"");
    assert_eq!(status, 404);
}

#[test]
fn what_is_wrong_is_told_by_name_and_leaves_the_code_good() {
    let (code, _) = office().code(NEWCOMER);
    let table: [(&str, &str, &[u8], &str, u16); 5] = [
        (
            NEWCOMER,
            &code,
            b"PRUEBA",
            "no es una petición de certificado PKCS #10",
            400,
        ),
        (NEWCOMER, &code, WEAK, "menos de 3072 bits", 400),
        (
            NEWCOMER,
            &code,
            &request(NEIGHBOUR),
            "no es el identificador de su organismo",
            400,
        ),
        (
            NEIGHBOUR,
            &code,
            &request(NEIGHBOUR),
            "El código no vale para ese organismo",
            403,
        ),
        (
            NEWCOMER,
            "2222",
            &request(NEWCOMER),
            "El código no vale para ese organismo",
            403,
        ),
    ];
    for (organism, code, request, told, status) in table {
        let answer = asks(organism, code, request, None);
        refused(told, status, &answer);
        assert!(
            !answer.2.contains(code) || code == "2222",
            "the code comes back: {answer:?}"
        );
    }
    let (status, _, page) = asks(NEWCOMER, &code, b"", Some(&request(NEWCOMER)));
    assert_eq!(status, 201, "{page}");
    assert!(page.contains("download=\"certificado.pem\""), "{page}");
    assert_eq!(
        page.matches("BEGIN CERTIFICATE").count(),
        2,
        "leaf and authority"
    );
    let again = asks(NEWCOMER, &code, &request(NEWCOMER), None);
    refused("El código no vale para ese organismo", 403, &again);
    let large = asks(NEWCOMER, &code, "A".repeat(40_000).as_bytes(), None);
    refused("demasiado grande", 413, &large);
}
