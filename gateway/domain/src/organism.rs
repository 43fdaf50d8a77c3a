//! Organisms: the institutions that join by agreement.

use crate::MunicipalityCode;
use crate::body_nif::BodyNif;
use crate::text::{identifier, words};

words! {
    /// What an organism is; decides what it may see.
    OrganismKind is "a kind of organism" {
        /// Municipal police.
        LocalPolice = "policiaLocal",
        /// Police of a community, with a system of its own or inside the central one.
        RegionalForce = "policiaAutonomica",
        /// Policía Nacional or Guardia Civil.
        StateForce = "fuerzaEstatal",
        /// Court or prosecutor's office.
        Court = "juzgado",
        /// Prison administration.
        Prison = "institucionPenitenciaria",
        /// Unit of coordination against violence on women.
        CoordinationUnit = "unidadCoordinacion",
        /// Central administration of the system; sees counts, never cases.
        Ministry = "ministerio",
    }
}

identifier! {
    /// The identifier of an organism: a DIR3 code or the NIF of a body, nine characters.
    ///
    /// DIR3 as in the newest intermediation schemas:
    /// `([AUIJO][0-9]|CC|G[EA]|E([AC]|[0-9])|L(A|[0-9]))[0-9]{7}`.
    OrganismId is "an organism identifier (DIR3 code or NIF of a body)"
    if |text| is_dir3(text) || text.parse::<BodyNif>().is_ok()
}

impl OrganismId {
    /// The municipality whose town hall this is: `L01`, its five digits and their check digit.
    pub fn town_hall_of(&self) -> Option<MunicipalityCode> {
        let rest = self.as_str().strip_prefix("L01")?;
        let code: MunicipalityCode = rest.get(..5)?.parse().ok()?;
        (rest.get(5..)?.parse() == Ok(code.check_digit())).then_some(code)
    }
}

fn is_dir3(text: &str) -> bool {
    let Some((prefix, digits)) = text.as_bytes().split_first_chunk::<2>() else {
        return false;
    };
    let known = matches!(
        prefix,
        [b'A' | b'U' | b'I' | b'J' | b'O' | b'E' | b'L', b'0'..=b'9']
            | [b'C', b'C']
            | [b'G', b'E' | b'A']
            | [b'E', b'A' | b'C']
            | [b'L', b'A']
    );
    known && digits.len() == 7 && digits.iter().all(u8::is_ascii_digit)
}

/// A registered institution.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Organism {
    /// Its DIR3 code or NIF.
    pub id: OrganismId,
    /// What it is.
    pub kind: OrganismKind,
    /// Its official name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        let table = [
            ("L01130473", true), // a town hall
            ("E00003801", true), // a ministry
            ("A09002970", true),
            ("EA0000001", true),
            ("LA0000001", true),
            ("CC0000001", true),
            ("GE0000001", true),
            ("S2816015H", true), // NIF of a body
            ("ED0000001", false),
            ("X00000001", false),
            ("l01130473", false),
            ("L0113047", false),
            ("L011304733", false),
            ("L01 30473", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<OrganismId>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn town_halls() {
        let table = [
            ("L01130473", Some("13047")),
            ("L01130474", None), // wrong check digit
            ("L02130473", None), // not a town hall
            ("E00003801", None),
        ];
        for (text, expected) in table {
            let town = text.parse::<OrganismId>().unwrap().town_hall_of();
            assert_eq!(
                town.map(|town| town.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }
}
