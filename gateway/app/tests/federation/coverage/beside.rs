//! What no contract has and more than an address takes: the users form as it is sent, and the sandbox, where nothing real
//! is known to anyone.

use serde_json::json;

use super::endpoints::About;
use crate::answer::Answer;
use crate::partner::{OFFICER, Partner, fresh};

/// A pseudonym on the form of an organism that asks nothing: nobody else is ever told it.
pub(super) const OFFICER_OF_ANOTHER: &str = "CANARIO-USUARIO-AJENO";

/// Where an endpoint is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Gateway,
    Sandbox,
}

/// One of them.
pub(super) struct Beside {
    pub(super) name: &'static str,
    /// What serves it, where the table would not reach it otherwise.
    pub(super) handler: &'static str,
    pub(super) place: Place,
    what: What,
}

enum What {
    /// The empty form, on that which was read: nobody is put on it, and nobody held to it.
    Form,
    /// The form of nobody's knowing.
    Unread,
    /// A run of the conformance profile.
    Begin,
    /// The end of a run that there is not.
    End,
    /// A real case.
    Case,
    /// Its victim.
    Hit,
    /// Every case of its town.
    Search,
}

/// All of them; a run is begun before anything is asked of the sandbox.
pub(super) static BESIDE: [Beside; 7] = [
    gateway("PUT /usuarios", What::Form),
    gateway("PUT /usuarios, sin leer", What::Unread),
    sandbox("pruebas, empezar", "begin::serve", What::Begin),
    sandbox("pruebas, acabar otra", "conclude::serve", What::End),
    sandbox("pruebas, buscar", "", What::Search),
    sandbox("pruebas, caso real", "", What::Case),
    sandbox("pruebas, persona real", "", What::Hit),
];

const fn gateway(name: &'static str, what: What) -> Beside {
    Beside {
        name,
        handler: "users::serve",
        place: Place::Gateway,
        what,
    }
}

const fn sandbox(name: &'static str, handler: &'static str, what: What) -> Beside {
    Beside {
        name,
        handler,
        place: Place::Sandbox,
        what,
    }
}

impl Beside {
    /// Asks as that partner.
    pub(super) async fn ask(
        &self,
        partner: &Partner,
        (mut headers, about): (Vec<(&'static str, &'static str)>, About<'_>),
    ) -> Answer {
        let none = json!({ "usuarios": [] }).to_string();
        match self.what {
            What::Form => {
                let read = partner.rest("GET", "/usuarios", &headers, "").await;
                let tag = read.header("etag").unwrap_or("\"\"").to_owned();
                let mut headers: Vec<(&str, &str)> = headers;
                headers.push(("If-Match", &tag));
                partner.rest("PUT", "/usuarios", &headers, &none).await
            }
            What::Unread => partner.rest("PUT", "/usuarios", &headers, &none).await,
            What::Begin => {
                let asked = json!({ "hora": jiff::Timestamp::now(), "funcionario": OFFICER });
                let asked = asked.to_string();
                partner.rest("POST", "/conformidad", &headers, &asked).await
            }
            What::End => {
                let path = "/conformidad/0000000000000000";
                partner.rest("POST", path, &headers, "").await
            }
            What::Case => {
                let path = format!("/v2/casos/{}", about.case);
                partner.rest("GET", &path, &headers, "").await
            }
            What::Search => {
                let path = format!("/v2/casos?municipio={}", about.town);
                partner.rest("GET", &path, &headers, "").await
            }
            What::Hit => {
                let document = about.document;
                let asked = json!({ "tipoDocumento": "DNI", "numeroDocumento": document });
                let name = fresh();
                headers.retain(|(header, _)| *header != "Idempotency-Key");
                let mut headers: Vec<(&str, &str)> = headers;
                headers.push(("Idempotency-Key", &name));
                let path = "/v2/coincidencias";
                partner
                    .rest("POST", path, &headers, &asked.to_string())
                    .await
            }
        }
    }
}
