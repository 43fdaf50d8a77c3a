//! What the gateway signs with, and what is signed between it and the systems that it asks.

use std::path::Path;
use std::sync::Arc;

use certs::signing::Signer;
use certs::token::{Pin, TokenUri};
use domain::MessageSecurity;
use jiff::{SignedDuration, Timestamp};
use peers::Signatures;
use server::{Known, SecuritySettings};

use crate::config::{Signing, SigningKey};
use crate::exit::Failure;

/// The environment variable that holds the PIN of the token, where the address of the key names no file.
const PIN: &str = "PASARELA_SIGNING_PIN";

/// How messages are signed.
pub(crate) fn security(signing: &Signing) -> Result<SecuritySettings, Failure> {
    let signer = match (&signing.certificate, &signing.key) {
        (Some(certificate), Some(key)) => Some(Arc::new(signer(signing, certificate, key)?)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            let half = "`certificate` and `key` come together";
            return Err(Failure::broken("signing", half));
        }
    };
    let known = signing.known.as_deref().map(certs::signing::known);
    let known = known
        .transpose()
        .map_err(|fault| Failure::broken("signing.known", fault))?;
    Ok(SecuritySettings {
        signer,
        known: Known::of(known.unwrap_or_default()),
        ..unsigned(signing)
    })
}

/// The same without a key.
pub(crate) fn unsigned(signing: &Signing) -> SecuritySettings {
    SecuritySettings {
        signer: None,
        known: Known::default(),
        skew: SignedDuration::from_secs(signing.skew_s.into()),
        longest: SignedDuration::from_secs(signing.longest_s.into()),
    }
}

/// What systems are asked with.
#[derive(Clone, Copy)]
pub(crate) enum Key<'s> {
    /// What is configured: a key, or none.
    Configured(&'s SecuritySettings),
    /// The key that is configured cannot be had, which is told for itself: nothing is asked, only looked at.
    Failed(&'s SecuritySettings),
}

/// What is signed between the gateway and a system that it asks.
pub(crate) fn signatures(key: Key<'_>, agreed: MessageSecurity) -> Signatures {
    let (settings, requests) = match key {
        Key::Configured(settings) => (settings, agreed.requests),
        Key::Failed(settings) => (settings, domain::Signing::Absent),
    };
    Signatures {
        agreed: MessageSecurity { requests, ..agreed },
        signer: settings.signer.clone(),
        skew: settings.skew,
        longest: settings.longest,
    }
}

fn signer(signing: &Signing, certificate: &Path, key: &SigningKey) -> Result<Signer, Failure> {
    let now = Timestamp::now().as_second();
    let signer = match key {
        SigningKey::File(key) => Signer::load(certificate, key, now),
        SigningKey::Token(uri) => {
            let module = uri.module.clone().or_else(|| signing.module.clone());
            let uri = TokenUri {
                module,
                ..(**uri).clone()
            };
            let pin = std::env::var(PIN).ok().map(Pin::new);
            Signer::in_token(certificate, (&uri, pin), now)
        }
    };
    let signer = signer.map_err(|fault| Failure::broken("signing", fault))?;
    let signer = match signing.hash {
        Some(hash) => signer.hashing(hash.into()),
        None => Ok(signer),
    };
    let signer = signer.and_then(|signer| signer.naming(signing.reference.into()));
    signer.map_err(|fault| Failure::broken("signing", fault))
}
