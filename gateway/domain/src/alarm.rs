//! Alarms: what someone must look at although nothing was refused.

use crate::text::words;

words! {
    /// Why someone must look at an exchange.
    Alarm is "an alarm" {
        /// A quota is nearly used up.
        QuotaNear = "cuota-cercana",
        /// An imminent danger was declared, and exceptional access given.
        Exceptional = "acceso-excepcional",
        /// Someone asked about a record that nobody has a reason to ask about.
        HoneyRecord = "registro-trampa",
        /// An officer asked about herself or a relative.
        OwnLookup = "consulta-propia",
        /// A system that was asked did not sign its answer as was agreed with it.
        UntrustedAnswer = "respuesta-no-fiable",
    }
}
