//! Faults · SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4, with the typed detail `Error` of
//! the contract `contexto/1`.

use contract::{Document, QName};
use domain::problem::{Entry, Report, SoapCode, Violation};

use super::write::Writer;
use super::{ADDRESSING, AddressingError, CONTEXT_NAMESPACE, SoapError, SoapVersion};
use crate::ReadError;
use crate::problem::shown;
use crate::text::clip;
use crate::wsse::{SecurityCode, WSSE};

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
    /// The message's addressing: a code of WS-Addressing.
    Addressing(AddressingError),
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
            ReadError::Soap(SoapError::Addressing(error)) => Self::Addressing(*error),
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
            (_, SoapCode::Sender, SoapVersion::V11) => "Client",
            (_, SoapCode::Receiver, SoapVersion::V11) => "Server",
            (_, SoapCode::Sender, SoapVersion::V12) => "Sender",
            (_, SoapCode::Receiver, SoapVersion::V12) => "Receiver",
        }
    }

    /// The action of a fault with this code, where it is addressed (SOAP binding, section 6; WS-Addressing metadata,
    /// section 4.4: what the WSDL says of ours).
    pub fn action(&self) -> String {
        match self {
            Self::Addressing(_) => format!("{ADDRESSING}/fault"),
            Self::MustUnderstand(_) | Self::VersionMismatch => format!("{ADDRESSING}/soap/fault"),
            Self::Table | Self::Security(_) => format!("{CONTEXT_NAMESPACE}:Error"),
        }
    }

    /// The codes of other specifications, each a case of the one before; with their prefix and namespace.
    fn foreign(&self) -> (Vec<&'static str>, (&'static str, &'static str)) {
        match self {
            Self::Table | Self::MustUnderstand(_) | Self::VersionMismatch => {
                (Vec::new(), ("wsse", WSSE))
            }
            Self::Security(code) => (vec![code.local()], ("wsse", WSSE)),
            Self::Addressing(error) => {
                let code = error.fault.soap();
                let codes = code.above().into_iter().chain([code]);
                let codes = codes.map(super::AddressingCode::local).collect();
                (codes, ("wsa", ADDRESSING))
            }
        }
    }
}

/// The HTTP status of a fault: 500, but 400 for the sender's own in SOAP 1.2 (part 2, table 20).
pub fn fault_status(version: SoapVersion, code: &FaultCode, report: &Report) -> u16 {
    let sender = match code {
        FaultCode::Table | FaultCode::Security(_) | FaultCode::Addressing(_) => {
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
    let detail = |out: &mut Writer| {
        match typed {
            Some(document) => out.document(document),
            None => detail(out, &report, &entry),
        }
        if let (SoapVersion::V12, FaultCode::Addressing(error)) = (version, code) {
            problem_header(out, error);
        }
    };
    let mut out = Writer::open(version);
    explain(&mut out, version, code);
    let qualified = format!("soap:{}", code.local(version, &entry));
    let (foreign, whose) = code.foreign();
    // A refusal that says no more than its title says it once.
    let reason = if report.detail.trim_end_matches('.') == entry.title.trim_end_matches('.') {
        report.detail.clone()
    } else {
        format!("{}: {}", entry.title, report.detail)
    };
    out.body_of_ours(|out| {
        out.nest("soap:Fault", |out| match version {
            SoapVersion::V11 => {
                match foreign.last() {
                    Some(local) => out.code("faultcode", whose, local),
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
                    subcodes(out, whose, &foreign);
                });
                out.raw("<soap:Reason><soap:Text xml:lang=\"es\">");
                out.text(&reason);
                out.raw("</soap:Text></soap:Reason>");
                out.nest("soap:Detail", detail);
            }
        });
    })
}

/// The codes below SOAP's own, each inside the one that it is a case of.
fn subcodes(out: &mut Writer, whose: (&str, &str), codes: &[&str]) {
    if let Some((first, below)) = codes.split_first() {
        out.nest("soap:Subcode", |out| {
            out.code("soap:Value", whose, first);
            subcodes(out, whose, below);
        });
    }
}

/// Which header is at fault (WS-Addressing, SOAP binding, section 6.3).
fn problem_header(out: &mut Writer, error: &AddressingError) {
    out.raw(&format!(
        "<wsa:ProblemHeaderQName xmlns:wsa=\"{ADDRESSING}\">wsa:{}</wsa:ProblemHeaderQName>",
        error.header.local()
    ));
}

/// The header blocks that SOAP 1.2 has for two of its faults (part 1, sections 5.4.7 and 5.4.8), and the one that
/// WS-Addressing has for its own in SOAP 1.1.
fn explain(out: &mut Writer, version: SoapVersion, code: &FaultCode) {
    if let (SoapVersion::V11, FaultCode::Addressing(error)) = (version, code) {
        out.raw(&format!("<wsa:FaultDetail xmlns:wsa=\"{ADDRESSING}\">"));
        problem_header(out, error);
        out.raw("</wsa:FaultDetail>");
    }
    if version == SoapVersion::V11 {
        return;
    }
    match code {
        FaultCode::Table | FaultCode::Security(_) | FaultCode::Addressing(_) => {}
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
