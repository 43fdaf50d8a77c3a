//! The table itself: one row a problem, the only place where codes and statuses are written.

use super::{Audience, Blame, Entry, Retry, SoapCode};

use Audience::{Anyone, Certified, Operator, Registered};
use Blame::{Caller, Gateway, Holder};
use Retry::{AfterFix, Never};
use SoapCode::{Receiver, Sender};

const fn later(seconds: u32) -> Retry {
    Retry::Later { seconds }
}

/// Declares the problems: code, title, HTTP status, SOAP code, SCSP code, blame, retry, audience.
macro_rules! problems {
    ($(
        $(#[$doc:meta])*
        $name:ident = $code:literal, $title:literal,
        $http:literal, $soap:expr, $scsp:expr, $blame:expr, $retry:expr, $audience:expr;
    )+) => {
        /// Everything that can go wrong between a caller and an answer.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Problem { $($(#[$doc])* $name),+ }

        impl Problem {
            /// Every problem, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The row of the table.
            pub const fn entry(self) -> Entry {
                match self {
                    $(Self::$name => Entry {
                        code: $code,
                        title: $title,
                        http: $http,
                        soap: $soap,
                        scsp: $scsp,
                        blame: $blame,
                        retry: $retry,
                        audience: $audience,
                    }),+
                }
            }

            /// The problem with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

problems! {
    // The certificate. What the alerts of TLS tell anyone is told here too.
    /// No client certificate was shown.
    NoCertificate = "sin-certificado", "La conexión no presenta certificado de cliente",
        403, Sender, Some("0311"), Caller, AfterFix, Anyone;
    /// The certificate's chain, purpose or validity is not accepted.
    CertificateNotTrusted = "certificado-no-valido", "El certificado no es de confianza",
        403, Sender, Some("0309"), Caller, AfterFix, Anyone;
    /// The certificate has expired.
    CertificateExpired = "certificado-caducado", "El certificado está caducado",
        403, Sender, Some("0302"), Caller, AfterFix, Anyone;
    /// The certificate was revoked, perhaps since the connection opened.
    CertificateRevoked = "certificado-revocado", "El certificado está revocado",
        403, Sender, Some("0303"), Caller, AfterFix, Anyone;
    /// The certificate is good but its key belongs to no registered organism.
    CertificateNotRegistered = "certificado-no-registrado", "La clave del certificado no está registrada",
        403, Sender, Some("0304"), Caller, AfterFix, Certified;
    /// The certificate names more than one organism.
    AmbiguousCertificate = "certificado-ambiguo", "El certificado nombra a más de un organismo",
        403, Sender, Some("0312"), Caller, AfterFix, Certified;

    // Enrolment: whoever asks has no certificate yet.
    /// The enrolment code cannot be used: unknown, used, expired, withdrawn or another organism's. Which of them, nobody is told.
    InvalidEnrolmentCode = "codigo-de-alta-no-valido", "El código de alta no es válido para ese organismo",
        403, Sender, None, Caller, AfterFix, Anyone;
    /// The certificate request is not one that is issued on; the violations say why.
    InvalidCertificateRequest = "peticion-de-certificado-no-valida", "La petición de certificado no es válida",
        400, Sender, None, Caller, AfterFix, Anyone;
    /// The certificate of another authority is not one that is registered; the violations say why.
    CertificateNotEnrollable = "certificado-no-admitido-en-alta", "El certificado no puede registrarse",
        400, Sender, None, Caller, AfterFix, Anyone;
    /// The key is registered to another organism, or was revoked. Which of them, and whose it is, nobody is told.
    KeyNotEnrollable = "clave-no-registrable", "La clave no puede registrarse; genere otra",
        409, Sender, None, Caller, AfterFix, Anyone;
    /// Too many attempts to enrol from one address, or from all.
    TooManyAttempts = "demasiados-intentos-de-alta", "Hay demasiados intentos de alta",
        429, Sender, None, Caller, later(60), Anyone;

    // The sandbox.
    /// A run of the conformance profile cannot begin or cannot end; the violations say why.
    ConformanceNotPossible = "conformidad-no-posible", "La prueba de conformidad no puede hacerse",
        409, Sender, None, Caller, AfterFix, Registered;

    /// In the sandbox the only case that an organism changes is that of a run of its own: it makes none.
    OnlyOwnTestCase = "solo-caso-de-prueba", "En el entorno de pruebas no se abren casos: solo se presenta sobre el de una prueba propia",
        403, Sender, None, Caller, AfterFix, Registered;

    // The context of the request.
    /// The organism in the message is neither the one of the certificate nor one it may act for.
    RequesterNotCertificate = "solicitante-distinto-del-certificado",
        "El solicitante no es el titular del certificado",
        403, Sender, Some("0235"), Caller, AfterFix, Registered;
    /// A mandatory part of the context is missing.
    MissingContext = "falta-contexto", "Falta un dato obligatorio del contexto",
        400, Sender, Some("0402"), Caller, AfterFix, Registered;
    /// A part of the context is not well formed.
    InvalidContext = "contexto-no-valido", "Un dato del contexto no es válido",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The purpose is not one of the closed list.
    UnknownPurpose = "finalidad-desconocida", "La finalidad no existe",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The caller's clock or the message's age is out of bounds.
    TimestampOutOfRange = "fecha-fuera-de-plazo", "La fecha de la petición está fuera de plazo",
        400, Sender, Some("0230"), Caller, AfterFix, Registered;
    /// The request id was used before, for another content.
    RequestRepeated = "peticion-repetida", "El identificador de petición ya se usó con otro contenido",
        409, Sender, Some("0229"), Caller, AfterFix, Registered;
    /// The same request is being served at this moment.
    RequestInProgress = "peticion-en-curso", "La misma petición se está atendiendo",
        409, Sender, Some("0229"), Caller, later(2), Registered;

    // The security of the message. What is wrong with it in particular is in the violations.
    /// There is a security header although the agreement has none.
    SecurityNotAgreed = "seguridad-no-convenida", "El convenio no prevé seguridad de mensaje",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;
    /// The agreement asks for a signature and there is none.
    NotSigned = "firma-ausente", "El mensaje no está firmado",
        403, Sender, Some("0307"), Caller, AfterFix, Registered;
    /// The security header is not built as the profile wants it.
    SecurityInvalid = "seguridad-no-valida", "La cabecera de seguridad no es válida",
        400, Sender, Some("0305"), Caller, AfterFix, Registered;
    /// An algorithm, a canonicalisation or a transform that is not taken.
    SecurityAlgorithm = "algoritmo-no-admitido", "Un algoritmo de la seguridad del mensaje no se admite",
        400, Sender, Some("0305"), Caller, AfterFix, Registered;
    /// The signature does not verify, or is not over what it must be.
    SignatureInvalid = "firma-no-valida", "La firma del mensaje no es válida",
        403, Sender, Some("0305"), Caller, AfterFix, Registered;
    /// The certificate of the signature is not taken, or not found.
    SecurityToken = "certificado-de-firma-no-valido", "El certificado de la firma no se admite",
        403, Sender, Some("0309"), Caller, AfterFix, Registered;
    /// Whoever signed may not sign on this connection.
    SignerNotAllowed = "firmante-no-autorizado", "Quien firma no puede firmar en esta conexión",
        403, Sender, Some("0312"), Caller, AfterFix, Registered;
    /// The time of the signed message is over, or has not come.
    SecurityExpired = "mensaje-fuera-de-plazo", "El plazo del mensaje firmado no incluye este momento",
        400, Sender, Some("0230"), Caller, AfterFix, Registered;
    /// The same signed message came before.
    SecurityReplayed = "mensaje-repetido", "El mensaje firmado ya se recibió",
        409, Sender, Some("0229"), Caller, AfterFix, Registered;

    // What the agreement allows.
    /// The organism has no agreement in effect.
    AgreementNotEffective = "convenio-no-vigente", "El convenio del organismo no está vigente",
        403, Sender, Some("0301"), Caller, AfterFix, Registered;
    /// The officer is not on the users form of the organism.
    OfficerNotAuthorised = "funcionario-no-autorizado", "El funcionario no figura en el formulario de usuarios del organismo",
        403, Sender, Some("0301"), Caller, AfterFix, Registered;
    /// The agreement does not grant this kind of operation.
    OperationNotAllowed = "operacion-no-permitida", "El convenio no permite la operación",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;
    /// The agreement does not grant this purpose.
    PurposeNotAllowed = "finalidad-no-permitida", "El convenio no permite la finalidad",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;
    /// The agreement names another version of the contract than the one that was called.
    VersionNotAgreed = "version-no-convenida", "El convenio del organismo nombra otra versión del contrato",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;
    /// An imminent danger is declared where neither agreement nor operation admits that.
    ExceptionalNotAllowed = "acceso-excepcional-no-permitido", "No se admite aquí el acceso excepcional por peligro inminente",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;
    /// The one answer for what does not exist and for what the caller may not know.
    NotFoundOrOutOfScope = "no-encontrado", "No hay ningún caso accesible con esos datos",
        404, Sender, Some("0233"), Caller, Never, Registered;
    /// No such case is known.
    UnknownCase = "caso-inexistente", "No hay ningún caso accesible con esos datos",
        404, Sender, Some("0233"), Caller, Never, Operator { shown_as: Problem::NotFoundOrOutOfScope };
    /// The case belongs outside the territory of the caller.
    OutOfTerritory = "fuera-de-ambito", "No hay ningún caso accesible con esos datos",
        404, Sender, Some("0233"), Caller, Never, Operator { shown_as: Problem::NotFoundOrOutOfScope };
    /// The level of the case is above the highest of the agreement.
    AboveMaxRisk = "nivel-superior-al-convenio", "No hay ningún caso accesible con esos datos",
        404, Sender, Some("0233"), Caller, Never, Operator { shown_as: Problem::NotFoundOrOutOfScope };
    /// The policies show this caller nothing of the case.
    NothingVisible = "nada-visible", "No hay ningún caso accesible con esos datos",
        404, Sender, Some("0233"), Caller, Never, Operator { shown_as: Problem::NotFoundOrOutOfScope };
    /// The request writes a field group that the caller may not write.
    GroupNotWritable = "grupo-no-modificable", "El organismo no puede modificar un grupo de campos del mensaje",
        403, Sender, Some("0314"), Caller, AfterFix, Registered;

    // The bytes of the request.
    /// The body is over the limit.
    BodyTooLarge = "mensaje-demasiado-grande", "El mensaje supera el tamaño máximo",
        413, Sender, None, Caller, AfterFix, Anyone;
    /// The body did not arrive in time.
    SlowBody = "mensaje-demasiado-lento", "El mensaje no ha llegado a tiempo",
        408, Sender, None, Caller, later(5), Anyone;
    /// The body is compressed, or coded in another way: it is never unpacked, whatever it would become.
    ContentCoded = "codificacion-de-contenido-no-admitida", "El cuerpo ha de llegar sin comprimir ni codificar (`Content-Encoding`)",
        415, Sender, None, Caller, AfterFix, Anyone;
    /// Where the body ends cannot be told: its pieces are not delimited as HTTP wants them.
    BrokenFraming = "cuerpo-mal-delimitado", "No se puede saber dónde termina el cuerpo del mensaje",
        400, Sender, None, Caller, AfterFix, Anyone;
    /// Not well-formed XML.
    MalformedXml = "xml-mal-formado", "El mensaje no es XML bien formado",
        400, Sender, Some("0226"), Caller, AfterFix, Registered;
    /// Well-formed XML with a construct that is never accepted: DTD, entity, processing instruction.
    ForbiddenXml = "xml-prohibido", "El mensaje contiene una construcción XML no admitida",
        400, Sender, Some("0226"), Caller, AfterFix, Registered;
    /// Not well-formed JSON.
    MalformedJson = "json-mal-formado", "El mensaje no es JSON bien formado",
        400, Sender, None, Caller, AfterFix, Registered;
    /// Too deep, or with too many elements or attributes, or a text too long.
    TooDeep = "mensaje-demasiado-complejo", "El mensaje supera los límites de profundidad o de número de elementos",
        400, Sender, None, Caller, AfterFix, Registered;
    /// The media type is not one that is spoken here.
    UnsupportedMediaType = "tipo-no-admitido", "El tipo de contenido no se admite",
        415, Sender, None, Caller, AfterFix, Registered;
    /// The namespace of the message belongs to no contract here.
    WrongNamespace = "espacio-de-nombres-desconocido", "El espacio de nombres del mensaje no se conoce",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The contract is known, this version of it is not served.
    WrongVersion = "version-no-admitida", "La versión del contrato no se admite",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The contract has no such operation.
    UnknownOperation = "operacion-desconocida", "La operación no existe",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The message breaks its schema; the violations say where.
    SchemaViolation = "esquema-incumplido", "El mensaje no cumple el esquema",
        400, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The message sends back a masked value as if it were the real one.
    MaskedValue = "valor-enmascarado", "El mensaje contiene un valor enmascarado",
        422, Sender, Some("0401"), Caller, AfterFix, Registered;

    /// The message keeps to its schema and breaks rules between its fields; the violations say which.
    RulesBroken = "reglas-incumplidas", "El mensaje incumple reglas del contrato",
        422, Sender, Some("0401"), Caller, AfterFix, Registered;
    /// The message cannot be said in the version of the contract that the holder speaks.
    NotConvertible = "conversion-imposible", "El mensaje no puede decirse en la versión del contrato del cedente",
        422, Sender, Some("0401"), Caller, AfterFix, Registered;

    // The resource.
    /// The address names nothing.
    NoSuchResource = "recurso-inexistente", "La dirección no existe",
        404, Sender, None, Caller, Never, Anyone;
    /// The address does not take this method.
    MethodNotAllowed = "metodo-no-admitido", "La dirección no admite el método",
        405, Sender, None, Caller, AfterFix, Anyone;
    /// The case has moved on since the version that the caller read.
    VersionConflict = "conflicto-de-version", "El caso ha cambiado desde la versión indicada",
        412, Sender, None, Caller, AfterFix, Registered;
    /// A change must say which version it starts from.
    PreconditionRequired = "falta-version", "La modificación debe indicar la versión de partida",
        428, Sender, Some("0402"), Caller, AfterFix, Registered;

    // Whoever holds the answer.
    /// No connection to the holder.
    HolderUnreachable = "cedente-inaccesible", "No se puede contactar con el sistema cedente",
        503, Receiver, Some("0101"), Holder, later(30), Registered;
    /// The holder did not answer in time.
    HolderTimeout = "cedente-sin-respuesta", "El sistema cedente no ha respondido a tiempo",
        504, Receiver, Some("0102"), Holder, later(30), Registered;
    /// The holder's answer cannot be read or breaks the contract.
    HolderGarbage = "respuesta-ilegible", "La respuesta del sistema cedente no es válida",
        502, Receiver, Some("0242"), Holder, later(60), Registered;
    /// The holder answered about another case than the one asked for.
    HolderWrongCase = "respuesta-de-otro-caso", "La respuesta del sistema cedente no corresponde a la petición",
        502, Receiver, Some("0242"), Holder, Never, Registered;
    /// The holder's answer is not signed as was agreed with it.
    HolderSignature = "respuesta-sin-firma-valida", "La respuesta del sistema cedente no está firmada como se convino",
        502, Receiver, Some("0242"), Holder, Never, Registered;
    /// The holder refused the gateway itself.
    HolderRefused = "cedente-deniega", "El sistema cedente no acepta la petición de la pasarela",
        502, Receiver, Some("0242"), Holder, Never, Registered;
    /// The holder failed inside.
    HolderFault = "error-del-cedente", "El sistema cedente ha fallado",
        502, Receiver, Some("0242"), Holder, later(60), Registered;

    // This gateway.
    /// The caller asks more than its quota.
    RateLimited = "demasiadas-peticiones", "Se ha superado el número de peticiones permitido",
        429, Sender, None, Caller, later(10), Registered;
    /// The organism or the officer has used up a quota of the agreement for today.
    QuotaExceeded = "cuota-superada", "Se ha superado una cuota diaria del convenio",
        429, Sender, None, Caller, later(3600), Registered;
    /// Too much at once for everyone.
    Overloaded = "pasarela-saturada", "La pasarela está saturada",
        503, Receiver, Some("0901"), Gateway, later(5), Anyone;
    /// The evidence cannot be written, so nothing is asked or answered.
    JournalUnavailable = "registro-no-disponible", "El registro de operaciones no está disponible",
        503, Receiver, Some("0502"), Gateway, later(10), Registered;
    /// The answer, or the question to the holder, must be signed, and the gateway cannot sign.
    SigningUnavailable = "firma-no-disponible", "La pasarela no puede firmar",
        503, Receiver, Some("0502"), Gateway, later(60), Registered;
    /// A rule of the contract failed when it was applied, so nothing is asked.
    RuleFailed = "regla-averiada", "Una regla del contrato no ha podido aplicarse",
        500, Receiver, Some("0504"), Gateway, Never, Registered;
    /// A fault of the gateway without a name of its own.
    Internal = "error-interno", "Error interno de la pasarela",
        500, Receiver, Some("0904"), Gateway, later(60), Anyone;
}
