//! Certificates that a server must refuse.

use super::{DAYS, TestOrganism, TestPki, good, subject};
use crate::authority::{Authority, AuthorityError, Order, Purpose, RevokedSerial, Validity};

const DAY: i64 = 86_400;

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bad {
    /// Its validity ended yesterday.
    Expired,
    /// Its validity begins tomorrow.
    NotYetValid,
    /// It is for servers only.
    WrongPurpose,
    /// Another authority, with the same name, issued it.
    UnknownAuthority,
    /// It is in the revocation list.
    Revoked,
    /// It names a second organism.
    TwoOrganisms,
}

impl Bad {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Expired,
        Self::NotYetValid,
        Self::WrongPurpose,
        Self::UnknownAuthority,
        Self::Revoked,
        Self::TwoOrganisms,
    ];

    /// Name of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "bad-expired",
            Self::NotYetValid => "bad-not-yet-valid",
            Self::WrongPurpose => "bad-wrong-purpose",
            Self::UnknownAuthority => "bad-unknown-authority",
            Self::Revoked => "bad-revoked",
            Self::TwoOrganisms => "bad-two-organisms",
        }
    }
}

/// Makes them all; gives back what goes into the revocation list.
pub(super) fn make(
    pki: &TestPki,
    authority: &Authority,
    organism: &TestOrganism,
    now: i64,
) -> Result<Vec<RevokedSerial>, AuthorityError> {
    let stranger = Authority::create(&subject("CA de pruebas"), Validity::days(now, DAYS))?;
    for case in Bad::ALL {
        let issuer = match case {
            Bad::UnknownAuthority => &stranger,
            Bad::Expired
            | Bad::NotYetValid
            | Bad::WrongPurpose
            | Bad::Revoked
            | Bad::TwoOrganisms => authority,
        };
        pki.make(issuer, case.name(), &order(case, organism, now))?;
    }
    let serial = pki.bad(Bad::Revoked).peer()?.serial;
    Ok(vec![RevokedSerial {
        serial,
        at: now - 60,
    }])
}

fn order(case: Bad, organism: &TestOrganism, now: i64) -> Order {
    let mut order = good(organism, now);
    match case {
        Bad::Expired => {
            order.validity = Validity {
                not_before: now - 30 * DAY,
                not_after: now - DAY,
            };
        }
        Bad::NotYetValid => {
            order.validity = Validity {
                not_before: now + DAY,
                not_after: now + 30 * DAY,
            };
        }
        Bad::WrongPurpose => order.purpose = Purpose::Server(Vec::new()),
        Bad::UnknownAuthority | Bad::Revoked => {}
        Bad::TwoOrganisms => order.subject.dir3.push("L01450877".to_owned()),
    }
    order
}
