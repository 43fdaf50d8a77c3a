//! Who has made an entry of a file.

use std::fmt;
use std::str::FromStr;

use crate::text::{Malformed, serde_as_text};
use crate::{OrganismId, StaffId};

/// What begins the name of an organism as author; no identifier of staff has a colon.
const ORGANISM: &str = "organismo:";

/// Who has made an entry: one of the ministry's staff, as `GESTORA-1`, or the organism itself, as `organismo:L01130473`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Author {
    /// A member of the ministry's staff.
    Staff(StaffId),
    /// The organism that the file is about.
    Organism(OrganismId),
}

impl Author {
    /// The member of staff, if it is one.
    pub fn staff(&self) -> Option<&StaffId> {
        match self {
            Self::Staff(id) => Some(id),
            Self::Organism(_) => None,
        }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => fmt::Display::fmt(id, f),
            Self::Organism(id) => write!(f, "{ORGANISM}{id}"),
        }
    }
}

impl FromStr for Author {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text.strip_prefix(ORGANISM) {
            Some(id) => id.parse().map(Self::Organism),
            None => text.parse().map(Self::Staff),
        }
    }
}

serde_as_text!(Author);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_and_organisms_are_never_mistaken() {
        for text in ["GESTORA-1", "L01130473", "organismo:L01130473"] {
            let author: Author = text.parse().unwrap();
            assert_eq!(author.to_string(), text);
            assert_eq!(author.staff().is_none(), text.contains(':'), "{text}");
        }
        for text in ["", "organismo:", "organismo:GESTORA 1", "otro:L01130473"] {
            assert!(text.parse::<Author>().is_err(), "{text}");
        }
    }
}
