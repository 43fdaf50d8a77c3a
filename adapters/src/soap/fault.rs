//! Faults · SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4, with the typed detail `Error` of
//! the contract `contexto/1`.

use contract::{Document, QName};
use domain::problem::{Entry, Report, SoapCode, Violation};

use super::write::Writer;
use super::{SoapError, SoapVersion};
use crate::ReadError;
use crate::problem::shown;
use crate::text::clip;
use crate::wsse::SecurityCode;

/// The longest text of a detail, in characters.
const LONGEST_TEXT: usize = 2000;

/// The most violations in a detail.
const MOST_VIOLATIONS: usize = 20;

/// The code of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// Whose fault it is, as the problem table says.
    Table,
    /// A header block is not understood.
    MustUnderstand(QName),
    /// The envelope is of no version we speak.
    VersionMismatch,
    /// The message's security: a code of WS-Security.
    Security(SecurityCode),
}

impl FaultCode {
    /// The code that SOAP itself wants for an error.
    pub fn of(error: &ReadError) -> Self {
        match error {
            ReadError::Soap(SoapError::MustUnderstand { found, .. }) => {
                Self::MustUnderstand(found.clone())
            }
            ReadError::Soap(SoapError::UnknownVersion { .. }) => Self::VersionMismatch,
            ReadError::Security(error) => Self::Security(error.fault.soap()),
            ReadError::Soap(_)
            | ReadError::Rest(_)
            | ReadError::Context(_)
            | ReadError::Xml(_)
            | ReadError::Json(_)
            | ReadError::Reserved(_) => Self::Table,
        }
    }

    fn local(&self, version: SoapVersion, entry: &Entry) -> &'static str {
        match (self, entry.soap, version) {
            (Self::MustUnderstand(_), _, _) => "MustUnderstand",
            (Self::VersionMismatch, _, _) => "VersionMismatch",
            (Self::Table | Self::Security(_), SoapCode::Sender, SoapVersion::V11) => "Client",
            (Self::Table | Self::Security(_), SoapCode::Receiver, SoapVersion::V11) => "Server",
            (Self::Table | Self::Security(_), SoapCode::Sender, SoapVersion::V12) => "Sender",
            (Self::Table | Self::Security(_), SoapCode::Receiver, SoapVersion::V12) => "Receiver",
        }
    }
}

/// The HTTP status of a fault: 500, but 400 for the sender's own in SOAP 1.2 (part 2, table 20).
pub fn fault_status(version: SoapVersion, code: &FaultCode, report: &Report) -> u16 {
    let sender = match code {
        FaultCode::Table | FaultCode::Security(_) => {
            shown(report).problem.entry().soap == SoapCode::Sender
        }
        FaultCode::MustUnderstand(_) | FaultCode::VersionMismatch => false,
    };
    match version {
        SoapVersion::V12 if sender => 400,
        SoapVersion::V11 | SoapVersion::V12 => 500,
    }
}

/// The message that carries a fault, with our own detail.
pub fn write_fault(version: SoapVersion, code: &FaultCode, report: &Report) -> Vec<u8> {
    written(version, code, report, None)
}

/// The message that carries a fault, with the typed detail of a contract of others.
pub fn write_typed_fault(
    version: SoapVersion,
    code: &FaultCode,
    report: &Report,
    typed: &Document,
) -> Vec<u8> {
    written(version, code, report, Some(typed))
}

fn written(
    version: SoapVersion,
    code: &FaultCode,
    report: &Report,
    typed: Option<&Document>,
) -> Vec<u8> {
    let report = shown(report);
    let entry = report.problem.entry();
    let detail = |out: &mut Writer| match typed {
        Some(document) => out.document(document),
        None => detail(out, &report, &entry),
    };
    let mut out = Writer::open(version);
    if version == SoapVersion::V12 {
        explain(&mut out, code);
    }
    let qualified = format!("soap:{}", code.local(version, &entry));
    let security = match code {
        FaultCode::Security(code) => Some(code.local()),
        FaultCode::Table | FaultCode::MustUnderstand(_) | FaultCode::VersionMismatch => None,
    };
    // A refusal that says no more than its title says it once.
    let reason = if report.detail.trim_end_matches('.') == entry.title.trim_end_matches('.') {
        report.detail.clone()
    } else {
        format!("{}: {}", entry.title, report.detail)
    };
    out.body_of_ours(|out| {
        out.nest("soap:Fault", |out| match version {
            SoapVersion::V11 => {
                match security {
                    Some(local) => out.security_code("faultcode", local),
                    None => out.element("faultcode", &qualified),
                }
                out.raw("<faultstring xml:lang=\"es\">");
                out.text(&reason);
                out.raw("</faultstring>");
                out.nest("detail", detail);
            }
            SoapVersion::V12 => {
                out.nest("soap:Code", |out| {
                    out.element("soap:Value", &qualified);
                    if let Some(local) = security {
                        out.nest("soap:Subcode", |out| out.security_code("soap:Value", local));
                    }
                });
                out.raw("<soap:Reason><soap:Text xml:lang=\"es\">");
                out.text(&reason);
                out.raw("</soap:Text></soap:Reason>");
                out.nest("soap:Detail", detail);
            }
        });
    })
}

/// The header blocks that SOAP 1.2 has for two of its faults (part 1, sections 5.4.7 and 5.4.8).
fn explain(out: &mut Writer, code: &FaultCode) {
    match code {
        FaultCode::Table | FaultCode::Security(_) => {}
        FaultCode::VersionMismatch => out.nest("soap:Upgrade", |out| {
            for version in SoapVersion::ALL.iter().rev() {
                let namespace = version.namespace();
                out.raw("<soap:SupportedEnvelope qname=\"v:Envelope\" xmlns:v=\"");
                out.text(namespace);
                out.raw("\"/>");
            }
        }),
        FaultCode::MustUnderstand(name) => {
            out.raw("<soap:NotUnderstood qname=\"");
            match &name.namespace {
                Some(namespace) => {
                    out.text(&format!("v:{}", name.local));
                    out.raw("\" xmlns:v=\"");
                    out.text(namespace);
                }
                None => out.text(&name.local),
            }
            out.raw("\"/>");
        }
    }
}

fn detail(out: &mut Writer, report: &Report, entry: &Entry) {
    out.block("Error", |out| {
        out.element("codigo", entry.code);
        out.element("titulo", entry.title);
        out.element("detalle", &texto(&report.detail, entry.title));
        if let Some(scsp) = entry.scsp {
            out.element("codigoScsp", scsp);
        }
        out.element("culpa", entry.blame.as_str());
        match report.retry_seconds() {
            Some(seconds) => {
                out.raw(&format!("<reintento segundos=\"{seconds}\">"));
                out.text(entry.retry.as_str());
                out.raw("</reintento>");
            }
            None => out.element("reintento", entry.retry.as_str()),
        }
        out.element("incidencia", &report.incident);
        if !report.violations.is_empty() {
            out.nest("violaciones", |out| violations(out, &report.violations));
        }
    });
}

fn violations(out: &mut Writer, violations: &[Violation]) {
    for violation in violations.iter().take(MOST_VIOLATIONS) {
        out.nest("violacion", |out| {
            out.element("ruta", &texto(&violation.path, "/"));
            if let Some(line) = violation.line {
                out.element("linea", &line.to_string());
            }
            out.element("codigo", &violation.code);
            out.element("mensaje", &texto(&violation.message, &violation.code));
        });
    }
}

/// A text as the contract wants it: neither empty nor too long.
fn texto(text: &str, instead: &str) -> String {
    let text = if text.is_empty() { instead } else { text };
    clip(text, LONGEST_TEXT).into_owned()
}
