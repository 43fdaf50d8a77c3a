//! What a certificate is to say.

use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::x509::{X509Name, X509NameBuilder};

use crate::identity::is_dir3;

/// Characters of an organization's name.
const LONGEST_NAME: usize = 64;

/// Holder of a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Common name.
    pub common_name: String,
    /// Organization.
    pub organization: Option<String>,
    /// NIFs, each an `organizationIdentifier` `VATES-…`; more than one makes a certificate that is refused.
    pub nif: Vec<String>,
    /// DIR3 codes, each a URI `urn:dir3:…` among the alternative names; as above.
    pub dir3: Vec<String>,
}

/// An organism's identifier, as a certificate carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder<'t> {
    /// A DIR3 code.
    Dir3(&'t str),
    /// The NIF of a body.
    Nif(&'t str),
}

impl<'t> Holder<'t> {
    pub(crate) fn of(organism: &'t str) -> Self {
        if is_dir3(organism) {
            Self::Dir3(organism)
        } else {
            Self::Nif(organism)
        }
    }
}

impl Subject {
    /// The organism of an identifier (DIR3 or NIF) and official name; a name that is too long is cut (RFC 5280,
    /// `ub-organization-name`).
    pub fn organism(id: &str, name: &str) -> Self {
        Self {
            organization: Some(name.chars().take(LONGEST_NAME).collect()),
            ..Self::asking(id)
        }
    }

    /// The same, without its official name: whoever asks need not know it.
    pub(crate) fn asking(id: &str) -> Self {
        let (nif, dir3) = match Holder::of(id) {
            Holder::Dir3(code) => (Vec::new(), vec![code.to_owned()]),
            Holder::Nif(nif) => (vec![nif.to_owned()], Vec::new()),
        };
        Self {
            common_name: id.to_owned(),
            organization: None,
            nif,
            dir3,
        }
    }
}

/// From when to when, in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First second.
    pub not_before: i64,
    /// Last second.
    pub not_after: i64,
}

/// What a certificate may be used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// TLS client.
    Client,
    /// TLS server under these DNS names and IP addresses.
    Server(Vec<String>),
    /// Both.
    Both(Vec<String>),
}

/// An order to issue a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// For whom.
    pub subject: Subject,
    /// What for.
    pub purpose: Purpose,
    /// How long.
    pub validity: Validity,
}

impl Validity {
    /// From an hour before `now`, for clocks that disagree, for `days` days.
    pub fn days(now: i64, days: u32) -> Self {
        Self {
            not_before: now - 3_600,
            not_after: now + i64::from(days) * 86_400,
        }
    }
}

pub(crate) fn name(subject: &Subject) -> Result<X509Name, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "ES")?;
    if let Some(organization) = &subject.organization {
        name.append_entry_by_nid(Nid::ORGANIZATIONNAME, organization)?;
    }
    for nif in &subject.nif {
        name.append_entry_by_text("organizationIdentifier", &format!("VATES-{nif}"))?;
    }
    name.append_entry_by_nid(Nid::COMMONNAME, &subject.common_name)?;
    Ok(name.build())
}
