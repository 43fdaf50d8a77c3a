//! Looking at the policies folder, which may be in the middle of being copied.

use std::path::PathBuf;

use policy::{Engine, LoadErrors};

/// The folder, and what the looks at it have told so far.
///
/// INVARIANT: no text is put in force that was not the same at two looks in a row, so that a folder that is being
/// written is not taken for a whole one.
pub(crate) struct Folder {
    place: PathBuf,
    /// The version that the last look saw first.
    seen: Option<String>,
    /// The version that cannot be used, already told.
    unfit: Option<String>,
    /// Why the folder could not be read, already told.
    unreadable: Option<String>,
}

/// What one look found.
pub(crate) enum Look {
    /// Nothing to do or to tell.
    Nothing,
    /// A text that was not there at the last look: to be looked at again.
    New,
    /// Policies to put in force.
    Fit(Box<Engine>),
    /// Policies that cannot be used.
    Unfit(LoadErrors),
}

impl Folder {
    /// A folder at which nobody has looked yet.
    pub(crate) fn new(place: PathBuf) -> Self {
        Self {
            place,
            seen: None,
            unfit: None,
            unreadable: None,
        }
    }

    /// What is there now, beside the version in force.
    pub(crate) fn look(&mut self, in_force: &str) -> Look {
        let texts = match Engine::read(&self.place) {
            Ok(texts) => texts,
            Err(errors) => return self.unread(errors),
        };
        self.unreadable = None;
        let version = Some(Engine::version_of(&texts));
        if version.as_deref() == Some(in_force) || version == self.unfit {
            self.seen = None;
            return Look::Nothing;
        }
        if version != self.seen {
            self.seen = version;
            return Look::New;
        }
        self.seen = None;
        match Engine::from_texts(&texts) {
            Ok(engine) => {
                self.unfit = None;
                Look::Fit(Box::new(engine))
            }
            Err(errors) => {
                self.unfit = version;
                Look::Unfit(errors)
            }
        }
    }

    fn unread(&mut self, errors: LoadErrors) -> Look {
        self.seen = None;
        let why = Some(errors.to_string());
        if why == self.unreadable {
            return Look::Nothing;
        }
        self.unreadable = why;
        Look::Unfit(errors)
    }
}

#[cfg(test)]
mod tests;
