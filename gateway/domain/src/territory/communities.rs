//! The 19 communities and autonomous cities with their provinces, INE codes.
//!
//! Other agencies swap 07 and 08; these are the codes of the INE.

struct Community {
    code: u8,
    name: &'static str,
    provinces: &'static [u8],
}

const fn row(code: u8, name: &'static str, provinces: &'static [u8]) -> Community {
    Community {
        code,
        name,
        provinces,
    }
}

static COMMUNITIES: [Community; 19] = [
    row(1, "Andalucía", &[4, 11, 14, 18, 21, 23, 29, 41]),
    row(2, "Aragón", &[22, 44, 50]),
    row(3, "Asturias, Principado de", &[33]),
    row(4, "Balears, Illes", &[7]),
    row(5, "Canarias", &[35, 38]),
    row(6, "Cantabria", &[39]),
    row(7, "Castilla y León", &[5, 9, 24, 34, 37, 40, 42, 47, 49]),
    row(8, "Castilla-La Mancha", &[2, 13, 16, 19, 45]),
    row(9, "Cataluña", &[8, 17, 25, 43]),
    row(10, "Comunitat Valenciana", &[3, 12, 46]),
    row(11, "Extremadura", &[6, 10]),
    row(12, "Galicia", &[15, 27, 32, 36]),
    row(13, "Madrid, Comunidad de", &[28]),
    row(14, "Murcia, Región de", &[30]),
    row(15, "Navarra, Comunidad Foral de", &[31]),
    row(16, "País Vasco", &[1, 20, 48]),
    row(17, "Rioja, La", &[26]),
    row(18, "Ceuta", &[51]),
    row(19, "Melilla", &[52]),
];

/// The codes of all communities, in order.
pub fn all() -> impl Iterator<Item = u8> {
    COMMUNITIES.iter().map(|community| community.code)
}

/// The official name of a community.
pub fn name(code: u8) -> Option<&'static str> {
    find(code).map(|community| community.name)
}

/// Whether protection there is kept in a system of its own, so that a case is inactive in the central
/// one: Cataluña and País Vasco, by note 1 of the bulletin of February 2020.
pub fn keeps_own_system(code: u8) -> bool {
    matches!(code, 9 | 16)
}

/// The provinces of a community, in order; none of an unknown one.
pub fn provinces_of(code: u8) -> &'static [u8] {
    find(code).map_or(&[], |community| community.provinces)
}

/// The community a province belongs to.
pub fn of_province(province: u8) -> Option<u8> {
    COMMUNITIES
        .iter()
        .find(|community| community.provinces.contains(&province))
        .map(|community| community.code)
}

fn find(code: u8) -> Option<&'static Community> {
    COMMUNITIES.iter().find(|community| community.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_has_one_community() {
        let mut provinces: Vec<u8> = all().flat_map(provinces_of).copied().collect();
        provinces.sort_unstable();
        assert_eq!(provinces, (1..=52).collect::<Vec<_>>());
        for community in all() {
            assert!(
                provinces_of(community)
                    .iter()
                    .all(|province| of_province(*province) == Some(community))
            );
        }
    }

    #[test]
    fn the_unknown_is_nothing() {
        assert_eq!(
            (name(0), name(20), of_province(0), of_province(53)),
            (None, None, None, None)
        );
        assert!(provinces_of(20).is_empty());
        assert_eq!(name(8), Some("Castilla-La Mancha"));
    }
}
