//! Why officers are not taken onto a users form, told in Spanish.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::adhesion::users::{User, UsersForm};
use crate::{OfficerId, person};

/// The most officers that a form has, but for those whose last day is over.
pub const MOST: usize = 2_000;

/// Why officers are not taken. What may be a person's number is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsersFault {
    /// There are too many.
    #[error("el formulario tendría {0} usuarios que no han causado baja: caben {MOST}")]
    TooMany(usize),
    /// An officer comes twice.
    #[error("el funcionario `{}` figura dos veces", shown(.officer))]
    Twice {
        /// Where she comes again, from 0.
        at: usize,
        /// Who.
        officer: OfficerId,
    },
    /// A pseudonym that looks like the number of an identity document is none.
    #[error(
        "el seudónimo parece el número de un documento de identidad: debe ser uno que no diga quién es"
    )]
    Document {
        /// Where, from 0.
        at: usize,
    },
    /// The training lies ahead.
    #[error(
        "la formación de `{}`, el {day}, es posterior a hoy: solo consta la que ya se ha hecho",
        shown(.officer)
    )]
    TrainedLater {
        /// Where, from 0.
        at: usize,
        /// Who.
        officer: OfficerId,
        /// When.
        day: Date,
    },
    /// Her last day is before her first.
    #[error("el último día de `{}` es anterior al primero", shown(.officer))]
    EndsBefore {
        /// Where, from 0.
        at: usize,
        /// Who.
        officer: OfficerId,
    },
    /// Officers on the form whose last day is not over are not named: nobody is taken out by leaving them out.
    #[error(
        "faltan {count} usuarios que constan en el formulario, el primero `{}`: solo se omite a quien ya ha pasado su último día",
        shown(.first)
    )]
    LeftOut {
        /// The first of them.
        first: OfficerId,
        /// How many.
        count: usize,
    },
}

impl UsersFault {
    /// The word by which evidence and pages name it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooMany(_) => "demasiados-usuarios",
            Self::Twice { .. } => "funcionario-repetido",
            Self::Document { .. } => "funcionario-con-documento",
            Self::TrainedLater { .. } => "formacion-futura",
            Self::EndsBefore { .. } => "ultimo-dia-anterior",
            Self::LeftOut { .. } => "funcionario-omitido",
        }
    }

    /// The place of the fault: which officer, from 0, and which of her fields in the words of the wire.
    pub const fn place(&self) -> Option<(usize, &'static str)> {
        match self {
            Self::TooMany(_) | Self::LeftOut { .. } => None,
            Self::Twice { at, .. } | Self::Document { at } => Some((*at, "funcionario")),
            Self::TrainedLater { at, .. } => Some((*at, "formacion")),
            Self::EndsBefore { at, .. } => Some((*at, "hasta")),
        }
    }
}

/// An officer as a message names her: one taken before such names were refused may be a person's number.
fn shown(officer: &OfficerId) -> &str {
    if person::resembles_document(officer.as_str()) {
        "…"
    } else {
        officer.as_str()
    }
}

/// Refuses what makes a form too long; one that is so already may become no longer.
fn measure(form: &UsersForm, users: &[User], today: Date) -> Result<(), UsersFault> {
    let count = |form: &UsersForm| form.users().filter(|it| !it.has_left(today)).count();
    let after = count(&form.clone().with(users));
    if after > MOST && after > count(form) {
        return Err(UsersFault::TooMany(after));
    }
    Ok(())
}

/// The first fault of these officers on that form. Those who are on it keep the names that they have: else nobody could
/// give them a last day.
pub(super) fn check(form: &UsersForm, users: &[User], today: Date) -> Result<(), UsersFault> {
    measure(form, users, today)?;
    let mut seen = BTreeSet::new();
    for (at, user) in users.iter().enumerate() {
        let officer = || user.officer.clone();
        let is_new = form.user(&user.officer).is_none();
        if is_new && person::resembles_document(user.officer.as_str()) {
            return Err(UsersFault::Document { at });
        }
        if !seen.insert(&user.officer) {
            let officer = officer();
            return Err(UsersFault::Twice { at, officer });
        }
        if let Some(day) = user.trained_on.filter(|day| *day > today) {
            let officer = officer();
            return Err(UsersFault::TrainedLater { at, officer, day });
        }
        if user.until.is_some_and(|until| until < user.from) {
            let officer = officer();
            return Err(UsersFault::EndsBefore { at, officer });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adhesion::UserRole;

    fn user(line: &str) -> User {
        let mut parts = line.split_whitespace();
        let mut next = || parts.next().unwrap();
        let day = |text: &str| (text != "-").then(|| text.parse::<Date>().unwrap());
        User {
            officer: next().parse().unwrap(),
            role: UserRole::Officer,
            trained_on: day(next()),
            from: next().parse().unwrap(),
            until: day(next()),
        }
    }

    fn users(lines: &str) -> Vec<User> {
        lines
            .split(';')
            .filter(|it| !it.is_empty())
            .map(user)
            .collect()
    }

    #[test]
    fn what_is_sent_anew() {
        const ONE: &str = "A-1 2026-01-15 2026-01-20 -";
        let table = [
            // On the form, sent, what changes or what is wrong.
            ("", ONE, Ok("A-1")),
            ("", "", Ok("")),
            (ONE, ONE, Ok("")),
            (ONE, "A-1 2026-01-15 2026-01-20 2026-03-01", Ok("A-1")),
            (
                ONE,
                "A-1 2026-01-15 2026-01-20 -;A-2 - 2026-03-01 -",
                Ok("A-2"),
            ),
            (ONE, "", Err("funcionario-omitido")),
            // Whoever has left may be left out, from the day after her last.
            ("A-1 - 2026-01-20 2026-02-28", "", Ok("")),
            (
                "A-1 - 2026-01-20 2026-03-01",
                "",
                Err("funcionario-omitido"),
            ),
            // A name that was taken once is kept, so that she can be given a last day.
            (
                "99999999R - 2026-01-20 -",
                "99999999R - 2026-01-20 2026-02-28;A-2 - 2026-03-01 -",
                Ok("99999999R A-2"),
            ),
            (ONE, "A-2 - 2026-03-01 -", Err("funcionario-omitido")),
            (
                "",
                "A-1 - 2026-01-20 -;A-1 - 2026-01-21 -",
                Err("funcionario-repetido"),
            ),
            ("", "A-1 2026-03-01 2026-01-20 -", Ok("A-1")),
            ("", "A-1 2026-03-02 2026-01-20 -", Err("formacion-futura")),
            (
                "",
                "A-1 - 2026-03-02 2026-03-01",
                Err("ultimo-dia-anterior"),
            ),
            (
                "",
                "99999999R - 2026-01-20 -",
                Err("funcionario-con-documento"),
            ),
        ];
        let today = "2026-03-01".parse().unwrap();
        for (form, sent, expected) in table {
            let form: UsersForm = users(form).into_iter().collect();
            let found = form.renewed(&users(sent), today);
            let found = found.map(|changed| {
                let names: Vec<_> = changed.iter().map(|it| it.officer.as_str()).collect();
                names.join(" ")
            });
            let found = found.as_deref().map_err(UsersFault::code);
            assert_eq!(found, expected, "{sent}");
        }
    }

    #[test]
    fn a_form_is_as_long_as_those_who_have_not_left() {
        let today = "2026-03-01".parse().unwrap();
        let many = |until: &str, count: usize| -> Vec<User> {
            let all = (0..count).map(|n| user(&format!("A-{n} - 2026-01-20 {until}")));
            all.collect()
        };
        let of = |users: Vec<User>| users.into_iter().collect::<UsersForm>();
        let (new, left) = (users("B-1 - 2026-01-20 -"), many("2026-02-28", 2));
        let (full, beyond) = (of(many("-", MOST)), of(many("-", MOST + 2)));
        let table = [
            (
                UsersForm::default(),
                many("-", MOST + 1),
                Err(UsersFault::TooMany(MOST + 1)),
            ),
            (
                full.clone(),
                new.clone(),
                Err(UsersFault::TooMany(MOST + 1)),
            ),
            (full.with(&left), new.clone(), Ok(())),
            // One that is too long already may be shortened.
            (beyond.clone(), left[..1].to_vec(), Ok(())),
            (beyond, new, Err(UsersFault::TooMany(MOST + 3))),
        ];
        for (form, users, expected) in table {
            assert_eq!(check(&form, &users, today), expected, "{}", users.len());
        }
    }

    #[test]
    fn a_number_is_never_repeated() {
        const KNOWN: &str = "99999999R - 2026-01-20 -";
        let today = "2026-03-01".parse().unwrap();
        let form: UsersForm = users(KNOWN).into_iter().collect();
        let table = [
            (UsersForm::default(), KNOWN),
            (form.clone(), ""),
            (form.clone(), "99999999R - 2026-01-20 2026-01-19"),
            (form.clone(), "99999999R 2026-03-02 2026-01-20 -"),
            (form, "99999999R - 2026-01-20 -;99999999R - 2026-01-20 -"),
        ];
        for (form, sent) in table {
            let told = form.renewed(&users(sent), today).unwrap_err().to_string();
            assert!(!told.contains("9999"), "{told}");
        }
    }
}
