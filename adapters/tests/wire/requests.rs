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
