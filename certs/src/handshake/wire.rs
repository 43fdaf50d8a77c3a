//! Reasons read from the library's errors.

use openssl::ssl::{Error, ErrorCode, SslAlert};

use super::Reason;

// Reason codes of `sslerr.h`.
const NO_SUITABLE_KEY_SHARE: i32 = 101;
const NO_SUITABLE_SIGNATURE_ALGORITHM: i32 = 118;
const HTTP_REQUEST: i32 = 156;
const NO_SHARED_CIPHER: i32 = 193;
const NO_SHARED_SIGNATURE_ALGORITHMS: i32 = 376;
const PEER_DID_NOT_RETURN_A_CERTIFICATE: i32 = 199;
const NO_SUITABLE_GROUPS: i32 = 295;
const UNSUPPORTED_PROTOCOL: i32 = 258;
const UNEXPECTED_EOF_WHILE_READING: i32 = 294;
const WRONG_VERSION_NUMBER: i32 = 267;
const BAD_PACKET_LENGTH: i32 = 115;
const PACKET_LENGTH_TOO_LONG: i32 = 198;
const UNKNOWN_PROTOCOL: i32 = 252;

pub(super) fn reason(error: &Error) -> Reason {
    if error.code() == ErrorCode::SYSCALL || error.code() == ErrorCode::ZERO_RETURN {
        return Reason::Aborted;
    }
    let Some(first) = error.ssl_error().and_then(|stack| stack.errors().first()) else {
        return Reason::Aborted;
    };
    if let Some(alert) = SslAlert::from_reason_code(first.reason_code()) {
        return Reason::RefusedByClient(alert.to_string());
    }
    match first.reason_code() {
        PEER_DID_NOT_RETURN_A_CERTIFICATE => Reason::NoCertificate,
        UNSUPPORTED_PROTOCOL => Reason::ProtocolVersion,
        UNEXPECTED_EOF_WHILE_READING => Reason::Aborted,
        NO_SUITABLE_KEY_SHARE
        | NO_SUITABLE_SIGNATURE_ALGORITHM
        | NO_SHARED_CIPHER
        | NO_SHARED_SIGNATURE_ALGORITHMS
        | NO_SUITABLE_GROUPS => Reason::NothingInCommon,
        HTTP_REQUEST
        | WRONG_VERSION_NUMBER
        | BAD_PACKET_LENGTH
        | PACKET_LENGTH_TOO_LONG
        | UNKNOWN_PROTOCOL => Reason::NotTls,
        _ => Reason::Protocol(first.reason().unwrap_or("unknown").to_owned()),
    }
}
