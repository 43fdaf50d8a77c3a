//! Cases whose every field holds a value that occurs nowhere else.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::{Builder, Document, Limits, Masking, NodeRef, Role, catalogue, xml};
use jiff::civil::{Date, date};

use crate::site::{contract, contracts};

/// How a value is made.
type Carried = fn(&Mint) -> String;

/// The values that a type can hold without being one of a few: it can carry a canary.
const CARRIERS: &[(&str, Carried)] = &[
    ("Texto", Mint::word),
    ("TextoLargo", Mint::word),
    ("Nombre", Mint::word),
    ("Codigo", Mint::word),
    ("CodigoIndicador", Mint::word),
    ("Seudonimo", Mint::word),
    ("SeudonimoOInicial", Mint::word),
    ("NumeroDocumento", Mint::document),
    ("Correo", Mint::mail),
    ("Telefono", Mint::telephone),
    ("FechaOAnio", Mint::day),
    ("DocumentoPdf", Mint::pdf),
    ("xs:date", Mint::day),
    ("xs:dateTime", Mint::instant),
];

/// Leaves that carry none although their type could, because the central system says them itself. May only shrink.
const SAID_BY_THE_HOLDER: &[&str] = &[
    "caso/cabecera/edicion/actualizado",
    "caso/cabecera/edicion/creado",
    "caso/cabecera/edicion/etiqueta",
    "caso/responsabilidad/unidad/codigo",
    "caso/responsabilidad/unidad/correo",
    "caso/responsabilidad/unidad/nombre",
    "caso/responsabilidad/unidad/telefono",
];

/// Parts of a case that the gateway or the central system writes whole.
const NOT_SUBMITTED: &[&str] = &[
    "caso/cabecera/idCaso",
    "caso/cabecera/edicion",
    "caso/cabecera/retenido",
    "caso/responsabilidad/unidad",
];

/// A value planted in one leaf.
#[derive(Clone, Debug)]
pub(super) struct Canary {
    pub(super) value: String,
    /// The leaf, below the answer's root.
    pub(super) path: String,
    pub(super) group: String,
    pub(super) masking: Option<Masking>,
}

/// A case to submit, and what is planted in it.
pub(super) struct Planted {
    pub(super) request: Vec<u8>,
    pub(super) canaries: Vec<Canary>,
}

/// A case of that side (a letter) whose victim lives in `town` and has `document`. Nobody real.
pub(super) fn plant(side: char, town: &str, document: &str) -> Planted {
    let contract = contract();
    let operation = contract.operation("presentarCaso").unwrap();
    let mut planting = Planting {
        fields: fields(),
        mint: Mint { side, next: 0 },
        town,
        document,
        builder: Builder::new(&contract, operation.request),
        canaries: Vec::new(),
    };
    let example = example();
    planting.element(example.root().child("caso").unwrap(), "caso");
    let Planting {
        builder, canaries, ..
    } = planting;
    let mut request = Vec::new();
    builder.finish().unwrap().write_xml(&mut request);
    Planted { request, canaries }
}

/// The leaves of an answer to a consultation, by path.
pub(super) fn fields() -> BTreeMap<String, catalogue::Field> {
    let contract = contract();
    let answer = contract.operation("consultarCaso").unwrap().response;
    let fields = catalogue::fields(&contract, answer).into_iter();
    fields
        .map(|field| {
            let path = field.path.replace("[]", "");
            (path.split_once('/').unwrap().1.to_owned(), field)
        })
        .collect()
}

/// The leaves that must carry a canary: all whose type can, but for what the holder says itself.
pub(super) fn carriers() -> Vec<String> {
    let carries = |field: &catalogue::Field| {
        let governed = field.group.is_some() && field.role != Some(Role::Withheld);
        governed && mint_of(&field.r#type).is_some()
    };
    let fields = fields().into_iter().filter(|(_, field)| carries(field));
    let paths = fields.map(|(path, _)| path);
    paths
        .filter(|path| !path.contains("/retenido/"))
        .filter(|path| !SAID_BY_THE_HOLDER.contains(&path.as_str()))
        .collect()
}

/// The exceptions, for the test that lets them shrink only.
pub(super) fn said_by_the_holder() -> &'static [&'static str] {
    SAID_BY_THE_HOLDER
}

fn example() -> Document {
    let path = contracts().join("viogen/2/ejemplos/consultarCasoRespuesta-completa.xml");
    let contract = contract();
    let answer = contract.operation("consultarCaso").unwrap().response;
    let text = std::fs::read(Path::new(&path)).unwrap();
    xml::decode(&contract, answer, &text, &Limits::default()).unwrap()
}

fn mint_of(kind: &str) -> Option<fn(&Mint) -> String> {
    let found = CARRIERS.iter().find(|(name, _)| *name == kind);
    found.map(|(_, mint)| *mint)
}

/// Makes values that occur nowhere else.
struct Mint {
    side: char,
    next: u32,
}

impl Mint {
    /// Letters only: no number ever collides with it.
    fn word(&self) -> String {
        let letter = |place: u32| {
            let index = u8::try_from(self.next / 26_u32.pow(place) % 26).unwrap();
            char::from(b'A' + index)
        };
        format!("KANARIO{}{}{}", self.side, letter(1), letter(0))
    }

    /// Its longest form has fourteen characters.
    fn document(&self) -> String {
        self.word()
    }

    fn mail(&self) -> String {
        format!("{}@PRUEBA.INVALID", self.word())
    }

    fn telephone(&self) -> String {
        format!("+999{}{:05}", u32::from(self.side), self.next)
    }

    /// Days of years in which nobody of this population lived.
    fn day(&self) -> String {
        let first: Date = match self.side {
            'A' => date(1811, 1, 1),
            _ => date(1821, 1, 1),
        };
        let day = first.saturating_add(jiff::Span::new().days(i64::from(self.next)));
        day.to_string()
    }

    /// As little of one as the rules ask for.
    fn pdf(&self) -> String {
        BASE64.encode(format!("%PDF-1.7 {}", self.word()))
    }

    fn instant(&self) -> String {
        format!("{}T10:00:00Z", self.day())
    }
}

struct Planting<'p> {
    fields: BTreeMap<String, catalogue::Field>,
    mint: Mint,
    town: &'p str,
    document: &'p str,
    builder: Builder,
    canaries: Vec<Canary>,
}

impl Planting<'_> {
    fn element(&mut self, node: NodeRef<'_>, path: &str) {
        if NOT_SUBMITTED.contains(&path) {
            return;
        }
        self.builder.open(node.local()).unwrap();
        for (_, name, text) in node.attributes() {
            let value = self.value(&format!("{path}/@{name}"), text);
            self.builder.attribute(name, &value).unwrap();
        }
        if let Some(text) = node.text() {
            let value = self.value(path, text);
            self.builder.text(&value).unwrap();
        }
        for child in node.children() {
            self.element(child, &format!("{path}/{}", child.local()));
        }
        self.builder.close().unwrap();
    }

    /// What stands in a leaf: a canary where its type has room for one.
    fn value(&mut self, path: &str, text: &str) -> String {
        let field = self.fields[path].clone();
        let value = match (field.role, field.r#type.as_str()) {
            (Some(Role::Subject), "NumeroDocumento") if path.starts_with("caso/victima") => {
                self.document.to_owned()
            }
            (_, "Municipio") => return self.town.to_owned(),
            (_, kind) => match mint_of(kind) {
                None => return text.to_owned(),
                Some(mint) => {
                    self.mint.next += 1;
                    mint(&self.mint)
                }
            },
        };
        self.canaries.push(Canary {
            value: value.clone(),
            path: path.to_owned(),
            group: field.group.unwrap(),
            masking: field.masking,
        });
        value
    }
}
