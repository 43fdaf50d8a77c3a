//! The scale of risk.

use crate::text::words;

words! {
    /// The level of risk of a case, lowest first.
    ///
    /// The protocol of 2025 has four levels; cases valued under the one of 2019 may still carry its lowest.
    /// The gateway carries levels and compares them; it never computes one.
    RiskLevel is "a level of risk" {
        /// Not appreciated: protocol 4/2019 only.
        NotAppreciated = "noApreciado",
        /// Low.
        Low = "bajo",
        /// Medium.
        Medium = "medio",
        /// High.
        High = "alto",
        /// Extreme.
        Extreme = "extremo",
    }
}
