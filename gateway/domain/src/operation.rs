//! The kinds of operation an agreement may grant.

use crate::text::words;

words! {
    /// What a caller wants to do; every operation of a contract is of one kind.
    OperationKind is "a kind of operation" {
        /// Is this person known as at risk? Minimal answer.
        Hit = "coincidencia",
        /// Read one case by its identifier.
        Consult = "consulta",
        /// List cases of the caller's territory.
        Search = "busqueda",
        /// Create a case or a new version of one.
        Submit = "presentacion",
        /// Feed the case index; between the central system and the gateway.
        Index = "indice",
    }
}
