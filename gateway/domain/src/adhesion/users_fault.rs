//! Why officers are not taken onto a users form, told in Spanish.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::adhesion::users::User;
use crate::{OfficerId, person};

/// The most officers that a form has, those who left included.
pub const MOST: usize = 2_000;

/// Why officers are not taken. What may be a person's number is never repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsersFault {
    /// There are too many.
    #[error("el formulario tiene {0} usuarios: caben {MOST}")]
    TooMany(usize),
    /// An officer comes twice.
    #[error("el funcionario `{officer}` figura dos veces")]
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
        "la formación de `{officer}`, el {day}, es posterior a hoy: solo consta la que ya se ha hecho"
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
    #[error("el último día de `{officer}` es anterior al primero")]
    EndsBefore {
        /// Where, from 0.
        at: usize,
        /// Who.
        officer: OfficerId,
    },
    /// Officers on the form are not named: nobody is taken out by leaving them out.
    #[error(
        "faltan {count} usuarios que constan en el formulario, el primero `{first}`: quien se va conserva su línea, con su último día"
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

/// The first fault of these officers.
pub(super) fn check(users: &[User], today: Date) -> Result<(), UsersFault> {
    if users.len() > MOST {
        return Err(UsersFault::TooMany(users.len()));
    }
    let mut seen = BTreeSet::new();
    for (at, user) in users.iter().enumerate() {
        let officer = || user.officer.clone();
        if person::resembles_document(user.officer.as_str()) {
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
    use crate::adhesion::{UserRole, UsersForm};

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
        let many: Vec<User> = (0..=MOST)
            .map(|n| user(&format!("A-{n} - 2026-01-20 -")))
            .collect();
        assert_eq!(check(&many, today), Err(UsersFault::TooMany(MOST + 1)));
    }

    #[test]
    fn a_number_is_never_repeated() {
        let fault = check(
            &users("99999999R - 2026-01-20 -"),
            "2026-03-01".parse().unwrap(),
        );
        let told = format!("{:?} {}", fault, fault.clone().unwrap_err());
        assert!(!told.contains("9999"), "{told}");
    }
}
