use super::{DocumentType, plain};
use crate::FaultKind;

#[test]
fn instructions_and_document_types_are_blanked_out() {
    for (text, expected) in [
        ("<?xml version='1.0'?><a/>", "<?xml version='1.0'?><a/>"),
        (
            "<?xml version='1.0'?><?b\nc?><a><?d?>x</a>",
            "<?xml version='1.0'?> <a> x</a>",
        ),
        ("<!DOCTYPE a><a/>", "<a/>"),
        (
            "<!DOCTYPE a PUBLIC \"-//W3C//DTD XMLSCHEMA 200102//EN\" 'b.dtd' [\n<!ENTITY % p ''>\n]>\n<a/>",
            "<a/>",
        ),
        (
            "<!DOCTYPE a [<!ENTITY e 'x\"y'><!ENTITY f \"&e;&e;&#65;\">]><a b='&e;'>&f;&amp;</a>",
            "<a b='x&quot;y'>x&quot;yx&quot;yA&amp;</a>",
        ),
        (
            "<!DOCTYPE a [<!ATTLIST a b CDATA #FIXED 'c' d (e|f) 'e' g ID #IMPLIED>]><a d='f'><a/></a>",
            "<a b=\"c\" d='f'><a b=\"c\" d=\"e\"/></a>",
        ),
        (
            "<!-- <?x?> --><a><![CDATA[<?y?>]]></a><?z?>",
            "<!-- <?x?> --><a><![CDATA[<?y?>]]></a>",
        ),
    ] {
        let plain = plain(text, DocumentType::Read).unwrap();
        let words: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!(words.join(" "), expected, "{text}");
        assert_eq!(plain.lines().count(), text.lines().count(), "{text}");
    }
}

#[test]
fn what_is_never_looked_up_is_refused_by_name() {
    let bomb: String = (1..9).fold("<!ENTITY e0 'xxxxxxxxxx'>".to_owned(), |all, at| {
        let inner = format!("&e{};", at - 1).repeat(10);
        format!("{all}<!ENTITY e{at} '{inner}'>")
    });
    let many = "<!ELEMENT a ANY>".repeat(2_000);
    for (text, expected) in [
        ("<!DOCTYPE a [%p;]><a/>".to_owned(), FaultKind::Entity),
        (
            "<!DOCTYPE a [<!ENTITY % p ''>%p;]><a/>".to_owned(),
            FaultKind::Entity,
        ),
        (
            "<!DOCTYPE a [<!ENTITY e '%p;'>]><a/>".to_owned(),
            FaultKind::Entity,
        ),
        (
            "<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/passwd'>]><a>&e;</a>".to_owned(),
            FaultKind::Entity,
        ),
        (
            "<!DOCTYPE a [<!ENTITY e '<b/>'>]><a>&e;</a>".to_owned(),
            FaultKind::Entity,
        ),
        (
            "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>".to_owned(),
            FaultKind::Entity,
        ),
        (
            format!("<!DOCTYPE a [{bomb}]><a>&e7;</a>"),
            FaultKind::Entity,
        ),
        (format!("<!DOCTYPE a [{many}]><a/>"), FaultKind::Doctype),
        ("<a><!DOCTYPE a></a>".to_owned(), FaultKind::Doctype),
        (
            "<!DOCTYPE a><!DOCTYPE a><a/>".to_owned(),
            FaultKind::Doctype,
        ),
        ("<!DOCTYPE a [".to_owned(), FaultKind::NotWellFormed),
        (
            "<!DOCTYPE a [<!ENTITY e 'x>]><a/>".to_owned(),
            FaultKind::NotWellFormed,
        ),
        (
            "<a/><?xml version='1.0'?>".to_owned(),
            FaultKind::ProcessingInstruction,
        ),
        ("<a><?b</a>".to_owned(), FaultKind::NotWellFormed),
    ] {
        let found = plain(&text, DocumentType::Read).map_err(|(kind, _)| kind);
        assert_eq!(
            found.unwrap_err(),
            expected,
            "{}",
            text.get(..60).unwrap_or(&text)
        );
    }
}

#[test]
fn what_a_document_type_adds_is_bounded_by_count_and_size() {
    // References to nothing: no byte comes of them.
    let hollow = (1..9).fold("<!ENTITY e0 ''>".to_owned(), |all, at| {
        let inner = format!("&e{};", at - 1).repeat(10_000);
        format!("{all}<!ENTITY e{at} '{inner}'>")
    });
    let long = "x".repeat(60_000);
    let each = "<a b='&e;'/>".repeat(20);
    let declared = (0..300).fold(String::new(), |all, at| format!("{all} b{at} CDATA 'x'"));
    for (text, expected) in [
        (
            format!("<!DOCTYPE a [{hollow}]><a>&e8;</a>"),
            FaultKind::Entity,
        ),
        (
            format!("<!DOCTYPE a [{hollow}]><a b='&e8;'/>"),
            FaultKind::Entity,
        ),
        (
            format!("<!DOCTYPE a [<!ENTITY e '{long}'>]><r>{each}</r>"),
            FaultKind::Entity,
        ),
        (
            format!("<!DOCTYPE a [<!ATTLIST a c CDATA '{long}'>]><r>{each}</r>"),
            FaultKind::Doctype,
        ),
        (
            format!("<!DOCTYPE a [<!ATTLIST a{declared}>]><a/>"),
            FaultKind::Doctype,
        ),
    ] {
        let found = plain(&text, DocumentType::Read).map_err(|(kind, _)| kind);
        let shown = text.get(..60).unwrap_or(&text);
        assert_eq!(found.unwrap_err(), expected, "{shown}");
    }
}
