//! Officers of a users form in JSON: as an organism sends its own form, as the ministry's programs put them on it, and as
//! both are told of it.

use domain::OfficerId;
use domain::adhesion::{User, UserRole, UsersForm};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// Officers as they are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Officers {
    usuarios: Vec<Officer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officer {
    funcionario: OfficerId,
    rol: UserRole,
    formacion: Option<Date>,
    desde: Date,
    hasta: Option<Date>,
}

impl Officers {
    /// Those that were sent, as they come.
    pub(crate) fn users(self) -> Vec<User> {
        self.usuarios.into_iter().map(User::from).collect()
    }
}

impl From<Officer> for User {
    fn from(officer: Officer) -> Self {
        Self {
            officer: officer.funcionario,
            role: officer.rol,
            trained_on: officer.formacion,
            from: officer.desde,
            until: officer.hasta,
        }
    }
}

/// The form as it is told on that day.
pub(crate) fn told(form: &UsersForm, today: Date) -> Value {
    let users = form.users().map(|user| {
        json!({
            "funcionario": user.officer,
            "rol": user.role,
            "formacion": user.trained_on,
            "desde": user.from,
            "hasta": user.until,
            "deAlta": user.is_on(today),
        })
    });
    json!({ "usuarios": users.collect::<Vec<_>>() })
}
