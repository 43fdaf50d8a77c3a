//! Opening an answer: by the same profile as a request, and it must confirm the request that it answers (WSS 1.1
//! section 7.8).

use contract::Limits;
use domain::MessageSecurity;

use super::open::{Opened, Trust, open};
use super::timestamp::Clock;
use super::{SecurityError, SecurityFault};
use crate::soap::Rejection;

/// What an answer must be like.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// What was agreed with whoever answers: `answers` are what it signs.
    pub agreed: &'e MessageSecurity,
    /// What time it is.
    pub clock: &'e Clock,
    /// The value of the request's signature, if that was signed.
    pub request: Option<&'e [u8]>,
}

/// Looks at the security of an answer.
///
/// # Errors
/// The first thing that is wrong with the frame or with the security; a good signature on the answer to another
/// request is wrong as well.
pub fn open_answer(
    bytes: &[u8],
    limits: &Limits,
    expected: &Expected<'_>,
    trust: &Trust<'_>,
) -> Result<Opened, Rejection> {
    let Expected {
        agreed,
        clock,
        request,
    } = *expected;
    // Of what is opened the profile says `requests`, whichever way it goes.
    let agreed = MessageSecurity {
        requests: agreed.answers,
        ..agreed.clone()
    };
    let opened = open(bytes, limits, &agreed, clock, trust)?;
    match &opened {
        Opened::Signed(signed) if !signed.confirms(request) => {
            let error = SecurityError::from(SecurityFault::NotConfirmed);
            Err(Rejection::of(signed.version, error.into()))
        }
        Opened::Signed(_) | Opened::Plain => Ok(opened),
    }
}
