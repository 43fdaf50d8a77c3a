//! Requests that are read.

use adapters::soap::{Incoming, SoapVersion, read_request, request_headers, write_request};
use contract::{Limits, Role};
use domain::{Context, Purpose};

use crate::support::{CASE, FIELDS, body, envelope, good, header, read, viogen};

fn context() -> Context {
    Context {
        requester: "L01130473".parse().unwrap(),
        on_behalf_of: Some("E00003801".parse().unwrap()),
        officer: "PRUEBA-7".parse().unwrap(),
        purpose: Purpose::Protection,
        file: Some("EXP <1> & \"2\"".to_owned()),
        peril: None,
        request_id: "p-1".parse().unwrap(),
        timestamp: "2026-03-02T09:00:00Z".parse().unwrap(),
    }
}

#[test]
fn both_versions_are_read_at_one_address() {
    for version in SoapVersion::ALL {
        let request = read(*version, good(*version).as_bytes()).unwrap();
        assert_eq!(request.version, *version);
        assert_eq!(&*request.operation, "consultarCaso");
        assert_eq!(request.document.value_of(Role::CaseId), Some(CASE));
        assert_eq!(request.context.requester.as_str(), "L01130473");
        assert_eq!(request.context.timestamp, context().timestamp);
    }
}

#[test]
fn the_fields_come_in_any_order_with_any_prefix() {
    let reversed = "<c:TimeStamp>2026-03-02T10:00:00+01:00</c:TimeStamp>\
        <c:IdPeticion> p-1\n</c:IdPeticion><c:Expediente>A  B</c:Expediente>\
        <c:Finalidad>proteccion</c:Finalidad><!-- x --><c:Funcionario><![CDATA[PRUEBA-7]]></c:Funcionario>\
        <c:Solicitante>L01130473</c:Solicitante>";
    let header = format!(
        "<s:Header>\n<c:Contexto xmlns:c='urn:pasarela:contexto:1' s:mustUnderstand='1'>{reversed}</c:Contexto>\
         <x:Nota xmlns:x='urn:x'>nothing <b/> to us</x:Nota>\n</s:Header>"
    );
    let message = envelope(SoapVersion::V11, &format!("\n{header}\n{}\n", body()));
    let request = read(SoapVersion::V11, message.as_bytes()).unwrap();
    assert_eq!(request.context.request_id.as_str(), "p-1");
    assert_eq!(request.context.file.as_deref(), Some("A B"));
}

#[test]
fn header_blocks_for_other_nodes_need_not_be_understood() {
    for (version, block) in [
        (
            SoapVersion::V11,
            "<x:A xmlns:x='urn:x' s:mustUnderstand='1' s:actor='urn:other'/>",
        ),
        (
            SoapVersion::V12,
            "<x:A xmlns:x='urn:x' s:mustUnderstand='true' s:role='urn:other'/>",
        ),
        (
            SoapVersion::V12,
            "<x:A xmlns:x='urn:x' s:mustUnderstand='false'/>",
        ),
        (
            SoapVersion::V11,
            "<x:A xmlns:x='urn:x' s:mustUnderstand='0'/>",
        ),
    ] {
        let header = header(FIELDS).replace("</s:Header>", &format!("{block}</s:Header>"));
        let message = envelope(version, &format!("{header}{}", body()));
        assert!(read(version, message.as_bytes()).is_ok(), "{block}");
    }
}

#[test]
fn what_a_client_writes_is_read_as_it_was_meant() {
    let limits = Limits::default();
    for version in SoapVersion::ALL {
        let asked = read(*version, good(*version).as_bytes()).unwrap().document;
        let bytes = write_request(*version, &context(), &asked);
        let headers = request_headers(*version, "urn:pasarela:viogen:2:consultarCaso");
        let message = Incoming {
            content_type: Some(&headers.content_type),
            soap_action: headers.soap_action.as_deref(),
            bytes: &bytes,
        };
        let request = read_request(&message, &viogen(), &limits).unwrap();
        assert_eq!(request.context, context());
        assert_eq!(request.document.value_of(Role::CaseId), Some(CASE));
    }
}

/// Two operations of one request, told apart by their actions.
const TWO: &str = "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' \
    xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:xs='http://www.w3.org/2001/XMLSchema' \
    xmlns:x='urn:x' targetNamespace='urn:x'><w:types><xs:schema targetNamespace='urn:x'>\
    <xs:element name='Pide' type='xs:string'/><xs:element name='Da' type='xs:string'/></xs:schema></w:types>\
    <w:message name='in'><w:part name='b' element='x:Pide'/></w:message>\
    <w:message name='out'><w:part name='b' element='x:Da'/></w:message><w:portType name='P'>\
    <w:operation name='una'><w:input message='x:in'/><w:output message='x:out'/></w:operation>\
    <w:operation name='otra'><w:input message='x:in'/><w:output message='x:out'/></w:operation></w:portType>\
    <w:binding name='B' type='x:P'><s:binding transport='http://schemas.xmlsoap.org/soap/http'/>\
    <w:operation name='una'><s:operation soapAction='urn:una'/><w:input><s:body use='literal'/></w:input>\
    <w:output><s:body use='literal'/></w:output></w:operation>\
    <w:operation name='otra'><s:operation soapAction='urn:otra'/><w:input><s:body use='literal'/></w:input>\
    <w:output><s:body use='literal'/></w:output></w:operation></w:binding></w:definitions>";

#[test]
fn of_operations_with_one_request_the_action_says_which() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("dos-operaciones/1");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.wsdl"), TWO).unwrap();
    let contract = contract::Contract::load(&folder, contract::Governance::Ungoverned).unwrap();
    let body = "<s:Body><x:Pide xmlns:x='urn:x'>PRUEBA</x:Pide></s:Body>";
    let message = envelope(SoapVersion::V11, &format!("{}{body}", header(FIELDS)));
    let refused = "the action `{}` is not `urn:una` o `urn:otra`";
    for (action, expected) in [
        (Some("\"urn:una\""), "una"),
        (Some("\"urn:otra\""), "otra"),
        (
            Some("\"urn:tercera\""),
            &*refused.replace("{}", "urn:tercera"),
        ),
        (Some("\"\""), &*refused.replace("{}", "")),
        (None, &*refused.replace("{}", "")),
    ] {
        let incoming = Incoming {
            content_type: Some("text/xml; charset=utf-8"),
            soap_action: action,
            bytes: message.as_bytes(),
        };
        let found = match read_request(&incoming, &contract, &Limits::default()) {
            Ok(request) => request.operation.to_string(),
            Err(rejection) => rejection.error.to_string(),
        };
        assert_eq!(found, expected, "{action:?}");
    }
}

#[test]
fn a_message_is_read_in_the_encoding_that_it_says() {
    let limits = Limits::default();
    let said = |encoding: &str| {
        let head = format!("<?xml version='1.0' encoding='{encoding}'?>");
        let file = "<Expediente>PRUEBA-Ñ</Expediente><IdPeticion>";
        let context = FIELDS.replace("<IdPeticion>", file);
        head + &envelope(SoapVersion::V11, &format!("{}{}", header(&context), body()))
    };
    let latin = |text: &str| -> Vec<u8> {
        let byte = |c: char| u8::try_from(u32::from(c)).unwrap();
        text.chars().map(byte).collect()
    };
    let wide = |text: &str| -> Vec<u8> {
        let units = "\u{FEFF}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let read = "PRUEBA-Ñ";
    let refused = "the charset `iso-8859-1` is not read, or not that of the message";
    for (content_type, bytes, expected) in [
        ("text/xml", said("UTF-8").into_bytes(), read),
        ("text/xml", latin(&said("ISO-8859-1")), read),
        ("text/xml", wide(&said("UTF-16")), read),
        ("text/xml; charset=utf-16", wide(&said("UTF-16")), read),
        (
            "text/xml; charset=\"ISO-8859-1\"",
            latin(&said("ISO-8859-1")),
            read,
        ),
        (
            "text/xml; charset=iso-8859-1",
            said("UTF-8").into_bytes(),
            refused,
        ),
        (
            "text/xml; charset=iso-8859-1",
            wide(&said("UTF-16")),
            refused,
        ),
    ] {
        let incoming = Incoming {
            content_type: Some(content_type),
            soap_action: None,
            bytes: &bytes,
        };
        let found = match read_request(&incoming, &viogen(), &limits) {
            Ok(request) => request.context.file.unwrap_or_default(),
            Err(rejection) => rejection.error.to_string(),
        };
        assert_eq!(found, expected, "{content_type}");
    }
}
