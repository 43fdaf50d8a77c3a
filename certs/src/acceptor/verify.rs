//! The verdict on a client's certificate.

use openssl::error::ErrorStack;
use openssl::x509::{
    X509ExtendedKeyUsage, X509Ref, X509StoreContext, X509StoreContextRef, X509VerifyResult,
};

use crate::handshake::{Guard, Presented, Reason};
use crate::identity::{self, IdentityError, Peer};

/// Called by OpenSSL for each fault and, from the root down, for each certificate found good.
pub(super) fn judge(good: bool, context: &mut X509StoreContextRef) -> bool {
    let verdict = if good {
        judge_good(context)
    } else {
        Err(refused_by_openssl(context))
    };
    let Err(refusal) = verdict else { return true };
    if let Some(guard) = guard(context) {
        guard.record(
            refusal.reason,
            leaf(context).and_then(|leaf| presented(leaf).ok()),
        );
    }
    if let Some(alert) = refusal.alert {
        context.set_error(alert);
    }
    false
}

/// A refusal, and the verdict whose alert tells the client, where OpenSSL's own does not.
struct Refusal {
    reason: Reason,
    alert: Option<X509VerifyResult>,
}

fn refused_by_openssl(context: &X509StoreContextRef) -> Refusal {
    let reason = Reason::of_chain(context.error());
    // A list that is missing or stale is our fault: a refusal without verdict is sent as internal_error.
    let ours = matches!(
        reason,
        Reason::NoRevocationList | Reason::RevocationListExpired
    );
    Refusal {
        reason,
        alert: ours.then_some(X509VerifyResult::OK),
    }
}

fn judge_good(context: &X509StoreContextRef) -> Result<(), Refusal> {
    if context.error_depth() > 0 {
        return Ok(());
    }
    let (Some(leaf), Some(guard)) = (context.current_cert(), guard(context)) else {
        return Err(Refusal {
            reason: Reason::Unreadable,
            alert: Some(X509VerifyResult::OK),
        });
    };
    let refuse = |reason| Refusal {
        reason,
        alert: Some(certificate_unknown(leaf)),
    };
    if !names_clients(leaf) {
        return Err(refuse(Reason::WrongPurpose));
    }
    let peer = Peer::read(leaf).map_err(|error| refuse(reason(&error)))?;
    let presented = presented(leaf).map_err(|_| refuse(Reason::Unreadable))?;
    guard.identified(peer, presented);
    Ok(())
}

/// OpenSSL lets a certificate without extended key usage serve any purpose; here it must name clients.
pub(crate) fn names_clients(leaf: &X509Ref) -> bool {
    leaf.extended_key_usage()
        .is_some_and(|usage| usage.contains(X509ExtendedKeyUsage::SSL_CLIENT))
}

/// A verdict without alert of its own, which OpenSSL sends as `certificate_unknown`.
fn certificate_unknown(leaf: &X509Ref) -> X509VerifyResult {
    leaf.issued(leaf)
}

fn reason(error: &IdentityError) -> Reason {
    match error {
        IdentityError::Ambiguous(_) => Reason::Ambiguous,
        IdentityError::Unreadable(_) | IdentityError::Undecodable(_) => Reason::Unreadable,
    }
}

fn presented(leaf: &X509Ref) -> Result<Presented, ErrorStack> {
    Ok(Presented {
        fingerprint: identity::fingerprint(leaf)?,
        key: leaf
            .public_key()
            .and_then(|key| identity::key_digest(&key))
            .ok(),
        serial: identity::serial(leaf)?,
        organisms: identity::organisms(leaf),
    })
}

fn leaf(context: &X509StoreContextRef) -> Option<&X509Ref> {
    match context.chain().and_then(|chain| chain.get(0)) {
        Some(leaf) => Some(leaf),
        None => context.current_cert(),
    }
}

fn guard(context: &X509StoreContextRef) -> Option<&Guard> {
    Guard::of(context.ex_data(X509StoreContext::ssl_idx().ok()?)?)
}
