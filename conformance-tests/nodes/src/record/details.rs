//! What is not stored: the details of a generated case, which follow from the seed and the row.
//!
//! One file a section. All of it is invented and says so; a person's own details follow from her or his number, so that
//! they are the same in every case.

mod aggressor;
mod assessment;
mod facts;
mod header;
mod protection;
mod registry;
mod relation;
mod responsibility;
mod victim;

use contract::NodeRef;
use domain::RiskLevel;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::body::Body;
use crate::database::row::{Person, Stored};
use crate::population::Rng;
use crate::population::person::DocumentKind;
use crate::record::{Draft, RecordError};

/// The details of one case.
pub(super) struct Details<'s> {
    seed: u64,
    stored: &'s Stored,
}

/// What a stream of random numbers is for; the numbers only have to differ.
#[derive(Debug, Clone, Copy)]
enum Stream {
    Person = 0x10,
    Header,
    Responsibility,
    Victim,
    Aggressor,
    Relation,
    Facts,
    Assessment,
    Protection,
    Registry,
}

/// Seconds in a day.
const DAY: i64 = 86_400;

impl<'s> Details<'s> {
    /// The details that follow from this seed for this row.
    pub(super) fn new(seed: u64, stored: &'s Stored) -> Details<'s> {
        Details { seed, stored }
    }

    /// Adds a section of a generated case.
    pub(super) fn section(&self, draft: &mut Draft, name: &str) -> Result<(), RecordError> {
        match name {
            "cabecera" => self.header(draft),
            "responsabilidad" => self.responsibility(draft),
            "victima" => self.victim(draft),
            "agresor" => self.aggressor(draft),
            "relacion" => self.relation(draft),
            "hechos" => self.facts(draft),
            "valoracion" => self.assessment(draft),
            "proteccion" => self.protection(draft),
            "registro" => self.registry(draft),
            _ => Ok(()),
        }
    }

    /// The children of a section that the tables know better than any submission.
    pub(super) fn known(&self, section: &str) -> &'static [&'static str] {
        match section {
            "cabecera" => &["idCaso", "edicion", "estado"],
            "responsabilidad" => &["unidad", "municipioResidencia"],
            "valoracion" if self.stored.level.is_some() => &["nivel"],
            _ => &[],
        }
    }

    /// Adds one of those children, given what was submitted in its place.
    pub(super) fn told(
        &self,
        draft: &mut Draft,
        local: &str,
        submitted: Option<NodeRef<'_>>,
    ) -> Result<(), RecordError> {
        match local {
            "idCaso" => draft.leaf(local, &self.stored.id),
            "edicion" => self.edition(draft),
            "estado" => draft.leaf(local, &self.stored.state),
            "unidad" => self.unit(draft),
            "municipioResidencia" => draft.maybe(local, self.stored.municipality),
            "nivel" => self.level(draft, submitted),
            _ => Ok(()),
        }
    }

    fn rng(&self, stream: Stream) -> Rng {
        Rng::new(
            self.seed,
            &[stream as u64, self.stored.number.unsigned_abs()],
        )
    }

    fn rng_of(&self, person: &Person) -> Rng {
        Rng::new(
            self.seed,
            &[Stream::Person as u64, person.number.unsigned_abs()],
        )
    }

    fn body(&self) -> Option<Body> {
        Body::of_organism(&self.stored.responsible)
    }

    /// Whether the case is under follow-up.
    fn is_active(&self) -> bool {
        self.stored.state == "activo"
    }

    /// Whether the level is medium or above.
    fn is_serious(&self) -> bool {
        self.is_active() && self.stored.level >= Some(RiskLevel::Medium)
    }

    /// An instant within the life of the case.
    fn moment(&self, rng: &mut Rng) -> i64 {
        let (from, to) = (self.stored.created, self.stored.updated);
        let span = u64::try_from(to - from).unwrap_or(0);
        from + i64::try_from(rng.below(span)).unwrap_or(0)
    }

    /// The fields of an identity.
    fn identity(&self, draft: &mut Draft, person: &Person) -> Result<(), RecordError> {
        let mut rng = self.rng_of(person);
        let kind = DocumentKind::of(&person.document);
        let born =
            self.stored.created - i64::try_from(18 * 366 + rng.below(18_000)).unwrap_or(0) * DAY;
        let country = match kind {
            DocumentKind::Dni | DocumentKind::Other => "ESP",
            DocumentKind::Nie => rng
                .pick(&["BOL", "COL", "ECU", "MAR", "ROU"])
                .unwrap_or(&"MAR"),
        };
        draft.leaf("tipoDocumento", kind.as_str())?;
        draft.leaf("numeroDocumento", &person.document)?;
        draft.leaf("nombre", "PRUEBA")?;
        draft.leaf("apellido1", "SINTETICA")?;
        draft.leaf("apellido2", person.number)?;
        draft.leaf("fechaNacimiento", day(born))?;
        draft.leaf("nacionalidad", country)?;
        draft.leaf("paisNacimiento", country)
    }

    /// An address in the municipality of the case.
    fn address(
        &self,
        draft: &mut Draft,
        local: &str,
        street: &str,
        rng: &mut Rng,
    ) -> Result<(), RecordError> {
        let Some(town) = self.stored.municipality else {
            return Ok(());
        };
        draft.within(local, |draft| {
            draft.leaf("via", street)?;
            draft.leaf("numero", rng.below(120) + 1)?;
            draft.leaf(
                "codigoPostal",
                format_args!("{:02}{:03}", town.province(), rng.below(999) + 1),
            )?;
            draft.leaf("municipio", town)
        })
    }
}

/// An instant, as the contract writes it.
fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A day, in UTC.
fn day(seconds: i64) -> Date {
    Offset::UTC.to_datetime(instant(seconds)).date()
}

/// A telephone number of a block kept for tests.
fn telephone(rng: &mut Rng) -> String {
    format!("+34900000{:03}", rng.below(1000))
}

/// An officer's pseudonym.
fn officer(rng: &mut Rng) -> String {
    format!("AGENTE-PRUEBA-{:05}", rng.below(100_000))
}
