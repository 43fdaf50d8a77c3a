//! Revocation lists, RFC 5280 §5.

use openssl::asn1::Asn1Integer;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::x509::extension::{AuthorityKeyIdentifier, CrlNumber};
use openssl::x509::{X509, X509CrlBuilder, X509Extension, X509Revoked, X509RevokedBuilder};

use super::{Authority, AuthorityError};
use crate::time;

/// An order to make a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOrder {
    /// Number of the list; each new one is greater.
    pub number: u32,
    /// When it is made, in seconds since the epoch.
    pub this_update: i64,
    /// Until when it may be used.
    pub next_update: i64,
}

/// A certificate that is no longer good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedSerial {
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Since when, in seconds since the epoch.
    pub at: i64,
}

impl Authority {
    /// Makes the list of everything revoked so far, PEM.
    pub fn revocation_list(
        &self,
        order: ListOrder,
        revoked: &[RevokedSerial],
    ) -> Result<Vec<u8>, AuthorityError> {
        let mut builder = X509CrlBuilder::new()?;
        builder.set_issuer_name(self.certificate.subject_name())?;
        builder.set_last_update(&*time::from_unix(order.this_update)?)?;
        builder.set_next_update(&*time::from_unix(order.next_update)?)?;
        builder.append_extension(self.key_identifier()?)?;
        builder.append_extension(CrlNumber::new(BigNum::from_u32(order.number)?)?.build()?)?;
        for entry in revoked {
            builder.add_revoked(entry.build()?)?;
        }
        builder.sort()?;
        builder.sign(self.key.key(), MessageDigest::sha256())?;
        Ok(builder.build()?.to_pem()?)
    }

    /// Made in the context of a certificate: the openssl crate has none for lists.
    fn key_identifier(&self) -> Result<X509Extension, ErrorStack> {
        let certificate = X509::builder()?;
        let context = certificate.x509v3_context(Some(&self.certificate), None);
        AuthorityKeyIdentifier::new().keyid(true).build(&context)
    }
}

impl RevokedSerial {
    fn build(&self) -> Result<X509Revoked, AuthorityError> {
        let number = BigNum::from_hex_str(&self.serial)
            .map_err(|_| AuthorityError::Serial(self.serial.clone()))?;
        let mut builder = X509RevokedBuilder::new()?;
        builder.set_serial_number(&*Asn1Integer::from_bn(&number)?)?;
        builder.set_revocation_date(&*time::from_unix(self.at)?)?;
        Ok(builder.build())
    }
}
