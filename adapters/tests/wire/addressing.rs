//! Messages with headers of WS-Addressing: each file of the folder says itself what must come of it.

use std::fs;
use std::path::Path;

use adapters::soap::{
    ADDRESSING, AddressingFault, Asked, Endpoint, FaultCode, Incoming, Relation, Reply,
    SoapVersion, addressing, relation, with_blocks, with_question, write_fault,
};
use contract::Limits;
use domain::problem::{Blame, Retry};

use crate::support::{codes, read, report, viogen};

const NAME: &str = "urn:uuid:00000000-0000-4000-8000-000000000001";

/// Name, what is expected, version and text of each message.
fn corpus() -> Vec<(String, String, SoapVersion, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/addressing");
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "xml"))
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let first = text.lines().next().unwrap();
        let expected = first
            .strip_prefix("<!-- ")
            .and_then(|it| it.strip_suffix(" -->"));
        let version = if text.contains(SoapVersion::V12.namespace()) {
            SoapVersion::V12
        } else {
            SoapVersion::V11
        };
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, expected.unwrap().to_owned(), version, text)
    };
    files.iter().map(read).collect()
}

fn told(version: SoapVersion, text: &str) -> Option<adapters::soap::Addressing> {
    let message = Incoming {
        content_type: Some(version.content_type()),
        soap_action: None,
        bytes: text.as_bytes(),
    };
    addressing(&message, &viogen(), &Limits::default())
}

#[test]
fn every_file_of_the_corpus() {
    let (mut seen, mut accepted) = (Vec::new(), 0);
    for (name, expected, version, text) in corpus() {
        let outcome = read(version, text.as_bytes());
        if expected == "se acepta" {
            assert!(outcome.is_ok(), "{name}: {:?}", outcome.err());
            accepted += 1;
            continue;
        }
        let (code, subcode) = expected.split_once(' ').unwrap();
        let Err(rejection) = outcome else {
            panic!("{name} is accepted");
        };
        let report = report(&rejection);
        assert_eq!(codes(&report), [code], "{name}");
        let entry = report.problem.entry();
        assert_eq!((entry.blame, entry.retry), (Blame::Caller, Retry::AfterFix));
        assert_eq!(rejection.version, version, "{name}");
        let of = FaultCode::of(&rejection.error);
        let fault = String::from_utf8(write_fault(version, &of, &report)).unwrap();
        assert_fault(&name, (version, subcode), &fault);
        let action = format!(
            "{ADDRESSING}/{}fault",
            if subcode == "-" { "soap/" } else { "" }
        );
        assert_eq!(of.action(), action, "{name}");
        seen.push(code.to_owned());
    }
    assert!(accepted >= 24, "{accepted}");
    for fault in AddressingFault::ALL {
        let files = seen.iter().filter(|it| *it == fault.code()).count();
        assert!(files >= 2, "`{}` is in {files} files", fault.code());
    }
}

#[track_caller]
fn assert_fault(name: &str, (version, subcode): (SoapVersion, &str), fault: &str) {
    if subcode == "-" {
        assert!(fault.contains("MustUnderstand<"), "{name}: {fault}");
        return;
    }
    let own = format!(">wsa:{subcode}</");
    assert!(fault.contains(&own), "{name}: {fault}");
    assert!(
        fault.contains("<wsa:ProblemHeaderQName "),
        "{name}: {fault}"
    );
    let above = fault.contains(">wsa:InvalidAddressingHeader</");
    let top = ["MessageAddressingHeaderRequired", "DestinationUnreachable"].contains(&subcode);
    match version {
        // The most particular code alone, and what it is about in the header.
        SoapVersion::V11 => {
            assert_eq!(
                above,
                subcode == "InvalidAddressingHeader",
                "{name}: {fault}"
            );
            assert!(fault.contains("<wsa:FaultDetail "), "{name}: {fault}");
        }
        SoapVersion::V12 => {
            assert!(fault.contains(">soap:Sender</"), "{name}: {fault}");
            assert_eq!(above, !top, "{name}: {fault}");
        }
    }
}

#[test]
fn what_is_refused_says_what_it_relates_to() {
    for (name, _, version, text) in corpus() {
        let found = told(version, &text);
        let headers = text.contains("<a:Action>urn") || text.contains("<a:MessageID>");
        if headers && text.contains(NAME) {
            let found = found.unwrap_or_else(|| panic!("{name}"));
            assert_eq!(found.message_id.as_deref(), Some(NAME), "{name}");
        }
    }
}

#[test]
fn answers_go_where_they_are_wanted() {
    use Endpoint::{Anonymous, Nobody};
    let all = corpus();
    let of = |wanted: &str| {
        let (_, _, version, text) = all.iter().find(|(name, ..)| name == wanted).unwrap();
        told(*version, text).map(|it| (it.reply_to, it.fault_to))
    };
    for (name, expected) in [
        ("least-soap11", Some((Anonymous, Anonymous))),
        ("all-soap12", Some((Anonymous, Nobody))),
        ("to-nobody-soap11", Some((Nobody, Nobody))),
        // Whoever addresses badly is told so.
        ("reply-elsewhere-soap12", Some((Anonymous, Anonymous))),
        ("draft-soap12", None),
    ] {
        assert_eq!(of(name), expected, "{name}");
    }
}

#[test]
fn blocks_go_into_messages_of_ours_alone() {
    let reply = Reply {
        addressed: Some(("urn:a", "urn:b", Some("urn:c<&"))),
        request: Some("00"),
    };
    let ours = b"<soap:Envelope><soap:Header></soap:Header></soap:Envelope>".to_vec();
    let whole = String::from_utf8(with_blocks(ours.clone(), &reply)).unwrap();
    let block =
        |local: &str, text: &str| format!("<{local} xmlns=\"{ADDRESSING}\">{text}</{local}>");
    let expected = [
        block("Action", "urn:a"),
        block("MessageID", "urn:b"),
        block("RelatesTo", "urn:c&lt;&amp;"),
    ];
    assert!(whole.contains(&expected.concat()), "{whole}");
    let digest =
        "<ResumenPeticion xmlns=\"urn:pasarela:contexto:1\">00</ResumenPeticion></soap:Header>";
    assert!(whole.contains(digest), "{whole}");
    assert_eq!(with_blocks(ours.clone(), &Reply::default()), ours);
    assert_eq!(with_blocks(b"<a/>".to_vec(), &reply), b"<a/>");
}

/// What a question of ours says is read by the gateway's own reader; and of an answer, which message it is to.
#[test]
fn a_question_of_ours_and_its_answers() {
    let asked = Asked {
        action: "urn:pasarela:viogen:2:consultarCaso",
        name: NAME,
        to: "https://prueba.invalid/otra/puerta/viogen/2",
    };
    for version in SoapVersion::ALL {
        let frame = format!(
            "<soap:Envelope xmlns:soap=\"{}\"><soap:Header>",
            version.namespace()
        );
        let whole = |blocks: &str| {
            format!("{frame}{blocks}</soap:Header><soap:Body><b/></soap:Body></soap:Envelope>")
        };
        let question = with_question(whole("").into_bytes(), &asked);
        let question = String::from_utf8(question).unwrap();
        let read = told(*version, &question).unwrap();
        assert_eq!(read.message_id.as_deref(), Some(NAME));
        assert_eq!(read.reply_to, Endpoint::Anonymous);
        assert!(question.contains(asked.to), "{question}");

        let related = |kind: &str, name: &str| {
            format!("<RelatesTo xmlns=\"{ADDRESSING}\"{kind}>{name}</RelatesTo>")
        };
        let (own, other) = (related("", NAME), related("", "urn:otra"));
        let reply = related(&format!(" RelationshipType=\"{ADDRESSING}/reply\""), NAME);
        let of_thread = related(" RelationshipType=\"urn:hilo\"", "urn:otra");
        let action = format!("<Action xmlns=\"{ADDRESSING}\">urn:a</Action>");
        for (blocks, expected) in [
            (String::new(), Relation::Unsaid),
            (own.clone(), Relation::Answer),
            (reply, Relation::Answer),
            (format!("{of_thread}{action}{own}"), Relation::Answer),
            (action, Relation::ToNothing),
            (of_thread, Relation::ToNothing),
            (other.clone(), Relation::ToAnother),
            (format!("{own}{other}"), Relation::ToAnother),
        ] {
            let message = whole(&blocks);
            let read = relation(message.as_bytes(), NAME, &Limits::default());
            assert_eq!(read.unwrap(), expected, "{message}");
        }
    }
}
