//! Everything that is wrong with the security of a message: one row a fault, the only place where its words are.

use certs::signing::{CertificateFault, Distrust};

use crate::fault_table::fault_table;

/// A code of WS-Security for faults (section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityCode {
    /// A token of a kind that is not taken.
    UnsupportedSecurityToken,
    /// An algorithm that is not taken.
    UnsupportedAlgorithm,
    /// The header is not as it must be.
    InvalidSecurity,
    /// The token is not good.
    InvalidSecurityToken,
    /// The token is good, and its holder may not.
    FailedAuthentication,
    /// A signature or a digest does not verify.
    FailedCheck,
    /// The token is not to be found.
    SecurityTokenUnavailable,
    /// The message is too old.
    MessageExpired,
}

impl SecurityCode {
    /// The local name of the code.
    pub const fn local(self) -> &'static str {
        match self {
            Self::UnsupportedSecurityToken => "UnsupportedSecurityToken",
            Self::UnsupportedAlgorithm => "UnsupportedAlgorithm",
            Self::InvalidSecurity => "InvalidSecurity",
            Self::InvalidSecurityToken => "InvalidSecurityToken",
            Self::FailedAuthentication => "FailedAuthentication",
            Self::FailedCheck => "FailedCheck",
            Self::SecurityTokenUnavailable => "SecurityTokenUnavailable",
            Self::MessageExpired => "MessageExpired",
        }
    }
}

/// A fault in a place of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("message security: `{}`{}", .fault.code(), at(*.line))]
pub struct SecurityError {
    /// What is wrong.
    pub fault: SecurityFault,
    /// In which line of the message, where it has one.
    pub line: Option<u32>,
}

fn at(line: Option<u32>) -> String {
    line.map(|line| format!(" (line {line})"))
        .unwrap_or_default()
}

impl From<SecurityFault> for SecurityError {
    fn from(fault: SecurityFault) -> Self {
        Self { fault, line: None }
    }
}

/// Declares the faults: name, code of the violation, what the caller is told, problem, code of WS-Security.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $problem:ident, $soap:ident;)+) => {
        fault_table! {
            /// What is wrong with the security of a message.
            SecurityFault: $($(#[$doc])* $name = $code, $text, $problem;)+
        }

        impl SecurityFault {
            /// Its code in a fault of SOAP.
            pub const fn soap(self) -> SecurityCode {
                match self { $(Self::$name => SecurityCode::$soap),+ }
            }
        }
    };
}

faults! {
    // What was agreed.
    /// There is a security header, and none was agreed.
    NotAgreed = "seguridad-no-convenida", "el convenio no prevé seguridad de mensaje", SecurityNotAgreed, InvalidSecurity;
    /// There is no security header, and it was agreed.
    NotSigned = "sin-seguridad", "falta la cabecera `Security`", NotSigned, InvalidSecurity;

    // The security header.
    /// A second header for us.
    TwoHeaders = "seguridad-repetida", "hay más de una cabecera `Security`", SecurityInvalid, InvalidSecurity;
    /// A `Security` element that is no block of the header.
    MisplacedHeader = "seguridad-fuera-de-lugar", "`Security` solo puede ser un bloque de la cabecera", SecurityInvalid, InvalidSecurity;
    /// An element of the header that is not known.
    UnknownChild = "elemento-desconocido", "la cabecera `Security` contiene un elemento desconocido", SecurityInvalid, InvalidSecurity;
    /// Something in the header is not built as the profile wants it.
    Malformed = "estructura-no-valida", "la cabecera `Security` no tiene la estructura del perfil", SecurityInvalid, InvalidSecurity;
    /// A value that is not base64.
    NotBase64 = "base64-no-valido", "un valor de la cabecera `Security` no es base64", SecurityInvalid, InvalidSecurity;
    /// A part is encrypted.
    Encrypted = "cifrado-no-admitido", "no se admite el cifrado de partes del mensaje", SecurityAlgorithm, UnsupportedAlgorithm;

    // Its timestamp.
    /// There is none.
    NoTimestamp = "marca-de-tiempo-ausente", "falta `Timestamp`", SecurityInvalid, InvalidSecurity;
    /// There are two.
    TwoTimestamps = "marca-de-tiempo-repetida", "hay más de un `Timestamp`", SecurityInvalid, InvalidSecurity;
    /// It is not well formed.
    BadTimestamp = "marca-de-tiempo-no-valida", "`Timestamp` ha de tener `Created` y, después, `Expires`, con zona horaria", SecurityInvalid, InvalidSecurity;
    /// It was made after this instant.
    FromTheFuture = "mensaje-del-futuro", "`Created` es posterior a la hora de la pasarela", SecurityExpired, InvalidSecurity;
    /// Its time is over.
    Expired = "mensaje-caducado", "el plazo de `Timestamp` ha terminado", SecurityExpired, MessageExpired;
    /// The same signature was seen before.
    Replayed = "firma-repetida", "la misma firma ya se recibió", SecurityReplayed, FailedCheck;

    // Its signature.
    /// There is none.
    NoSignature = "firma-ausente", "la cabecera `Security` no contiene ninguna firma", NotSigned, InvalidSecurity;
    /// There are two.
    TwoSignatures = "varias-firmas", "hay más de una firma", SecurityInvalid, InvalidSecurity;
    /// The signature carries objects of its own.
    ObjectInSignature = "objeto-en-la-firma", "la firma no puede contener `Object`", SecurityInvalid, InvalidSecurity;
    /// SHA-1, in whatever place.
    Sha1 = "sha1-no-admitido", "no se admite SHA-1", SecurityAlgorithm, UnsupportedAlgorithm;
    /// A way to sign that is not taken.
    SignatureAlgorithm = "algoritmo-de-firma-no-admitido", "el algoritmo de firma no se admite", SecurityAlgorithm, UnsupportedAlgorithm;
    /// A digest that is not taken.
    DigestAlgorithm = "algoritmo-de-resumen-no-admitido", "el algoritmo de resumen no se admite", SecurityAlgorithm, UnsupportedAlgorithm;
    /// A canonicalisation that is not the exclusive one.
    Canonicalization = "canonicalizacion-no-admitida", "solo se admite la canonicalización exclusiva sin comentarios", SecurityAlgorithm, UnsupportedAlgorithm;
    /// A transform that is not taken.
    Transform = "transformacion-no-admitida", "solo se admite la transformación de canonicalización exclusiva", SecurityAlgorithm, UnsupportedAlgorithm;
    /// A reference without transform, which would mean inclusive canonicalisation.
    NoTransform = "transformacion-ausente", "falta la transformación de canonicalización exclusiva", SecurityAlgorithm, UnsupportedAlgorithm;
    /// The signature is not that of the certificate over `SignedInfo`.
    SignatureMismatch = "firma-no-coincide", "la firma no corresponde al certificado y a `SignedInfo`", SignatureInvalid, FailedCheck;
    /// What a reference points to has another digest.
    DigestMismatch = "resumen-no-coincide", "el resumen de una parte firmada no coincide", SignatureInvalid, FailedCheck;

    // What it is over.
    /// More references than any message needs.
    TooManyReferences = "demasiadas-referencias", "la firma tiene demasiadas referencias", SecurityInvalid, InvalidSecurity;
    /// A reference that names no element of this message by its identifier.
    ForeignReference = "referencia-no-admitida", "una referencia no es de la forma `#identificador`", SecurityInvalid, InvalidSecurity;
    /// A reference to nothing.
    DanglingReference = "referencia-sin-destino", "una referencia no apunta a nada", SecurityInvalid, InvalidSecurity;
    /// Two references to one element.
    RepeatedReference = "referencia-repetida", "hay dos referencias a la misma parte", SecurityInvalid, InvalidSecurity;
    /// A reference to an element that does not stand where it would mean something: signature wrapping.
    MisplacedReference = "referencia-fuera-de-lugar", "una referencia apunta a un elemento que no es parte del sobre", SignatureInvalid, FailedCheck;
    /// Two elements with one identifier.
    DuplicateId = "identificador-repetido", "dos elementos tienen el mismo identificador", SignatureInvalid, FailedCheck;
    /// A part identified by another attribute than `wsu:Id`.
    PlainId = "identificador-sin-espacio-de-nombres", "las partes firmadas han de identificarse con `wsu:Id`", SecurityInvalid, InvalidSecurity;
    /// A comment inside a signed part.
    Comment = "comentario-en-lo-firmado", "una parte firmada contiene un comentario", SecurityInvalid, InvalidSecurity;
    /// The body is not signed.
    UnsignedBody = "cuerpo-sin-firmar", "el cuerpo no está firmado", SignatureInvalid, FailedCheck;
    /// The timestamp is not signed.
    UnsignedTimestamp = "marca-de-tiempo-sin-firmar", "`Timestamp` no está firmado", SignatureInvalid, FailedCheck;
    /// The context is not signed.
    UnsignedContext = "contexto-sin-firmar", "el bloque `Contexto` no está firmado", SignatureInvalid, FailedCheck;
    /// A block of WS-Addressing is not signed.
    UnsignedAddressing = "direccionamiento-sin-firmar", "un bloque de WS-Addressing no está firmado", SignatureInvalid, FailedCheck;

    // Its certificate.
    /// A token of another profile: a password, an assertion.
    ForeignToken = "token-no-admitido", "solo se admiten certificados X.509", SecurityToken, UnsupportedSecurityToken;
    /// A way to name the certificate that is not taken.
    KeyReference = "referencia-al-certificado-no-admitida", "el certificado se nombra por referencia, por emisor y número o por identificador de clave", SecurityToken, UnsupportedSecurityToken;
    /// It names two certificates at once.
    ContradictoryToken = "certificado-contradictorio", "emisor y número no son los del certificado que los acompaña", SecurityToken, InvalidSecurityToken;
    /// The signature names no certificate in the message.
    NoSuchToken = "token-inexistente", "la firma nombra un certificado que no está en la cabecera", SecurityToken, SecurityTokenUnavailable;
    /// A certificate named by its number or key is not known here.
    UnknownCertificate = "certificado-no-encontrado", "el certificado nombrado no se conoce; envíelo en `BinarySecurityToken`", SecurityToken, SecurityTokenUnavailable;
    /// The certificate cannot be read.
    BadCertificate = "certificado-ilegible", "el certificado de la firma no puede leerse", SecurityToken, InvalidSecurityToken;
    /// Its RSA key is too short.
    ShortKey = "clave-corta", "la clave RSA del certificado tiene menos de 2048 bits", SecurityToken, InvalidSecurityToken;
    /// Its key is of a kind that is not taken.
    KeyKind = "clave-no-admitida", "la clave del certificado no es RSA ni de las curvas P-256 o P-384", SecurityToken, InvalidSecurityToken;
    /// It may not sign.
    KeyUsage = "certificado-no-firma", "el uso de la clave del certificado no permite firmar", SecurityToken, InvalidSecurityToken;
    /// No chain leads to a trusted authority.
    Chain = "certificado-no-fiable", "el certificado de la firma no es de una autoridad admitida", SecurityToken, InvalidSecurityToken;
    /// It is not valid yet.
    NotYetValid = "certificado-aun-no-valido", "el certificado de la firma aún no es válido", SecurityToken, InvalidSecurityToken;
    /// It has expired.
    CertificateExpired = "certificado-caducado", "el certificado de la firma está caducado", SecurityToken, InvalidSecurityToken;
    /// It is revoked, or nobody knows.
    Revoked = "certificado-revocado", "el certificado de la firma está revocado o no consta su estado", SecurityToken, InvalidSecurityToken;
    /// Its key is registered to no organism.
    NotRegistered = "firmante-no-registrado", "la clave de la firma no está registrada", SignerNotAllowed, FailedAuthentication;
    /// It is of another organism than the one of the connection and those it acts for.
    AnotherOrganism = "firmante-de-otro-organismo", "quien firma no es el organismo de la conexión ni otro por el que actúe", SignerNotAllowed, FailedAuthentication;
    /// It is of an organism for which the connection's may act, and which the context does not name.
    NotNamed = "firmante-no-nombrado", "el contexto no nombra al organismo que firma", SignerNotAllowed, FailedAuthentication;
    /// The answer is not that to the request.
    NotConfirmed = "respuesta-de-otra-peticion", "la respuesta no confirma la firma de la petición", SignatureInvalid, FailedCheck;
}

impl From<&CertificateFault> for SecurityFault {
    fn from(fault: &CertificateFault) -> Self {
        match fault {
            CertificateFault::Unreadable(_) => Self::BadCertificate,
            CertificateFault::ShortKey(_) => Self::ShortKey,
            CertificateFault::KeyKind => Self::KeyKind,
            CertificateFault::KeyUsage => Self::KeyUsage,
        }
    }
}

impl From<Distrust> for SecurityFault {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Chain => Self::Chain,
            Distrust::NotYetValid => Self::NotYetValid,
            Distrust::Expired => Self::CertificateExpired,
            Distrust::Revoked | Distrust::NoList => Self::Revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SecurityFault;

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        let codes: BTreeSet<&str> = SecurityFault::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(codes.len(), SecurityFault::ALL.len());
        for code in codes {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            assert!(code.bytes().all(plain), "{code}");
        }
    }
}
