//! Who may see a leaf, how it is masked, and what policy reads it as.

use std::sync::Arc;

use crate::GroupId;

/// A field group: leaves that are shown or withheld together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name, dotted: `victima.identidad`.
    pub name: Arc<str>,
    /// What it is called in Spanish; empty when nobody says.
    pub title: Arc<str>,
    /// For a group of a contract that is not ours, the group that the policies know it as.
    pub canonical: Option<Arc<str>>,
}

impl Group {
    /// The name by which the policies know the group.
    pub fn policy_name(&self) -> &str {
        self.canonical.as_deref().unwrap_or(&self.name)
    }
}

/// The governance of one element use or attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Governed {
    /// The field group.
    pub group: GroupId,
    /// The sensitivity.
    pub sensitivity: Sensitivity,
    /// How the value is masked for those who may see it only masked; never inherited.
    pub masking: Option<Masking>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word of the annotations.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value that the annotations call `word`.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// How much harm a disclosure does.
    Sensitivity {
        /// Operational data.
        S1 = "S1",
        /// Personal data.
        S2 = "S2",
        /// Special categories and whatever locates the victim (LO 7/2021, art. 13).
        S3 = "S3",
        /// Minors.
        S4 = "S4",
    }
}

words! {
    /// What is left of a value when only its masked form may be seen.
    Masking {
        /// Three stars, digits four to seven, one star.
        Document = "documento",
        /// A date as its year.
        Year = "anio",
        /// An INE code as its province and three zeros.
        Province = "provincia",
        /// A text as its first letter and three stars.
        Initial = "inicial",
        /// A telephone with only the last three digits.
        Phone = "telefono",
        /// The value as it is: the leaf is the summary of its group.
        Whole = "integra",
    }
}

words! {
    /// What policy reads a leaf as, without knowing the contract.
    Role {
        /// The case's identifier.
        CaseId = "caso-id",
        /// The municipality where the victim resides now.
        Territory = "territorio",
        /// A municipality where the victim stays for a time.
        TemporaryStay = "estancia-temporal",
        /// The municipality where the victim works.
        WorkTown = "municipio-trabajo",
        /// Who the case is about, by identity document.
        Subject = "sujeto",
        /// The responsible organism.
        Responsible = "responsable",
        /// The risk level.
        Level = "nivel",
        /// The case's state.
        State = "estado",
        /// The case's version.
        Version = "version",
        /// The version that the sender believes current.
        ExpectedVersion = "version-esperada",
        /// What was withheld from this answer, filled by the gateway.
        Withheld = "retenidos",
        /// The territory of a search, filled by the gateway.
        Scope = "ambito",
        /// The highest level of a search, filled by the gateway.
        MaxLevel = "nivel-maximo",
        /// Whether anything was found, recomputed after reduction.
        HasMatch = "hay-coincidencia",
        /// The place where the next page begins.
        Cursor = "cursor",
        /// How many cases a page has at most.
        Limit = "limite",
        /// What did not survive the conversion to this contract, filled by the gateway.
        Losses = "perdidas",
        /// Who did not answer what all were asked, filled by the gateway.
        Unanswered = "sin-respuesta",
    }
}

impl Role {
    /// Whether only the gateway writes leaves of that role: a caller who sends one is refused.
    pub fn is_reserved(self) -> bool {
        match self {
            Self::Withheld
            | Self::Scope
            | Self::MaxLevel
            | Self::HasMatch
            | Self::Losses
            | Self::Unanswered => true,
            Self::CaseId
            | Self::Territory
            | Self::TemporaryStay
            | Self::WorkTown
            | Self::Subject
            | Self::Responsible
            | Self::Level
            | Self::State
            | Self::Version
            | Self::ExpectedVersion
            | Self::Cursor
            | Self::Limit => false,
        }
    }
}
