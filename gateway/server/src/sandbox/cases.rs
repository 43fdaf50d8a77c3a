//! The synthetic cases of a run: where they are, and whose they are. Nobody's.

use domain::territory::municipalities;
use domain::{CaseId, MunicipalityCode, Organism, OrganismId, Place, Territory};
use jiff::Timestamp;

use super::SyntheticCase;

/// Who answers for the synthetic cases; of the right shape, and nobody.
const RESPONSIBLE: &str = "E99990999";
/// An identifier of the right shape that no case has.
pub(super) const NOBODYS: &str = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
/// Numbers of identity documents from here on are never issued; so many of them.
const DOCUMENTS: (u32, u32) = (99_999_000, 998);

/// The cases of a run.
pub(super) struct Cases {
    pub(super) own: SyntheticCase,
    /// Outside the territory; none where that is the whole nation.
    pub(super) foreign: Option<SyntheticCase>,
}

impl Cases {
    /// Cases for an organism with that territory, made of 128 random bits. The own one is in the municipality that the
    /// organism is of, whatever its agreement says: that is what is to be found out.
    pub(super) fn of(
        organism: &Organism,
        territory: &Territory,
        (random, now): (u128, Timestamp),
    ) -> Option<Self> {
        // Where a community protects in a system of its own, not every kind may write: elsewhere if there is anywhere else.
        let inside = |code: &MunicipalityCode| territory.contains(*code);
        let ours = |code: &MunicipalityCode| !Place::Municipality(*code).keeps_own_system();
        let within = || {
            all()
                .find(|code| inside(code) && ours(code))
                .or_else(|| all().find(inside))
        };
        let own = organism.id.town_hall_of().or_else(within)?;
        let foreign = all().find(|code| *code != own && !territory.contains(*code));
        let responsible: OrganismId = RESPONSIBLE.parse().ok()?;
        let case = |municipality, turn: u128| SyntheticCase {
            id: CaseId::new(
                now.as_millisecond().unsigned_abs(),
                random.wrapping_add(turn),
            ),
            municipality,
            victim: document(random.wrapping_add(turn)),
            responsible: responsible.clone(),
            at: now,
        };
        Some(Self {
            own: case(own, 0),
            foreign: foreign.map(|municipality| case(municipality, 1)),
        })
    }
}

fn all() -> impl Iterator<Item = MunicipalityCode> {
    municipalities::all().map(|(code, _)| code)
}

/// An identity document of the range that is never issued, with its letter.
fn document(random: u128) -> String {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let (first, many) = DOCUMENTS;
    let turn = u32::try_from(random % u128::from(many)).unwrap_or_default();
    let number = first + turn;
    let letter = LETTERS.get((number % 23) as usize).copied();
    format!("{number}{}", char::from(letter.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use domain::OrganismKind;

    use super::*;

    #[test]
    fn its_own_municipality_and_another() {
        let table = [
            // A town hall: its own town, also where the agreement says another.
            ("L01130473", "13047", "13047", true),
            ("L01130473", "13034", "13047", true),
            ("A09990001", "P13", "13001", true),
            ("E99990001", "ES", "02001", false),
            ("A16990001", "CA16", "01001", true),
        ];
        for (id, place, expected, has_foreign) in table {
            let organism = Organism {
                id: id.parse().unwrap(),
                kind: OrganismKind::LocalPolice,
                name: "PRUEBA".to_owned(),
            };
            let territory = Territory::from_iter([place.parse().unwrap()]);
            let cases = Cases::of(&organism, &territory, (7, Timestamp::UNIX_EPOCH)).unwrap();
            assert_eq!(cases.own.municipality.as_str(), expected, "{id} {place}");
            assert_eq!(cases.foreign.is_some(), has_foreign, "{id} {place}");
            let foreign = cases.foreign.map(|it| it.municipality);
            assert!(foreign.is_none_or(|it| !territory.contains(it)), "{id}");
        }
    }

    #[test]
    fn documents_are_never_issued_ones_with_their_letter() {
        for (random, expected) in [
            (22, "99999022J"),
            (23, "99999023Z"),
            (998 + 24, "99999024S"),
        ] {
            assert_eq!(document(random), expected);
        }
    }
}
