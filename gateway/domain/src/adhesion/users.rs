//! The users form (`formulario de usuarios`): which officers of an organism may ask.
//!
//! The organism keeps it current. An organism that never sent one is not held to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::OfficerId;
use crate::adhesion::users_fault::{self, UsersFault};
use crate::text::words;

words! {
    /// What an officer is within her organism's group of users.
    UserRole is "a role of a user" {
        /// Works on cases.
        Officer = "agente",
        /// Answers for the group.
        Head = "responsable",
        /// Keeps the list of users.
        Administrator = "administrador",
    }
}

/// An officer on the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The officer, by pseudonym.
    pub officer: OfficerId,
    /// What she is in the group.
    pub role: UserRole,
    /// When she was trained, once she is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_on: Option<Date>,
    /// Her first day on the form.
    pub from: Date,
    /// Her last day on it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl User {
    /// Whether she is on the form on that day; her last day is a whole one.
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && !self.has_left(day)
    }

    /// Whether her last day is over.
    pub fn has_left(&self, day: Date) -> bool {
        self.until.is_some_and(|until| until < day)
    }
}

/// The form of one organism, those who left included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersForm(BTreeMap<OfficerId, User>);

impl UsersForm {
    /// Whether the organism never sent one: then nobody is refused by it.
    pub fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether that officer may ask on that day.
    pub fn admits(&self, officer: &OfficerId, day: Date) -> bool {
        self.0.get(officer).is_some_and(|user| user.is_on(day))
    }

    /// Those on it on that day, by pseudonym.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &User> {
        self.0.values().filter(move |user| user.is_on(day))
    }

    /// Everyone who is or was on it, by pseudonym.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.0.values()
    }

    /// One of them.
    pub fn user(&self, officer: &OfficerId) -> Option<&User> {
        self.0.get(officer)
    }
}

impl UsersForm {
    /// Whether what is said of these officers can be put on the form; each comes once.
    ///
    /// # Errors
    /// The first fault, by name.
    pub fn fit(&self, users: &[User], today: Date) -> Result<(), UsersFault> {
        users_fault::check(self, users, today)
    }

    /// What changes where the organism sends the whole form anew: what it says of officers that is not said yet.
    ///
    /// # Errors
    /// The first fault, by name. Nobody is left out whose last day is not over: whoever leaves has one.
    pub fn renewed(&self, users: &[User], today: Date) -> Result<Vec<User>, UsersFault> {
        self.fit(users, today)?;
        let sent: BTreeSet<&OfficerId> = users.iter().map(|user| &user.officer).collect();
        let left = self.0.values().filter(|user| !user.has_left(today));
        let left = left.filter(|user| !sent.contains(&user.officer));
        if let Some(first) = left.clone().next() {
            return Err(UsersFault::LeftOut {
                first: first.officer.clone(),
                count: left.count(),
            });
        }
        let new = users
            .iter()
            .filter(|user| self.0.get(&user.officer) != Some(user));
        Ok(new.cloned().collect())
    }

    /// The form with what is said of these officers now.
    #[must_use]
    pub fn with(mut self, users: &[User]) -> Self {
        let keyed = users
            .iter()
            .map(|user| (user.officer.clone(), user.clone()));
        self.0.extend(keyed);
        self
    }
}

impl FromIterator<User> for UsersForm {
    fn from_iter<I: IntoIterator<Item = User>>(users: I) -> Self {
        let keyed = users.into_iter().map(|user| (user.officer.clone(), user));
        Self(keyed.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_day_are_whole() {
        let user = |until: Option<&str>| User {
            officer: "A-1".parse().unwrap(),
            role: UserRole::Officer,
            trained_on: None,
            from: "2026-03-10".parse().unwrap(),
            until: until.map(|day| day.parse().unwrap()),
        };
        let table = [
            ("A-1", None, "2026-03-09", false),
            ("A-1", None, "2026-03-10", true),
            ("A-1", None, "2099-01-01", true),
            ("A-1", Some("2026-04-01"), "2026-04-01", true),
            ("A-1", Some("2026-04-01"), "2026-04-02", false),
            ("A-2", None, "2026-03-10", false),
        ];
        for (officer, until, day, expected) in table {
            let form = UsersForm::from_iter([user(until)]);
            let admitted = form.admits(&officer.parse().unwrap(), day.parse().unwrap());
            assert_eq!(admitted, expected, "{officer} {until:?} {day}");
        }
        assert!(UsersForm::default().is_absent());
    }
}
