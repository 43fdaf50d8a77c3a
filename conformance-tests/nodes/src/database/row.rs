//! A case as the tables hold it.

use domain::{MunicipalityCode, RiskLevel};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::database::{DatabaseError, level_of};

/// A case without the sections that were submitted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its number here.
    pub(crate) number: i64,
    /// Its identifier.
    pub(crate) id: String,
    /// Its version, from one.
    pub(crate) version: u32,
    /// Who answers for the victim's safety.
    pub(crate) responsible: String,
    /// Where she lives now.
    pub(crate) municipality: Option<MunicipalityCode>,
    /// Its state, in the words of the contract.
    pub(crate) state: String,
    /// Its level.
    pub(crate) level: Option<RiskLevel>,
    /// Its level on the five-level scale, where the generator made it.
    pub(crate) source_level: Option<String>,
    /// Its level as whoever submitted it said it.
    pub(crate) said: Option<Said>,
    /// When it was opened, in seconds since 1970.
    pub(crate) created: i64,
    /// When it was last changed, in seconds since 1970.
    pub(crate) updated: i64,
    /// Where the details come from.
    pub(crate) origin: Origin,
    /// The victim, if known.
    pub(crate) victim: Option<Person>,
    /// The aggressor, unless his data are suppressed or unknown.
    pub(crate) aggressor: Option<Person>,
}

/// A level in the scale that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The scale, in the words of the contract.
    pub(crate) scale: String,
    /// The level, in those of the scale.
    pub(crate) level: String,
}

impl Said {
    /// What the columns hold: what was submitted, else what the generator made.
    pub(crate) fn of(
        scale: Option<String>,
        level: Option<String>,
        generated: Option<&str>,
    ) -> Option<Self> {
        let of_scale = |scale: &str, level: &str| Self {
            scale: scale.to_owned(),
            level: level.to_owned(),
        };
        match (scale, level) {
            (Some(scale), Some(level)) => Some(Self { scale, level }),
            (None | Some(_), _) => generated.map(|level| of_scale("VIOGEN_2019", level)),
        }
    }
}

/// Where the details of a case come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// They follow from the seed: nobody has written yet.
    Generated,
    /// They are in stored sections, and nowhere else.
    Submitted,
}

/// A person in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Its number here.
    pub(crate) number: i64,
    /// Its identity document.
    pub(crate) document: String,
}

/// A query for whole cases; the argument says which.
macro_rules! select_cases {
    ($($rest:tt)+) => {
        concat!(
            "SELECT caso.num, caso.id, caso.version, organismo.codigo, caso.municipio, ",
            "caso.estado, caso.nivel, caso.nivel_origen, caso.creado, caso.actualizado, ",
            "caso.derivado, v.num, v.documento, a.num, a.documento, ",
            "caso.escala_dicha, caso.nivel_dicho ",
            "FROM caso JOIN organismo ON organismo.num = caso.responsable ",
            "LEFT JOIN persona v ON v.num = caso.victima ",
            "LEFT JOIN persona a ON a.num = caso.agresor ",
            $($rest)+
        )
    };
}
pub(crate) use select_cases;

/// Reads a row of [`select_cases`].
pub(crate) fn read(row: &SqliteRow) -> Result<Stored, DatabaseError> {
    let source_level: Option<String> = row.try_get(7)?;
    Ok(Stored {
        number: row.try_get(0)?,
        id: row.try_get(1)?,
        version: row.try_get(2)?,
        responsible: row.try_get(3)?,
        municipality: municipality(row.try_get(4)?)?,
        state: row.try_get(5)?,
        level: row
            .try_get::<Option<i64>, _>(6)?
            .map(level_of)
            .transpose()?,
        said: Said::of(row.try_get(15)?, row.try_get(16)?, source_level.as_deref()),
        source_level,
        created: row.try_get(8)?,
        updated: row.try_get(9)?,
        origin: if row.try_get(10)? {
            Origin::Generated
        } else {
            Origin::Submitted
        },
        victim: person(row.try_get(11)?, row.try_get(12)?),
        aggressor: person(row.try_get(13)?, row.try_get(14)?),
    })
}

fn person(number: Option<i64>, document: Option<String>) -> Option<Person> {
    Some(Person {
        number: number?,
        document: document?,
    })
}

/// The municipality behind the number that the tables hold.
pub(crate) fn municipality(number: Option<u32>) -> Result<Option<MunicipalityCode>, DatabaseError> {
    let parse = |number| format!("{number:05}").parse();
    number
        .map(parse)
        .transpose()
        .map_err(|_| DatabaseError::Unreadable("municipio"))
}
