//! WSDL: what is read of it, and what is refused, by name, file and line.

use std::path::Path;

use super::{errors, load, write};
use crate::{Contract, Governance, LoadErrors, QName, SoapEdition};

const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

/// A document whose root says these prefixes; what is inside begins on line 2.
fn definitions(inside: &str) -> String {
    format!(
        "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='{SOAP11}' xmlns:z='{SOAP12}' \
         xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:s' xmlns:x='urn:x' targetNamespace='urn:s'>\n\
         {inside}</w:definitions>"
    )
}

const TYPES: &str = "<w:types><xs:schema targetNamespace='urn:x'>\
    <xs:element name='Ask' type='xs:string'/><xs:element name='Tell' type='xs:string'/>\
    <xs:element name='Head' type='xs:string'/><xs:element name='Oops' type='xs:string'/>\
    </xs:schema></w:types>\n";

const MESSAGES: &str = "<w:message name='in'><w:part name='body' element='x:Ask'/>\
    <w:part name='head' element='x:Head'/></w:message>\
    <w:message name='out'><w:part name='body' element='x:Tell'/></w:message>\
    <w:message name='bad'><w:part name='body' element='x:Oops'/></w:message>\n";

const PORT_TYPE: &str = "<w:portType name='P'><w:operation name='ask'>\
    <w:documentation> Asks\n and tells. </w:documentation><w:input message='t:in'/>\
    <w:output message='t:out'/><w:fault name='bad' message='t:bad'/></w:operation></w:portType>\n";

/// A binding of `ask` to the edition with that prefix.
fn binding(prefix: &str) -> String {
    format!(
        "<w:binding name='B{prefix}' type='t:P'><{prefix}:binding transport='{HTTP}'/>\
         <w:operation name='ask'><{prefix}:operation soapAction='do-{prefix}'/><w:input>\
         <{prefix}:header message='t:in' part='head' use='literal'/>\
         <{prefix}:body parts='body' use='literal'/></w:input>\
         <w:output><{prefix}:body use='literal'/></w:output>\
         <w:fault name='bad'><{prefix}:fault name='bad' use='literal'/></w:fault>\
         </w:operation></w:binding>\n"
    )
}

fn whole() -> String {
    let parts = [TYPES, MESSAGES, PORT_TYPE, &binding("s"), &binding("z")];
    definitions(&parts.concat())
}

fn ungoverned(text: &str) -> Result<Contract, LoadErrors> {
    load(&[("a.wsdl", text)], Governance::Ungoverned)
}

fn name(local: &str) -> QName {
    QName::new(Some("urn:x"), local)
}

#[test]
fn an_operation_is_read_with_headers_faults_and_both_editions() {
    let contract = ungoverned(&whole()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(contract.service(), Some("a.wsdl"));
    assert_eq!(contract.namespace(), "urn:x");
    let [ask] = contract.operations() else {
        panic!("{:?}", contract.operations());
    };
    let root = |local| contract.root(&name(local)).unwrap();
    assert_eq!((&*ask.name, &*ask.doc), ("ask", "Asks and tells."));
    assert_eq!((ask.request, ask.response), (root("Ask"), root("Tell")));
    let wire = ask.wire.as_ref().unwrap();
    let actions: Vec<_> = wire
        .actions
        .iter()
        .map(|(it, action)| (*it, &**action))
        .collect();
    assert_eq!(
        actions,
        [(SoapEdition::V11, "do-s"), (SoapEdition::V12, "do-z")]
    );
    assert_eq!(wire.request_headers, [root("Head")]);
    assert_eq!(wire.faults, [root("Oops")]);
}

#[test]
fn documents_may_be_split_and_may_import_each_other() {
    let abstract_part = definitions(
        &[
            "<w:import namespace='urn:s' location='b.wsdl'/>",
            TYPES,
            MESSAGES,
            PORT_TYPE,
        ]
        .concat(),
    );
    let concrete = definitions(
        &[
            "<w:import namespace='urn:s' location='parts/a.wsdl'/>",
            &binding("s"),
        ]
        .concat(),
    );
    let circle = abstract_part.replace("b.wsdl", "../b.wsdl");
    let files = [
        ("parts/a.wsdl", circle.as_str()),
        ("b.wsdl", concrete.as_str()),
    ];
    let contract = load(&files, Governance::Ungoverned).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(contract.operations().len(), 1);
    assert_eq!(contract.files().len(), 2);
}

#[test]
fn schemas_inside_see_each_other_by_namespace_and_prefixes_of_the_document() {
    let types = "<w:types><xs:schema targetNamespace='urn:x'><xs:import namespace='urn:y'/>\
        <xs:element name='Ask' type='y:T'/><xs:element name='Tell' type='y:T'/>\
        <xs:element name='Head' type='y:T'/><xs:element name='Oops' type='y:T'/></xs:schema>\
        <xs:schema targetNamespace='urn:y'><xs:simpleType name='T'><xs:restriction base='xs:string'/>\
        </xs:simpleType></xs:schema></w:types>";
    let text = whole()
        .replace(TYPES, types)
        .replace("xmlns:x=", "xmlns:y='urn:y' xmlns:x=");
    let contract = ungoverned(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(contract.root(&name("Ask")).is_some());
}

#[test]
#[allow(clippy::too_many_lines, reason = "the table is long, the work is not")]
fn what_is_left_out_is_refused_by_name_and_line() {
    let table = [
        (
            "rpc",
            "transport=",
            "style='rpc' transport=",
            "style `rpc` is not supported",
        ),
        (
            "encoded",
            "<s:body use='literal'/>",
            "<s:body use='encoded'/>",
            "use `encoded` is not supported",
        ),
        (
            "transport",
            HTTP,
            "urn:smtp",
            "transport `urn:smtp` is not supported",
        ),
        (
            "no message",
            "message='t:out'",
            "message='t:none'",
            "message `{urn:s}none` is not declared",
        ),
        (
            "no part",
            "part='head'",
            "part='none'",
            "part `none` is not declared",
        ),
        (
            "no element",
            "element='x:Tell'",
            "element='x:None'",
            "element `{urn:x}None` is not declared",
        ),
        (
            "a type",
            "element='x:Tell'",
            "type='xs:string'",
            "part `body` names a type, and document style wants an element",
        ),
        (
            "no port type",
            "type='t:P'",
            "type='t:Q'",
            "port type `{urn:s}Q` is not declared",
        ),
        (
            "no operation",
            "<w:operation name='ask'><s:operation",
            "<w:operation name='tell'><s:operation",
            "operation `tell` is not declared",
        ),
        (
            "one way",
            "<w:output message='t:out'/>",
            "",
            "operation `ask` is not request and response",
        ),
        (
            "two body parts",
            "parts='body'",
            "parts='body head'",
            "the body has 2 parts, and document style wants one",
        ),
        (
            "prefix",
            "message='t:out'",
            "message='u:out'",
            "prefix of `u:out` is not declared",
        ),
        (
            "must be understood",
            "<s:binding",
            "<e:policy xmlns:e='urn:e' w:required='true'/><s:binding",
            "`{urn:e}policy` is not supported",
        ),
        (
            "http",
            "<s:binding",
            "<h:binding xmlns:h='http://schemas.xmlsoap.org/wsdl/http/'/><s:binding",
            "`{http://schemas.xmlsoap.org/wsdl/http/}binding` is not supported",
        ),
        (
            "remote",
            "<w:types>",
            "<w:import namespace='urn:r' location='https://example.org/a.wsdl'/><w:types>",
            "`https://example.org/a.wsdl` is a URL, and schemas are never fetched",
        ),
        (
            "outside",
            "<w:types>",
            "<w:import namespace='urn:r' location='../a.wsdl'/><w:types>",
            "`../a.wsdl` leads out of the contract folder",
        ),
        (
            "no such file",
            "<w:types>",
            "<w:import namespace='urn:r' location='z.wsdl'/><w:types>",
            "cannot be read",
        ),
    ];
    for (case, old, new, message) in table {
        let text = [TYPES, MESSAGES, PORT_TYPE, &binding("s")].concat();
        assert!(text.contains(old), "{case}");
        let found = errors(ungoverned(&definitions(&text.replace(old, new))));
        assert!(
            found
                .iter()
                .any(|it| it.contains(message) && it.starts_with("a.wsdl:")),
            "{case}: {found:?}"
        );
    }
}

#[test]
fn bindings_to_plain_http_beside_soap_are_left_aside() {
    let plain = "<w:message name='get'><w:part name='q' type='xs:string'/></w:message>\
        <w:portType name='G'><w:operation name='ask'><w:input message='t:get'/><w:output message='t:get'/></w:operation></w:portType>\
        <w:binding name='Bg' type='t:G' xmlns:h='http://schemas.xmlsoap.org/wsdl/http/'><h:binding verb='GET'/>\
        <w:operation name='ask'><h:operation location='/ask'/><w:input><h:urlEncoded/></w:input><w:output/></w:operation></w:binding>";
    let service = "<w:service name='S'><w:port name='s' binding='t:Bs'/><w:port name='g' binding='t:Bg'/></w:service>";
    for service in ["", service] {
        let parts = [TYPES, MESSAGES, PORT_TYPE, &binding("s"), plain, service];
        let contract = ungoverned(&definitions(&parts.concat()));
        let contract = contract.unwrap_or_else(|errors| panic!("{service}: {errors}"));
        assert_eq!(contract.operations().len(), 1, "{service}");
    }
    let found = errors(ungoverned(&definitions(&[TYPES, plain].concat())));
    let expected = "`{http://schemas.xmlsoap.org/wsdl/http/}binding` is not supported";
    assert!(found.iter().any(|it| it.contains(expected)), "{found:?}");
}

#[test]
fn a_document_imported_by_url_is_the_one_of_the_folder() {
    let port = definitions(&[TYPES, MESSAGES, PORT_TYPE].concat());
    for (location, file) in [
        ("https://example.org/servicio?wsdl=P.wsdl", "P.wsdl"),
        ("https://example.org/v1/P.wsdl?x=1", "parts/p.WSDL"),
        ("P.wsdl", "parts/P.wsdl"),
    ] {
        let import = format!("<w:import namespace='urn:s' location='{location}'/>");
        let bound = definitions(&[&import, binding("s").as_str()].concat());
        let bound = bound.replace("targetNamespace='urn:s'", "targetNamespace='urn:b'");
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[("a.wsdl", &bound), (file, &port)]);
        let report = crate::check::check(folder.path(), Governance::Ungoverned).unwrap();
        // The one that is imported binds nothing, and is no root.
        let files: Vec<_> = report.files.iter().map(|it| (&*it.file, it.ok)).collect();
        assert_eq!(files, [("a.wsdl", true)], "{location}: {report:?}");
    }
}

#[test]
fn two_operations_of_one_request_are_told_apart_by_their_actions() {
    let second = PORT_TYPE.replace(
        "</w:portType>",
        "<w:operation name='again'><w:input message='t:in'/><w:output message='t:out'/></w:operation></w:portType>",
    );
    let bound = binding("s").replace(
        "</w:binding>",
        "<w:operation name='again'><w:input><s:body parts='body'/></w:input><w:output><s:body/></w:output>\
         </w:operation></w:binding>",
    );
    let refused = "a.wsdl:5: `{urn:x}Ask` is the request of operation `ask` too, and no `soapAction` tells them apart";
    let announced = |action: &str| {
        let soap = format!("<w:operation name='again'><s:operation soapAction='{action}'/>");
        bound.replace("<w:operation name='again'>", &soap)
    };
    for (bound, expected) in [
        (bound.clone(), Some(refused)),
        (announced(""), Some(refused)),
        (announced("do-s"), Some(refused)),
        (announced("do-again"), None),
    ] {
        let text = definitions(&[TYPES, MESSAGES, &second, &bound].concat());
        match (ungoverned(&text), expected) {
            (Ok(contract), None) => {
                let ask = name("Ask");
                let asked = contract.operations_by_request(&ask);
                let asked: Vec<&str> = asked.map(|it| &*it.name).collect();
                assert_eq!(asked, ["ask", "again"]);
            }
            (outcome, expected) => {
                let expected: Vec<&str> = expected.into_iter().collect();
                assert_eq!(errors(outcome), expected, "{bound}");
            }
        }
    }
}

#[test]
fn bombs_are_refused() {
    let laughs = "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    let deep = "<w:documentation>".repeat(400);
    let other = "<description xmlns='http://www.w3.org/ns/wsdl'/>";
    for (case, text, message) in [
        (
            "laughs",
            format!("{laughs}{}", whole()),
            "the XML is refused: dtd",
        ),
        ("deep", definitions(&deep), "the XML is refused"),
        ("wsdl 2", other.to_owned(), "is not a WSDL 1.1 document"),
        (
            "nothing bound",
            definitions(&[TYPES, MESSAGES, PORT_TYPE].concat()),
            "binds no operation to SOAP",
        ),
        (
            "cut",
            whole().replace("</w:definitions>", ""),
            "the XML is refused",
        ),
    ] {
        let found = errors(ungoverned(&text));
        assert!(
            found.iter().any(|it| it.contains(message)),
            "{case}: {found:?}"
        );
    }
}

#[test]
fn document_types_are_read_in_schemas_and_never_in_services() {
    let say = "<!DOCTYPE d [<!ENTITY a 'ha'>]>";
    let inside = whole().replacen("<xs:schema", &format!("{say}<xs:schema"), 1);
    let outside = format!("{say}\n{}", whole());
    for (name, text, line) in [
        ("a.wsdl", &outside, 1),
        ("a.xsd", &outside, 1),
        ("a.wsdl", &inside, 2),
        ("a.xsd", &inside, 2),
    ] {
        let found = errors(load(&[(name, text)], Governance::Ungoverned));
        let refused = format!("{name}:{line}: the XML is refused: dtd-prohibida");
        assert_eq!(found, [refused], "{text}");
    }
    let schema = format!(
        "{say}<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:y'>\
         <xs:element name='Y' type='xs:string' default='&a;'/></xs:schema>"
    );
    let using = whole().replacen(
        "<w:types>",
        "<w:types><xs:schema><xs:import namespace='urn:y' schemaLocation='y.xsd'/></xs:schema>",
        1,
    );
    let read = load(
        &[("a.wsdl", &using), ("y.xsd", &schema)],
        Governance::Ungoverned,
    );
    let read = read.unwrap_or_else(|errors| panic!("{errors}"));
    assert!(read.root(&QName::new(Some("urn:y"), "Y")).is_some());
}

#[test]
fn a_giant_document_is_read_or_refused() {
    let read = ungoverned(&giant(500)).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(read.operations().len(), 500);
    let refused = errors(ungoverned(&giant(2_001)));
    assert!(
        refused.iter().any(|it| it.ends_with("too many operations")),
        "{refused:?}"
    );
}

/// So many operations, all on one line.
fn giant(operations: usize) -> String {
    use std::fmt::Write as _;
    let (mut types, mut messages, mut shapes, mut bound) =
        <(String, String, String, String)>::default();
    for at in 0..operations {
        let _ = write!(types, "<xs:element name='A{at}' type='xs:string'/>");
        let _ = write!(
            messages,
            "<w:message name='m{at}'><w:part name='p' element='x:A{at}'/></w:message>"
        );
        let _ = write!(
            shapes,
            "<w:operation name='o{at}'><w:input message='t:m{at}'/><w:output message='t:m{at}'/></w:operation>"
        );
        let _ = write!(
            bound,
            "<w:operation name='o{at}'><w:input><s:body/></w:input><w:output><s:body/></w:output></w:operation>"
        );
    }
    definitions(&format!(
        "<w:types><xs:schema targetNamespace='urn:x'>{types}</xs:schema></w:types>{messages}\
         <w:portType name='P'>{shapes}</w:portType><w:binding name='B' type='t:P'>\
         <s:binding transport='{HTTP}'/>{bound}</w:binding>"
    ))
}

#[test]
fn a_folder_is_checked_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let bad = whole().replace("transport=", "style='rpc' transport=");
    write(
        folder.path(),
        &[("bad.wsdl", &bad), ("good.wsdl", &whole())],
    );
    let check = |governance| crate::check::check(Path::new(folder.path()), governance).unwrap();
    let report = check(Governance::Ungoverned);
    let verdicts: Vec<_> = report
        .files
        .iter()
        .map(|it| (it.file.as_str(), it.ok))
        .collect();
    assert_eq!(verdicts, [("bad.wsdl", false), ("good.wsdl", true)]);
    let report = check(Governance::Required);
    let good = report
        .files
        .iter()
        .find(|it| it.file == "good.wsdl")
        .unwrap();
    let paths: Vec<_> = good
        .reasons
        .iter()
        .filter_map(|it| it.path.as_deref())
        .collect();
    assert_eq!(paths, ["/Ask", "/Tell"]);
}
