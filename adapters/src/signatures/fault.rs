//! Everything that is wrong with the signature of a message of REST: one row a fault.

use certs::signing::CertificateFault;

use crate::fault_table::fault_table;

fault_table! {
    /// What is wrong with the signature of a message.
    SignatureFault:
    // What was agreed.
    /// There is a signature, and none was agreed.
    NotAgreed = "seguridad-no-convenida", "el convenio no prevé la firma de mensajes", SecurityNotAgreed;
    /// There is no signature, and it was agreed.
    NotSigned = "sin-firma", "faltan `Signature-Input` y `Signature`", NotSigned;

    // The headers.
    /// A header that is no structured field (RFC 9651), or not built as RFC 9421 says.
    Malformed = "cabecera-no-valida", "`Signature-Input`, `Signature` o `Content-Digest` no tienen la estructura de RFC 9421 y RFC 9530", SecurityInvalid;
    /// More than one signature.
    TwoSignatures = "varias-firmas", "hay más de una firma", SecurityInvalid;
    /// Something else than the two headers for one label.
    NoSuchLabel = "firma-sin-entrada", "`Signature-Input` y `Signature` no llevan la misma etiqueta", SecurityInvalid;
    /// A component that is not taken, or a parameter of one.
    Component = "componente-no-admitido", "la firma cubre un componente que no se admite", SecurityInvalid;
    /// A component twice.
    RepeatedComponent = "componente-repetido", "la firma cubre dos veces el mismo componente", SecurityInvalid;
    /// A component that the message does not have.
    NoSuchComponent = "componente-ausente", "la firma cubre una cabecera que el mensaje no tiene", SecurityInvalid;
    /// A parameter of the signature that is not known.
    Parameter = "parametro-no-admitido", "la firma lleva un parámetro que no se admite", SecurityInvalid;
    /// It is for another use.
    Tag = "firma-para-otro-uso", "el parámetro `tag` de la firma ha de ser `pasarela`", SecurityInvalid;

    // Its time.
    /// It does not say when it was made.
    NoCreated = "fecha-ausente", "falta el parámetro `created` de la firma", SecurityInvalid;
    /// It was made after this instant.
    FromTheFuture = "mensaje-del-futuro", "`created` es posterior a la hora de la pasarela", SecurityExpired;
    /// Its time is over.
    Expired = "mensaje-caducado", "el plazo de la firma ha terminado", SecurityExpired;
    /// The same signature was seen before.
    Replayed = "firma-repetida", "la misma firma ya se recibió", SecurityReplayed;

    // What it is over.
    /// The method is not signed.
    UnsignedMethod = "metodo-sin-firmar", "`@method` no está firmado", SignatureInvalid;
    /// The address is not signed.
    UnsignedTarget = "direccion-sin-firmar", "no está firmado `@target-uri`, ni `@authority`, `@path` y, si la hay, `@query`", SignatureInvalid;
    /// The body is not signed.
    UnsignedBody = "cuerpo-sin-firmar", "`content-digest` y `content-type` han de estar firmados si hay cuerpo", SignatureInvalid;
    /// The status of an answer is not signed.
    UnsignedStatus = "estado-sin-firmar", "`@status` no está firmado", SignatureInvalid;
    /// A good signature, on the answer to another request.
    NotConfirmed = "respuesta-de-otra-peticion", "la firma de la respuesta no confirma la petición", SignatureInvalid;
    /// A header of the context is not signed.
    UnsignedContext = "contexto-sin-firmar", "una cabecera `Pasarela-…` no está firmada", SignatureInvalid;
    /// A header that changes what is asked is not signed.
    UnsignedHeader = "cabecera-sin-firmar", "`Idempotency-Key` e `If-Match` han de estar firmadas si las hay", SignatureInvalid;
    /// The digest says nothing in an algorithm that is taken.
    DigestAlgorithm = "algoritmo-de-resumen-no-admitido", "`Content-Digest` ha de llevar `sha-256`", SecurityAlgorithm;
    /// The body has another digest.
    DigestMismatch = "resumen-no-coincide", "el resumen del cuerpo no coincide con `Content-Digest`", SignatureInvalid;
    /// The signature is not that of the certificate.
    SignatureMismatch = "firma-no-coincide", "la firma no corresponde al certificado y a lo que cubre", SignatureInvalid;

    // Its key.
    /// An algorithm that is not taken, or not that of the key.
    Algorithm = "algoritmo-de-firma-no-admitido", "el algoritmo ha de ser `rsa-v1_5-sha256`, `rsa-pss-sha512`, `ecdsa-p256-sha256` o `ecdsa-p384-sha384`, el de la clave", SecurityAlgorithm;
    /// It does not name its key.
    NoKey = "clave-ausente", "falta el parámetro `keyid` de la firma", SecurityToken;
    /// It names a key whose certificate is neither that of the connection nor known.
    UnknownKey = "clave-desconocida", "`keyid` ha de ser la huella de la clave del certificado de la conexión, o de otro que aquí se conozca", SecurityToken;
    /// Its certificate is not trusted, or not any more.
    Distrusted = "certificado-no-fiable", "el certificado de la clave no se admite: autoridad, vigencia o revocación", SecurityToken;
    /// It is of another organism than the one of the connection and those it acts for.
    AnotherOrganism = "firmante-de-otro-organismo", "quien firma no es el organismo de la conexión ni otro por el que actúe", SignerNotAllowed;
    /// It is of an organism for which the connection's may act, and which the context does not name.
    NotNamed = "firmante-no-nombrado", "el contexto no nombra al organismo que firma", SignerNotAllowed;
    /// The certificate cannot be read.
    BadCertificate = "certificado-ilegible", "el certificado de la conexión no puede leerse", SecurityToken;
    /// Its RSA key is too short.
    ShortKey = "clave-corta", "la clave RSA del certificado tiene menos de 2048 bits", SecurityToken;
    /// Its key is of a kind that is not taken.
    KeyKind = "clave-no-admitida", "la clave del certificado no es RSA ni de las curvas P-256 o P-384", SecurityToken;
    /// It may not sign.
    KeyUsage = "certificado-no-firma", "el uso de la clave del certificado no permite firmar", SecurityToken;
}

impl std::fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "message signature: `{}`", self.code())
    }
}

impl std::error::Error for SignatureFault {}

impl From<&CertificateFault> for SignatureFault {
    fn from(fault: &CertificateFault) -> Self {
        match fault {
            CertificateFault::Unreadable(_) => Self::BadCertificate,
            CertificateFault::ShortKey(_) => Self::ShortKey,
            CertificateFault::KeyKind => Self::KeyKind,
            CertificateFault::KeyUsage => Self::KeyUsage,
        }
    }
}
