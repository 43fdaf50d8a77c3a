//! How questions are addressed.

use std::borrow::Cow;

use adapters::soap::{AddressingVersion, Incoming, SoapVersion, addressing as read};
use contract::{Limits, Method};
use reqwest::Url;

use super::site::site;
use crate::addressing::{self, check};
use crate::request::{Form, Request};

const V12: SoapVersion = SoapVersion::V12;

fn request(form: Form) -> Request {
    let frame = format!(
        "<soap:Envelope xmlns:soap=\"{}\"><soap:Header></soap:Header><soap:Body><b/></soap:Body></soap:Envelope>",
        V12.namespace()
    );
    Request {
        form,
        method: Method::Post,
        target: String::new(),
        content_type: V12.content_type().to_owned(),
        headers: Vec::new(),
        body: frame.into_bytes(),
    }
}

#[test]
fn every_message_has_a_name_of_its_own() {
    let site = site();
    let operation = site.contract.operation("consultarCaso").unwrap();
    let address = Url::parse("https://prueba.invalid/puerta").unwrap();
    let to = (operation, &address);
    let agreed = Some(AddressingVersion::V10);
    let envelope = request(Form::Envelope(V12));
    let names = [(); 2].map(|()| {
        let (put, name) = addressing::put(&envelope, agreed, to);
        let name = name.unwrap();
        let message = Incoming {
            content_type: Some(&put.content_type),
            soap_action: None,
            bytes: &put.body,
        };
        let told = read(&message, &site.contract, &Limits::default()).unwrap();
        assert_eq!(told.message_id.as_deref(), Some(name.as_str()));
        let text = String::from_utf8_lossy(&put.body);
        for told in [address.as_str(), &operation.soap_action] {
            assert!(text.contains(&format!(">{told}</")), "{text}");
        }
        // What it says itself it is no answer to.
        assert!(check(&put.body, Some(&name)).is_err());
        assert!(check(&envelope.body, Some(&name)).is_ok());
        name
    });
    assert_ne!(names[0], names[1]);
    assert!(names.iter().all(|name| name.starts_with("urn:uuid:")));
    for (request, agreed) in [(&envelope, None), (&request(Form::Json), agreed)] {
        let (put, name) = addressing::put(request, agreed, to);
        assert!(matches!(put, Cow::Borrowed(_)) && name.is_none());
    }
}
