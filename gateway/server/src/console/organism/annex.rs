//! The annex of an agreement: told, and read from its form.

use std::collections::BTreeSet;

use domain::adhesion::{grants, places};
use domain::{Annex, HandOver, MessageSecurity, Quotas, Territory};

use crate::console::fields::Fields;
use crate::console::frame::Frame;

pub(super) mod terms;

use super::draft::Fault;
use terms::Known;

/// A part of an annex for whoever decides on it: its name, what it says, and what it said where that differs.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) says: String,
    pub(super) said: Option<String>,
}

/// What it grants, part by part.
pub(super) fn told(frame: &Frame, annex: &Annex) -> Vec<Part> {
    let granted = grants::of(annex)
        .into_iter()
        .filter(|(_, words)| !words.is_empty());
    let part = |(part, words): grants::Grant| Part {
        name: frame.term("grant", part),
        says: says(frame, part, &words),
        said: None,
    };
    granted.map(part).collect()
}

/// What another annex would change of it.
pub(super) fn changes(frame: &Frame, before: &Annex, after: &Annex) -> Vec<Part> {
    let differences = grants::differences(before, after).into_iter();
    let part = |(part, said, words): grants::Difference| Part {
        name: frame.term("grant", part),
        says: says(frame, part, &words),
        said: Some(says(frame, part, &said)),
    };
    differences.map(part).collect()
}

fn says(frame: &Frame, part: &str, words: &[String]) -> String {
    if words.is_empty() {
        return frame.say("grants-nothing").into_owned();
    }
    let word = |word: &String| match part {
        "operaciones" => frame.term("operation", word),
        "finalidades" => frame.term("purpose", word),
        "nivel" => frame.term("level", word),
        "modo" => frame.term("mode", word),
        "territorio" => word
            .parse()
            .map_or_else(|_| word.clone(), super::facts::place),
        "cuotas" => quota(frame, word),
        "firmaDePeticiones" | "firmaDeRespuestas" => frame.term("signing", word),
        _ => word.clone(),
    };
    words.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// A quota and how much it allows, such as `funcionario.personas 60`.
fn quota(frame: &Frame, word: &str) -> String {
    word.split_once(' ').map_or_else(
        || word.to_owned(),
        |(limit, most)| format!("{}: {most}", frame.term("quota", limit.replace('.', "-"))),
    )
}

/// Reads the form; what it does not name stays as it was.
///
/// The error is the field and the word of what is wrong with it.
pub(super) fn read(
    fields: &Fields,
    before: Option<&Annex>,
    known: &Known<'_>,
) -> Result<Annex, Fault> {
    let invalid = "valor-no-valido";
    let max_risk = fields
        .text("nivel")
        .parse()
        .map_err(|_| ("nivel", invalid))?;
    let mode = fields.text("modo").parse().map_err(|_| ("modo", invalid))?;
    let read = Annex {
        operations: chosen(fields, "operaciones")?,
        purposes: chosen(fields, "finalidades")?,
        territory: territory(fields.text("territorio"))?,
        max_risk,
        mode,
        on_behalf_of: BTreeSet::new(),
        services: BTreeSet::new(),
        contract: None,
        hand_over: HandOver::default(),
        quotas: Quotas::default(),
        security: MessageSecurity::default(),
    };
    let kept = match before {
        Some(before) => Annex {
            on_behalf_of: before.on_behalf_of.clone(),
            services: before.services.clone(),
            contract: before.contract.clone(),
            hand_over: before.hand_over,
            quotas: before.quotas,
            security: before.security.clone(),
            ..read
        },
        None => read,
    };
    terms::read(fields, kept, known)
}

fn chosen<T: std::str::FromStr + Ord>(
    fields: &Fields,
    name: &'static str,
) -> Result<BTreeSet<T>, Fault> {
    let words = fields.all(name).map(str::parse::<T>);
    words
        .collect::<Result<_, _>>()
        .map_err(|_| (name, "valor-no-valido"))
}

/// Places as officials write them, apart by spaces, commas or lines.
fn territory(text: &str) -> Result<Territory, Fault> {
    let places =
        apart(text).map(|word| places::read(word).map_err(|fault| ("territorio", fault.code())));
    places.collect()
}

/// The words of a list.
fn apart(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ';', '\n', '\r', '\t'])
        .filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use domain::{CertificateKey, OrganismId, Registry};

    use super::*;

    #[test]
    fn the_form_is_read() {
        let table = [
            (
                "territorio=13047-3%0D%0A13005&nivel=medio&modo=seguimiento&operaciones=consulta&operaciones=busqueda&finalidades=proteccion",
                Ok(2),
            ),
            (
                "territorio=130474&nivel=medio&modo=seguimiento",
                Err(("territorio", "digito-de-control-erroneo")),
            ),
            (
                "territorio=13999&nivel=medio&modo=seguimiento",
                Err(("territorio", "municipio-inexistente")),
            ),
            (
                "territorio=x&nivel=medio&modo=seguimiento",
                Err(("territorio", "lugar-no-valido")),
            ),
            (
                "territorio=ES&nivel=mucho&modo=seguimiento",
                Err(("nivel", "valor-no-valido")),
            ),
            (
                "territorio=ES&nivel=medio&modo=otro",
                Err(("modo", "valor-no-valido")),
            ),
            (
                "territorio=ES&nivel=medio&modo=consulta&operaciones=borrar",
                Err(("operaciones", "valor-no-valido")),
            ),
        ];
        let own = "L01130473".parse().unwrap();
        let keys: [(CertificateKey, OrganismId); 0] = [];
        let known = Known {
            own: &own,
            registry: &Registry::new(1, [], [], keys),
            contracts: &[],
        };
        for (form, expected) in table {
            let read = read(&Fields::read(form).unwrap(), None, &known);
            assert_eq!(
                read.map(|it| it.territory.places().count()),
                expected,
                "{form}"
            );
        }
    }
}
