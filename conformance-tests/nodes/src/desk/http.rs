//! HTTP message signatures (RFC 9421) over the digest of the body (RFC 9530), of a force that asks over REST.
//!
//! The base is written here: nobody is judged by what it wrote itself.

use std::fmt::Write;

use adapters::wsse::SignError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::{Hash, Signer, SigningCertificate, digest};
use jiff::Timestamp;

use crate::client::Reply;

/// What a signature of a force is called, and one of the gateway.
const OWN: &str = "fuerza";
const GATEWAY: &str = "pasarela";

/// What a signed request has beside its own headers.
pub(super) struct Signed {
    pub(super) headers: Vec<(&'static str, String)>,
    value: String,
}

/// Signs method, address, every header given and the body.
pub(super) fn sign(
    signer: &Signer,
    (method, url): (&str, &str),
    headers: &[(&'static str, String)],
    body: &[u8],
) -> Result<Signed, SignError> {
    let fails = |fault: &dyn std::fmt::Display| SignError::Key(fault.to_string());
    let mut covered = vec![
        ("@method".to_owned(), method.to_owned()),
        ("@target-uri".to_owned(), url.to_owned()),
    ];
    let mut more = Vec::new();
    if !body.is_empty() {
        more.push(("content-digest", told(body).map_err(|e| fails(&e))?));
    }
    let headers = headers.iter().chain(&more);
    covered.extend(headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())));
    let names: Vec<String> = covered.iter().map(|(it, _)| format!("\"{it}\"")).collect();
    let (created, key) = (
        Timestamp::now().as_second(),
        &signer.certificate().peer().key,
    );
    let input = format!("({});created={created};keyid=\"{key}\"", names.join(" "));
    let values = covered.into_iter().map(|(_, value)| value);
    let base = base(names.iter().map(String::as_str).zip(values), &input);
    let value = signer.sign(base.as_bytes()).map_err(|e| fails(&e))?;
    let value = BASE64.encode(value);
    more.push(("signature-input", format!("{OWN}={input}")));
    more.push(("signature", format!("{OWN}=:{value}:")));
    Ok(Signed {
        headers: more,
        value,
    })
}

/// Whether the gateway signed that answer to that request; what is wrong with it, if not.
pub(super) fn verify(
    gateway: &SigningCertificate,
    reply: &Reply,
    asked: &Signed,
) -> Result<(), String> {
    let header = |name: &str| {
        let mut all = reply.headers.iter();
        let found = all.find(|(it, _)| it == name).map(|(_, value)| &**value);
        found.ok_or_else(|| format!("it has no `{name}`"))
    };
    let own = |name: &str| {
        let value = header(name)?.strip_prefix(GATEWAY);
        let value = value.and_then(|it| it.strip_prefix('='));
        value.ok_or_else(|| format!("its `{name}` is not the gateway's"))
    };
    let body = told(&reply.body).map_err(|fault| fault.to_string())?;
    if header("content-digest")? != body {
        return Err("its body is not the one that was signed".to_owned());
    }
    let input = own("signature-input")?;
    let listed = input.strip_prefix('(').and_then(|it| it.split_once(')'));
    let (listed, _) = listed.ok_or("its `signature-input` is no list")?;
    let request = format!("\"signature\";req;key=\"{OWN}\"");
    for needed in ["\"@status\"", "\"content-digest\"", &request] {
        if !listed.split(' ').any(|it| it == needed) {
            return Err(format!("its signature leaves out {needed}"));
        }
    }
    let mut covered = Vec::new();
    for component in listed.split(' ') {
        let value = match component {
            "\"@status\"" => reply.status.to_string(),
            it if it == request => format!(":{}:", asked.value),
            it => header(it.trim_matches('"'))?.to_owned(),
        };
        covered.push((component, value));
    }
    let base = base(covered.into_iter(), input);
    let value = own("signature")?.trim_matches(':');
    let value = BASE64.decode(value).map_err(|fault| fault.to_string())?;
    if gateway.verifies(gateway.algorithm(), base.as_bytes(), &value) {
        Ok(())
    } else {
        Err("its signature is not the gateway's".to_owned())
    }
}

/// The digest of a body as its header says it.
fn told(body: &[u8]) -> Result<String, impl std::fmt::Display + use<>> {
    digest(Hash::Sha256, body).map(|it| format!("sha-256=:{}:", BASE64.encode(it)))
}

/// RFC 9421, section 2.5.
fn base<'c>(covered: impl Iterator<Item = (&'c str, String)>, input: &str) -> String {
    let mut base = String::new();
    for (component, value) in covered {
        // Writing to a string does not fail.
        let _ = writeln!(base, "{component}: {value}");
    }
    let _ = write!(base, "\"@signature-params\": {input}");
    base
}
