//! The file itself: TOML, every key known, every word checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::pattern::Pattern;
use super::{SidecarFault, refused};
use crate::load::error::LoadError;
use crate::{Group, Masking, Role, Sensitivity};

/// A governance file, read.
#[derive(Debug)]
pub(in crate::load) struct File {
    text: String,
    pub(super) contract: ContractText,
    pub(in crate::load) groups: Vec<Group>,
    pub(super) fields: Vec<Field>,
    pub(super) cases: Vec<Case>,
    pub(super) operations: Vec<OperationText>,
    pub(super) fault: Option<FaultFile>,
}

/// A rule of leaves; the group still by its name.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) pattern: Pattern,
    pub(super) group: Option<String>,
    pub(super) sensitivity: Option<Sensitivity>,
    pub(super) masking: Option<Masking>,
    pub(super) role: Option<Role>,
}

/// A rule of cases.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) pattern: Pattern,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Text {
    contrato: ContractText,
    #[serde(default)]
    grupos: BTreeMap<String, GroupText>,
    #[serde(default)]
    campo: Vec<FieldText>,
    #[serde(default)]
    caso: Vec<CaseText>,
    #[serde(default)]
    operacion: Vec<OperationText>,
    fallo: Option<FaultFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ContractText {
    pub(super) nivel: Option<Spanned<String>>,
    pub(super) sin_territorio: Option<WithoutTerritory>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithoutTerritory {
    pub(super) motivo: String,
    pub(super) organismos: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupText {
    titulo: String,
    como: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldText {
    ruta: Spanned<String>,
    grupo: Option<Spanned<String>>,
    sensibilidad: Option<Spanned<String>>,
    mascara: Option<Spanned<String>>,
    funcion: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    ruta: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct OperationText {
    pub(super) nombre: Spanned<String>,
    pub(super) clase: Spanned<String>,
    #[serde(default)]
    pub(super) finalidades: Vec<String>,
    pub(super) cuota_por_minuto: Option<u32>,
    #[serde(default)]
    pub(super) rest: Vec<RestText>,
    pub(super) contexto: Option<ContextText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestText {
    pub(super) metodo: Spanned<String>,
    pub(super) ruta: Spanned<String>,
    pub(super) cuerpo: Option<Spanned<String>>,
    pub(super) exito: Option<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ContextText {
    pub(super) solicitante: Spanned<String>,
    pub(super) en_nombre_de: Option<Spanned<String>>,
    pub(super) funcionario: Spanned<String>,
    pub(super) finalidad: Spanned<String>,
    pub(super) expediente: Option<Spanned<String>>,
    pub(super) peticion: Spanned<String>,
    pub(super) fecha: Spanned<String>,
    #[serde(default)]
    pub(super) finalidades: BTreeMap<String, String>,
}

/// The typed fault.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultFile {
    pub(super) codigo: Spanned<String>,
    pub(super) texto: Option<Spanned<String>>,
    pub(super) peticion: Option<Spanned<String>>,
    pub(super) fecha: Option<Spanned<String>>,
    pub(super) incidencia: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) fijos: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) problemas: BTreeMap<String, String>,
}

/// The line of a byte.
fn line_at(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or_default();
    let breaks = before.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, LoadError> {
        let read: Text = toml::from_str(text).map_err(|error| {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            refused(line, SidecarFault::Invalid(error.message().to_owned()))
        })?;
        let groups = read.grupos.into_iter().map(|(name, group)| Group {
            name: Arc::from(name),
            title: Arc::from(group.titulo),
            canonical: Some(Arc::from(group.como)),
        });
        let fields = read.campo.iter().map(|field| self::field(field, text));
        let cases = read.caso.iter().map(|case| {
            let pattern = pattern(&case.ruta, text)?;
            Ok(Case { pattern })
        });
        Ok(Self {
            text: text.to_owned(),
            contract: read.contrato,
            groups: groups.collect(),
            fields: fields.collect::<Result<_, _>>()?,
            cases: cases.collect::<Result<_, LoadError>>()?,
            operations: read.operacion,
            fault: read.fallo,
        })
    }

    /// An error at a value of the file.
    pub(super) fn error<T>(&self, at: &Spanned<T>, fault: SidecarFault) -> LoadError {
        refused(line_at(&self.text, at.span().start), fault)
    }
}

fn field(text: &FieldText, whole: &str) -> Result<Field, LoadError> {
    Ok(Field {
        pattern: pattern(&text.ruta, whole)?,
        group: text.grupo.as_ref().map(|group| group.get_ref().clone()),
        sensitivity: word(
            "sensibilidad",
            text.sensibilidad.as_ref(),
            Sensitivity::from_word,
            whole,
        )?,
        masking: word("mascara", text.mascara.as_ref(), Masking::from_word, whole)?,
        role: word("funcion", text.funcion.as_ref(), Role::from_word, whole)?,
    })
}

fn pattern(text: &Spanned<String>, whole: &str) -> Result<Pattern, LoadError> {
    let line = line_at(whole, text.span().start);
    let bad = || refused(line, SidecarFault::Path(text.get_ref().clone()));
    Pattern::parse(text.get_ref(), line).ok_or_else(bad)
}

fn word<T>(
    name: &'static str,
    text: Option<&Spanned<String>>,
    read: impl Fn(&str) -> Option<T>,
    whole: &str,
) -> Result<Option<T>, LoadError> {
    let Some(text) = text else { return Ok(None) };
    let bad = || {
        let value = text.get_ref().clone();
        refused(
            line_at(whole, text.span().start),
            SidecarFault::Value { name, value },
        )
    };
    read(text.get_ref()).map(Some).ok_or_else(bad)
}
