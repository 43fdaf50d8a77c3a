//! What came back, and what a refusal must say.

use adapters::soap::SoapVersion;
use domain::Problem;
use domain::problem::SoapCode;
use nodes::client::Reply;
use serde_json::Value;

/// An answer, good or bad.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let body = String::from_utf8(reply.body).unwrap();
        Self {
            status: reply.status,
            headers: reply.headers,
            body,
        }
    }
}

/// The two protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Rest,
    Soap(SoapVersion),
}

/// Both, and both versions of the one.
pub(crate) const PROTOCOLS: [Protocol; 3] = [
    Protocol::Rest,
    Protocol::Soap(SoapVersion::V11),
    Protocol::Soap(SoapVersion::V12),
];

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// The text of the first element or member of that name.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        if self.body.starts_with('{') {
            let value = self.json().get(name)?.clone();
            return Some(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            );
        }
        let at = self
            .body
            .find(&format!("<{name}>"))
            .or(self.body.find(&format!("<{name} ")))?;
        let (_, rest) = self.body.get(at..)?.split_once('>')?;
        rest.split_once('<').map(|(text, _)| text.to_owned())
    }

    /// The incident that joins it with the evidence.
    #[track_caller]
    pub(crate) fn incident(&self) -> String {
        self.text("incidencia")
            .unwrap_or_else(|| panic!("no incident: {}", self.body))
    }

    /// It names this problem, whose fault it is and whether to try again, in that protocol.
    #[track_caller]
    pub(crate) fn assert_is(&self, case: &str, protocol: Protocol, problem: Problem) {
        let entry = problem.entry();
        let told = |name| self.text(name).unwrap_or_default();
        let expected = [
            ("codigo", entry.code),
            ("culpa", entry.blame.as_str()),
            ("reintento", entry.retry.as_str()),
            ("codigoScsp", entry.scsp.unwrap_or_default()),
        ];
        for (name, expected) in expected {
            assert_eq!(told(name), expected, "{case}: `{name}` of {}", self.body);
        }
        assert!(!self.incident().is_empty(), "{case}");
        match protocol {
            Protocol::Rest => self.assert_is_problem(case, problem),
            Protocol::Soap(version) => self.assert_is_fault(case, version, problem),
        }
    }

    /// RFC 9457.
    #[track_caller]
    fn assert_is_problem(&self, case: &str, problem: Problem) {
        let entry = problem.entry();
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{case}"
        );
        assert_eq!(self.status, entry.http, "{case}");
        let told = self.json();
        assert_eq!(told["status"], entry.http, "{case}");
        assert_eq!(
            told["type"],
            format!("urn:pasarela:problema:{}", entry.code),
            "{case}"
        );
        assert_eq!(told["title"], entry.title, "{case}");
        let told = self.header("retry-after");
        let wait: Option<u32> = told.map(|seconds| seconds.parse().unwrap());
        match (problem, wait) {
            // Until the day is over.
            (Problem::QuotaExceeded, Some(wait)) => assert!((1..=90_000).contains(&wait), "{case}"),
            _ => assert_eq!(wait, entry.retry.seconds(), "{case}"),
        }
    }

    /// A fault in the version of the question.
    #[track_caller]
    fn assert_is_fault(&self, case: &str, version: SoapVersion, problem: Problem) {
        let sender = problem.entry().soap == SoapCode::Sender;
        let (code, status) = match version {
            SoapVersion::V11 if sender => ("<faultcode>soap:Client</faultcode>", 500),
            SoapVersion::V11 => ("<faultcode>soap:Server</faultcode>", 500),
            SoapVersion::V12 if sender => ("<soap:Value>soap:Sender</soap:Value>", 400),
            SoapVersion::V12 => ("<soap:Value>soap:Receiver</soap:Value>", 500),
        };
        assert!(
            self.body.contains(code),
            "{case}: no `{code}` in {}",
            self.body
        );
        let namespace = format!("xmlns:soap=\"{}\"", version.namespace());
        assert!(
            self.body.contains(&namespace),
            "{case}: not {version:?}: {}",
            self.body
        );
        assert_eq!(
            self.header("content-type"),
            Some(version.content_type()),
            "{case}"
        );
        assert_eq!(self.status, status, "{case}");
    }

    /// The body without what may differ between two refusals of the same kind.
    pub(crate) fn bland(&self) -> String {
        match self.text("incidencia") {
            Some(incident) => self.body.replace(&incident, "INCIDENCIA"),
            None => self.body.clone(),
        }
    }

    /// The headers without what differs between any two answers.
    pub(crate) fn bland_headers(&self) -> Vec<(String, String)> {
        let differ = [
            "date",
            "traceparent",
            "pasarela-peticion",
            "pasarela-transmision",
        ];
        let kept = self
            .headers
            .iter()
            .filter(|(name, _)| !differ.contains(&name.as_str()));
        kept.cloned().collect()
    }
}
