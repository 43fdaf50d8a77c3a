//! Verifying an answer: by the same profile as a request, and it must be the answer to the very request that was made
//! (RFC 9421 section 2.4).

use domain::MessageSecurity;
use sfv::{BareItem, Dictionary, FieldType, Item, ListEntry, Parser};

use super::base::{self, Head};
use super::open::{Opened, Trust, check_time, presence, signature, terms, verified};
use super::sign::Question;
use super::{SignatureFault, digest};
use crate::wsse::Clock;

/// More components than any answer needs.
const MOST: usize = 64;

/// An answer as it came.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Its status.
    pub status: u16,
    /// Its headers in their order, names in small letters.
    pub headers: &'a [(String, String)],
    /// Its body.
    pub body: &'a [u8],
}

/// Looks at the signature of an answer as it was agreed with whoever answers; the digest of its body is checked
/// wherever there is one.
///
/// # Errors
/// The first thing that is wrong with it; a good signature on the answer to another request is wrong as well.
pub fn open_answer(
    answer: &Answer<'_>,
    question: &Question,
    agreed: &MessageSecurity,
    clock: &Clock,
    trust: &Trust<'_>,
) -> Result<Opened, SignatureFault> {
    let head = Head {
        headers: answer.headers.to_vec(),
        ..Head::default()
    };
    if let Some(told) = head.header("content-digest") {
        digest::check(&told, answer.body)?;
    }
    let Some((inputs, values)) = presence(&head, agreed.answers)? else {
        return Ok(Opened::Plain);
    };
    let (label, covered, signature) = signature(&inputs, &values)?;
    let terms = terms(&covered)?;
    check_time(&terms, clock)?;
    if covered.items.len() > MOST {
        return Err(SignatureFault::Component);
    }
    let mut named: Vec<Component<'_>> = Vec::new();
    let mut values = Vec::new();
    for item in &covered.items {
        let component = component(item)?;
        if named.contains(&component) {
            return Err(SignatureFault::RepeatedComponent);
        }
        values.push(component.value(answer, &head, question)?);
        named.push(component);
    }
    check_coverage(answer, question, &named)?;
    verified(&terms, (&covered, &values), (label, signature), trust)
}

/// What an answer may cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Component<'c> {
    /// Something of its own.
    Own(&'c str),
    /// Something of the request; of its signature perhaps the one of that label.
    Request(&'c str, Option<&'c str>),
}

fn component(item: &Item) -> Result<Component<'_>, SignatureFault> {
    let name = base::name(item).ok_or(SignatureFault::Component)?;
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(SignatureFault::Component);
    }
    let (mut of_request, mut label) = (false, None);
    for (parameter, value) in &item.params {
        match (parameter.as_str(), value) {
            ("req", BareItem::Boolean(true)) => of_request = true,
            ("key", BareItem::String(name)) => label = Some(name.as_str()),
            _ => return Err(SignatureFault::Component),
        }
    }
    match (of_request, label) {
        (true, None) if name == "signature" || !name.starts_with("signature") => {
            Ok(Component::Request(name, None))
        }
        (true, Some(_)) if name == "signature" => Ok(Component::Request(name, label)),
        (false, None) if !name.starts_with("signature") => Ok(Component::Own(name)),
        (true | false, _) => Err(SignatureFault::Component),
    }
}

impl Component<'_> {
    fn value(
        self,
        answer: &Answer<'_>,
        head: &Head,
        question: &Question,
    ) -> Result<String, SignatureFault> {
        match self {
            Self::Own("@status") => Ok(answer.status.to_string()),
            Self::Own(name) if name.starts_with('@') => Err(SignatureFault::Component),
            Self::Own(name) => head.header(name).ok_or(SignatureFault::NoSuchComponent),
            Self::Request(name, None) => question
                .head
                .component(name)
                .map_err(|fault| of_another(fault, name)),
            Self::Request(_, Some(label)) => question
                .signature(label)
                .ok_or(SignatureFault::NotConfirmed),
        }
    }
}

/// What the request does not have belongs to another.
fn of_another(fault: SignatureFault, name: &str) -> SignatureFault {
    if name.starts_with('@') {
        fault
    } else {
        SignatureFault::NotConfirmed
    }
}

impl Question {
    /// The signature of that label, as a structured field has it.
    fn signature(&self, label: &str) -> Option<String> {
        let header = self.head.header("signature")?;
        let parsed = Parser::new(&header).parse::<Dictionary>().ok()?;
        match parsed.get(label)? {
            ListEntry::Item(value) => Some(value.serialize()),
            ListEntry::InnerList(_) => None,
        }
    }
}

/// Refuses a signature that leaves out something of the answer, or which request it answers.
fn check_coverage(
    answer: &Answer<'_>,
    question: &Question,
    named: &[Component<'_>],
) -> Result<(), SignatureFault> {
    let own = |name| named.contains(&Component::Own(name));
    let of_request = |name| named.contains(&Component::Request(name, None));
    if !own("@status") {
        return Err(SignatureFault::UnsignedStatus);
    }
    let body_signed = own("content-digest") && own("content-type");
    if !answer.body.is_empty() && !body_signed {
        return Err(SignatureFault::UnsignedBody);
    }
    for (name, _) in answer.headers {
        if name.starts_with("pasarela-") && !own(name.as_str()) {
            return Err(SignatureFault::UnsignedContext);
        }
    }
    let confirmed = if let Some(label) = &question.label {
        let ours = Component::Request("signature", Some(label));
        named.contains(&ours) || of_request("signature")
    } else {
        let query = question.head.query.is_none() || of_request("@query");
        let path = of_request("@authority") && of_request("@path") && query;
        let digest = question.head.header("content-digest").is_none();
        of_request("@method")
            && (of_request("@target-uri") || path)
            && (digest || of_request("content-digest"))
    };
    if confirmed {
        Ok(())
    } else {
        Err(SignatureFault::NotConfirmed)
    }
}
