//! What the files say: replaced as a whole when they change.

use std::path::Path;
use std::sync::Arc;

use openssl::ssl::{SslContext, SslFiletype};
use openssl::stack::Stack;
use openssl::x509::store::{X509Lookup, X509Store, X509StoreBuilder};
use openssl::x509::verify::X509VerifyFlags;
use openssl::x509::{X509, X509PurposeId};

use super::{AcceptorConfig, context};
use crate::load::{self, LoadError, Pair};
use crate::revocation::{self, Revocations};
use crate::signing::SigningTrust;

/// Context and revocations made from the same files.
pub(super) struct Inner {
    pub(super) context: SslContext,
    pub(super) revocations: Arc<Revocations>,
    pub(super) signing: Arc<SigningTrust>,
}

impl Inner {
    pub(super) fn load(config: &AcceptorConfig) -> Result<Self, LoadError> {
        if config.revocation_lists.is_empty() {
            return Err(LoadError::NoRevocationList);
        }
        let pair = Pair::load(&config.certificate, &config.key)?;
        let authorities = load::certificates(&config.client_authorities)?;
        let revocations = Revocations::read(&config.revocation_lists, &authorities)?;
        let signing = SigningTrust::new(&authorities)?;

        let mut builder = context::base(config.oldest)?;
        builder.set_certificate(&pair.leaf)?;
        for certificate in pair.rest {
            builder.add_extra_chain_cert(certificate)?;
        }
        builder.set_private_key(pair.key.key())?;
        builder.set_client_ca_list(names(&authorities)?);
        builder.set_cert_store(store(authorities, config)?);
        let context = builder.build().into_context();
        Ok(Self {
            context,
            revocations: Arc::new(revocations),
            signing: Arc::new(signing),
        })
    }
}

/// The authorities' names, sent to clients so that they choose the right certificate.
fn names(authorities: &[X509]) -> Result<Stack<openssl::x509::X509Name>, LoadError> {
    let mut names = Stack::new()?;
    for authority in authorities {
        names.push(authority.subject_name().to_owned()?)?;
    }
    Ok(names)
}

fn store(authorities: Vec<X509>, config: &AcceptorConfig) -> Result<X509Store, LoadError> {
    let mut store = X509StoreBuilder::new()?;
    for authority in authorities {
        store.add_cert(authority)?;
    }
    for list in &config.revocation_lists {
        let kind = file_type(list)?;
        store
            .add_lookup(X509Lookup::file())?
            .load_crl_file(openssl_name(list)?, kind)?;
    }
    // INVARIANT: these flags sit on the store, not on the context: a swapped connection keeps the outer context's
    // parameters, and takes from the inner one its store.
    store.set_flags(X509VerifyFlags::CRL_CHECK | X509VerifyFlags::CRL_CHECK_ALL)?;
    store.set_purpose(X509PurposeId::SSL_CLIENT)?;
    Ok(store.build())
}

fn file_type(list: &Path) -> Result<SslFiletype, LoadError> {
    let bytes = load::read(list)?;
    Ok(if revocation::is_pem(&bytes) {
        SslFiletype::PEM
    } else {
        SslFiletype::ASN1
    })
}

/// The openssl crate panics on names that are no C strings.
fn openssl_name(path: &Path) -> Result<&str, LoadError> {
    path.to_str()
        .filter(|name| !name.contains('\0'))
        .ok_or_else(|| LoadError::FileName(path.to_owned()))
}
