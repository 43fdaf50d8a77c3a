//! Who is registered where: everything follows from the number of a synthetic person.

use crate::population::person;

/// How many residents there are.
const RESIDENTS: u32 = 400;

/// Where they live, by turns: Herencia, Ciudad Real, Barcelona, Madrid.
const TOWNS: [&str; 4] = ["13047", "13034", "08019", "28079"];

/// A resident. Nobody real: documents are of ranges that are never issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// The identity document.
    pub document: String,
    /// The municipality, INE code.
    pub municipality: &'static str,
    /// How many live in the household, and how many of them are minors.
    pub household: (u32, u32),
}

impl Resident {
    /// The resident of that number.
    fn numbered(number: u32) -> Option<Self> {
        let town = TOWNS.get(number as usize % TOWNS.len())?;
        Some(Self {
            document: person::document(number),
            municipality: town,
            household: (1 + number % 5, number % 3),
        })
    }

    /// The resident with that document.
    pub fn with_document(document: &str) -> Option<Self> {
        let all = (0..RESIDENTS).filter_map(Self::numbered);
        all.into_iter()
            .find(|resident| resident.document == document)
    }

    /// The first resident of a municipality.
    pub fn of(municipality: &str) -> Option<Self> {
        let mut all = (0..RESIDENTS).filter_map(Self::numbered);
        all.find(|resident| resident.municipality == municipality)
    }
}

#[cfg(test)]
mod tests {
    use super::Resident;

    #[test]
    fn each_is_found_by_document_and_by_town() {
        for town in super::TOWNS {
            let resident = Resident::of(town).unwrap();
            assert_eq!(resident.municipality, town);
            let found = Resident::with_document(&resident.document);
            assert_eq!(found, Some(resident));
        }
        assert_eq!(Resident::with_document("00000001R"), None);
    }
}
