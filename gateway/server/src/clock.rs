//! The clock and the names of exchanges and incidents: read here, handed down as arguments.

use jiff::Timestamp;
use uuid::Uuid;

/// The instant of now.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A name for an exchange or an incident, sortable by time (UUID version 7).
pub(crate) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}
