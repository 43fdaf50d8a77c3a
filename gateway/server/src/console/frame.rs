//! What surrounds every page: title, navigation, languages, who is signed in.

use std::borrow::Cow;

use askama::Template;
use domain::{Staff, StaffRole};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::language::Chosen;
use super::messages::{self, Words};
use super::pages::{Listed, PAGES};
use super::refusal::Refusal;

/// What surrounds a page; templates ask it for every word.
pub(crate) struct Frame {
    /// The messages of the page's language.
    pub words: &'static Words,
    /// The page's title: a message, or already a text.
    pub title: String,
    /// The address of the page, without query.
    pub path: String,
    /// Who is signed in.
    pub staff: Option<Staff>,
    /// The token that every form of the page carries.
    pub token: String,
    query: String,
}

/// A place to go to.
pub(crate) struct Link {
    /// Where.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// The language that the name is in.
    pub lang: &'static str,
    /// Whether it is the page itself.
    pub here: bool,
}

impl Frame {
    /// The frame of a page that nobody is signed in to yet.
    pub(crate) fn new(chosen: &Chosen, title: &str, path: &str, query: &str) -> Self {
        Self {
            words: chosen.words,
            title: chosen.words.say(title).into_owned(),
            path: path.to_owned(),
            staff: None,
            token: String::new(),
            query: query.to_owned(),
        }
    }

    /// The tag of the page's language.
    pub(crate) fn lang(&self) -> &'static str {
        self.words.tag
    }

    /// A message.
    pub(crate) fn say<'w>(&self, key: &'w str) -> Cow<'w, str> {
        self.words.say(key)
    }

    /// A message with one value in its place.
    pub(crate) fn tell(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.words.tell(key, &[(name, &value.to_string())])
    }

    /// The name of a word of a vocabulary, such as a role.
    pub(crate) fn term(&self, prefix: &str, word: impl AsRef<str>) -> String {
        self.words.term(prefix, word.as_ref())
    }

    /// An instant as officials read it: in Madrid's time.
    #[allow(clippy::unused_self, reason = "templates ask the frame for every word")]
    pub(crate) fn instant(&self, at: impl std::borrow::Borrow<Timestamp>) -> String {
        let madrid = TimeZone::get("Europe/Madrid").unwrap_or(TimeZone::UTC);
        let at = at.borrow().to_zoned(madrid);
        at.strftime("%d/%m/%Y %H:%M:%S").to_string()
    }

    /// Whether whoever is signed in has that role.
    pub(crate) fn has(&self, role: StaffRole) -> bool {
        self.staff
            .as_ref()
            .is_some_and(|staff| staff.roles.has(role))
    }

    /// The pages that whoever is signed in may read.
    pub(crate) fn navigation(&self) -> Vec<Link> {
        let listed = PAGES.iter().filter(|page| match page.listed {
            Listed::InNavigation => true,
            Listed::Within(_) => false,
        });
        let mine = listed.filter(|page| page.readers.iter().any(|role| self.has(*role)));
        mine.map(|page| Link {
            href: page.path.to_owned(),
            name: self.say(page.title).into_owned(),
            lang: self.lang(),
            here: page.path == self.path || within(page.path, &self.path),
        })
        .collect()
    }

    /// The same page in every language.
    pub(crate) fn languages(&self) -> Vec<Link> {
        let others: Vec<&str> = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .collect();
        let links = messages::all().iter().map(|words| {
            let chosen = format!("lang={}", words.tag);
            let query: Vec<&str> = others.iter().copied().chain([chosen.as_str()]).collect();
            Link {
                href: format!("{}?{}", self.path, query.join("&")),
                name: words.name.to_owned(),
                lang: words.tag,
                here: words.tag == self.words.tag,
            }
        });
        links.collect()
    }
}

/// Whether `path` is served by a page that stands within the one at `parent`.
fn within(parent: &str, path: &str) -> bool {
    let inner = PAGES.iter().any(|page| match page.listed {
        Listed::Within(it) => it == parent,
        Listed::InNavigation => false,
    });
    inner
        && parent != "/"
        && path
            .strip_prefix(parent)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// A refusal, told.
#[derive(Template)]
#[template(path = "refusal.html")]
pub(crate) struct RefusalPage {
    /// What surrounds it.
    pub frame: Frame,
    /// What is told.
    pub told: String,
    /// The word of the evidence.
    pub code: &'static str,
    /// What joins the page with evidence and log.
    pub incident: String,
    /// Whether signing in again helps.
    pub again: Again,
}

/// Whether signing in again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// It does.
    SignIn,
    /// It does not.
    Useless,
}

impl Again {
    /// Whether it helps.
    pub(crate) fn helps(self) -> bool {
        self == Self::SignIn
    }

    /// After that refusal.
    pub(crate) fn after(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Anonymous | Refusal::SignIn(_) | Refusal::Forged | Refusal::Over => {
                Self::SignIn
            }
            Refusal::Certificate(_)
            | Refusal::Stranger
            | Refusal::Revoked
            | Refusal::Token
            | Refusal::Role
            | Refusal::Nothing
            | Refusal::Unreadable
            | Refusal::Field { .. }
            | Refusal::Rule { .. }
            | Refusal::TooLarge
            | Refusal::TooSlow
            | Refusal::Broken(_) => Self::Useless,
        }
    }
}
