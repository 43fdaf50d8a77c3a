//! Who is on the other end of a connection, asked again on every request.
//!
//! A connection outlives a revocation and a change of the registry; so the handshake's verdict is
//! only where the peer's certificate comes from, never the last word.

use std::any::Any;
use std::sync::Arc;

use actix_tls::accept::openssl::TlsStream;
use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use certs::identity::Peer;
use certs::revocation::{self, Revocations};
use domain::{CertificateKey, Organism, OrganismId, Problem, Registry};
use exchange::Caller;
use jiff::Timestamp;

use crate::standing::Standing;

/// The certificate of the connection's other end.
#[derive(Clone)]
struct Presented(Arc<Peer>, Arc<[u8]>);

/// Keeps the peer of a finished handshake with its connection.
pub(crate) fn remember(connection: &dyn Any, data: &mut Extensions) {
    let stream = connection.downcast_ref::<TlsStream<TcpStream>>();
    let Some(ssl) = stream.map(|stream| stream.ssl()) else {
        return;
    };
    if let Some(peer) = certs::handshake::complete(ssl) {
        let certificate = certs::handshake::certificate(ssl).unwrap_or_default();
        data.insert(Presented(Arc::new(peer), certificate.into()));
    }
}

/// Why a connection's peer is nobody; the key it showed, for the evidence.
#[derive(Debug)]
pub(crate) struct Nobody {
    /// What is wrong.
    pub problem: Problem,
    /// The key, where there was a certificate at all.
    pub key: Option<CertificateKey>,
}

/// The certificate that the connection shows, if it is good at this moment, and its key.
pub(crate) fn shown<'r>(
    request: &'r HttpRequest,
    revocations: &Revocations,
    now: Timestamp,
) -> Result<(&'r Peer, CertificateKey), Nobody> {
    let Some(Presented(peer, _)) = request.conn_data::<Presented>() else {
        return Err(Nobody {
            problem: Problem::NoCertificate,
            key: None,
        });
    };
    let Ok(key) = peer.key.parse::<CertificateKey>() else {
        return Err(Nobody {
            problem: Problem::CertificateNotTrusted,
            key: None,
        });
    };
    let nobody = |problem| {
        Err(Nobody {
            problem,
            key: Some(key),
        })
    };
    match revocations.standing(peer, now.as_second()) {
        revocation::Standing::Good => Ok((peer, key)),
        revocation::Standing::Revoked => nobody(Problem::CertificateRevoked),
        revocation::Standing::Expired => nobody(Problem::CertificateExpired),
        revocation::Standing::ListExpired | revocation::Standing::NoList => {
            nobody(Problem::CertificateNotTrusted)
        }
    }
}

/// Who calls, by what is in force now.
pub(crate) fn identify(
    request: &HttpRequest,
    standing: &Standing,
    now: Timestamp,
) -> Result<Caller, Nobody> {
    let (peer, key) = shown(request, &standing.revocations, now)?;
    let nobody = |problem| {
        Err(Nobody {
            problem,
            key: Some(key),
        })
    };
    match Caller::identify(&standing.registry, key, now) {
        None => nobody(Problem::CertificateNotRegistered),
        Some(caller) if names_another(peer, caller.organism(), &standing.registry) => {
            nobody(Problem::AmbiguousCertificate)
        }
        Some(caller) => Ok(caller),
    }
}

/// What the certificate of the connection's other end says, and its bytes.
pub(crate) fn presented(request: &HttpRequest) -> Option<(&Peer, &[u8])> {
    let Presented(peer, certificate) = request.conn_data::<Presented>()?;
    Some((peer, certificate))
}

/// Whether the certificate names organisms, and not the one that its key is registered to, or another of the registry besides.
pub(crate) fn names_another(peer: &Peer, organism: &Organism, registry: &Registry) -> bool {
    let own = |name: &str| name == organism.id.as_str();
    let registered = |name: &str| {
        let id = name.parse::<OrganismId>();
        id.is_ok_and(|id| registry.organism(&id).is_some())
    };
    let mut named = [&peer.dir3, &peer.nif].into_iter().flatten().peekable();
    let mut others = named.clone().filter(|name| !own(name));
    named.peek().is_some() && (!named.any(|name| own(name)) || others.any(|name| registered(name)))
}

#[cfg(test)]
mod tests {
    use domain::OrganismKind;

    use super::*;

    fn organism(id: &str) -> Organism {
        Organism {
            id: id.parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "PRUEBA".to_owned(),
        }
    }

    #[test]
    fn a_certificate_names_its_organism_and_no_other_of_the_registry() {
        let (own, other) = ("L01130473", "S9999001B");
        let registry = Registry::new(1, [organism(own), organism(other)], [], []);
        let table = [
            (None, None, false),
            (Some(own), None, false),
            (Some(own), Some("S9999998A"), false),
            (Some(own), Some(other), true),
            (None, Some(other), true),
            (Some("L01130012"), None, true),
        ];
        for (dir3, nif, another) in table {
            let peer = Peer {
                key: String::new(),
                fingerprint: String::new(),
                serial: String::new(),
                issuer: String::new(),
                common_name: None,
                dir3: dir3.map(str::to_owned),
                nif: nif.map(str::to_owned),
                not_before: 0,
                not_after: 0,
            };
            let told = names_another(&peer, &organism(own), &registry);
            assert_eq!(told, another, "{dir3:?} {nif:?}");
        }
    }
}
