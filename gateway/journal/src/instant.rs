//! Instants as the journal writes them: UTC, RFC 3339, always six decimals.

use jiff::{Timestamp, Unit};
use serde::{Deserialize, Deserializer, Serializer};

/// The instant as `2026-01-31T22:59:59.000000Z`; what is finer than a microsecond is cut off.
pub(crate) fn text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// Reads back what [`text`] wrote, and nothing else.
pub(crate) fn parse(written: &str) -> Option<Timestamp> {
    written.parse().ok().filter(|at| text(*at) == written)
}

/// The instant cut to the microsecond, as the journal will read it back.
pub(crate) fn to_microseconds(at: Timestamp) -> Timestamp {
    let mode = jiff::TimestampRound::new()
        .smallest(Unit::Microsecond)
        .mode(jiff::RoundMode::Floor);
    at.round(mode).unwrap_or(at)
}

/// For `#[serde(with)]`.
pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*at))
}

/// For `#[serde(with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    let written = String::deserialize(deserializer)?;
    parse(&written)
        .ok_or_else(|| serde::de::Error::custom("an instant has six decimals and is in UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_decimals_in_utc() {
        let table = [
            ("2026-01-31T22:59:59Z", "2026-01-31T22:59:59.000000Z"),
            (
                "2026-01-31T23:59:59.1234569+01:00",
                "2026-01-31T22:59:59.123456Z",
            ),
            (
                "1969-12-31T23:59:59.9999999Z",
                "1969-12-31T23:59:59.999999Z",
            ),
        ];
        for (given, expected) in table {
            let at = given.parse().unwrap();
            assert_eq!(text(to_microseconds(at)), expected, "{given}");
            assert_eq!(parse(expected), Some(to_microseconds(at)), "{given}");
        }
    }

    #[test]
    fn no_other_spelling() {
        for written in [
            "2026-01-31T22:59:59Z",
            "2026-01-31T22:59:59.000000+00:00",
            "2026-01-31 22:59:59.000000Z",
            "",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }
}
