//! Reading the children of a root one by one, in bounded memory.

use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

use contract::xml::Stream;
use contract::{Contract, DecodeError, Governance, Limits, StreamError, json};

use crate::fixture::{compile, root, to_json, to_xml};

const SCHEMA: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t"
    targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="Lote"><xs:complexType><xs:sequence>
    <xs:element name="cabecera" type="xs:string"/>
    <xs:element name="caso" minOccurs="1" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="n" type="xs:int"/><xs:element name="t" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element></xs:schema>"#;

fn contract() -> Arc<Contract> {
    compile(&[("main.xsd", SCHEMA)], Governance::Ungoverned)
}

/// The JSON of each child, and at the end what is told.
fn read(text: &[u8], limits: &Limits) -> Vec<String> {
    let contract = contract();
    let root = root(&contract, "{urn:t}Lote");
    // A small buffer, so that every piece is cut somewhere.
    let reader = BufReader::with_capacity(3, text);
    let mut found = Vec::new();
    let mut stream = match Stream::new(&contract, root, reader, limits) {
        Ok(stream) => stream,
        Err(error) => return vec![told(&error)],
    };
    loop {
        match stream.next() {
            Ok(Some(document)) => found.push(to_json(&document)),
            Ok(None) => return found,
            Err(error) => {
                found.push(told(&error));
                return found;
            }
        }
    }
}

fn told(error: &StreamError) -> String {
    match error {
        StreamError::Io(error) => error.to_string(),
        StreamError::Refused(DecodeError::Fault(fault)) => {
            format!("{} {}", fault.kind.code(), fault.line)
        }
        StreamError::Refused(DecodeError::Invalid(violations)) => {
            let first = &violations[0];
            format!(
                "{} {} {}",
                first.kind.code(),
                first.path,
                first.line.unwrap_or(0)
            )
        }
    }
}

#[test]
fn children_come_one_by_one() {
    let text = "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?>\n<!-- > --><p:Lote xmlns:p='urn:t' k='>'>\n\
        <p:cabecera>a</p:cabecera> <!-- <caso> -->\n<p:caso><p:n>1</p:n><p:t><![CDATA[</p:caso>]]></p:t></p:caso>\
        <caso xmlns='urn:t'><n>2</n></caso>\n</p:Lote >\n<!-- end -->\n";
    let expected = [r#""a""#, r#"{"n":1,"t":"</p:caso>"}"#, r#"{"n":2}"#];
    assert_eq!(read(text.as_bytes(), &Limits::default()), expected);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let cases = [
        (
            "<Lote xmlns='urn:t'>\n<caso/></Lote>",
            "elemento-inesperado /caso 2",
        ),
        (
            "<Lote xmlns='urn:t'><cabecera/></Lote>",
            "elemento-ausente /Lote 1",
        ),
        ("<Lote xmlns='urn:t'/>", "elemento-ausente /Lote 1"),
        (
            "<Lote xmlns='urn:t'>\n\n<cabecera/><caso>\n<n>x</n></caso>",
            "valor-no-valido /caso/n 4",
        ),
        ("<Lote/>", "raiz-inesperada /Lote 1"),
        ("<Lote xmlns='urn:t'>x</Lote>", "xml-mal-formado 1"),
        ("<Lote xmlns='urn:t'><cabecera>", "xml-mal-formado 1"),
        (
            "<Lote xmlns='urn:t'><cabecera></a></Lote>",
            "xml-mal-formado 1",
        ),
        ("<!DOCTYPE a><Lote/>", "dtd-prohibida 1"),
        (
            "<Lote xmlns='urn:t'><?a?></Lote>",
            "instruccion-prohibida 1",
        ),
        (
            "<?xml version='1.0' encoding='ISO-8859-1'?><Lote/>",
            "codificacion 1",
        ),
        (
            "<Lote xmlns='urn:t'><cabecera/><caso><n>1</n></caso></Lote><x/>",
            "datos-sobrantes 1",
        ),
        ("", "xml-mal-formado 1"),
        ("<?xml-a b?><Lote/>", "instruccion-prohibida 1"),
        ("<?xml?><Lote/>", "instruccion-prohibida 1"),
        ("<?xml encoding='UTF-8'?><Lote/>", "xml-mal-formado 1"),
        (
            "<?xml version='1.0' encoding = 'ISO-8859-1'?><Lote/>",
            "codificacion 1",
        ),
        (
            "<?xml version='1.0' standalone='yes'?>\n<Lote/>",
            "raiz-inesperada /Lote 2",
        ),
    ];
    for (text, expected) in cases {
        let last = read(text.as_bytes(), &Limits::default()).pop();
        assert_eq!(last.as_deref(), Some(expected), "{text}");
    }
    let bytes = b"<Lote xmlns='urn:t'><cabecera>\xFF</cabecera></Lote>";
    assert_eq!(read(bytes, &Limits::default()), ["codificacion 1"]);
}

#[test]
fn a_text_of_a_hundred_megabytes_is_refused_before_it_is_read() {
    let limits = Limits {
        max_bytes: 4096,
        ..Limits::default()
    };
    let contract = contract();
    let root = root(&contract, "{urn:t}Lote");
    let begin = Cursor::new(&b"<Lote xmlns='urn:t'><cabecera>"[..]);
    let endless = begin.chain(std::io::repeat(b'a').take(100 << 20));
    let mut counted = Counted {
        inner: endless,
        read: 0,
    };
    let mut stream = Stream::new(&contract, root, BufReader::new(&mut counted), &limits).unwrap();
    assert_eq!(told(&stream.next().unwrap_err()), "demasiado-grande 1");
    assert!(counted.read < 64 * 1024, "{}", counted.read);
}

struct Counted<R> {
    inner: R,
    read: usize,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

#[test]
fn a_million_attributes_are_refused_by_name() {
    let attributes: String = (0..1_000_000).map(|at| format!(" a{at}='1'")).collect();
    let text = format!("<Lote xmlns='urn:t'{attributes}/>");
    let limits = Limits {
        max_bytes: 64 << 20,
        ..Limits::default()
    };
    assert_eq!(read(text.as_bytes(), &limits), ["demasiados-atributos 1"]);
    assert_eq!(
        read(text.as_bytes(), &Limits::default()),
        ["demasiado-grande 1"]
    );
}

/// The XML of each child of a stream of JSON, and at the end what is told.
fn read_json(text: &[u8], limits: &Limits) -> Vec<String> {
    let contract = contract();
    let root = root(&contract, "{urn:t}Lote");
    let reader = BufReader::with_capacity(3, text);
    let mut stream = json::Stream::new(&contract, root, reader, limits).unwrap();
    let mut found = Vec::new();
    loop {
        match stream.next() {
            Ok(Some(document)) => found.push(to_xml(&document)),
            Ok(None) => return found,
            Err(error) => {
                found.push(told(&error));
                return found;
            }
        }
    }
}

#[test]
fn children_come_one_by_one_from_lines_and_from_an_array() {
    let lines = "{\"cabecera\":\"a\"}\r\n\n{\"caso\":{\"n\":1,\"t\":\"}]\\\"\\\\\"}}\n{\"caso\":\n{\"n\":2}}";
    let array = format!(
        " [ {} ] \n",
        lines.replace("}\r\n", "},").replace("}\n{", "} , {")
    );
    let expected = [
        "<cabecera xmlns=\"urn:t\">a</cabecera>",
        "<caso xmlns=\"urn:t\"><n>1</n><t>}]\"\\</t></caso>",
        "<caso xmlns=\"urn:t\"><n>2</n></caso>",
    ];
    for text in [lines, &array] {
        assert_eq!(
            read_json(text.as_bytes(), &Limits::default()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_is_wrong_in_a_stream_of_json_is_told_with_its_line() {
    let head = "{\"cabecera\":\"\"}\n";
    let cases = [
        ("", "elemento-ausente /Lote 1"),
        ("[]", "elemento-ausente /Lote 1"),
        (head, "elemento-ausente /Lote 2"),
        ("{\"caso\":{\"n\":1}}", "elemento-inesperado /Lote 1"),
        ("\n{\"otro\":1}", "propiedad-desconocida /Lote 2"),
        (
            "{\"cabecera\":\"\",\"caso\":{}}",
            "hijo-mal-nombrado /Lote 1",
        ),
        ("\n{}", "hijo-mal-nombrado /Lote 2"),
        ("7", "hijo-mal-nombrado /Lote 1"),
        ("x", "json-mal-formado 1"),
        ("[{\"cabecera\":\"\"} {}]", "json-mal-formado 1"),
        ("[{\"cabecera\":\"\"},]", "json-mal-formado 1"),
        (
            "[{\"cabecera\":\"\"},\n{\"caso\":{\"n\":1}}] 1",
            "datos-sobrantes 2",
        ),
        (
            "[{\"cabecera\":\"\"},{\"caso\":{\"n\":1}}",
            "json-mal-formado 1",
        ),
        ("{\"cabecera\":\"\"", "json-mal-formado 1"),
        ("{\"cabecera\":\"\"]", "json-mal-formado 1"),
        (
            "{\"cabecera\":\"\"}{\"caso\":\n\n{\"n\":\"x\"}}",
            "tipo-json /caso/n 3",
        ),
    ];
    for (text, expected) in cases {
        let last = read_json(text.as_bytes(), &Limits::default()).pop();
        assert_eq!(last.as_deref(), Some(expected), "{text}");
    }
    let limits = Limits {
        max_bytes: 4096,
        ..Limits::default()
    };
    let contract = contract();
    let root = root(&contract, "{urn:t}Lote");
    let begin = Cursor::new(&b"{\"cabecera\":\""[..]);
    let mut counted = Counted {
        inner: begin.chain(std::io::repeat(b'a').take(100 << 20)),
        read: 0,
    };
    let reader = BufReader::new(&mut counted);
    let mut stream = json::Stream::new(&contract, root, reader, &limits).unwrap();
    assert_eq!(told(&stream.next().unwrap_err()), "demasiado-grande 1");
    assert!(counted.read < 64 * 1024, "{}", counted.read);
}

#[test]
fn a_stream_of_json_gives_no_attributes_to_its_root() {
    let schema = SCHEMA.replace(
        "  </xs:sequence></xs:complexType></xs:element></xs:schema>",
        "</xs:sequence><xs:attribute name='k' type='xs:int' use='required'/></xs:complexType></xs:element></xs:schema>",
    );
    let contract = compile(&[("main.xsd", &schema)], Governance::Ungoverned);
    let root = root(&contract, "{urn:t}Lote");
    let refused = json::Stream::new(&contract, root, &b""[..], &Limits::default());
    assert_eq!(told(&refused.unwrap_err()), "atributo-ausente /Lote 1");
}
