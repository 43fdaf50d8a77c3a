//! The context in headers.

use std::borrow::Cow;

use domain::{Context, RequestId};
use jiff::Timestamp;

use super::{Unaskable, percent};
use crate::context::{Defaults, Raw, fields};
use crate::{ContextError, Field, Naming};

/// Reads the context through `lookup`, which gives the value of a header.
///
/// `Pasarela-Fecha` is optional: the request was made `now`. `Idempotency-Key` is optional where
/// `request_id` offers one in its place, as it must for operations that change nothing.
///
/// # Errors
/// Everything that is wrong with it.
pub fn context<'h>(
    lookup: &dyn Fn(&str) -> Option<&'h str>,
    request_id: Option<RequestId>,
    now: Timestamp,
) -> Result<Context, ContextError> {
    let mut raw = Raw::default();
    for field in Field::ALL {
        if let Some(value) = lookup(field.name(Naming::Headers)) {
            raw.put(*field, plain(*field, value));
        }
    }
    raw.finish(
        Naming::Headers,
        Defaults {
            request_id,
            timestamp: Some(now),
        },
    )
}

/// The headers that say a context, in the order of the contract; none for what it does not say, nor for a declared danger.
///
/// # Errors
/// A value that no header can say.
pub(super) fn headers(context: &Context) -> Result<Vec<(&'static str, String)>, Unaskable> {
    let mut headers = Vec::new();
    for (field, value) in fields(context) {
        let header = field.name(Naming::Headers);
        if !value.bytes().all(|it| it == b' ' || it.is_ascii_graphic()) {
            return Err(Unaskable::Header { header });
        }
        headers.push((header, value));
    }
    Ok(headers)
}

/// Free text is percent-encoded UTF-8, as a header has no letters but those of ASCII; what is badly encoded is as if
/// it were blank.
fn plain(field: Field, value: &str) -> Cow<'_, str> {
    if field == Field::Peril {
        Cow::Owned(percent::decode(value).unwrap_or_default())
    } else {
        Cow::Borrowed(value)
    }
}
