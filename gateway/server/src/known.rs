//! Certificates that a message may name without bringing them. The registry knows keys; whose message names only a
//! number or a key can be verified once its certificate was at hand: in the configured folder, in a handshake, or in an
//! earlier message.
//!
//! INVARIANT: being known means nothing but that the bytes are at hand. Whoever is found here is judged as if the
//! message had brought it.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use arc_swap::ArcSwap;
use certs::signing::SigningCertificate;

use crate::connection;

/// So many certificates are kept of one key: a renewal, and what it follows.
const MOST_OF_A_KEY: usize = 4;

type ByKey = BTreeMap<String, Vec<Arc<SigningCertificate>>>;

/// Certificates of registered keys, shared by all that reads messages on a node.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<ArcSwap<ByKey>>);

impl Known {
    /// Those that are at hand from the start.
    pub fn of(certificates: Vec<SigningCertificate>) -> Self {
        let known = Self::default();
        for certificate in certificates {
            known.learn(&Arc::new(certificate));
        }
        known
    }

    /// Keeps a certificate whose key is registered: so there are never more than keys were registered while the program ran,
    /// a few of each.
    pub(crate) fn learn(&self, certificate: &Arc<SigningCertificate>) {
        let peer = certificate.peer();
        if self.has(&peer.key, &peer.fingerprint) {
            return;
        }
        self.0.rcu(|known| {
            let mut known = ByKey::clone(known);
            let of_key = known.entry(peer.key.clone()).or_default();
            // Somebody else may have learned it meanwhile.
            if of_key.iter().any(|it| it.der() == certificate.der()) {
                return known;
            }
            if of_key.len() == MOST_OF_A_KEY {
                of_key.remove(0);
            }
            of_key.push(Arc::clone(certificate));
            known
        });
    }

    /// Keeps the certificate of a connection whose organism was found in the registry.
    pub(crate) fn learn_from(&self, request: &HttpRequest) {
        let Some((peer, der)) = connection::presented(request) else {
            return;
        };
        // What signs no messages is nobody's to name.
        if !self.has(&peer.key, &peer.fingerprint)
            && let Ok(certificate) = SigningCertificate::from_der(der)
        {
            self.learn(&Arc::new(certificate));
        }
    }

    /// Those of a key, the last first.
    pub(crate) fn of_key(&self, key: &str) -> Vec<Arc<SigningCertificate>> {
        let known = self.0.load();
        let of_key = known.get(key).into_iter().flatten();
        of_key.rev().map(Arc::clone).collect()
    }

    /// Those that are so named, the last of each key first.
    pub(crate) fn named(
        &self,
        is_it: impl Fn(&SigningCertificate) -> bool,
    ) -> Vec<Arc<SigningCertificate>> {
        let known = self.0.load();
        let all = known.values().flat_map(|of_key| of_key.iter().rev());
        all.filter(|it| is_it(it)).map(Arc::clone).collect()
    }

    fn has(&self, key: &str, fingerprint: &str) -> bool {
        let known = self.0.load();
        let of_key = known.get(key);
        of_key.is_some_and(|all| all.iter().any(|it| it.peer().fingerprint == fingerprint))
    }
}
