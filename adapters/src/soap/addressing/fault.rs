//! Everything that is wrong with the addressing of a message: one row a fault, the only place where its words are.

use crate::fault_table::fault_table;

/// A code of WS-Addressing for faults (SOAP binding, section 6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressingCode {
    /// A header is not as it must be, in no way that has a name.
    InvalidAddressingHeader,
    /// An address is not one.
    InvalidAddress,
    /// An endpoint is not built as it must be.
    InvalidEpr,
    /// A header is there more often than it may be.
    InvalidCardinality,
    /// An endpoint has no address.
    MissingAddressInEpr,
    /// The action is not that of the message.
    ActionMismatch,
    /// Answers go to the anonymous address alone.
    OnlyAnonymousAddressSupported,
    /// A header is missing.
    MessageAddressingHeaderRequired,
    /// The message is for another service.
    DestinationUnreachable,
}

impl AddressingCode {
    /// Its local name.
    pub const fn local(self) -> &'static str {
        match self {
            Self::InvalidAddressingHeader => "InvalidAddressingHeader",
            Self::InvalidAddress => "InvalidAddress",
            Self::InvalidEpr => "InvalidEPR",
            Self::InvalidCardinality => "InvalidCardinality",
            Self::MissingAddressInEpr => "MissingAddressInEPR",
            Self::ActionMismatch => "ActionMismatch",
            Self::OnlyAnonymousAddressSupported => "OnlyAnonymousAddressSupported",
            Self::MessageAddressingHeaderRequired => "MessageAddressingHeaderRequired",
            Self::DestinationUnreachable => "DestinationUnreachable",
        }
    }

    /// The code that it is a case of.
    pub const fn above(self) -> Option<Self> {
        match self {
            Self::InvalidAddress
            | Self::InvalidEpr
            | Self::InvalidCardinality
            | Self::MissingAddressInEpr
            | Self::ActionMismatch
            | Self::OnlyAnonymousAddressSupported => Some(Self::InvalidAddressingHeader),
            Self::InvalidAddressingHeader
            | Self::MessageAddressingHeaderRequired
            | Self::DestinationUnreachable => None,
        }
    }
}

/// A header of WS-Addressing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the headers")]
pub enum AddressingHeader {
    Action,
    MessageId,
    To,
    ReplyTo,
    FaultTo,
    From,
    RelatesTo,
}

impl AddressingHeader {
    const ALL: [Self; 7] = [
        Self::Action,
        Self::MessageId,
        Self::To,
        Self::ReplyTo,
        Self::FaultTo,
        Self::From,
        Self::RelatesTo,
    ];

    /// Its local name.
    pub const fn local(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::MessageId => "MessageID",
            Self::To => "To",
            Self::ReplyTo => "ReplyTo",
            Self::FaultTo => "FaultTo",
            Self::From => "From",
            Self::RelatesTo => "RelatesTo",
        }
    }

    pub(super) fn of(local: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.local() == local)
    }
}

/// A fault in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("addressing: `{}` of `{}`", .fault.code(), .header.local())]
pub struct AddressingError {
    /// What is wrong.
    pub fault: AddressingFault,
    /// With which header.
    pub header: AddressingHeader,
    /// In which line of the message, where it is there.
    pub line: Option<u32>,
}

/// Declares the faults: name, code of the violation, what the caller is told, problem, code of WS-Addressing.
macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $problem:ident, $soap:ident;)+) => {
        fault_table! {
            /// What is wrong with the addressing of a message.
            AddressingFault: $($(#[$doc])* $name = $code, $text, $problem;)+
        }

        impl AddressingFault {
            /// Its code in a fault of SOAP.
            pub const fn soap(self) -> AddressingCode {
                match self { $(Self::$name => AddressingCode::$soap),+ }
            }
        }
    };
}

faults! {
    /// A header that may be there once is there twice.
    Repeated = "direccionamiento-repetido", "un bloque de WS-Addressing está repetido", SchemaViolation, InvalidCardinality;
    /// There are headers, and no action among them.
    NoAction = "accion-ausente", "falta `wsa:Action`, obligatoria con WS-Addressing", SchemaViolation, MessageAddressingHeaderRequired;
    /// What is to be answered has no name.
    NoMessageId = "identificador-de-mensaje-ausente", "falta `wsa:MessageID`, obligatorio en lo que tiene respuesta", SchemaViolation, MessageAddressingHeaderRequired;
    /// The action is that of another operation.
    AnotherAction = "accion-no-coincide", "`wsa:Action` no es la acción de la operación del cuerpo", SchemaViolation, ActionMismatch;
    /// The answer should go elsewhere.
    NotAnonymous = "solo-respuesta-anonima", "la respuesta solo puede volver por la misma conexión (`anonymous`), o a nadie (`none`)", SchemaViolation, OnlyAnonymousAddressSupported;
    /// An endpoint has no address.
    NoAddress = "direccion-ausente", "falta `wsa:Address`", SchemaViolation, MissingAddressInEpr;
    /// An endpoint is not built as it must be.
    BadEndpoint = "extremo-no-valido", "un extremo de WS-Addressing ha de tener un solo `wsa:Address` y ningún texto", SchemaViolation, InvalidEpr;
    /// An endpoint has parameters that the answer would have to repeat.
    Parameters = "parametros-de-referencia-no-admitidos", "no se admiten `wsa:ReferenceParameters`: la respuesta no los repetiría", SchemaViolation, InvalidEpr;
    /// An address is none.
    BadAddress = "direccion-no-valida", "una dirección de WS-Addressing no es un IRI absoluto", SchemaViolation, InvalidAddress;
    /// A value is not an absolute IRI, or too long.
    BadValue = "direccionamiento-no-valido", "el valor de un bloque de WS-Addressing no es un IRI absoluto", SchemaViolation, InvalidAddressingHeader;
    /// The message is for another service.
    AnotherService = "destino-de-otro-servicio", "`wsa:To` no es la dirección de este servicio", SchemaViolation, DestinationUnreachable;
}
