//! Messages that come in packages of MIME, kept as files; and answers that leave in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use adapters::soap::{
    Incoming, Packaging, Packed, Rejection, SoapRequest, SoapVersion, Unpacked, pack, read_request,
    unpack,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::Limits;
use domain::Problem;
use domain::problem::Blame;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::sample::Index;

use crate::support::{FIELDS, envelope, header, report, viogen};

const PDF: &[u8] = b"%PDF-1.4\r\n%\xe2\xe3\xcf\xd3 PRUEBA\r\n--otro\r\n\x00\xff\r\n%%EOF\r\n";
const PLAN: &str = "caso/proteccion/plan/documento";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/packages")
}

/// A package as HTTP brings it.
struct Package {
    name: String,
    content_type: String,
    body: Vec<u8>,
}

fn packages(kind: &str) -> Vec<Package> {
    let entries = fs::read_dir(folder().join(kind)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| package(path)).collect()
}

fn package(path: &Path) -> Package {
    let bytes = fs::read(path).unwrap();
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    Package {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        content_type: String::from_utf8(bytes.get(..end).unwrap().to_vec()).unwrap(),
        body: bytes.get(end + 4..).unwrap().to_vec(),
    }
}

impl Package {
    fn unpack(&self) -> Result<Unpacked, Rejection> {
        let limits = Limits::default();
        let media = Some(self.content_type.as_str());
        Ok(unpack(media, &self.body, &viogen(), &limits)?.unwrap())
    }

    fn read(&self) -> Result<SoapRequest, Rejection> {
        read(&self.unpack()?)
    }
}

fn read(unpacked: &Unpacked) -> Result<SoapRequest, Rejection> {
    let message = Incoming {
        content_type: Some(&unpacked.content_type),
        soap_action: None,
        bytes: &unpacked.message,
    };
    read_request(&message, &viogen(), &Limits::default())
}

#[test]
fn good_packages_bring_the_document_byte_for_byte() {
    let packages = packages("good");
    assert!(packages.len() >= 15);
    for package in packages {
        let name = &package.name;
        let request = package
            .read()
            .unwrap_or_else(|it| panic!("{name}: {}", it.error));
        let newer = name.contains("soap12");
        assert_eq!(request.version == SoapVersion::V12, newer, "{name}");
        let plan = request.document.root().at(PLAN).unwrap().text().unwrap();
        assert_eq!(STANDARD.decode(plan).unwrap(), PDF, "{name}");
        let message = String::from_utf8(package.unpack().unwrap().message).unwrap();
        let alone = format!(">{}</", STANDARD.encode(PDF));
        assert!(message.contains(&alone), "{name}: {message}");
        let xop = package.unpack().unwrap().packaging == Packaging::Xop;
        assert_eq!(xop, name.starts_with("mtom"), "{name}");
    }
}

#[test]
fn hostile_packages_are_refused_each_by_its_name() {
    let table = fs::read_to_string(folder().join("hostile.txt")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(" | ").collect())
        .collect();
    let faults = fs::read_to_string(folder().join("faults.txt")).unwrap();
    let packages = packages("hostile");
    assert_eq!(packages.len(), rows.len());
    assert!(rows.len() >= 60);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &rows {
        let [code, version, name] = row[..] else {
            panic!("{row:?}");
        };
        let package = packages.iter().find(|it| it.name == name).unwrap();
        let Err(rejection) = package.read() else {
            panic!("{name} is read");
        };
        let told = report(&rejection);
        assert_eq!(told.problem.entry().blame, Blame::Caller, "{name}");
        let first = told.violations.first();
        let found = first.map_or(told.problem.entry().code, |it| it.code.as_str());
        let own = if version == "1.2" {
            SoapVersion::V12
        } else {
            SoapVersion::V11
        };
        if found != code || rejection.version != own {
            wrong.push(format!("{name}: {found} in {:?}", rejection.version));
        }
        let entry = told.problem.entry();
        let (blame, retry) = (entry.blame.as_str(), entry.retry.as_str());
        let fault = format!("{found} | {} | {blame} | {retry}", entry.code);
        if faults.lines().filter(|line| *line == fault).count() != 1 {
            wrong.push(format!("{name}: no row of `faults.txt` is `{fault}`"));
        }
        seen.insert(found.to_owned());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What takes too many bytes for a file is made in a test.
    let made = ["demasiadas-partes", "parte-demasiado-grande"];
    for fault in adapters::soap::PackageFault::ALL {
        let tried = seen.contains(fault.code()) || made.contains(&fault.code());
        assert!(tried, "{fault:?} is not in the corpus");
    }
}

fn of_parts(parts: &[Vec<u8>]) -> Package {
    let media =
        "multipart/related; boundary=b; type=\"application/xop+xml\"; start-info=\"text/xml\"";
    let mut body =
        b"--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\n\r\n<a/>".to_vec();
    for (at, part) in parts.iter().enumerate() {
        let head = format!("\r\n--b\r\nContent-ID: <{at}>\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(part);
    }
    body.extend_from_slice(b"\r\n--b--");
    Package {
        name: "made".to_owned(),
        content_type: media.to_owned(),
        body,
    }
}

#[test]
fn too_much_of_anything_is_refused() {
    let many = of_parts(&vec![b"a".to_vec(); 1_001]);
    let large = of_parts(&[vec![b'a'; (4 << 20) + 1]]);
    for (package, code, problem) in [
        (many, "demasiadas-partes", Problem::TooDeep),
        (large, "parte-demasiado-grande", Problem::BodyTooLarge),
    ] {
        let told = report(&package.read().unwrap_err());
        assert_eq!(told.violations[0].code, code);
        assert_eq!(told.problem, problem);
    }
}

/// A submission with that text for the plan's document.
fn submission(version: SoapVersion, document: &str) -> String {
    let body = format!(
        "<s:Body><PresentarCaso xmlns='urn:pasarela:viogen:2'><caso><proteccion><plan>\
         <documento>{document}</documento></plan></proteccion></caso></PresentarCaso></s:Body>"
    );
    envelope(version, &format!("{}{body}", header(FIELDS)))
}

fn again(packed: &Packed) -> Vec<u8> {
    let limits = Limits::default();
    let media = Some(packed.content_type.as_str());
    let unpacked = unpack(media, &packed.body, &viogen(), &limits).unwrap();
    unpacked.unwrap().message
}

#[test]
fn what_is_packed_is_the_same_message() {
    let content: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    for version in SoapVersion::ALL {
        let message = submission(*version, &STANDARD.encode(&content));
        let packed = pack(*version, message.as_bytes(), &viogen(), "prueba").unwrap();
        assert!(packed.body.len() < message.len(), "{version:?}");
        assert!(packed.body.windows(content.len()).any(|it| it == content));
        assert_eq!(again(&packed), message.as_bytes(), "{version:?}");
    }
}

#[test]
fn a_boundary_never_occurs_in_what_it_bounds() {
    let mut content = b"\r\n--pasarela-prueba\r\n--pasarela-prueba--\r\n".to_vec();
    content.resize(2_000, b'x');
    let message = submission(SoapVersion::V11, &STANDARD.encode(&content));
    let packed = pack(SoapVersion::V11, message.as_bytes(), &viogen(), "prueba").unwrap();
    assert_eq!(again(&packed), message.as_bytes());
}

#[test]
fn little_or_oddly_written_content_stays_in_the_envelope() {
    let small = STANDARD.encode([b'a'; 1_023]);
    let large = STANDARD.encode([b'a'; 1_024]);
    let broken = large.replacen('Y', "\nY", 1);
    for (document, goes) in [(&small, false), (&large, true), (&broken, false)] {
        let message = submission(SoapVersion::V11, document);
        let packed = pack(SoapVersion::V11, message.as_bytes(), &viogen(), "prueba");
        assert_eq!(packed.is_some(), goes, "{} bytes", document.len());
    }
    let text = format!(
        "<s:Body><PresentarCaso xmlns='urn:pasarela:viogen:2'><caso><proteccion><plan><palabraClave>\
         {large}</palabraClave></plan></proteccion></caso></PresentarCaso></s:Body>"
    );
    let message = envelope(SoapVersion::V11, &text);
    assert_eq!(
        pack(SoapVersion::V11, message.as_bytes(), &viogen(), "p"),
        None
    );
}

/// A submission with that many automated notes, each with its document.
fn documents(documents: &[String]) -> String {
    let notes = documents
        .iter()
        .map(|document| format!("<diligencia><documento>{document}</documento></diligencia>"));
    let notes: String = notes.collect();
    let body = format!(
        "<s:Body><PresentarCaso xmlns='urn:pasarela:viogen:2'><caso><valoracion>{notes}</valoracion></caso>\
         </PresentarCaso></s:Body>"
    );
    envelope(SoapVersion::V11, &format!("{}{body}", header(FIELDS)))
}

/// How many parts a package has, the envelope among them.
fn parts(packed: &Packed) -> usize {
    let head = b"Content-Transfer-Encoding: binary";
    let found = packed.body.windows(head.len());
    found.filter(|it| it == head).count()
}

/// What we write, we read: beyond the reader's bounds content stays in the envelope.
#[test]
fn no_package_of_ours_is_more_than_we_would_read() {
    let small = STANDARD.encode([b'a'; 1_024]);
    let largest = STANDARD.encode(vec![b'a'; 4 << 20]);
    let larger = STANDARD.encode(vec![b'a'; (4 << 20) + 1]);
    // A document, how many, and the parts that they make: none is the envelope alone.
    let table = [
        (vec![small.clone(); 1_000], Some(1_001)),
        (vec![small.clone(); 1_001], Some(1_001)),
        (vec![largest, small.clone()], Some(3)),
        (vec![larger, small.clone()], None),
        (vec![small.clone(); 2_000], Some(1_001)),
        // What stays in the envelope makes it too large for a part.
        (vec![small; 5_000], None),
    ];
    for (content, expected) in table {
        let message = documents(&content);
        let packed = pack(SoapVersion::V11, message.as_bytes(), &viogen(), "prueba");
        let count = packed.as_ref().map(parts);
        assert_eq!(count, expected, "{} documents", content.len());
        let Some(packed) = packed else { continue };
        let limits = Limits {
            max_bytes: packed.body.len(),
            ..Limits::default()
        };
        let media = Some(packed.content_type.as_str());
        let unpacked = unpack(media, &packed.body, &viogen(), &limits);
        assert_eq!(unpacked.unwrap().unwrap().message, message.as_bytes());
    }
    let message = documents(&[STANDARD.encode([b'a'; 1_024])]);
    let pack = |id: &str| pack(SoapVersion::V11, message.as_bytes(), &viogen(), id);
    assert!(pack(&"x".repeat(61)).is_some());
    // With the name the boundary would be longer than MIME admits.
    assert_eq!(pack(&"x".repeat(62)), None);
}

#[test]
fn other_content_types_are_no_packages() {
    for media in [
        None,
        Some("text/xml"),
        Some("multipart/mixed; boundary=b"),
        Some(""),
    ] {
        let found = unpack(media, b"--b--", &viogen(), &Limits::default()).unwrap();
        assert_eq!(found, None, "{media:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_package_is_read_or_refused(
        which: Index,
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        cut: Option<Index>,
    ) {
        let mut packages = packages("good");
        let mut package = packages.swap_remove(which.index(packages.len()));
        for (at, byte) in damage {
            let at = at.index(package.body.len());
            package.body[at] = byte;
        }
        if let Some(cut) = cut {
            package.body.truncate(cut.index(package.body.len()));
        }
        let unpacked = package.unpack();
        if let Ok(Unpacked { message, .. }) = &unpacked {
            // Nothing refers to a part any more, and what was a part is base64.
            let message = String::from_utf8_lossy(message);
            assert!(!message.contains("xop/include"), "{message}");
        }
        if let Ok(request) = package.read() {
            let plan = request.document.root().at(PLAN).and_then(contract::NodeRef::text);
            assert!(plan.is_none_or(|plan| STANDARD.decode(plan).is_ok()));
        }
        if let Err(rejection) = package.read() {
            let told = report(&rejection);
            assert!(!told.detail.is_empty());
            assert_eq!(told.problem.entry().blame, Blame::Caller, "{}", told.detail);
        }
    }
}
