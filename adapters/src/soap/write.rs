//! Writing messages: our header block, then the document as the body's only child.

use domain::{Context, RequestId};
use jiff::Timestamp;

use super::{CONTEXT_NAMESPACE, SoapVersion, Transmission};
use crate::Naming;
use crate::context::fields;
use crate::text::is_xml;
use contract::Document;

/// Room for the frame around a document.
const FRAME: usize = 1024;

/// A request as a client sends it: `Contexto` in the header, the document in the body.
pub fn write_request(version: SoapVersion, context: &Context, document: &Document) -> Vec<u8> {
    let mut out = Writer::open(version);
    out.block("Contexto", |out| {
        for (field, value) in fields(context) {
            out.element(field.name(Naming::Elements), &value);
        }
    });
    out.body(|bytes| document.write_xml(bytes))
}

/// An answer: `Transmision` in the header, the document in the body.
pub fn write_response(
    version: SoapVersion,
    transmission: &Transmission,
    document: &Document,
) -> Vec<u8> {
    let mut out = Writer::open(version);
    out.transmission(&transmission.request_id, &transmission.id, transmission.at);
    out.body(|bytes| document.write_xml(bytes))
}

/// A message with nothing of ours around it, as a service of others speaks.
pub fn write_plain(version: SoapVersion, document: &Document) -> Vec<u8> {
    Writer::open(version).body(|bytes| document.write_xml(bytes))
}

/// A message under construction.
#[derive(Debug)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Begins an envelope; what comes next goes into its header.
    pub(super) fn open(version: SoapVersion) -> Self {
        let mut bytes = Vec::with_capacity(FRAME);
        let namespace = version.namespace();
        bytes.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        bytes.extend_from_slice(b"<soap:Envelope xmlns:soap=\"");
        bytes.extend_from_slice(namespace.as_bytes());
        bytes.extend_from_slice(b"\"><soap:Header>");
        Self { bytes }
    }

    /// Nothing yet: for blocks that another message takes in.
    pub(super) fn blank() -> Self {
        let bytes = Vec::new();
        Self { bytes }
    }

    /// What was written.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// An element of ours, declaring its namespace as the default one.
    pub(super) fn block(&mut self, local: &str, inside: impl FnOnce(&mut Self)) {
        self.raw(&format!("<{local} xmlns=\"{CONTEXT_NAMESPACE}\">"));
        inside(self);
        self.raw(&format!("</{local}>"));
    }

    /// Elements inside an element.
    pub(super) fn nest(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.raw(&format!("<{name}>"));
        inside(self);
        self.raw(&format!("</{name}>"));
    }

    /// An element with its text.
    pub(super) fn element(&mut self, name: &str, text: &str) {
        self.nest(name, |out| out.text(text));
    }

    /// An element with a code of another specification than SOAP.
    pub(super) fn code(&mut self, name: &str, (prefix, namespace): (&str, &str), local: &str) {
        self.raw(&format!(
            "<{name} xmlns:{prefix}=\"{namespace}\">{prefix}:{local}</{name}>"
        ));
    }

    /// Text, escaped; what XML cannot carry becomes U+FFFD.
    pub(super) fn text(&mut self, text: &str) {
        let mut utf8 = [0; 4];
        for c in text.chars() {
            let written = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\r' => "&#13;",
                c if is_xml(c) => c.encode_utf8(&mut utf8),
                _ => "\u{FFFD}",
            };
            self.raw(written);
        }
    }

    /// A document as it is.
    pub(super) fn document(&mut self, document: &Document) {
        document.write_xml(&mut self.bytes);
    }

    /// Markup as it is.
    pub(super) fn raw(&mut self, markup: &str) {
        self.bytes.extend_from_slice(markup.as_bytes());
    }

    /// The block of an answer.
    fn transmission(&mut self, request_id: &RequestId, id: &str, at: Timestamp) {
        self.block("Transmision", |out| {
            out.element("IdPeticion", request_id.as_str());
            out.element("IdTransmision", id);
            out.element("TimeStamp", &at.to_string());
        });
    }

    /// Ends the header, writes the body and ends the message.
    pub(super) fn body(mut self, inside: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        self.raw("</soap:Header><soap:Body>");
        inside(&mut self.bytes);
        self.raw("</soap:Body></soap:Envelope>");
        self.bytes
    }

    /// As [`Writer::body`], written with this writer.
    pub(super) fn body_of_ours(mut self, inside: impl FnOnce(&mut Self)) -> Vec<u8> {
        self.raw("</soap:Header><soap:Body>");
        inside(&mut self);
        self.raw("</soap:Body></soap:Envelope>");
        self.bytes
    }
}
