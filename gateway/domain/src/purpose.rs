//! What an answer will be used for (`Finalidad`); LO 7/2021 art. 6.

use crate::text::words;

words! {
    /// The declared purpose of a request; a closed list, so that it can be checked and counted.
    Purpose is "a purpose" {
        /// Protecting the victim.
        Protection = "proteccion",
        /// Valuing the risk.
        RiskAssessment = "valoracion",
        /// Investigating the offence.
        CrimeInvestigation = "investigacion",
        /// Judicial proceedings.
        JudicialProcedure = "procedimientoJudicial",
        /// Coordination between institutions.
        Coordination = "coordinacion",
    }
}
