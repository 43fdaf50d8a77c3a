//! Catalogues of forms: which indicators a form has, and what may be answered to each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::fault::{RuleErrors, RuleFault};
use super::text::{Form as FormText, FormIndex};
use super::value::{each, leaf, names};
use super::{Breach, load};
use crate::convert::place::Place;
use crate::{Contract, SimpleType};

const FOLDER: &str = "formularios";

const INDEX: &str = "formularios/indice.toml";

/// Every catalogue, and where a message has what they are about.
#[derive(Debug)]
pub(super) struct Forms {
    pub places: Vec<Place>,
    index: FormIndex,
    assessments: Vec<Arc<str>>,
    known: BTreeMap<(String, String), Form>,
}

#[derive(Debug)]
struct Form {
    values: BTreeSet<String>,
    intensities: BTreeSet<String>,
    /// Codes, each with whether it takes an intensity.
    indicators: BTreeMap<String, bool>,
}

/// Loads the catalogues; none when the folder has no files of them.
pub(super) fn load(
    folder: &Path,
    contract: &Arc<Contract>,
    errors: &mut RuleErrors,
) -> Option<Forms> {
    if load::files(folder, FOLDER, errors).is_empty() {
        return None;
    }
    let index: FormIndex = parsed(folder, INDEX, errors)?;
    let mut places = Vec::new();
    for path in &index.en {
        match load::place(contract, path) {
            Some(place) => places.push(place),
            None => errors.push(INDEX, "en", RuleFault::NoSuchPath(path.clone())),
        }
    }
    let types = places
        .first()
        .and_then(|place| types(contract, place, &index, errors))?;
    let mut known = BTreeMap::new();
    for file in &index.catalogo {
        let name = format!("{FOLDER}/{file}");
        if let Some(form) = parsed::<FormText>(folder, &name, errors) {
            let key = (form.formulario.clone(), form.version.clone());
            let form = catalogue(&name, form, &types, errors);
            if known.insert(key.clone(), form).is_some() {
                let twice = format!("{} {}", key.0, key.1);
                errors.push(&name, "", RuleFault::Identifier(twice));
            }
        }
    }
    Some(Forms {
        places,
        assessments: names(&index.evaluacion),
        index,
        known,
    })
}

fn parsed<T: serde::de::DeserializeOwned>(
    folder: &Path,
    name: &str,
    errors: &mut RuleErrors,
) -> Option<T> {
    let read = load::read(folder, name);
    read.map_err(|fault| errors.push(name, "", fault)).ok()
}

/// The types of the leaves that a form fills.
struct Types {
    form: SimpleType,
    version: SimpleType,
    indicator: SimpleType,
    value: SimpleType,
    intensity: SimpleType,
}

fn types(
    contract: &Contract,
    place: &Place,
    index: &FormIndex,
    errors: &mut RuleErrors,
) -> Option<Types> {
    let answer = format!("{}/{}", index.evaluacion, index.respuesta);
    let mut simple = |base: &str, name: &str| {
        let path = format!("{base}/{name}");
        let found = place
            .follow(contract, &path)
            .ok()
            .and_then(|place| place.simple(contract));
        if found.is_none() {
            errors.push(INDEX, "", RuleFault::NoSuchPath(path));
        }
        found.map(|simple| contract.simple(simple).clone())
    };
    let form = simple(&index.evaluacion, &index.formulario);
    let version = simple(&index.evaluacion, &index.version);
    let indicator = simple(&answer, &index.indicador);
    let value = simple(&answer, &index.valor);
    let intensity = simple(&answer, &index.intensidad);
    Some(Types {
        form: form?,
        version: version?,
        indicator: indicator?,
        value: value?,
        intensity: intensity?,
    })
}

fn catalogue(name: &str, text: FormText, types: &Types, errors: &mut RuleErrors) -> Form {
    let mut takes = |simple: &SimpleType, value: &str| {
        if simple.check(value).is_err() {
            errors.push(name, "", RuleFault::NotTaken(value.to_owned()));
        }
    };
    takes(&types.form, &text.formulario);
    takes(&types.version, &text.version);
    text.valores
        .iter()
        .for_each(|value| takes(&types.value, value));
    text.intensidades
        .iter()
        .for_each(|value| takes(&types.intensity, value));
    text.indicador
        .iter()
        .for_each(|one| takes(&types.indicator, &one.codigo));
    let mut numbers = BTreeSet::new();
    let mut indicators = BTreeMap::new();
    for indicator in text.indicador {
        let code = indicator.codigo;
        if !text.factores.contains_key(&indicator.factor) {
            errors.push(name, &code, RuleFault::NoSuchFactor(indicator.factor));
        }
        if indicator
            .numero
            .is_some_and(|number| !numbers.insert(number))
            || indicators
                .insert(code.clone(), indicator.intensidad)
                .is_some()
        {
            errors.push(name, &code, RuleFault::Identifier(code.clone()));
        }
    }
    Form {
        values: text.valores.into_iter().collect(),
        intensities: text.intensidades.into_iter().collect(),
        indicators,
    }
}

impl Forms {
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// What in the assessments of a case does not fit their forms.
    pub(super) fn judge(&self, case: &Json, path: &str, breaches: &mut Vec<Breach>) {
        let mut assessments = Vec::new();
        each(case, &self.assessments, path.to_owned(), &mut assessments);
        for (assessment, at) in assessments {
            self.assessment(assessment, &at, breaches);
        }
    }

    fn assessment(&self, assessment: &Json, at: &str, breaches: &mut Vec<Breach>) {
        let mut answers = Vec::new();
        each(
            assessment,
            &names(&self.index.respuesta),
            at.to_owned(),
            &mut answers,
        );
        // Without answers nothing is claimed about the form.
        if answers.is_empty() {
            return;
        }
        let code = leaf(assessment, &self.index.formulario);
        if code.is_some_and(|code| self.index.sin_catalogo.iter().any(|free| free == code)) {
            return;
        }
        let version = leaf(assessment, &self.index.version);
        let named = code.zip(version);
        let form = named
            .and_then(|(code, version)| self.known.get(&(code.to_owned(), version.to_owned())));
        let Some(form) = form else {
            let (name, code, message) = match named {
                None => (
                    if code.is_none() {
                        &self.index.formulario
                    } else {
                        &self.index.version
                    },
                    "formulario-sin-identificar",
                    "las respuestas han de decir su formulario y la version de este".to_owned(),
                ),
                Some((code, version)) => (
                    &self.index.version,
                    "formulario-desconocido",
                    format!("no hay catalogo del formulario {code} {version}"),
                ),
            };
            breaches.push(breach(at, name, code, message));
            return;
        };
        let mut seen = BTreeSet::new();
        for (answer, at) in answers {
            self.answer(form, (answer, &at), &mut seen, breaches);
        }
    }

    fn answer<'a>(
        &self,
        form: &Form,
        (answer, at): (&'a Json, &str),
        seen: &mut BTreeSet<&'a str>,
        breaches: &mut Vec<Breach>,
    ) {
        let index = &self.index;
        let Some(code) = leaf(answer, &index.indicador) else {
            let message = "la respuesta no dice a que indicador responde".to_owned();
            breaches.push(breach(at, &index.indicador, "indicador-ausente", message));
            return;
        };
        let Some(graded) = form.indicators.get(code) else {
            let message = format!("el formulario no tiene el indicador {code}");
            breaches.push(breach(
                at,
                &index.indicador,
                "indicador-desconocido",
                message,
            ));
            return;
        };
        if !seen.insert(code) {
            let message = format!("el indicador {code} se responde dos veces");
            breaches.push(breach(at, &index.indicador, "indicador-repetido", message));
        }
        let value = leaf(answer, &index.valor);
        if !value.is_some_and(|value| form.values.contains(value)) {
            let message = format!("el indicador {code} no admite esa respuesta, o falta");
            breaches.push(breach(at, &index.valor, "respuesta-no-admitida", message));
        }
        let Some(intensity) = leaf(answer, &index.intensidad) else {
            return;
        };
        if !graded || !form.intensities.contains(intensity) {
            let message = format!("el indicador {code} no admite esa intensidad");
            breaches.push(breach(
                at,
                &index.intensidad,
                "intensidad-no-admitida",
                message,
            ));
        } else if value != Some(&index.valor_con_intensidad) {
            let message =
                format!("el indicador {code} solo tiene intensidad si la respuesta lo afirma");
            breaches.push(breach(
                at,
                &index.intensidad,
                "intensidad-sin-respuesta",
                message,
            ));
        }
    }
}

fn breach(at: &str, name: &str, code: &str, message: String) -> Breach {
    Breach {
        path: format!("{at}/{name}"),
        code: code.into(),
        message: message.into(),
    }
}
