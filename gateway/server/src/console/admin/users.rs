//! `/admin/v1/organismos/{id}/usuarios` · the users form of an organism.

use actix_web::http::StatusCode;
use domain::adhesion::{User, UserRole, UsersForm};
use domain::{OfficerId, OrganismId, day_in_madrid};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer;
use super::{Call, Reply};
use crate::clock;

/// Officers to be put on the form, or changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officers {
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

pub(super) async fn show(call: Call) -> Reply {
    let id: OrganismId = call.id()?;
    let form = call.desk.store.users_form(&id).await?;
    Ok(answer::json(StatusCode::OK, &told(&form)))
}

pub(super) async fn keep(call: Call) -> Reply {
    let id: OrganismId = call.id()?;
    let officers: Officers = call.json()?;
    let users: Vec<User> = officers.usuarios.into_iter().map(User::from).collect();
    let (desk, occasion) = (&call.desk, Call::occasion());
    let kept = desk
        .store
        .keep_users(&desk.journal, &call.staff, (&id, &users), &occasion);
    kept.await?;
    let form = desk.store.users_form(&id).await?;
    Ok(answer::json(StatusCode::OK, &told(&form)))
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

fn told(form: &UsersForm) -> Value {
    let today = day_in_madrid(clock::now());
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
