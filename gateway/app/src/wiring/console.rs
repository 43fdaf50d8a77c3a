//! The console's part of the configuration.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::seal::Seal;
use server::{BodyLimits, Console, ConsoleSettings, Watched};

use crate::config::{self, Config};
use crate::exit::Failure;

use super::oidc;

/// The console, if there is to be one.
pub(crate) fn parts(config: &Config) -> Result<Option<Console>, Failure> {
    let Some(console) = &config.console else {
        return Ok(None);
    };
    let (log, refused) = server::channel();
    let acceptor = Acceptor::load(acceptor(console), log)
        .map_err(|e| Failure::broken("console certificate", e))?;
    let idle = Duration::from_secs(u64::from(console.session_minutes) * 60);
    Ok(Some(Console {
        acceptor,
        refused,
        watched: watched(config, console)?,
        oidc: console.oidc.as_ref().map(oidc::oidc).transpose()?,
        settings: ConsoleSettings {
            address: console.address,
            enrolment_url: config.enrolment.as_ref().map(|it| it.public_url.clone()),
            idle,
            body: BodyLimits {
                bytes: console.form_bytes,
                time: Duration::from_millis(config.limits.body_ms),
            },
        },
    }))
}

/// The TLS settings of the console's listener: staff have browsers of today.
pub(crate) fn acceptor(console: &config::Console) -> AcceptorConfig {
    AcceptorConfig {
        certificate: console.certificate.clone(),
        key: console.key.clone(),
        client_authorities: console.client_ca.clone(),
        revocation_lists: vec![console.crl.clone()],
        oldest: TlsVersion::V13,
    }
}

fn watched(config: &Config, console: &config::Console) -> Result<Watched, Failure> {
    let broken = |e: &dyn std::fmt::Display| Failure::broken("checkpoint key", e);
    let seal = Seal::load(&config.journal.checkpoint_key).map_err(|e| broken(&e))?;
    Ok(Watched {
        certificates: certificates(config, console),
        seal: Arc::new(seal.verifier().map_err(|e| broken(&e))?),
    })
}

/// The gateway's own certificates, each with the word for its use.
fn certificates(config: &Config, console: &config::Console) -> Vec<(String, PathBuf)> {
    let mut files = vec![
        ("servidor", &config.tls.certificate),
        ("consola", &console.certificate),
        ("cliente", &config.holder.certificate),
        ("autoridad", &config.tls.client_ca),
        ("autoridad-personal", &console.client_ca),
    ];
    files.extend(config.signing.certificate.iter().map(|it| ("firma", it)));
    if let Some(enrolment) = &config.enrolment {
        files.push(("altas", &enrolment.certificate));
        files.push(("autoridad-federacion", &enrolment.ca_certificate));
    }
    let own = files.into_iter();
    let mut all: Vec<(String, PathBuf)> = own
        .map(|(use_, path)| (use_.to_owned(), path.clone()))
        .collect();
    let services = config.services.iter();
    all.extend(services.map(|it| (it.url.clone(), it.certificate.clone())));
    let partners = config.partners.iter();
    all.extend(partners.map(|it| (it.organism.clone(), it.certificate.clone())));
    all
}
