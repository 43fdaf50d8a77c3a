//! The signatures of a force as a client: it signs what it asks where its folder says that it must, and takes no answer
//! then but one that the gateway signed.

use std::path::{Path, PathBuf};

use adapters::soap::SoapVersion;
use adapters::wsse::{
    Expected, Opened, SignError, SignedRequest, Token, open_answer, sign_request,
};
use certs::load::LoadError;
use certs::signing::{Signer, SigningCertificate};
use contract::Limits;
use domain::{MessageSecurity, Signing};

use super::http;
use crate::central::security::{clock, signed_by, stamp};
use crate::client::Reply;

/// What a force signs with, and by what it knows the gateway.
pub struct Seal {
    signer: Signer,
    gateway: SigningCertificate,
}

/// Why a force cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Its own certificate or key cannot be used.
    #[error(transparent)]
    Own(#[from] LoadError),
    /// The gateway's certificate cannot be used.
    #[error("the certificate that the gateway signs with, `{}`, cannot be used", .0.display())]
    Gateway(PathBuf),
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
    /// When one of the files cannot be used at `now` (seconds since 1970).
    pub fn load(
        certificate: &Path,
        key: &Path,
        gateway: &Path,
        now: i64,
    ) -> Result<Self, SealError> {
        let known = std::fs::read(gateway).ok();
        let known = known.and_then(|pem| SigningCertificate::from_pem(&pem).ok());
        Ok(Self {
            signer: Signer::load(certificate, key, now)?,
            gateway: known.ok_or_else(|| SealError::Gateway(gateway.to_owned()))?,
        })
    }

    pub(super) fn sign(
        &self,
        version: SoapVersion,
        message: &[u8],
    ) -> Result<SignedRequest, SignError> {
        sign_request(message, version, &self.signer, &stamp(None))
    }

    pub(super) fn sign_http(
        &self,
        asked: (&str, &str),
        headers: &[(&'static str, String)],
        body: &[u8],
    ) -> Result<http::Signed, SignError> {
        http::sign(&self.signer, asked, headers, body)
    }

    /// What is wrong with the signature of an answer over REST.
    pub(super) fn verify_http(&self, reply: &Reply, asked: &http::Signed) -> Result<(), String> {
        http::verify(&self.gateway, reply, asked)
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
        let trust = |token: &Token| signed_by(Some(&self.gateway.peer().key), token);
        match open_answer(answer, &Limits::default(), &expected, &trust) {
            Ok(Opened::Signed(signed)) => Ok(signed.message),
            Ok(Opened::Plain) => Err("it is not signed".to_owned()),
            Err(rejection) => Err(rejection.error.to_string()),
        }
    }
}
