//! The TLS settings themselves, equal on the outer and the inner contexts.

use std::sync::Arc;

use arc_swap::ArcSwap;
use openssl::error::ErrorStack;
use openssl::ssl::{
    AlpnError, ClientHelloResponse, SslAcceptor, SslAcceptorBuilder, SslAlert, SslMethod,
    SslOptions, SslRef, SslSessionCacheMode, SslVerifyMode, SslVersion, select_next_proto,
};

use super::inner::Inner;
use super::{Clients, TlsVersion, verify};
use crate::handshake::{Guard, HandshakeLog, Reason};

/// The hybrid group in a tuple of its own: whoever supports it uses it, even at the price of one more round trip.
const GROUPS: &str = "X25519MLKEM768 / X25519:P-256:P-384";
const SUITES_13: &str =
    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
const SUITES_12: &str = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
     ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";
/// Level 2 of OpenSSL: 112 bits, so RSA from 2048 bits and no SHA-1 in chains.
const SECURITY_LEVEL: u32 = 2;
const LONGEST_CHAIN: u32 = 5;

/// Settings that do not come from files.
pub(super) fn base(oldest: TlsVersion) -> Result<SslAcceptorBuilder, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_modern_v5(SslMethod::tls_server())?;
    builder.set_min_proto_version(Some(match oldest {
        TlsVersion::V12 => SslVersion::TLS1_2,
        TlsVersion::V13 => SslVersion::TLS1_3,
    }))?;
    builder.set_max_proto_version(Some(SslVersion::TLS1_3))?;
    builder.set_ciphersuites(SUITES_13)?;
    builder.set_cipher_list(SUITES_12)?;
    builder.set_groups_list(GROUPS)?;
    builder.set_security_level(SECURITY_LEVEL);
    builder.set_verify_depth(LONGEST_CHAIN);
    refuse_resumption(&mut builder)?;
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::CIPHER_SERVER_PREFERENCE);
    builder.set_alpn_select_callback(|_, offered| {
        select_next_proto(PROTOCOLS, offered).ok_or(AlpnError::NOACK)
    });
    Ok(builder)
}

/// The context of a listener: no certificate of its own, everything from `inner` at the time of the first message.
pub(super) fn outer(
    (oldest, clients): (TlsVersion, Clients),
    log: HandshakeLog,
    inner: Arc<ArcSwap<Inner>>,
) -> Result<SslAcceptorBuilder, ErrorStack> {
    let mut builder = base(oldest)?;
    let mode = match clients {
        Clients::Certified => SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        Clients::Anyone => SslVerifyMode::PEER,
    };
    builder.set_verify_callback(mode, verify::judge);
    builder.set_client_hello_callback(move |ssl, alert| {
        let guard = Guard::new(log.clone(), clients);
        if oldest == TlsVersion::V13 && !offers_tls13(ssl) {
            guard.record(Reason::ProtocolVersion, None);
        }
        guard.attach(ssl)?;
        *alert = SslAlert::INTERNAL_ERROR;
        ssl.set_ssl_context(&inner.load().context)?;
        Ok(ClientHelloResponse::SUCCESS)
    });
    Ok(builder)
}

fn refuse_resumption(builder: &mut SslAcceptorBuilder) -> Result<(), ErrorStack> {
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_options(SslOptions::NO_TICKET);
    builder.set_num_tickets(0)
}

/// Whether the client offers a cipher suite of TLS 1.3 (RFC 8446 appendix B.4: 13 01 to 13 05).
fn offers_tls13(ssl: &SslRef) -> bool {
    ssl.client_hello_ciphers().is_some_and(|suites| {
        suites
            .chunks_exact(2)
            .any(|suite| matches!(suite, [0x13, 1..=5]))
    })
}
