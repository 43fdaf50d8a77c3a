//! Places as officials write them: municipalities with their check digit, and only those that exist.

use crate::territory::municipalities;
use crate::{Malformed, MunicipalityCode, Place};

/// Why a place is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceFault {
    /// It is no place at all.
    #[error("`{0}` no es un lugar: se espera ES, CAnn, Pnn o un código INE de municipio")]
    Malformed(String),
    /// No such municipality is in the register.
    #[error("el municipio `{0}` no existe en el registro del INE")]
    Unknown(MunicipalityCode),
    /// The sixth digit is not the one that the first five give.
    #[error("el dígito de control de `{0}` no es {1}, sino {2}")]
    CheckDigit(MunicipalityCode, char, u8),
}

impl PlaceFault {
    /// The word by which evidence and pages name it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "lugar-no-valido",
            Self::Unknown(_) => "municipio-inexistente",
            Self::CheckDigit(..) => "digito-de-control-erroneo",
        }
    }
}

/// Reads a place; of a municipality also with its check digit as sixth digit, with or without a hyphen.
///
/// # Errors
/// It is no place, or names a municipality that does not exist, or its check digit is wrong.
pub fn read(text: &str) -> Result<Place, PlaceFault> {
    let text = text.trim();
    let malformed = || {
        let shown = Malformed::new("a place", text);
        PlaceFault::Malformed(shown.input().unwrap_or_default().to_owned())
    };
    let plain = text.replacen('-', "", usize::from(text.len() == 7));
    let six = plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit());
    let Some((five, check)) = plain.split_at_checked(5).filter(|_| six) else {
        let place = text.parse().map_err(|_| malformed())?;
        return exists(place).map(|()| place);
    };
    let code: MunicipalityCode = five.parse().map_err(|_| malformed())?;
    let written = check.chars().next().unwrap_or_default();
    if check != code.check_digit().to_string() {
        return Err(PlaceFault::CheckDigit(code, written, code.check_digit()));
    }
    let place = Place::Municipality(code);
    exists(place).map(|()| place)
}

/// Whether a place is one that exists.
///
/// # Errors
/// It names a municipality that is not in the register.
pub fn exists(place: Place) -> Result<(), PlaceFault> {
    match place {
        Place::Municipality(code) if !municipalities::exists(code) => {
            Err(PlaceFault::Unknown(code))
        }
        Place::Municipality(_) | Place::Nation | Place::Community(_) | Place::Province(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_as_officials_write_them() {
        let table = [
            ("13047", Ok("13047")),
            (" 130473 ", Ok("13047")),
            ("13047-3", Ok("13047")),
            ("CA08", Ok("CA08")),
            ("P13", Ok("P13")),
            ("ES", Ok("ES")),
            ("130474", Err("digito-de-control-erroneo")),
            ("13999", Err("municipio-inexistente")),
            ("139998", Err("digito-de-control-erroneo")),
            ("99001", Err("lugar-no-valido")),
            ("13047-33", Err("lugar-no-valido")),
            ("Herencia", Err("lugar-no-valido")),
            ("", Err("lugar-no-valido")),
            ("<script>", Err("lugar-no-valido")),
        ];
        for (text, expected) in table {
            let found = read(text).map(|place| place.to_string());
            let found = found.as_deref().map_err(PlaceFault::code);
            assert_eq!(found, expected, "{text}");
        }
    }
}
