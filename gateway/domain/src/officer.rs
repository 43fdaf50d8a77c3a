//! The officer behind a request, by pseudonym.

use crate::text::{identifier, is_token};

identifier! {
    /// A pseudonymous officer identifier: 1 to 40 characters of `A-Z a-z 0-9 . _ -`.
    ///
    /// Only the officer's own organism knows the person behind it.
    OfficerId is "an officer identifier" if |text| is_token(text, 40, b"._-")
}
