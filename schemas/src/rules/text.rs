//! The files as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// A file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// The places that the rules are about, from the messages' roots.
    pub en: Vec<String>,
    #[serde(default)]
    pub constantes: Map<String, Json>,
    pub regla: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub id: String,
    pub mensaje: String,
    /// Where the rule comes from; for readers.
    #[serde(rename = "fuente")]
    pub _fuente: String,
    pub para_cada: Option<String>,
    /// What must be there, and not masked, for the rule to say anything.
    #[serde(default)]
    pub requiere: Vec<String>,
    /// Where a breach is told.
    pub rutas: Vec<String>,
    pub cuando: Option<String>,
    pub expresion: String,
    #[serde(default)]
    pub prueba: Vec<Test>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Test {
    pub acepta: Option<String>,
    pub rechaza: Option<String>,
    pub ahora: Option<String>,
    #[serde(default)]
    pub hechos: Map<String, Json>,
}

/// `formularios/indice.toml`: where a message has its forms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormIndex {
    /// The place whose list of assessments is checked, and that list.
    pub en: Vec<String>,
    pub evaluacion: String,
    pub formulario: String,
    pub version: String,
    pub respuesta: String,
    pub indicador: String,
    pub valor: String,
    pub intensidad: String,
    /// The answer that may have an intensity.
    pub valor_con_intensidad: String,
    /// Forms of other systems, which no catalogue here describes.
    #[serde(default)]
    pub sin_catalogo: Vec<String>,
    pub catalogo: Vec<String>,
}

/// A form's catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub formulario: String,
    pub version: String,
    #[serde(rename = "titulo")]
    pub _titulo: String,
    /// What is known of it and what is not; for readers.
    #[serde(rename = "procedencia")]
    pub _procedencia: String,
    pub factores: BTreeMap<String, String>,
    pub valores: Vec<String>,
    pub intensidades: Vec<String>,
    pub indicador: Vec<Indicator>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indicator {
    pub codigo: String,
    /// Its number in the printed form; several lines of a form may have none that is known.
    pub numero: Option<u32>,
    pub factor: String,
    #[serde(rename = "texto")]
    pub _texto: String,
    #[serde(default)]
    pub intensidad: bool,
    /// What of this line was not found in a stored text.
    #[serde(rename = "sin_verificar")]
    pub _sin_verificar: Option<String>,
}
