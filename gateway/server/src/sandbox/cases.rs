//! The synthetic cases of a run: where they are, and whose they are. Nobody's.

use domain::territory::municipalities;
use domain::{CaseId, MunicipalityCode, Organism, OrganismId, Place, Territory};
use jiff::Timestamp;

use super::SyntheticCase;

/// Who answers for the synthetic cases; of the right shape, and nobody.
const RESPONSIBLE: &str = "E99990999";
/// An identifier of the right shape that no case has.
pub(super) const NOBODYS: &str = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
/// What documents of synthetic persons begin with: of nobody's shape, and obviously so.
const DOCUMENT: &str = "PRUEBA";

/// The cases of a run.
pub(super) struct Cases {
    pub(super) own: SyntheticCase,
    /// Outside the territory; none where that is the whole nation.
    pub(super) foreign: Option<SyntheticCase>,
    /// The document of somebody who is in no case.
    pub(super) unknown: String,
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
            unknown: document(random.wrapping_add(2)),
        })
    }

    /// The identifiers of those that are put in.
    pub(super) fn ids(&self) -> Vec<CaseId> {
        let all = [Some(&self.own), self.foreign.as_ref()];
        all.into_iter().flatten().map(|it| it.id).collect()
    }
}

fn all() -> impl Iterator<Item = MunicipalityCode> {
    municipalities::all().map(|(code, _)| code)
}

/// A document of a synthetic person, made of forty random bits: nobody knows it before the run begins.
fn document(random: u128) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digit = |at: u32| {
        let index = (random >> (5 * at)) & 31;
        let index = usize::try_from(index).unwrap_or_default();
        ALPHABET.get(index).copied().map(char::from)
    };
    let digits: String = (0..8).rev().filter_map(digit).collect();
    format!("{DOCUMENT}{digits}")
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
    fn documents_are_nobodys_and_of_the_run() {
        for (random, expected) in [
            (0, "PRUEBA00000000"),
            (31, "PRUEBA0000000Z"),
            (32, "PRUEBA00000010"),
            ((1 << 40) - 1, "PRUEBAZZZZZZZZ"),
        ] {
            assert_eq!(document(random), expected);
        }
        let town = Organism {
            id: "L01130473".parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "PRUEBA".to_owned(),
        };
        let cases = Cases::of(&town, &Territory::nation(), (7, Timestamp::UNIX_EPOCH)).unwrap();
        assert_ne!(cases.unknown, cases.own.victim);
        assert_eq!(cases.ids(), [cases.own.id]);
    }
}
