//! A coverage as a table to take away.

use crate::coverage::{Coverage, Tally};
use crate::territory::{communities, municipalities, provinces};
use crate::{MunicipalityCode, Place};

/// The whole coverage as CSV (RFC 4180, UTF-8): one line a place, then one a pending municipality.
pub fn written(coverage: &Coverage) -> String {
    let mut out = String::from(
        "ambito,codigo,nombre,con_policia_local,adheridos,pendientes,porcentaje,habitantes,habitantes_cubiertos\r\n",
    );
    let mut place = |place: Place, tally: &Tally| out.push_str(&line(place, tally));
    place(coverage.scope, &coverage.total);
    for (code, tally) in &coverage.communities {
        if Place::Community(*code) != coverage.scope {
            place(Place::Community(*code), tally);
        }
    }
    for (code, tally) in &coverage.provinces {
        place(Place::Province(*code), tally);
    }
    for one in &coverage.pending {
        let residents = one.residents.map(|it| it.to_string()).unwrap_or_default();
        out.push_str(&municipality("municipio pendiente", one.code, &residents));
    }
    for code in &coverage.without_police {
        out.push_str(&municipality("adherido sin policía local", *code, ""));
    }
    out
}

fn line(place: Place, tally: &Tally) -> String {
    let (scope, name) = match place {
        Place::Nation => ("nación", Some("España")),
        Place::Community(code) => ("comunidad", communities::name(code)),
        Place::Province(code) => ("provincia", provinces::name(code)),
        Place::Municipality(code) => ("municipio", municipalities::name(code)),
    };
    let percentage = tally.tenths().map(percent).unwrap_or_default();
    // Nothing known is not nobody.
    let (residents, covered) = if tally.residents == 0 {
        (String::new(), String::new())
    } else {
        (tally.residents.to_string(), tally.covered.to_string())
    };
    format!(
        "{scope},{place},{},{},{},{},{percentage},{residents},{covered}\r\n",
        quoted(name.unwrap_or_default()),
        tally.with_police,
        tally.joined,
        tally.pending(),
    )
}

fn municipality(scope: &str, code: MunicipalityCode, residents: &str) -> String {
    let name = quoted(municipalities::name(code).unwrap_or_default());
    format!("{scope},{code},{name},,,,,{residents},\r\n")
}

/// Tenths of a per cent as a number with a point.
fn percent(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::stated;

    #[test]
    fn the_sample_as_a_table() {
        let coverage = stated::read(stated::CASTILLA_Y_LEON.as_bytes()).unwrap();
        let written = written(&coverage);
        let lines: Vec<_> = written.split("\r\n").collect();
        assert_eq!(
            lines.get(1).copied(),
            Some("comunidad,CA07,Castilla y León,71,62,9,87.3,,")
        );
        assert_eq!(
            lines.get(6).copied(),
            Some("municipio pendiente,24134,\"Robla, La\",,,,,,")
        );
        assert_eq!(
            lines.len(),
            12,
            "a head, the community, nine towns, the end"
        );
    }
}
