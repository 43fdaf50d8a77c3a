//! The name of a gateway node: each has a journal of its own.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a node: 1 to 40 characters of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(String);

/// A text that cannot name a node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a node (1 to 40 letters, digits, dots, dashes or underscores)")]
pub struct NotANodeName(String);

/// What the name of a sandbox's journal ends with.
pub const SANDBOX: &str = ".pruebas";

impl NodeName {
    /// Whether it is the journal of a sandbox: what is in it was asked about nobody.
    pub fn is_sandbox(&self) -> bool {
        self.0.ends_with(SANDBOX)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for NodeName {
    type Err = NotANodeName;

    fn from_str(text: &str) -> Result<Self, NotANodeName> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=40).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotANodeName(text.chars().take(64).collect()))
        }
    }
}

impl Serialize for NodeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NodeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_by_its_name() {
        for (text, expected) in [
            ("nodo-1.pruebas", true),
            ("nodo-1", false),
            ("pruebas", false),
        ] {
            let node: NodeName = text.parse().unwrap();
            assert_eq!(node.is_sandbox(), expected, "{text}");
        }
    }

    #[test]
    fn spelling() {
        let table = [
            ("nodo-1.sede_2", true),
            ("", false),
            ("nodo 1", false),
            ("nodo\nentradas 0", false),
            ("ñ", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<NodeName>().is_ok(), expected, "{text}");
        }
        assert!("x".repeat(40).parse::<NodeName>().is_ok());
        assert!("x".repeat(41).parse::<NodeName>().is_err());
    }
}
