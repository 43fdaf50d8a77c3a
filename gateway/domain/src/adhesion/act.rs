//! What is done in a dossier: acts, who does them, on what paper.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::adhesion::author::Author;
use crate::adhesion::users::User;
use crate::text::{identifier, is_token, words};
use crate::{AgreementState, Annex, OrganismId, Staff, day_in_madrid};

identifier! {
    /// The digest of a stored document: SHA-256 as 64 lower-case hexadecimal digits.
    DocumentId is "the digest of a document" if |text| is_digest(text)
}

identifier! {
    /// What an act is known by elsewhere: the number in the state register (REOICO), a BOE identifier, the number of a
    /// letter. 1 to 60 characters of `A-Z a-z 0-9 . _ / -`.
    Reference is "a reference" if |text| is_token(text, 60, b"._/-")
}

identifier! {
    /// A reason or a remark in an official's own words: 3 to 1000 characters, none of them a control character.
    ///
    /// Pages and files show it as text: it is never markup.
    Note is "a note of 3 to 1000 characters" if |text| is_note(text)
}

impl Reference {
    /// Whether it names a disposition of the BOE's section for acts: `BOE-A-`, a year, a number without leading zero.
    pub fn is_boe(&self) -> bool {
        let rest = self.as_str().strip_prefix("BOE-A-");
        let parts = rest.and_then(|rest| rest.split_once('-'));
        parts.is_some_and(|(year, number)| {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let fits = year.len() == 4 && (1..=6).contains(&number.len());
            fits && digits(year) && digits(number) && !number.starts_with('0')
        })
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_note(text: &str) -> bool {
    let fits = (3..=1000).contains(&text.trim().chars().count()) && text.len() <= 4000;
    fits && !text.chars().any(char::is_control)
}

words! {
    /// What a run of the conformance profile found.
    Outcome is "an outcome of a conformance run" {
        /// Everything was as it must be.
        Passed = "superada",
        /// Something was not.
        Failed = "noSuperada",
    }
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A step on the way to effect.
    #[serde(rename = "paso")]
    Step(AgreementState),
    /// A return to a step that was taken before; what came after it is to be done again.
    #[serde(rename = "retroceso")]
    Back(AgreementState),
    /// What the agreement will grant; once it has effect it changes by proposal only.
    #[serde(rename = "anexo")]
    Annex(Box<Annex>),
    /// The last day of effect.
    #[serde(rename = "plazo")]
    Term(Date),
    /// A run of the conformance profile of its kind.
    #[serde(rename = "conformidad")]
    Conformance(Outcome),
    /// A paper or a remark is added; nothing changes.
    #[serde(rename = "incorporacion")]
    Filed,
    /// The organism itself has changed what its users form says of these officers.
    #[serde(rename = "usuarios")]
    Users(Vec<User>),
    /// An act that takes two people is proposed.
    #[serde(rename = "propuesta")]
    Proposed(Proposal),
    /// What is proposed is approved, and so done.
    #[serde(rename = "aprobacion")]
    Approved,
    /// What is proposed is rejected.
    #[serde(rename = "rechazo")]
    Rejected,
    /// Whoever proposed takes it back.
    #[serde(rename = "retirada")]
    Withdrawn,
}

impl Act {
    /// The word by which evidence and pages name it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Step(_) => "paso",
            Self::Back(_) => "retroceso",
            Self::Annex(_) => "anexo",
            Self::Term(_) => "plazo",
            Self::Conformance(_) => "conformidad",
            Self::Filed => "incorporacion",
            Self::Users(_) => "usuarios",
            Self::Proposed(_) => "propuesta",
            Self::Approved => "aprobacion",
            Self::Rejected => "rechazo",
            Self::Withdrawn => "retirada",
        }
    }
}

/// An act that opens or closes access: it takes two people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proposal {
    /// It is published, and has effect from the date of the act on.
    #[serde(rename = "activacion")]
    Activate,
    /// Access stops for the time being.
    #[serde(rename = "suspension")]
    Suspend,
    /// Access opens again.
    #[serde(rename = "reanudacion")]
    Resume,
    /// The last day becomes this one.
    #[serde(rename = "prorroga")]
    Extend(Date),
    /// It ends before its term.
    #[serde(rename = "resolucion")]
    Resolve,
    /// It grants this from now on.
    #[serde(rename = "anexo")]
    Annex(Box<Annex>),
}

impl Proposal {
    /// The word by which evidence and pages name it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Activate => "activacion",
            Self::Suspend => "suspension",
            Self::Resume => "reanudacion",
            Self::Extend(_) => "prorroga",
            Self::Resolve => "resolucion",
            Self::Annex(_) => "anexo",
        }
    }
}

/// A document by its digest; the bytes are the store's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its digest.
    pub id: DocumentId,
    /// Its media type: `application/pdf`, the only one that is taken, or `application/json`, a report of the gateway's own.
    pub media_type: String,
    /// How many bytes it has.
    pub size: u64,
}

/// An act that someone wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who.
    pub by: Staff,
    /// The date that the act bears, such as that of a signature; today for what has no date of its own.
    pub date: Date,
    /// What.
    pub act: Act,
    /// What it is known by elsewhere.
    pub reference: Option<Reference>,
    /// The paper.
    pub document: Option<DocumentId>,
    /// Why, or what else is to be known.
    pub note: Option<Note>,
}

impl Draft {
    /// The entry that it makes in that place, if it is taken.
    pub fn entry(self, seq: u32, at: Timestamp) -> Entry {
        Entry {
            seq,
            at,
            author: Author::Staff(self.by.id),
            date: self.date,
            act: self.act,
            reference: self.reference,
            document: self.document,
            note: self.note,
        }
    }
}

/// An act that was done, in its place in the dossier. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1 on; also the version of the dossier that it makes.
    pub seq: u32,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// The date that the act bears.
    pub date: Date,
    /// What was done.
    pub act: Act,
    /// What it is known by elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentId>,
    /// Why, or what else is to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

impl Entry {
    /// The entry by which an organism tells its file what it has changed on its users form.
    pub fn of_users(seq: u32, organism: OrganismId, users: Vec<User>, at: Timestamp) -> Self {
        Self {
            seq,
            at,
            author: Author::Organism(organism),
            date: day_in_madrid(at),
            act: Act::Users(users),
            reference: None,
            document: None,
            note: None,
        }
    }
}
