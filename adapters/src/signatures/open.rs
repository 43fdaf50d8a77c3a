//! Verifying a request.

use std::collections::BTreeSet;
use std::sync::Arc;

use certs::signing::{Algorithm, SigningCertificate};
use domain::{MessageSecurity, SignedPart, Signing};
use jiff::{SignedDuration, Timestamp};
use sfv::{BareItem, Dictionary, InnerList, Item, ListEntry, Parser};

use super::base::{self, Head};
use super::{SignatureFault, TAG, algorithm_name, digest};
use crate::wsse::Clock;

/// More components than any request needs.
const MOST: usize = 64;

/// The other way of RSA keys (RFC 9421 section 3.3.1).
const PSS: &str = "rsa-pss-sha512";

/// Finds the certificate whose key a signature names.
pub type Trust<'t> = dyn Fn(&str) -> Result<Arc<SigningCertificate>, SignatureFault> + 't;

/// A request whose signature was looked at.
#[derive(Debug)]
pub enum Opened {
    /// It has none, and need not.
    Plain,
    /// It is signed, and well.
    Signed(Verified),
}

/// A good signature.
#[derive(Debug)]
pub struct Verified {
    /// The certificate of whoever signed.
    pub signer: Arc<SigningCertificate>,
    /// What the signature is called in the message.
    pub label: String,
    /// Its value: no other message has the same.
    pub signature: Vec<u8>,
}

/// Looks at the signature of a request as it was agreed with its sender; the digest of its body is checked wherever
/// there is one.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn open(
    head: &Head,
    body: &[u8],
    agreed: &MessageSecurity,
    clock: &Clock,
    trust: &Trust<'_>,
) -> Result<Opened, SignatureFault> {
    if let Some(told) = head.header("content-digest") {
        digest::check(&told, body)?;
    }
    let Some((inputs, values)) = presence(head, agreed.requests)? else {
        return Ok(Opened::Plain);
    };
    let (label, covered, signature) = signature(&inputs, &values)?;
    let terms = terms(&covered)?;
    check_time(&terms, clock)?;
    let values = values_of(head, &covered)?;
    check_coverage(head, body, agreed, &covered)?;
    verified(&terms, (&covered, &values), (label, signature), trust)
}

/// The two headers of a signature, if there is one and it may be, or need not.
pub(super) fn presence(
    head: &Head,
    agreed: Signing,
) -> Result<Option<(String, String)>, SignatureFault> {
    let (inputs, values) = (head.header("signature-input"), head.header("signature"));
    match (agreed, &inputs, &values) {
        (Signing::Absent | Signing::Optional, None, None) => return Ok(None),
        (Signing::Absent, _, _) => return Err(SignatureFault::NotAgreed),
        (Signing::Required, None, None) => return Err(SignatureFault::NotSigned),
        (Signing::Optional | Signing::Required, _, _) => {}
    }
    Ok(Some((
        inputs.unwrap_or_default(),
        values.unwrap_or_default(),
    )))
}

/// Whether the key that is named made the signature over what is covered.
pub(super) fn verified(
    terms: &Terms<'_>,
    (covered, values): (&InnerList, &[String]),
    (label, signature): (String, Vec<u8>),
    trust: &Trust<'_>,
) -> Result<Opened, SignatureFault> {
    let signer = trust(terms.key)?;
    let algorithm = signer.algorithm();
    let base = base::base(covered, values).ok_or(SignatureFault::Malformed)?;
    let base = base.as_bytes();
    let good = match terms.algorithm {
        Some(PSS) if algorithm == Algorithm::RsaSha256 => signer.verifies_pss(base, &signature),
        Some(named) if Some(named) != algorithm_name(algorithm) => {
            return Err(SignatureFault::Algorithm);
        }
        Some(_) | None => signer.verifies(algorithm, base, &signature),
    };
    if !good {
        return Err(SignatureFault::SignatureMismatch);
    }
    Ok(Opened::Signed(Verified {
        signer,
        label,
        signature,
    }))
}

/// The one signature of a message: its label, what it covers, its value.
pub(super) fn signature(
    inputs: &str,
    values: &str,
) -> Result<(String, InnerList, Vec<u8>), SignatureFault> {
    let parsed = |text: &str| {
        let dictionary = Parser::new(text).parse::<Dictionary>();
        dictionary.map_err(|_| SignatureFault::Malformed)
    };
    let (mut inputs, mut values) = (parsed(inputs)?, parsed(values)?);
    if inputs.len() > 1 || values.len() > 1 {
        return Err(SignatureFault::TwoSignatures);
    }
    let (Some((label, input)), Some((other, value))) = (inputs.pop(), values.pop()) else {
        return Err(SignatureFault::NoSuchLabel);
    };
    if label != other {
        return Err(SignatureFault::NoSuchLabel);
    }
    match (input, value) {
        (
            ListEntry::InnerList(covered),
            ListEntry::Item(Item {
                bare_item: BareItem::ByteSequence(signature),
                ..
            }),
        ) => Ok((label.as_str().to_owned(), covered, signature)),
        (ListEntry::InnerList(_) | ListEntry::Item(_), _) => Err(SignatureFault::Malformed),
    }
}

/// What the one signature of a message is called, good or bad; none if there is not one.
pub fn label(head: &Head) -> Option<String> {
    let (inputs, values) = (head.header("signature-input")?, head.header("signature")?);
    let (label, ..) = signature(&inputs, &values).ok()?;
    Some(label)
}

/// What the parameters of a signature say.
pub(super) struct Terms<'c> {
    created: Timestamp,
    expires: Option<Timestamp>,
    key: &'c str,
    algorithm: Option<&'c str>,
}

pub(super) fn terms(covered: &InnerList) -> Result<Terms<'_>, SignatureFault> {
    let (mut created, mut expires, mut key, mut algorithm, mut tag) =
        (None, None, None, None, None);
    for (name, value) in &covered.params {
        match (name.as_str(), value) {
            ("created", BareItem::Integer(at)) => created = Some(instant(i64::from(*at))?),
            ("expires", BareItem::Integer(at)) => expires = Some(instant(i64::from(*at))?),
            ("keyid", BareItem::String(name)) => key = Some(name.as_str()),
            ("alg", BareItem::String(name)) => algorithm = Some(name.as_str()),
            ("tag", BareItem::String(name)) => tag = Some(name.as_str()),
            ("nonce", BareItem::String(_)) => {}
            _ => return Err(SignatureFault::Parameter),
        }
    }
    if tag.is_some_and(|tag| tag != TAG) {
        return Err(SignatureFault::Tag);
    }
    Ok(Terms {
        created: created.ok_or(SignatureFault::NoCreated)?,
        expires,
        key: key.ok_or(SignatureFault::NoKey)?,
        algorithm,
    })
}

fn instant(seconds: i64) -> Result<Timestamp, SignatureFault> {
    Timestamp::from_second(seconds).map_err(|_| SignatureFault::Malformed)
}

pub(super) fn check_time(terms: &Terms<'_>, clock: &Clock) -> Result<(), SignatureFault> {
    let after =
        |at: Timestamp, time: SignedDuration| at.saturating_add(time).unwrap_or(Timestamp::MAX);
    let latest = after(terms.created, clock.longest);
    let expires = terms.expires.map_or(latest, |expires| expires.min(latest));
    if terms.created > after(clock.now, clock.skew) {
        return Err(SignatureFault::FromTheFuture);
    }
    if clock.now > after(expires, clock.skew) || expires <= terms.created {
        return Err(SignatureFault::Expired);
    }
    Ok(())
}

/// The values of what is covered. A component with parameters would be another value than the one that is read.
fn values_of(head: &Head, covered: &InnerList) -> Result<Vec<String>, SignatureFault> {
    if covered.items.len() > MOST {
        return Err(SignatureFault::Component);
    }
    let mut seen = BTreeSet::new();
    let value = |item| {
        let name = base::name(item).filter(|_| item.params.is_empty());
        let name = name.ok_or(SignatureFault::Component)?;
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) || name.starts_with("signature") {
            return Err(SignatureFault::Component);
        }
        if !seen.insert(name) {
            return Err(SignatureFault::RepeatedComponent);
        }
        head.component(name)
    };
    covered.items.iter().map(value).collect()
}

/// Refuses a signature that leaves out something that decides what is asked.
fn check_coverage(
    head: &Head,
    body: &[u8],
    agreed: &MessageSecurity,
    covered: &InnerList,
) -> Result<(), SignatureFault> {
    let names: BTreeSet<&str> = covered.items.iter().filter_map(base::name).collect();
    let has = |name: &str| names.contains(name);
    if !has("@method") {
        return Err(SignatureFault::UnsignedMethod);
    }
    let path = has("@path") && (has("@query") || head.query.is_none());
    let apart = has("@authority") && (path || has("@request-target"));
    if !has("@target-uri") && !apart {
        return Err(SignatureFault::UnsignedTarget);
    }
    let body_signed = has("content-digest") && has("content-type");
    if !body.is_empty() && !body_signed {
        return Err(SignatureFault::UnsignedBody);
    }
    let context_may = agreed.unsigned.contains(&SignedPart::Context);
    for (name, _) in &head.headers {
        if has(name) {
            continue;
        }
        if name.starts_with("pasarela-") && !context_may {
            return Err(SignatureFault::UnsignedContext);
        }
        if matches!(name.as_str(), "idempotency-key" | "if-match") {
            return Err(SignatureFault::UnsignedHeader);
        }
    }
    Ok(())
}
