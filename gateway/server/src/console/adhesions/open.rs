//! `GET`, `POST /adhesiones/nueva` · opens the file of an organism.

use actix_web::http::StatusCode;
use askama::Template;
use domain::adhesion::Refused;
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
    let (id, organism) = match named(&visit.form) {
        Ok(named) => named,
        Err(named) => return Ok(Err(named)),
    };
    let desk = &visit.desk;
    let occasion = Occasion {
        now: visit.now,
        exchange: clock::fresh_id(),
    };
    let about = (&id, &organism);
    let opened = desk
        .store
        .open_file(&desk.journal, &visit.staff, about, &occasion);
    match opened.await {
        Ok(_) => Ok(Ok(organism.id)),
        Err(error) => Ok(Err((at(&error), fault(error)?))),
    }
}

/// The field that a refusal is about.
fn at(error: &store::Error) -> &'static str {
    if matches!(error, store::Error::OrganismOtherwise { .. }) {
        return "tipo";
    }
    if matches!(error, store::Error::Refused(Refused::NameInvalid)) {
        return "nombre";
    }
    let town = |refused: &Refused| {
        matches!(
            refused,
            Refused::TownHallMistyped(_) | Refused::TownHallOfNoTown(_)
        )
    };
    if matches!(error, store::Error::Refused(refused) if town(refused)) {
        return "organismo";
    }
    "convenio"
}

fn named(form: &Fields) -> Result<(AgreementId, Organism), Named> {
    let id = field(form, "convenio", "convenio-no-valido")?;
    let organism = Organism {
        id: field(form, "organismo", "organismo-no-valido")?,
        kind: field(form, "tipo", "tipo-no-valido")?,
        name: form.text("nombre").to_owned(),
    };
    Ok((id, organism))
}

fn field<T: std::str::FromStr>(
    form: &Fields,
    name: &'static str,
    code: &'static str,
) -> Result<T, Named> {
    form.text(name).parse().map_err(|_| (name, code))
}
