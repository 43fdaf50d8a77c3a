//! `/admin/v1/organismos/{id}/usuarios` · the users form of an organism.

use actix_web::http::StatusCode;
use domain::adhesion::UsersForm;
use domain::{OrganismId, day_in_madrid};
use serde_json::Value;

use super::answer;
use super::{Call, Reply};
use crate::clock;
use crate::officers::{self, Officers};

pub(super) async fn show(call: Call) -> Reply {
    let id: OrganismId = call.id()?;
    let form = call.desk.store.users_form(&id).await?;
    Ok(answer::json(StatusCode::OK, &told(&form)))
}

pub(super) async fn keep(call: Call) -> Reply {
    let id: OrganismId = call.id()?;
    let users = call.json::<Officers>()?.users();
    let (desk, occasion) = (&call.desk, Call::occasion());
    let kept = desk
        .store
        .keep_users(&desk.journal, &call.staff, (&id, &users), &occasion);
    kept.await?;
    let form = desk.store.users_form(&id).await?;
    Ok(answer::json(StatusCode::OK, &told(&form)))
}

fn told(form: &UsersForm) -> Value {
    officers::told(form, day_in_madrid(clock::now()))
}
