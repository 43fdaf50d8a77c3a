//! The files, and the table beside them; `README.md` there says what their words stand for.

use std::path::{Path, PathBuf};

use adapters::soap::SoapVersion;
use domain::Problem;
use jiff::Timestamp;

use crate::answer::Protocol;
use crate::members::HERENCIA;
use crate::partner::{OFFICER, fresh};
use crate::site::{Site, contracts};

/// A row of the table.
pub(super) struct Row {
    pub(super) told: Told,
    pub(super) violations: Vec<String>,
    /// The code of SOAP, where it is not that of the table of problems.
    pub(super) code: Option<String>,
    pub(super) blame: String,
    pub(super) retry: String,
    pub(super) protocols: Vec<Protocol>,
    pub(super) name: String,
}

/// What is said of a request.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// What HTTP says, and nothing of ours.
    Http,
    /// This, unless the connection ends before.
    Perhaps(Problem),
    Surely(Problem),
}

/// A request as it goes over the wire.
pub(super) struct Sent {
    pub(super) bytes: Vec<u8>,
    /// The numbers of the requests in it.
    pub(super) requests: Vec<String>,
}

fn folder() -> PathBuf {
    contracts().join("../../adapters/tests/wire/http")
}

/// The rows, one a file and none besides.
pub(super) fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(folder().join("hostile.txt")).unwrap();
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<Row> = lines.map(row).collect();
    assert_kept("hostile", rows.iter().map(|row| row.name.as_str()));
    rows
}

/// The folder has these files and no others.
#[track_caller]
pub(super) fn assert_kept<'n>(kind: &str, names: impl Iterator<Item = &'n str>) {
    let files = std::fs::read_dir(folder().join(kind)).unwrap();
    let mut kept: Vec<String> = files
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    let mut listed: Vec<String> = names.map(|name| format!("{name}.http")).collect();
    listed.sort();
    assert_eq!(kept, listed);
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split(" | ").collect();
    let [told, violations, code, blame, retry, versions, name] = cells[..] else {
        panic!("{line}");
    };
    let problem = |code| Problem::from_code(code).unwrap_or_else(|| panic!("{line}"));
    let some = |cell: &str| (cell != "-").then(|| cell.to_owned());
    Row {
        told: match told.strip_suffix('?') {
            None if told == "-" => Told::Http,
            None => Told::Surely(problem(told)),
            Some(told) => Told::Perhaps(problem(told)),
        },
        violations: some(violations).into_iter().collect(),
        code: some(code),
        blame: blame.to_owned(),
        retry: retry.to_owned(),
        protocols: versions.split(' ').map(protocol).collect(),
        name: name.to_owned(),
    }
}

fn protocol(version: &str) -> Protocol {
    match version {
        "1.1" => Protocol::Soap(SoapVersion::V11),
        "1.2" => Protocol::Soap(SoapVersion::V12),
        "rest" => Protocol::Rest,
        other => panic!("`{other}` is no version"),
    }
}

impl Sent {
    /// The file of that name in that version, its words replaced.
    pub(super) fn read(site: &Site, name: &str, protocol: Protocol) -> Self {
        let folder = folder();
        let text = std::fs::read_to_string(folder.join(format!("{name}.http"))).unwrap();
        let (request, behind) = (fresh(), fresh());
        let mut requests = Vec::new();
        for (word, number) in [("{REQUEST}", &request), ("{HIDDEN}", &behind)] {
            if text.contains(word) {
                requests.push(number.clone());
            }
        }
        let text = text.trim_end_matches('\n').replace('\n', "\r\n");
        let ends = text.ends_with("{HIDDEN}");
        let mut text = text.replace("{HIDDEN}", &hidden(site, &behind));
        for (word, value) in words(site, &request, protocol) {
            text = text.replace(word, &value);
        }
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let body = bytes(body, &folder);
        let head = head.replace("{LENGTH}", &body.len().to_string());
        let mut bytes = format!("{head}\r\n\r\n").into_bytes();
        bytes.extend(body);
        assert!(!ends || bytes.ends_with(b"\r\n\r\n"), "{name}");
        Self { bytes, requests }
    }
}

/// The body as it is sent.
fn bytes(body: &str, folder: &Path) -> Vec<u8> {
    if body == "{BOMB}" {
        let bomb = std::fs::read(folder.join("bomb.gz")).unwrap();
        assert!((1 << 12..1 << 17).contains(&bomb.len()), "it is no bomb");
        return bomb;
    }
    match body.strip_prefix("{UTF-16}") {
        Some(text) => {
            let marked = format!("\u{FEFF}{text}");
            marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
        None => body.as_bytes().to_vec(),
    }
}

/// What the words stand for, but for those that depend on the rest.
fn words(site: &Site, request: &str, protocol: Protocol) -> Vec<(&'static str, String)> {
    let media = |version: SoapVersion| version.content_type();
    let (path, media, namespace, other) = match protocol {
        Protocol::Rest => ("/v2/coincidencias", "application/json", "", ""),
        Protocol::Soap(version) => {
            let other = match version {
                SoapVersion::V11 => SoapVersion::V12,
                SoapVersion::V12 => SoapVersion::V11,
            };
            let (own, other) = (media(version), media(other));
            ("/soap/viogen/2", own, version.namespace(), other)
        }
    };
    let kind = |media: &str| media.split(';').next().unwrap_or_default().to_owned();
    let now = Timestamp::now().to_string();
    vec![
        ("{HOST}", site.url.trim_start_matches("https://").to_owned()),
        ("{ORGANISM}", HERENCIA.1.to_owned()),
        ("{REQUEST}", request.to_owned()),
        ("{NOW}", now),
        ("{CASE}", site.cases.own.clone()),
        ("{PATH}", path.to_owned()),
        ("{MEDIA}", media.to_owned()),
        ("{TYPE}", kind(media)),
        ("{OTHER-TYPE}", kind(other)),
        ("{SOAP}", namespace.to_owned()),
        ("{LF}", "\n".to_owned()),
    ]
}

/// A good request for a case that its sender may read.
fn hidden(site: &Site, request: &str) -> String {
    let host = site.url.trim_start_matches("https://");
    format!(
        "GET /v2/casos/{} HTTP/1.1\r\nHost: {host}\r\nPasarela-Solicitante: {}\r\n\
         Pasarela-Funcionario: {OFFICER}\r\nPasarela-Finalidad: proteccion\r\nIdempotency-Key: {request}\r\n\
         Connection: close\r\n\r\n",
        site.cases.own, HERENCIA.1
    )
}
