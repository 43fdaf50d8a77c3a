//! Why a file is no table that can be read, told in Spanish.

use super::MAX_BYTES;

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// The file is larger than [`MAX_BYTES`].
    #[error("el fichero pasa de {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// No text in a known encoding.
    #[error("no es un fichero de texto")]
    NotText,
    /// Its name says that it is a workbook, and it is none.
    #[error(
        "se llama .xlsx y no es un libro: es texto u otra cosa; guárdelo como libro o llámelo .csv"
    )]
    Misnamed,
    /// A workbook of the time before 2007.
    #[error("es un libro .xls, de antes de 2007: ábralo y guárdelo como .xlsx")]
    OldWorkbook,
    /// A workbook in a layout that is not read.
    #[error("es un fichero {0}, que no se lee: guárdelo como .xlsx o CSV")]
    OtherWorkbook(&'static str),
    /// An archive of something else.
    #[error(
        "es un archivo comprimido sin ningún libro dentro: descomprímalo y suba el libro .xlsx"
    )]
    NoWorkbook,
    /// It asks for a password.
    #[error("está protegido con contraseña: guárdelo sin ella")]
    Encrypted,
    /// It cannot be read as what it is.
    #[error("el libro está dañado: ábralo y guárdelo de nuevo como .xlsx")]
    Damaged,
    /// What is in it takes more room than is given.
    #[error("descomprimido pasa de {0} MiB: no se lee")]
    Expands(u64),
    /// It has more parts than are read.
    #[error("tiene más de {0} partes o hojas: deje solo la hoja de la tabla")]
    TooManyParts(usize),
    /// It has more rows than are read.
    #[error("tiene datos más allá de la fila {0}: no se lee")]
    TooManyRows(usize),
    /// It has more columns than are read.
    #[error("tiene datos más allá de la columna {0}: no se lee")]
    TooManyColumns(usize),
    /// It has more cells, or more text, than are read.
    #[error("tiene más de {0} celdas con datos: no se lee")]
    TooManyCells(usize),
    /// The text of a cell is longer than any that is meant here.
    #[error("la celda tiene más de {0} letras")]
    LongCell(usize),
    /// More than one sheet holds something; nobody says which is meant.
    #[error("tiene datos en más de una hoja ({0}): deje una sola, u oculte las demás")]
    SeveralSheets(String),
    /// No sheet that is shown holds anything.
    #[error("no tiene ninguna hoja visible con datos")]
    NoSheet,
}

impl FileFault {
    /// The word that names it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "fichero-grande",
            Self::NotText => "fichero-sin-texto",
            Self::Misnamed => "libro-falso",
            Self::OldWorkbook => "libro-antiguo",
            Self::OtherWorkbook(_) => "libro-de-otro-formato",
            Self::NoWorkbook => "archivo-sin-libro",
            Self::Encrypted => "libro-cifrado",
            Self::Damaged => "libro-danado",
            Self::Expands(_) => "libro-desmedido",
            Self::TooManyParts(_) => "libro-con-muchas-partes",
            Self::TooManyRows(_) => "tabla-con-muchas-filas",
            Self::TooManyColumns(_) => "tabla-con-muchas-columnas",
            Self::TooManyCells(_) => "tabla-con-muchas-celdas",
            Self::LongCell(_) => "celda-larga",
            Self::SeveralSheets(_) => "varias-hojas",
            Self::NoSheet => "sin-hoja",
        }
    }

    /// The limit that it passes, or what it names; empty where there is nothing.
    pub fn value(&self) -> String {
        match self {
            Self::TooLarge => (MAX_BYTES >> 20).to_string(),
            Self::OtherWorkbook(name) => (*name).to_owned(),
            Self::Expands(limit) => limit.to_string(),
            Self::TooManyParts(limit)
            | Self::TooManyRows(limit)
            | Self::TooManyColumns(limit)
            | Self::TooManyCells(limit)
            | Self::LongCell(limit) => limit.to_string(),
            Self::SeveralSheets(names) => names.clone(),
            Self::NotText
            | Self::Misnamed
            | Self::OldWorkbook
            | Self::NoWorkbook
            | Self::Encrypted
            | Self::Damaged
            | Self::NoSheet => String::new(),
        }
    }
}
