//! The file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The other contract, as `viogen/1`.
    pub de: String,
    /// The contract whose folder holds the file.
    pub a: String,
    /// Tables that both ways use: a value of the other contract, and the one of this contract that it is.
    #[serde(default)]
    pub parejas: BTreeMap<String, BTreeMap<String, String>>,
    /// Tables of levels, which both ways are made of.
    #[serde(default)]
    pub niveles: BTreeMap<String, Levels>,
    pub ida: Way,
    pub vuelta: Way,
}

/// A scale of the other contract: what each of its levels is in this one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Levels {
    /// What the scale is called in this contract.
    pub escala: Option<String>,
    /// Every level of the other contract, and the one that it is here.
    pub ida: BTreeMap<String, String>,
    /// What a level of this contract goes back as; it need not be said where only one level is that one.
    #[serde(default)]
    pub vuelve: BTreeMap<String, String>,
}

/// One way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    /// What has the same path on both sides is carried over without a rule of its own.
    #[serde(default)]
    pub iguales: bool,
    /// Messages of the source that `mensajes` does not name have no place on the other side.
    #[serde(default)]
    pub solo_mensajes: bool,
    /// Messages of the source that the other side does not have.
    #[serde(default)]
    pub sin_equivalente: Vec<String>,
    /// Messages that are called otherwise there.
    #[serde(default)]
    pub mensajes: BTreeMap<String, String>,
    #[serde(default)]
    pub tablas: BTreeMap<String, BTreeMap<String, Entry>>,
    #[serde(default)]
    pub grupo: Vec<Block>,
}

/// What becomes of one value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Entry {
    Value(String),
    Full(FullEntry),
}

/// A value that is not quite the same, or is dropped.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullEntry {
    pub valor: Option<String>,
    pub pierde: String,
}

/// Rules for what stands at certain places.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    /// The places, from the messages' roots.
    pub en: Vec<At>,
    #[serde(default)]
    pub regla: Vec<Rule>,
    #[serde(default)]
    pub crea: Vec<Make>,
    #[serde(default)]
    pub pierde: Vec<Drop>,
}

/// A place that both sides have.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum At {
    Same(String),
    Two(TwoPlaces),
}

/// A place that is called otherwise on the other side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TwoPlaces {
    pub de: String,
    pub a: String,
}

/// Where the value of one leaf comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub destino: String,
    /// The first one that is there counts.
    #[serde(default)]
    pub origen: OneOrMore,
    pub tabla: Option<String>,
    pub expresion: Option<String>,
    /// Other leaves that the expression sees, by name.
    #[serde(default)]
    pub con: BTreeMap<String, String>,
    /// Where a level says what it was in the scale it came from: one of the table's scale goes back as it came.
    pub procedencia: Option<Provenance>,
    pub defecto: Option<String>,
    pub constante: Option<String>,
    pub toma: Option<Take>,
    /// Why a value that does not fit is dropped; without it the document is not converted.
    pub si_no_cabe: Option<String>,
    /// Why a document with a value that does not fit is refused: said where the source may say more than fits.
    pub si_no_cabe_rechaza: Option<String>,
    /// What of the other side is written over where the value goes.
    pub pierde: Option<String>,
}

/// The scale and the level that a level came from, in this contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provenance {
    pub escala: String,
    pub nivel: String,
}

/// An element that is there when one of others is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Make {
    pub destino: String,
    pub con: Vec<String>,
}

/// What has no place on the other side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drop {
    pub origen: OneOrMore,
    pub motivo: String,
}

/// Which one of a list, where the other side has room for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Take {
    Primero,
    Ultimo,
}

/// One path or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl OneOrMore {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::More(paths) => paths,
        }
    }
}

impl Rule {
    /// The leaves beside the value that are looked at, each by the name that the expression has for it.
    pub(super) fn beside(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.con.iter();
        let came = self.procedencia.iter();
        let came = came.flat_map(|it| [("escala", &*it.escala), ("nivel", &*it.nivel)]);
        named
            .map(|(name, path)| (name.as_str(), path.as_str()))
            .chain(came)
    }

    /// Whether the value is one origin's, as it is.
    pub(super) fn is_plain(&self) -> bool {
        let changes = [
            &self.tabla,
            &self.expresion,
            &self.defecto,
            &self.constante,
            &self.si_no_cabe,
            &self.si_no_cabe_rechaza,
            &self.pierde,
        ];
        changes.into_iter().all(Option::is_none)
            && self.origen.all().len() == 1
            && self.toma.is_none()
    }
}

impl Way {
    /// Whether a message of the source has no place on the other side.
    pub(super) fn leaves_out(&self, message: &str) -> bool {
        let only = self.solo_mensajes && !self.mensajes.contains_key(message);
        only || self.sin_equivalente.iter().any(|said| said == message)
    }
}

impl At {
    /// Its name at the source and at the target.
    pub(super) fn both(&self) -> (&str, &str) {
        match self {
            Self::Same(path) => (path, path),
            Self::Two(places) => (&places.de, &places.a),
        }
    }
}
