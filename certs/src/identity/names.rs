//! The organism identifiers that a certificate names.

use std::collections::BTreeSet;

use openssl::nid::Nid;
use openssl::x509::{X509NameRef, X509Ref};

use super::IdentityError;

/// `organizationIdentifier`, 2.5.4.97, which the openssl crate does not name.
const ORGANIZATION_IDENTIFIER: Nid = Nid::from_raw(1089);
const DIR3_URN: &str = "URN:DIR3:";
const SPANISH_TAX_NUMBER: &str = "VATES-";

/// All identifiers named, each once.
pub(crate) struct Names {
    pub(crate) dir3: BTreeSet<String>,
    pub(crate) nif: BTreeSet<String>,
}

impl Names {
    pub(crate) fn read(certificate: &X509Ref) -> Result<Self, IdentityError> {
        Ok(Self {
            dir3: dir3_codes(certificate)?,
            nif: tax_numbers(certificate.subject_name())?,
        })
    }
}

fn dir3_codes(certificate: &X509Ref) -> Result<BTreeSet<String>, IdentityError> {
    let Some(alternatives) = certificate.subject_alt_names() else {
        return Ok(BTreeSet::new());
    };
    alternatives
        .iter()
        .filter_map(|name| name.uri())
        .map(str::to_ascii_uppercase)
        .filter_map(|uri| uri.strip_prefix(DIR3_URN).map(str::to_owned))
        .map(|code| {
            if is_dir3(&code) {
                Ok(code)
            } else {
                Err(IdentityError::Unreadable(code))
            }
        })
        .collect()
}

/// Two letters or digits and seven digits; the registry knows which prefixes exist.
pub(crate) fn is_dir3(code: &str) -> bool {
    let Some((prefix, digits)) = code.as_bytes().split_first_chunk::<2>() else {
        return false;
    };
    prefix.iter().all(u8::is_ascii_alphanumeric)
        && digits.len() == 7
        && digits.iter().all(u8::is_ascii_digit)
}

pub(crate) fn tax_numbers(subject: &X509NameRef) -> Result<BTreeSet<String>, IdentityError> {
    let mut found = BTreeSet::new();
    for text in texts(subject, ORGANIZATION_IDENTIFIER)? {
        match text.strip_prefix(SPANISH_TAX_NUMBER) {
            Some(nif) if is_body_nif(nif) => found.insert(nif.to_owned()),
            Some(_) => return Err(IdentityError::Unreadable(text)),
            None => found.insert(text),
        };
    }
    let serial_numbers = texts(subject, Nid::SERIALNUMBER)?;
    found.extend(serial_numbers.into_iter().filter(|text| is_body_nif(text)));
    Ok(found)
}

/// A letter, seven digits and a control character: not a person's number, which begins or ends otherwise.
fn is_body_nif(text: &str) -> bool {
    let Ok([kind, digits @ .., control]) = <&[u8; 9]>::try_from(text.as_bytes()) else {
        return false;
    };
    b"ABCDEFGHJNPQRSUVW".contains(kind)
        && digits.iter().all(u8::is_ascii_digit)
        && control.is_ascii_alphanumeric()
}

fn texts(subject: &X509NameRef, attribute: Nid) -> Result<Vec<String>, IdentityError> {
    subject
        .entries_by_nid(attribute)
        .map(|entry| Ok(entry.data().to_string()?.trim().to_ascii_uppercase()))
        .collect()
}
