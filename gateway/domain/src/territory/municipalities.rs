//! The municipalities that exist: register of the INE, edition 2021 (`data/NOTICE.md`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::MunicipalityCode;

static CSV: &str = include_str!("../../data/municipios.csv");

static BY_CODE: LazyLock<BTreeMap<MunicipalityCode, &'static str>> = LazyLock::new(|| {
    rows()
        .filter_map(|(code, _, name)| Some((code.parse().ok()?, name)))
        .collect()
});

/// The official name, such as `Robla, La`.
pub fn name(code: MunicipalityCode) -> Option<&'static str> {
    BY_CODE.get(&code).copied()
}

/// Whether the municipality is in the register.
pub fn exists(code: MunicipalityCode) -> bool {
    BY_CODE.contains_key(&code)
}

/// Every municipality with its name, by code.
pub fn all() -> impl Iterator<Item = (MunicipalityCode, &'static str)> {
    BY_CODE.iter().map(|(code, name)| (*code, *name))
}

/// The rows of the file: code, check digit, name.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CSV.lines().skip(1).filter_map(|line| {
        let (code, rest) = line.split_once(',')?;
        let (check, name) = rest.split_once(',')?;
        Some((code, check, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_its_check_digit_is_the_one_computed() {
        for (code, check, name) in rows() {
            let parsed: MunicipalityCode = code.parse().unwrap();
            assert_eq!(parsed.check_digit().to_string(), check, "{code} {name}");
        }
        assert_eq!(BY_CODE.len(), 8131);
    }

    #[test]
    fn names() {
        let table = [
            ("13047", Some("Herencia")),
            ("24134", Some("Robla, La")),
            ("01051", Some("Agurain/Salvatierra")),
            ("13999", None),
        ];
        for (code, expected) in table {
            let code = code.parse().unwrap();
            assert_eq!(
                (name(code), exists(code)),
                (expected, expected.is_some()),
                "{code}"
            );
        }
    }
}
