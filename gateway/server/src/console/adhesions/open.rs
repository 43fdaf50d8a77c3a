//! `GET`, `POST /adhesiones/nueva` · opens the file of an organism.

use actix_web::http::StatusCode;
use askama::Template;
use domain::adhesion::File;
use domain::territory::municipalities;
use domain::{AgreementId, Organism, OrganismId, OrganismKind, StaffRole};
use store::adhesion::acts::Occasion;

use super::fault;
use crate::clock;
use crate::console::fields::Fields;
use crate::console::frame::Frame;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::tried::Tried;
use crate::console::visibility::{Choice, choices, words};
use crate::console::visit::Visit;

#[derive(Template)]
#[template(path = "adhesion_open.html")]
struct OpeningPage {
    frame: Frame,
    kinds: Vec<Choice>,
    tried: Tried,
}

impl OpeningPage {
    fn of(frame: Frame, tried: Tried) -> Self {
        let kind = tried.value("nueva", "tipo");
        let kind = if kind.is_empty() {
            OrganismKind::LocalPolice.as_str()
        } else {
            kind
        };
        Self {
            kinds: choices(&frame, "kind", words(OrganismKind::ALL), Some(kind)),
            tried,
            frame,
        }
    }

    fn may(&self) -> bool {
        self.frame.has(StaffRole::Manager)
    }
}

/// The form.
pub(super) fn read(visit: Visit) -> Reply {
    response::page(&OpeningPage::of(visit.frame, Tried::nothing()))
}

/// Opens.
pub(super) async fn perform(visit: Visit) -> Reply {
    match opened(&visit).await? {
        Ok(organism) => Ok(response::go_to(&format!("/organismos/{organism}"))),
        Err((field, code)) => {
            let told = visit.frame.term("refused", code);
            let tried = Tried::of("nueva", visit.form.clone(), field, told);
            let page = OpeningPage::of(visit.frame, tried);
            response::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

type Named = (&'static str, &'static str);

async fn opened(visit: &Visit) -> Result<Result<OrganismId, Named>, Refusal> {
    let file = match file(visit) {
        Ok(file) => file,
        Err(named) => return Ok(Err(named)),
    };
    let desk = &visit.desk;
    let occasion = Occasion {
        now: visit.now,
        exchange: clock::fresh_id(),
    };
    match desk.store.open_file(&desk.journal, &file, &occasion).await {
        Ok(()) => Ok(Ok(file.organism.id)),
        Err(error) => Ok(Err((at(&error), fault(error)?))),
    }
}

/// The field that a refusal is about.
fn at(error: &store::Error) -> &'static str {
    if matches!(error, store::Error::OrganismOtherwise { .. }) {
        "tipo"
    } else {
        "convenio"
    }
}

fn file(visit: &Visit) -> Result<File, Named> {
    let form = &visit.form;
    let id: AgreementId = field(form, "convenio", "convenio-no-valido")?;
    let organism = Organism {
        id: field(form, "organismo", "organismo-no-valido")?,
        kind: field(form, "tipo", "tipo-no-valido")?,
        name: form.text("nombre").to_owned(),
    };
    town(&organism.id)?;
    File::open(id, organism, &visit.staff, visit.now).map_err(|refused| ("nombre", refused.code()))
}

/// Of a town hall, whether its municipality exists and its last digit is the one that the others give.
fn town(id: &OrganismId) -> Result<(), Named> {
    if !id.as_str().starts_with("L01") {
        return Ok(());
    }
    match id.town_hall_of() {
        None => Err(("organismo", "digito-de-control-erroneo")),
        Some(town) if municipalities::exists(town) => Ok(()),
        Some(_) => Err(("organismo", "municipio-inexistente")),
    }
}

fn field<T: std::str::FromStr>(
    form: &Fields,
    name: &'static str,
    code: &'static str,
) -> Result<T, Named> {
    form.text(name).parse().map_err(|_| (name, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn town_halls_are_of_towns() {
        let table = [
            ("L01130473", Ok(())),
            ("E00003801", Ok(())),
            ("L01130474", Err(("organismo", "digito-de-control-erroneo"))),
            ("L01139992", Err(("organismo", "municipio-inexistente"))),
        ];
        for (id, expected) in table {
            assert_eq!(town(&id.parse().unwrap()), expected, "{id}");
        }
    }
}
