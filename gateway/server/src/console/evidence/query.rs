//! What is sought in the journal.

use domain::{CaseId, OfficerId, OrganismId, Purpose, StaffId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journal::{Entry, EntryKind, NodeName};

use crate::console::fields::{Fields, encoded};
use crate::console::refusal::Refusal;

use super::looked;
use super::paging::Mark;

/// Every kind of entry.
const KINDS: [EntryKind; 10] = [
    EntryKind::Asked,
    EntryKind::Released,
    EntryKind::Refused,
    EntryKind::Explained,
    EntryKind::HandshakeRefused,
    EntryKind::Alert,
    EntryKind::Notified,
    EntryKind::Reviewed,
    EntryKind::Managed,
    EntryKind::Certificate,
];

/// Whose journals are looked through: never both, so that nothing of a rehearsal passes for real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Realm {
    /// What was asked in earnest, and what staff did.
    #[default]
    Real,
    /// What organisms sent to the sandbox, about nobody.
    Sandbox,
}

impl Realm {
    const ALL: [Self; 2] = [Self::Real, Self::Sandbox];

    /// Its word in the address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Sandbox => "pruebas",
        }
    }

    /// What the evidence calls a search there.
    fn operation(self) -> &'static str {
        match self {
            Self::Real => "buscarEvidencia",
            Self::Sandbox => "buscarEvidenciaDePruebas",
        }
    }

    /// Whether that node's journal is one of these.
    pub(super) fn holds(self, node: &NodeName) -> bool {
        match self {
            Self::Real => !node.is_sandbox(),
            Self::Sandbox => node.is_sandbox(),
        }
    }
}

/// The words of both.
pub(super) fn realms() -> Vec<String> {
    Realm::ALL.map(|it| it.word().to_owned()).to_vec()
}

/// What is sought; what is not named may be anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Sought {
    /// Where; in earnest unless the sandbox is asked for.
    pub(super) realm: Realm,
    organism: Option<OrganismId>,
    officer: Option<OfficerId>,
    purpose: Option<Purpose>,
    kind: Option<EntryKind>,
    problem: Option<String>,
    /// The case that must be touched.
    pub(super) case: Option<CaseId>,
    /// Not older than.
    pub(super) since: Option<Timestamp>,
    /// Older than.
    pub(super) until: Option<Timestamp>,
    /// Where the page before ended.
    pub(super) before: Option<Mark>,
    query: Vec<(&'static str, String)>,
}

impl Sought {
    /// Reads the fields of the address.
    pub(super) fn read(fields: &Fields) -> Result<Self, Refusal> {
        let kind = match fields.get("tipo") {
            None => None,
            Some(word) => Some(kind(word).ok_or_else(|| Refusal::field("tipo", word))?),
        };
        let realm = match fields.get("entorno") {
            None => Realm::default(),
            Some(word) => {
                let named = Realm::ALL.into_iter().find(|it| it.word() == word);
                named.ok_or_else(|| Refusal::field("entorno", word))?
            }
        };
        let problem = fields.get("motivo").map(str::to_owned);
        if let Some(bad) = problem.as_ref().filter(|it| !is_code(it)) {
            return Err(Refusal::field("motivo", bad));
        }
        let names = [
            "entorno",
            "organismo",
            "funcionario",
            "finalidad",
            "tipo",
            "motivo",
            "caso",
            "desde",
            "hasta",
        ];
        let query = names
            .iter()
            .filter_map(|name| Some((*name, fields.get(name)?.to_owned())));
        Ok(Self {
            realm,
            organism: fields.parsed("organismo")?,
            officer: fields.parsed("funcionario")?,
            purpose: fields.parsed("finalidad")?,
            kind,
            problem,
            case: fields.parsed("caso")?,
            since: day(fields, "desde")?,
            until: day_after(fields, "hasta")?,
            before: fields.parsed("antes")?,
            query: query.collect(),
        })
    }

    /// The pieces of canonical text that every entry sought holds.
    pub(super) fn pieces(&self) -> Vec<String> {
        let field = |name: &str, value: &str| format!("\"{name}\":\"{value}\"");
        let pieces = [
            self.organism
                .as_ref()
                .map(|it| field("organismo", it.as_str())),
            self.officer.as_ref().map(|it| format!(":\"{it}\"")),
            self.purpose.map(|it| field("finalidad", it.as_str())),
            self.kind.map(|it| field("tipo", kind_word(it))),
            self.problem.as_ref().map(|it| field("problema", it)),
            self.case.as_ref().map(|it| format!("\"{it}\"")),
        ];
        pieces.into_iter().flatten().collect()
    }

    /// Whether an entry is sought: its text may hold every piece and yet say it of something else.
    pub(super) fn is_met_by(&self, entry: &Entry) -> bool {
        fn fits<T: PartialEq>(sought: Option<&T>, own: Option<&T>) -> bool {
            sought.is_none() || sought == own
        }
        let name = |officer: &OfficerId| {
            let staff = entry.staff.as_ref().map(StaffId::as_str);
            entry.officer.as_ref() == Some(officer) || staff == Some(officer.as_str())
        };
        fits(self.organism.as_ref(), entry.organism.as_ref())
            && self.officer.as_ref().is_none_or(name)
            && fits(self.purpose.as_ref(), entry.purpose.as_ref())
            && fits(self.kind.as_ref(), Some(&entry.kind))
            && fits(self.problem.as_ref(), entry.problem.as_ref())
            && self.case.is_none_or(|case| entry.cases.contains(&case))
    }

    /// The evidence of the search.
    pub(super) fn evidence(&self) -> Entry {
        let mut entry = looked(self.realm.operation());
        entry.organism.clone_from(&self.organism);
        entry.officer.clone_from(&self.officer);
        entry.purpose = self.purpose;
        entry.cases.extend(self.case);
        entry
    }

    /// The address of the same search, after the page that ended there.
    pub(super) fn older(&self, mark: &Mark) -> String {
        let fields = self.query.iter();
        let fields = fields.map(|(name, value)| format!("&{name}={}", encoded(value)));
        let rest: String = fields.collect();
        let mark = encoded(&mark.to_string());
        format!("/evidencias?buscar=1&antes={mark}{rest}")
    }
}

/// The words of every kind of entry.
pub(super) fn kinds() -> Vec<String> {
    KINDS
        .iter()
        .map(|kind| kind_word(*kind).to_owned())
        .collect()
}

/// The word of a kind of entry, as its text has it.
pub(super) fn kind_word(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Asked => "pregunta",
        EntryKind::Released => "entrega",
        EntryKind::Refused => "denegacion",
        EntryKind::Explained => "explicacion",
        EntryKind::HandshakeRefused => "conexionDenegada",
        EntryKind::Alert => "alerta",
        EntryKind::Notified => "aviso",
        EntryKind::Reviewed => "revision",
        EntryKind::Managed => "gestion",
        EntryKind::Certificate => "certificado",
    }
}

fn kind(word: &str) -> Option<EntryKind> {
    KINDS.into_iter().find(|kind| kind_word(*kind) == word)
}

/// Whether it is spelled as codes of problems are.
fn is_code(text: &str) -> bool {
    text.len() <= 80
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-: ".contains(&byte))
}

fn day(fields: &Fields, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(day) = fields.parsed::<Date>(name)? else {
        return Ok(None);
    };
    begins(day)
        .map(Some)
        .ok_or_else(|| Refusal::field(name, fields.text(name)))
}

fn day_after(fields: &Fields, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(day) = fields.parsed::<Date>(name)? else {
        return Ok(None);
    };
    let next = day.tomorrow().ok().and_then(begins);
    next.map(Some)
        .ok_or_else(|| Refusal::field(name, fields.text(name)))
}

/// When a day begins in Madrid.
fn begins(day: Date) -> Option<Timestamp> {
    let madrid = TimeZone::get("Europe/Madrid").ok()?;
    Some(day.to_zoned(madrid).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought(query: &str) -> Result<Sought, Refusal> {
        Sought::read(&Fields::read(query).unwrap())
    }

    #[test]
    fn pieces_are_of_the_canonical_text() {
        let sought = sought(
            "organismo=L01130473&tipo=denegacion&motivo=fuera-de-ambito&funcionario=AGENTE-1",
        )
        .unwrap();
        let mut entry = Entry::new(EntryKind::Refused, Timestamp::UNIX_EPOCH, "x");
        entry.organism = Some("L01130473".parse().unwrap());
        entry.officer = Some("AGENTE-1".parse().unwrap());
        entry.problem = Some("fuera-de-ambito".to_owned());
        let sealed = journal::Sealed::new(&"nodo".parse().unwrap(), 0, &entry).unwrap();
        let text = std::str::from_utf8(sealed.bytes()).unwrap();
        let pieces = sought.pieces();
        assert_eq!(pieces.len(), 4);
        assert!(
            pieces.iter().all(|piece| text.contains(piece.as_str())),
            "{text}"
        );
    }

    type Change = fn(&mut Entry);

    #[test]
    fn whoever_is_sought_is_she_and_not_a_word_elsewhere() {
        let sought = sought("funcionario=PRUEBA-1").unwrap();
        let change: [(Change, bool); 5] = [
            (|it| it.officer = "PRUEBA-1".parse().ok(), true),
            (|it| it.staff = "PRUEBA-1".parse().ok(), true),
            (|it| it.file = Some("PRUEBA-1".to_owned()), false),
            (|it| it.operation = Some("PRUEBA-1".to_owned()), false),
            (|it| it.officer = "PRUEBA-2".parse().ok(), false),
        ];
        for (at, (change, expected)) in change.into_iter().enumerate() {
            let mut entry = Entry::new(EntryKind::Managed, Timestamp::UNIX_EPOCH, "x");
            change(&mut entry);
            assert_eq!(sought.is_met_by(&entry), expected, "{at}");
        }
    }

    #[test]
    fn every_kind_has_its_word() {
        for kind in KINDS {
            let text = serde_json::to_value(kind).unwrap();
            assert_eq!(text, kind_word(kind));
        }
    }

    #[test]
    fn fields_that_cannot_be_are_named() {
        for (query, name) in [
            ("organismo=x", "organismo"),
            ("tipo=otro", "tipo"),
            ("entorno=todos", "entorno"),
            ("motivo=%22%7D", "motivo"),
            ("desde=ayer", "desde"),
            ("caso=1", "caso"),
            ("antes=2026-07-01T00:00:00Z", "antes"),
        ] {
            let refused = sought(query);
            assert!(
                matches!(&refused, Err(Refusal::Field { name: told, .. }) if told == name),
                "{query}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_rehearsal_is_found_only_where_it_is_asked_for() {
        let table = [
            ("", "nodo-1", true),
            ("", "nodo-1.gestion", true),
            ("", "nodo-1.pruebas", false),
            ("entorno=real", "nodo-1.pruebas", false),
            ("entorno=pruebas", "nodo-1.pruebas", true),
            ("entorno=pruebas", "nodo-1", false),
        ];
        for (query, node, expected) in table {
            let sought = sought(query).unwrap();
            let found = sought.realm.holds(&node.parse().unwrap());
            assert_eq!(found, expected, "{query} {node}");
        }
        let sandbox = sought("entorno=pruebas").unwrap();
        let operation = sandbox.evidence().operation;
        assert_eq!(operation.as_deref(), Some("buscarEvidenciaDePruebas"));
        let older = sandbox.older(&Mark::default());
        assert!(older.ends_with("&entorno=pruebas"), "{older}");
    }

    #[test]
    fn a_day_is_whole_and_of_madrid() {
        let sought = sought("desde=2026-07-01&hasta=2026-07-01").unwrap();
        assert_eq!(sought.since.unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert_eq!(sought.until.unwrap().to_string(), "2026-07-01T22:00:00Z");
        let mark = "nodo-1~7*nodo-1.gestion~0".parse().unwrap();
        let older = "/evidencias?buscar=1&antes=nodo-1~7%2Anodo-1.gestion~0&desde=2026-07-01&hasta=2026-07-01";
        assert_eq!(sought.older(&mark), older);
    }
}
