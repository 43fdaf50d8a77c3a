//! Where in a province a victim lives: the chief town is the likeliest, and state forces share the rest.
//!
//! The register of municipalities carries no population, so sizes are invented: a rank by the seed, and a weight that
//! falls with the rank. Some municipalities always have cases of their own, because tests and stories go there.

use domain::MunicipalityCode;
use domain::territory::municipalities;

use crate::body::Body;
use crate::population::Rng;

/// Most populous municipality of each province, without the two digits of the province.
const CHIEF: [u16; 52] = [
    59, 3, 14, 13, 19, 15, 40, 19, 59, 37, 20, 40, 34, 21, 30, 78, 79, 87, 130, 69, 41, 125, 50,
    89, 120, 89, 28, 79, 67, 30, 201, 54, 24, 120, 16, 57, 274, 38, 75, 194, 91, 173, 148, 216,
    168, 250, 186, 20, 275, 297, 1, 1,
];

/// Municipalities whose local police are known to follow cases, with the fewest victims each must have.
const JOINED: [u32; 10] = [
    9410, 13047, 24014, 24030, 24070, 24134, 24189, 24209, 47075, 47112,
];

/// Municipalities where the Guardia Civil must have cases.
const RURAL: [u32; 1] = [13047];

/// Victims that a municipality of those lists has at least, as long as there are any.
pub(crate) const ASSURED: usize = 6;

/// Towns of a province large enough for a local police unit or a police station.
const URBAN: usize = 8;

/// The municipalities of one province, as a body draws from them.
#[derive(Debug)]
pub(crate) struct Towns {
    ranked: Vec<MunicipalityCode>,
    joined: Vec<MunicipalityCode>,
    rural: Vec<MunicipalityCode>,
}

impl Towns {
    /// The municipalities of a province, largest (by invention) first.
    pub(crate) fn of(province: u8, seed: u64) -> Towns {
        let chief = CHIEF.get(usize::from(province).saturating_sub(1)).copied();
        let mut ranked: Vec<MunicipalityCode> = municipalities::all()
            .map(|(code, _)| code)
            .filter(|code| code.province() == province)
            .collect();
        ranked.sort_by_key(|code| {
            let number = number(*code);
            let later = Some(number % 1000) != chief.map(u32::from);
            (later, Rng::new(seed, &[TOWNS, u64::from(number)]).next())
        });
        let listed = |list: &[u32]| {
            ranked
                .iter()
                .copied()
                .filter(|code| list.contains(&number(*code)))
                .collect()
        };
        Towns {
            joined: listed(&JOINED),
            rural: listed(&RURAL),
            ranked,
        }
    }

    /// The municipalities where this body must have victims, before any is drawn.
    pub(crate) fn assured(&self, body: Body) -> &[MunicipalityCode] {
        match body {
            Body::Local(_) => &self.joined,
            Body::CivilGuard => &self.rural,
            Body::NationalPolice
            | Body::Ertzaintza
            | Body::Mossos
            | Body::ForalPolice
            | Body::GalicianUnit => &[],
        }
    }

    /// Draws the municipality of one victim under this body.
    pub(crate) fn draw(&self, body: Body, rng: &mut Rng) -> Option<MunicipalityCode> {
        let (from, to) = match body {
            Body::Local(_) | Body::NationalPolice => (0, URBAN),
            Body::CivilGuard => (1, self.ranked.len()),
            Body::Ertzaintza | Body::Mossos | Body::ForalPolice | Body::GalicianUnit => {
                (0, self.ranked.len())
            }
        };
        let end = to.min(self.ranked.len());
        let some = self
            .ranked
            .get(from.min(end)..end)
            .filter(|some| !some.is_empty());
        let some = some.unwrap_or(&self.ranked);
        some.get(skewed(rng, some.len())).copied()
    }
}

/// Purpose of the stream that ranks the towns.
const TOWNS: u64 = 0x7057_4E53;

fn number(code: MunicipalityCode) -> u32 {
    code.as_str().parse().unwrap_or(0)
}

/// A position that is low much more often than high.
fn skewed(rng: &mut Rng, length: usize) -> usize {
    let below = rng.position(length);
    let below = rng.position(below + 1);
    rng.position(below + 1)
}

#[cfg(test)]
mod tests {
    use domain::territory::municipalities;

    use super::{CHIEF, JOINED, RURAL, Towns};
    use crate::body::Body;
    use crate::population::Rng;

    #[test]
    fn the_named_municipalities_exist() {
        let chiefs = (1..)
            .zip(CHIEF)
            .map(|(province, town)| province * 1000 + u32::from(town));
        for code in chiefs.chain(JOINED).chain(RURAL) {
            assert!(
                municipalities::exists(format!("{code:05}").parse().unwrap()),
                "{code:05}"
            );
        }
    }

    #[test]
    fn every_body_finds_a_town_in_its_province() {
        for province in 1..=52 {
            let towns = Towns::of(province, 1);
            let mut rng = Rng::new(1, &[]);
            for body in [Body::NationalPolice, Body::CivilGuard, Body::Local(1)] {
                let town = towns.draw(body, &mut rng).unwrap();
                assert_eq!(town.province(), province);
            }
        }
    }

    #[test]
    fn herencia_is_assured_to_both_forces() {
        let towns = Towns::of(13, 1);
        let herencia = ["13047".parse().unwrap()];
        assert_eq!(towns.assured(Body::Local(8)), herencia);
        assert_eq!(towns.assured(Body::CivilGuard), herencia);
        assert_eq!(towns.assured(Body::NationalPolice), []);
    }
}
