//! The 52 provinces by INE code, with their official names.

use crate::territory::communities;

static NAMES: [&str; 52] = [
    "Araba/Álava",
    "Albacete",
    "Alicante/Alacant",
    "Almería",
    "Ávila",
    "Badajoz",
    "Balears, Illes",
    "Barcelona",
    "Burgos",
    "Cáceres",
    "Cádiz",
    "Castellón/Castelló",
    "Ciudad Real",
    "Córdoba",
    "Coruña, A",
    "Cuenca",
    "Girona",
    "Granada",
    "Guadalajara",
    "Gipuzkoa",
    "Huelva",
    "Huesca",
    "Jaén",
    "León",
    "Lleida",
    "Rioja, La",
    "Lugo",
    "Madrid",
    "Málaga",
    "Murcia",
    "Navarra",
    "Ourense",
    "Asturias",
    "Palencia",
    "Palmas, Las",
    "Pontevedra",
    "Salamanca",
    "Santa Cruz de Tenerife",
    "Cantabria",
    "Segovia",
    "Sevilla",
    "Soria",
    "Tarragona",
    "Teruel",
    "Toledo",
    "Valencia/València",
    "Valladolid",
    "Bizkaia",
    "Zamora",
    "Zaragoza",
    "Ceuta",
    "Melilla",
];

/// The codes of all provinces, in order.
pub fn all() -> impl Iterator<Item = u8> {
    1..=52
}

/// The official name of a province.
pub fn name(code: u8) -> Option<&'static str> {
    let place = usize::from(code).checked_sub(1)?;
    NAMES.get(place).copied()
}

/// The names of a province and of the community it belongs to.
pub fn path(code: u8) -> Option<(&'static str, &'static str)> {
    let community = communities::of_province(code)?;
    Some((name(code)?, communities::name(community)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_has_a_name_and_a_community() {
        assert!(all().all(|code| path(code).is_some()));
        let table = [
            (1, Some(("Araba/Álava", "País Vasco"))),
            (13, Some(("Ciudad Real", "Castilla-La Mancha"))),
            (48, Some(("Bizkaia", "País Vasco"))),
            (52, Some(("Melilla", "Melilla"))),
            (0, None),
            (53, None),
        ];
        for (code, expected) in table {
            assert_eq!(path(code), expected, "{code}");
        }
    }
}
