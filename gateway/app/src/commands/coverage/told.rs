//! Coverage in words, for officials.

use std::fmt::Write;

use domain::coverage::{Coverage, Fault, Refusal, Tally};
use domain::territory::{communities, municipalities, provinces};
use domain::{MunicipalityCode, Place};

/// The coverage as lines of text.
pub(super) fn summary(coverage: &Coverage) -> String {
    let mut out = line(coverage.scope, &coverage.total);
    let told = |tally: &&Tally| tally.with_police > 0;
    for (code, tally) in &coverage.communities {
        if Place::Community(*code) != coverage.scope && told(&tally) {
            out.push_str(&line(Place::Community(*code), tally));
        }
    }
    for (code, tally) in &coverage.provinces {
        out.push_str(&line(Place::Province(*code), tally));
    }
    let pending = coverage.pending.iter().map(|one| one.code);
    out.push_str(&list("pendientes", pending));
    let others = coverage.without_police.iter().copied();
    out.push_str(&list("adheridos que no constan con policía local", others));
    out
}

fn line(place: Place, tally: &Tally) -> String {
    let name = match place {
        Place::Nation => Some("España"),
        Place::Community(code) => communities::name(code),
        Place::Province(code) => provinces::name(code),
        Place::Municipality(code) => municipalities::name(code),
    };
    let percentage = tally.tenths().map_or_else(
        || "sin municipios con policía local".to_owned(),
        |tenths| format!("{},{} %", tenths / 10, tenths % 10),
    );
    format!(
        "{place:<5} {}: {} de {} ({percentage})\n",
        name.unwrap_or_default(),
        tally.joined,
        tally.with_police
    )
}

fn list(title: &str, codes: impl Iterator<Item = MunicipalityCode>) -> String {
    let mut out = String::new();
    let mut count = 0;
    for code in codes {
        let name = municipalities::name(code).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = writeln!(out, "  {code}-{} {name}", code.check_digit());
        count += 1;
    }
    if count == 0 {
        out
    } else {
        format!("{title}: {count}\n{out}")
    }
}

/// What is wrong with a line, and where on it.
pub(super) fn refusal(refusal: &Refusal) -> String {
    let line = refusal.line;
    let column = refusal.letters();
    let column = column.map(|letters| format!(", columna {letters}"));
    format!(
        "línea {line}{}: {}",
        column.unwrap_or_default(),
        fault(&refusal.fault)
    )
}

fn fault(fault: &Fault) -> String {
    match fault {
        Fault::File(fault) => fault.to_string(),
        Fault::Merged => "la celda está combinada con otras: sepárelas".to_owned(),
        Fault::LostZero(text) => {
            format!("`{text}` ha perdido el cero inicial: el código es `0{text}`")
        }
        Fault::NoHeader(columns) => format!("falta la línea con los nombres de columna: {columns}"),
        Fault::NoColumn(column) => format!("falta la columna {column}"),
        Fault::NotACode(text) => format!("`{text}` no es un código de municipio del INE"),
        Fault::UnknownCode(code) => format!("no existe el municipio `{code}`"),
        Fault::CheckDigit { code, told, right } => {
            format!("el dígito de control de `{code}` es {right}, no {told}")
        }
        Fault::Duplicate { code, line } => format!("`{code}` está ya en la línea {line}"),
        Fault::NotANumber(text) => format!("`{text}` no es un número de habitantes"),
        Fault::Sum { men, women, total } => {
            format!("{men} hombres y {women} mujeres no suman {total} habitantes")
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::coverage::stated;

    use super::*;

    #[test]
    fn the_sample_is_told() {
        let coverage = stated::read(stated::CASTILLA_Y_LEON.as_bytes()).unwrap();
        let told = summary(&coverage);
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(
            lines.first().copied(),
            Some("CA07 Castilla y León: 62 de 71 (87,3 %)")
        );
        assert_eq!(lines.get(1).copied(), Some("pendientes: 9"));
        assert_eq!(lines.get(2).copied(), Some("  09410-8 Valle de Mena"));
        assert_eq!(lines.len(), 11);
    }
}
