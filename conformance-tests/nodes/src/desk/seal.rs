//! The signatures of a force as a client: it signs what it asks where its folder says that it must, and takes no answer
//! then but one that the gateway signed.

use std::path::Path;

use adapters::soap::SoapVersion;
use adapters::wsse::{
    Expected, Opened, SignError, SignedRequest, Token, open_answer, sign_request,
};
use certs::load::LoadError;
use certs::signing::Signer;
use contract::Limits;
use domain::{MessageSecurity, Signing};

use crate::central::admission;
use crate::central::security::{clock, signed_by, stamp};

/// What a force signs with, and by what it knows the gateway.
pub struct Seal {
    signer: Signer,
    gateway: Option<String>,
}

impl std::fmt::Debug for Seal {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

impl Seal {
    /// The certificate and key of the force, and the certificate that the gateway signs with; PEM, all of them.
    ///
    /// # Errors
    /// When certificate and key cannot be used at `now` (seconds since 1970).
    pub fn load(
        certificate: &Path,
        key: &Path,
        gateway: &Path,
        now: i64,
    ) -> Result<Self, LoadError> {
        Ok(Self {
            signer: Signer::load(certificate, key, now)?,
            gateway: admission::key_of(gateway),
        })
    }

    pub(super) fn sign(
        &self,
        version: SoapVersion,
        message: &[u8],
    ) -> Result<SignedRequest, SignError> {
        sign_request(message, version, &self.signer, &stamp(None))
    }

    /// What may be read of the answer to a question of that signature: what was verified, and nothing else.
    pub(super) fn open(&self, answer: &[u8], request: &[u8]) -> Result<Vec<u8>, String> {
        let agreed = MessageSecurity {
            answers: Signing::Required,
            ..MessageSecurity::NONE
        };
        let expected = Expected {
            agreed: &agreed,
            clock: &clock(),
            request: Some(request),
        };
        let trust = |token: &Token| signed_by(self.gateway.as_ref(), token);
        match open_answer(answer, &Limits::default(), &expected, &trust) {
            Ok(Opened::Signed(signed)) => Ok(signed.message),
            Ok(Opened::Plain) => Err("it is not signed".to_owned()),
            Err(rejection) => Err(rejection.error.to_string()),
        }
    }
}
