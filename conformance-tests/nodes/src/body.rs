//! The police bodies that the bulletin counts, and where each of them may be responsible for a case.

use std::fmt;

use domain::OrganismId;
use domain::territory::communities;

/// A police body responsible for cases, as table 2 of the bulletin tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Body {
    /// Cuerpo Nacional de Policía.
    NationalPolice,
    /// Guardia Civil.
    CivilGuard,
    /// Ertzaintza: a remote system, its cases are inactive here.
    Ertzaintza,
    /// Mossos d'Esquadra: a remote system, its cases are inactive here.
    Mossos,
    /// Policía Foral de Navarra, which works inside the central system.
    ForalPolice,
    /// Unidad Adscrita de Galicia, which works inside the central system.
    GalicianUnit,
    /// The local forces of one community (INE code), each case under one town hall.
    Local(u8),
}

/// INE code of the communities that a body is bound to.
const GALICIA: u8 = 12;
const NAVARRA: u8 = 15;
const PAIS_VASCO: u8 = 16;
const CATALUNA: u8 = 9;

/// The bodies that are one organism each, with the name the bulletin prints and the code they carry here.
///
/// The DIR3 codes of these bodies are not public: these have the right shape and are not the real ones.
const SINGLE: [(Body, &str, &str); 6] = [
    (
        Body::NationalPolice,
        "Cuerpo Nacional de Policía",
        "E99990001",
    ),
    (Body::CivilGuard, "Guardia Civil", "E99990002"),
    (Body::Ertzaintza, "Ertzaintza", "A16990001"),
    (Body::Mossos, "Mossos d' Esquadra", "A09990001"),
    (Body::ForalPolice, "Policía Foral Navarra", "A15990001"),
    (Body::GalicianUnit, "U.A. de Galicia", "E99990003"),
];

/// Row names of the local forces, by INE code of the community.
const LOCAL: [(u8, &str); 19] = [
    (1, "PL Andalucía"),
    (2, "PL Aragón"),
    (3, "PL Asturias"),
    (4, "PL Baleares"),
    (5, "PL Canarias"),
    (6, "PL Cantabria"),
    (7, "PL Castilla y León"),
    (8, "PL Castilla-La Mancha"),
    (9, "PL Cataluña"),
    (10, "PL Comunidad Valenciana"),
    (11, "PL Extremadura"),
    (12, "PL Galicia"),
    (13, "PL Madrid"),
    (14, "PL Murcia"),
    (15, "PL Navarra"),
    (16, "PL País Vasco"),
    (17, "PL La Rioja"),
    (18, "PL Ceuta"),
    (19, "PL Melilla"),
];

impl Body {
    /// Every body, in the order of the bulletin's kinds.
    pub fn all() -> impl Iterator<Item = Body> {
        SINGLE
            .iter()
            .map(|row| row.0)
            .chain(LOCAL.iter().map(|row| Body::Local(row.0)))
    }

    /// The body of a row of table 2, by the name printed there.
    pub fn named(name: &str) -> Option<Body> {
        Body::all().find(|body| body.name() == name)
    }

    /// The body that an organism's code stands for: a single body's own code or a town hall's.
    pub fn of_organism(id: &str) -> Option<Body> {
        if let Some(row) = SINGLE.iter().find(|row| row.2 == id) {
            return Some(row.0);
        }
        let town: OrganismId = id.parse().ok()?;
        let province = town.town_hall_of()?.province();
        communities::of_province(province).map(Body::Local)
    }

    /// The name that the bulletin prints.
    pub fn name(self) -> &'static str {
        match self {
            Body::Local(community) => LOCAL
                .iter()
                .find(|row| row.0 == community)
                .map_or("PL", |row| row.1),
            Body::NationalPolice
            | Body::CivilGuard
            | Body::Ertzaintza
            | Body::Mossos
            | Body::ForalPolice
            | Body::GalicianUnit => SINGLE
                .iter()
                .find(|row| row.0 == self)
                .map_or("", |row| row.1),
        }
    }

    /// The organism's code, unless the body is many town halls.
    pub fn organism(self) -> Option<&'static str> {
        SINGLE.iter().find(|row| row.0 == self).map(|row| row.2)
    }

    /// Whether the body may be responsible for a case whose victim lives in this community.
    pub fn serves(self, community: u8) -> bool {
        match self {
            Body::NationalPolice | Body::CivilGuard => {
                community != CATALUNA && community != PAIS_VASCO
            }
            Body::Ertzaintza => community == PAIS_VASCO,
            Body::Mossos => community == CATALUNA,
            Body::ForalPolice => community == NAVARRA,
            Body::GalicianUnit => community == GALICIA,
            Body::Local(own) => community == own,
        }
    }

    /// Whether the body keeps its cases in a system of its own, and so has only inactive ones here.
    pub fn is_remote(self) -> bool {
        match self {
            Body::Ertzaintza | Body::Mossos => true,
            Body::NationalPolice
            | Body::CivilGuard
            | Body::ForalPolice
            | Body::GalicianUnit
            | Body::Local(_) => false,
        }
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Body;

    #[test]
    fn names_and_codes_lead_back_to_the_body() {
        for body in Body::all() {
            assert_eq!(Body::named(body.name()), Some(body));
            if let Some(code) = body.organism() {
                assert_eq!(Body::of_organism(code), Some(body));
            }
        }
        assert_eq!(Body::of_organism("L01130473"), Some(Body::Local(8)));
        assert_eq!(Body::of_organism("L01990473"), None);
        assert_eq!(Body::all().count(), 25);
    }
}
