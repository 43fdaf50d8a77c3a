//! Conversions: a document of one contract made into a document of another, by rules that are data.
//!
//! The rules are a TOML file in a contract's folder, `conversiones/<other>-<version>.toml`; its
//! language is described in `docs/src/changes/version.md`. They are compiled against both contracts:
//! every leaf of the source is mapped or declared lost, every required leaf of the target gets a
//! value, no rule is without effect. What was lost of a document is told with it.

mod change;
mod compile;
mod coverage;
mod fault;
mod fit;
mod insert;
mod levels;
mod losses;
mod mirror;
mod names;
mod pairs;
pub(crate) mod place;
mod plan;
mod reach;
mod read;
mod run;
mod sample;
mod text;
mod total;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::{Contract, Document, ElementId, beside};

pub use coverage::Reach;
pub use fault::{ConversionErrors, ConversionFault, NotConverted};
use plan::Message;

/// The ways between two contracts, both compiled.
#[derive(Debug)]
pub struct Conversions {
    /// From the other contract to the one whose folder holds the file.
    pub forth: Conversion,
    /// The way back.
    pub back: Conversion,
}

/// The way from one contract to another.
#[derive(Debug)]
pub struct Conversion {
    from: Arc<Contract>,
    to: Arc<Contract>,
    messages: BTreeMap<ElementId, Message>,
    /// Messages of the source that the other side does not have.
    without: Vec<Arc<str>>,
}

/// A document converted, and what it lost.
#[derive(Debug)]
pub struct Converted {
    /// The document, of the other contract.
    pub document: Document,
    /// What it lost, by path, each thing once.
    pub losses: Vec<Loss>,
}

/// What was lost before, on both ways of an exchange, and is told beside what a conversion loses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Carried<'l> {
    /// Of the question, when it was converted.
    pub question: &'l [Loss],
    /// Of the answer, when it came from whoever holds what it tells.
    pub answer: &'l [Loss],
}

/// Something that has no place in the other contract. Never carries a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Loss {
    /// The path in the contract that had it, as `/PresentarCaso/caso/hechos/ciberviolencia`.
    #[serde(rename = "ruta")]
    pub path: Arc<str>,
    /// Why, in Spanish.
    #[serde(rename = "motivo")]
    pub reason: Arc<str>,
}

impl Conversions {
    /// Loads the file that `own`'s `folder` holds on `other`.
    ///
    /// # Errors
    /// Everything that is wrong with it, not only the first fault.
    pub fn load(
        folder: &Path,
        own: &Arc<Contract>,
        other: &Arc<Contract>,
    ) -> Result<Self, ConversionErrors> {
        let name = format!("conversiones/{}-{}.toml", other.name(), other.version());
        let text = beside::read(folder, &name).map_err(|cause| {
            ConversionErrors::of(&name, ConversionFault::Unreadable(cause.to_string()))
        })?;
        Self::parse(&name, &text, own, other)
    }

    /// Compiles the text of the file called `name`.
    ///
    /// # Errors
    /// Everything that is wrong with it, not only the first fault.
    pub fn parse(
        name: &str,
        text: &str,
        own: &Arc<Contract>,
        other: &Arc<Contract>,
    ) -> Result<Self, ConversionErrors> {
        let file: text::File = toml::from_str(text).map_err(|error| {
            ConversionErrors::of(name, ConversionFault::Unreadable(error.to_string()))
        })?;
        let mut errors = ConversionErrors::none(name);
        for (named, contract) in [(&file.de, other), (&file.a, own)] {
            let called = contract.id();
            if *named != called {
                let named = named.clone();
                errors.push("", ConversionFault::OtherContract { named, called });
            }
        }
        let mut pairs = pairs::both(&file.parejas, &mut errors);
        let named = (&*other.id(), &*own.id());
        levels::add(&file.niveles, named, &mut pairs, &mut errors);
        let forth = compile::way((&file.ida, &pairs.forth), "ida", (other, own), &mut errors);
        let back = compile::way(
            (&file.vuelta, &pairs.back),
            "vuelta",
            (own, other),
            &mut errors,
        );
        pairs::idle(&pairs, [&forth.1, &back.1], &mut errors);
        errors.or(Self {
            forth: forth.0,
            back: back.0,
        })
    }
}

impl Conversion {
    /// The contract converted from.
    pub fn from(&self) -> &Arc<Contract> {
        &self.from
    }

    /// The contract converted to.
    pub fn to(&self) -> &Arc<Contract> {
        &self.to
    }

    /// Makes the document of the other contract. Where that one has a place for losses (role
    /// `perdidas`), they are listed there, after those `carried` from the question.
    ///
    /// # Errors
    /// The document is no message that the file speaks of, or what became of it breaks the other
    /// contract.
    pub fn convert(
        &self,
        document: &Document,
        carried: &[Loss],
    ) -> Result<Converted, NotConverted> {
        let (question, answer): (_, &[Loss]) = (carried, &[]);
        self.tell(document, Carried { question, answer })
    }

    /// The same, with what was lost on both ways before.
    ///
    /// # Errors
    /// Those of [`Conversion::convert`].
    pub fn tell(
        &self,
        document: &Document,
        carried: Carried<'_>,
    ) -> Result<Converted, NotConverted> {
        let root = document.root().element();
        let message = self.messages.get(&root).ok_or_else(|| {
            let name = document.root().local().to_owned();
            NotConverted::NoSuchMessage(name)
        })?;
        run::message(self, message, document, carried)
    }

    /// Whether it has a way for that message.
    pub fn speaks_of(&self, message: ElementId) -> bool {
        self.messages.contains_key(&message)
    }

    /// What of each message has a place on the other side, in the order of the contract converted from.
    pub fn reach(&self) -> Vec<Reach> {
        let roots = self.from.roots().iter();
        let messages = roots.filter_map(|root| Some((*root, self.messages.get(root)?)));
        messages
            .map(|(root, message)| Reach::of(self, root, message))
            .collect()
    }

    /// The messages that the other side does not have.
    pub fn without_equivalent(&self) -> &[Arc<str>] {
        &self.without
    }

    /// The path that a path of the converted document had before: violations found after the
    /// conversion are told in the sender's names. A path without origin is that of what holds it.
    pub fn origin(&self, path: &str) -> String {
        names::origin(self.messages.values(), path)
    }
}
