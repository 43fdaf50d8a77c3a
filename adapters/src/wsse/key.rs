//! `KeyInfo`: how a signature names its certificate (X.509 token profile section 3.2).

use certs::signing::SigningCertificate;

use super::ids::Ids;
use super::signature::{decoded, only};
use super::tree::Node;
use super::{BASE64, DS, SecurityError, SecurityFault, WSSE, X509_KEY_ID, X509V3};

/// So many digits a number has at most: one of 20 bytes (RFC 5280 section 4.1.2.2), with room for zeros before it. A
/// longer one would be slow to compare.
const LONGEST_SERIAL: usize = 64;

/// A certificate as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// The certificate itself, DER.
    Certificate(Vec<u8>),
    /// By issuer (RFC 4514) and number (decimal).
    IssuerSerial {
        /// The issuer.
        issuer: String,
        /// The number.
        serial: String,
    },
    /// By `SubjectKeyIdentifier`.
    KeyId(Vec<u8>),
}

/// Reads `KeyInfo`; `tokens` are the `BinarySecurityToken` of the security header.
pub(super) fn token<'t>(
    key_info: Node<'t>,
    ids: &Ids<'t>,
    tokens: &[Node<'t>],
) -> Result<Token, SecurityError> {
    let unknown = |node: Node<'_>| node.fault(SecurityFault::KeyReference);
    let named = only(key_info, SecurityFault::KeyReference)?;
    if !named.is(WSSE, "SecurityTokenReference") {
        return Err(unknown(named));
    }
    let reference = only(named, SecurityFault::KeyReference)?;
    if reference.is(WSSE, "Reference") {
        let value = reference.attribute("", "ValueType");
        if value.is_some_and(|value| value != X509V3) {
            return Err(unknown(reference));
        }
        let token = match ids.resolve(reference) {
            Err(error) if error.fault == SecurityFault::DanglingReference => {
                return Err(reference.fault(SecurityFault::NoSuchToken));
            }
            found => found?,
        };
        return binary(token, tokens);
    }
    if reference.is(WSSE, "KeyIdentifier") {
        let kinds = (
            reference.attribute("", "ValueType"),
            reference.attribute("", "EncodingType"),
        );
        return match kinds {
            (Some(X509_KEY_ID), None | Some(BASE64)) => decoded(reference).map(Token::KeyId),
            _ => Err(unknown(reference)),
        };
    }
    if reference.is(DS, "X509Data") {
        return data(reference);
    }
    Err(unknown(reference))
}

fn binary(token: Node<'_>, tokens: &[Node<'_>]) -> Result<Token, SecurityError> {
    if !tokens.contains(&token) {
        return Err(token.fault(SecurityFault::MisplacedReference));
    }
    if token.attribute("", "ValueType") != Some(X509V3)
        || token
            .attribute("", "EncodingType")
            .is_some_and(|it| it != BASE64)
    {
        return Err(token.fault(SecurityFault::ForeignToken));
    }
    decoded(token).map(Token::Certificate)
}

/// Issuer and number, perhaps with the certificate beside them, in whatever order; then both must name the same.
fn data(data: Node<'_>) -> Result<Token, SecurityError> {
    let parts: Vec<Node<'_>> = data.elements().collect();
    let (pair, certificate) = match parts.as_slice() {
        [pair] => return issuer_serial(*pair),
        [pair, other] if other.is(DS, "X509Certificate") => (*pair, *other),
        [other, pair] if other.is(DS, "X509Certificate") => (*pair, *other),
        _ => return Err(data.fault(SecurityFault::KeyReference)),
    };
    let Token::IssuerSerial { issuer, serial } = issuer_serial(pair)? else {
        return Err(pair.fault(SecurityFault::KeyReference));
    };
    let der = decoded(certificate)?;
    let read = SigningCertificate::from_der(&der);
    let read = read.map_err(|fault| certificate.fault(SecurityFault::from(&fault)))?;
    if read.is_issued_as(&issuer, &serial) {
        Ok(Token::Certificate(der))
    } else {
        Err(data.fault(SecurityFault::ContradictoryToken))
    }
}

fn issuer_serial(pair: Node<'_>) -> Result<Token, SecurityError> {
    if !pair.is(DS, "X509IssuerSerial") {
        return Err(pair.fault(SecurityFault::KeyReference));
    }
    let parts: Vec<Node<'_>> = pair.elements().collect();
    match parts.as_slice() {
        [issuer, serial]
            if issuer.is(DS, "X509IssuerName") && serial.is(DS, "X509SerialNumber") =>
        {
            let (issuer, number) = (issuer.text()?, serial.text()?);
            if number.len() > LONGEST_SERIAL {
                return Err(serial.fault(SecurityFault::KeyReference));
            }
            Ok(Token::IssuerSerial {
                issuer,
                serial: number,
            })
        }
        _ => Err(pair.fault(SecurityFault::KeyReference)),
    }
}
