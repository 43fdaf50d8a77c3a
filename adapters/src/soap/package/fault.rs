//! Everything that is wrong with a package: one row a fault, the only place where its words are.

use std::fmt;

use crate::fault_table::fault_table;

/// A fault in a place of a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("package: `{}` at {spot}", .fault.code())]
pub struct PackageError {
    /// What is wrong.
    pub fault: PackageFault,
    /// Where.
    pub spot: Spot,
}

impl PackageError {
    pub(super) fn of_part(number: usize, fault: PackageFault) -> Self {
        let spot = Spot::Part(number);
        Self { fault, spot }
    }
}

impl From<PackageFault> for PackageError {
    fn from(fault: PackageFault) -> Self {
        let spot = Spot::Whole;
        Self { fault, spot }
    }
}

/// A place in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The package itself, or the header of HTTP that tells of it.
    Whole,
    /// A part, counted from 1 in the order of the package.
    Part(usize),
    /// An element of the envelope, by its path and its line.
    Element(String, u32),
}

impl Spot {
    /// The place, as violations name places.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Whole => "/paquete".to_owned(),
            Self::Part(number) => format!("/paquete/parte[{number}]"),
            Self::Element(path, _) => path.clone(),
        }
    }

    /// The line of the envelope.
    pub(crate) fn line(&self) -> Option<u32> {
        match self {
            Self::Whole | Self::Part(_) => None,
            Self::Element(_, line) => Some(*line),
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

fault_table! {
    /// What is wrong with a package.
    PackageFault:
    // What HTTP says.
    /// `Content-Type` is not well formed.
    ContentType = "tipo-de-contenido-mal-formado", "`Content-Type` no se puede leer", UnsupportedMediaType;
    /// `type` is neither that of XOP nor one of SOAP.
    Type = "tipo-de-paquete-no-admitido", "el parámetro `type` de `multipart/related` ha de ser `application/xop+xml`, `text/xml` o `application/soap+xml`", UnsupportedMediaType;
    /// `boundary` is absent, too long, or has characters that it may not have.
    Boundary = "delimitador-no-valido", "el parámetro `boundary` ha de tener de 1 a 70 caracteres de los que admite MIME", UnsupportedMediaType;
    /// `start` names no part.
    NoStart = "raiz-desconocida", "ninguna parte tiene el identificador que dice `start`", SchemaViolation;
    /// The root part is of another type than announced.
    RootType = "tipo-de-la-raiz-no-coincide", "la parte raíz no es del tipo que anuncia el paquete", UnsupportedMediaType;
    /// The versions of SOAP that are announced differ.
    SoapType = "tipo-de-soap-no-coincide", "`start-info` y el parámetro `type` de la parte raíz han de decir el tipo del sobre, los dos el mismo", UnsupportedMediaType;
    /// The root part is not in UTF-8.
    Charset = "codificacion-de-la-raiz", "la parte raíz ha de ir en UTF-8, y decirlo o no decir nada", UnsupportedMediaType;

    // How the parts are cut.
    /// The first delimiter does not come.
    NoDelimiter = "sin-delimitador", "no hay ninguna parte: los delimitadores empiezan y acaban línea, y las líneas acaban en CRLF", SchemaViolation;
    /// A delimiter with something after it in its line.
    BadDelimiter = "delimitador-mal-formado", "una línea empieza como el delimitador y sigue de otro modo", SchemaViolation;
    /// The last delimiter does not come.
    NoEnd = "sin-delimitador-final", "falta el delimitador final: el paquete llegó cortado", SchemaViolation;
    /// There are delimiters after the last one.
    AfterEnd = "partes-tras-el-final", "hay partes tras el delimitador final", SchemaViolation;
    /// More parts than are read.
    TooManyParts = "demasiadas-partes", "el paquete tiene demasiadas partes", TooDeep;
    /// A part is larger than is read.
    PartTooLarge = "parte-demasiado-grande", "la parte es demasiado grande", BodyTooLarge;

    // A part.
    /// The header of a part is larger than is read.
    HeadTooLarge = "cabecera-de-parte-demasiado-grande", "la cabecera de la parte es demasiado grande", TooDeep;
    /// The header of a part is not well formed, or does not end.
    BadHead = "cabecera-de-parte-mal-formada", "la cabecera de la parte no está bien formada, o no acaba en una línea en blanco", SchemaViolation;
    /// A field of the header is there twice.
    FieldTwice = "cabecera-de-parte-repetida", "un campo de la cabecera de la parte está repetido", SchemaViolation;
    /// The part is a package itself.
    Nested = "paquete-anidado", "una parte no puede ser a su vez un paquete ni un mensaje", SchemaViolation;
    /// The part holds nothing.
    Empty = "parte-vacia", "la parte está vacía", SchemaViolation;
    /// The part is shorter or longer than its header says.
    Length = "parte-cortada", "la parte no tiene la longitud que dice su cabecera", SchemaViolation;
    /// A part besides the root that nothing can refer to.
    NoId = "parte-sin-identificador", "la parte no tiene `Content-ID`", SchemaViolation;
    /// `Content-ID` is not one.
    BadId = "identificador-de-parte-no-valido", "`Content-ID` no es válido", SchemaViolation;
    /// Two parts of one `Content-ID`.
    IdTwice = "identificador-de-parte-repetido", "dos partes tienen el mismo `Content-ID`", SchemaViolation;
    /// The transfer encoding is none that MIME has.
    UnknownEncoding = "codificacion-de-parte-no-admitida", "`Content-Transfer-Encoding` no se admite", UnsupportedMediaType;
    /// The part is not in the encoding that it says.
    NotAsEncoded = "codificacion-de-parte-no-coincide", "la parte no está codificada como dice", SchemaViolation;

    // What refers to the parts.
    /// An `Include` in a package that is not of XOP.
    NotXop = "xop-fuera-de-mtom", "`xop:Include` solo cabe en un paquete `application/xop+xml`", SchemaViolation;
    /// An `Include` in the header of the envelope, its security included.
    InHeader = "xop-en-la-cabecera", "`xop:Include` no puede ir en la cabecera del sobre ni en su seguridad", SchemaViolation;
    /// An `Include` that is not as XOP has it.
    BadInclude = "xop-mal-formado", "`xop:Include` ha de estar vacío y tener solo `href`, con una dirección `cid:`", SchemaViolation;
    /// A reference in an element whose content is not binary.
    NotBinary = "referencia-fuera-de-binario", "una parte solo puede ser el contenido de un elemento `base64Binary` del contrato", SchemaViolation;
    /// A reference with something beside it in its element.
    NotAlone = "referencia-con-mas-contenido", "la referencia a una parte ha de ser el único contenido de su elemento", SchemaViolation;
    /// A reference to no part.
    Unknown = "parte-desconocida", "ninguna parte tiene el identificador de la referencia", SchemaViolation;
    /// A second reference to a part.
    ReferredTwice = "parte-referida-dos-veces", "la parte ya tiene una referencia", SchemaViolation;
    /// A part that nothing refers to.
    NotReferred = "parte-sin-referir", "nada en el sobre se refiere a la parte", SchemaViolation;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::PackageFault;

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        let codes: BTreeSet<_> = PackageFault::ALL.iter().map(|it| it.code()).collect();
        let texts: BTreeSet<_> = PackageFault::ALL.iter().map(|it| it.text()).collect();
        assert_eq!(codes.len(), PackageFault::ALL.len());
        assert_eq!(texts.len(), PackageFault::ALL.len());
    }
}
