//! What is told of one force, by name, or of one of its kind.

use std::time::Duration;

use adapters::partner::Style;
use domain::OperationKind;
use nodes::central::Behaviour;
use serde_json::json;

use super::{LONGEST_MS, federation, known};
use crate::partner::fresh;
use crate::site::{PROMPTLY, run};

/// Galicia's envelope has no room for the long name of a request: it is put shorter, and asked all the same.
#[test]
fn galicia_is_asked_by_a_shorter_name() {
    let federation = federation();
    let known = known();
    federation.plant(federation.named("ua-galicia"), &known);
    let body = format!(
        r#"{{"tipoDocumento":"DNI","numeroDocumento":"{}"}}"#,
        known.document
    );
    let long = format!("{}-PETICION-DE-NOMBRE-MUY-LARGO", fresh());
    let national = federation.site.national();
    let told = run(national.post("/v2/coincidencias", &long, &body)).json();
    assert_eq!(told["hayCoincidencia"], true, "{told}");
    assert!(told["sinRespuesta"].is_null(), "{told}");
}

/// Whoever is asked over REST is named when it says nothing of use, left alone when it goes on so, and asked again.
#[test]
fn a_system_of_rest_that_fails_or_is_late_is_named_and_left_alone() {
    let federation = federation();
    let over_rest = |style| style == Style::Rest;
    let mut forces = federation.answering(OperationKind::Hit).into_iter();
    let force = forces.find(|it| over_rest(it.folder.settings.protocol.style));
    let force = force.unwrap();
    let system = federation.system(force);
    let document = known().document;
    let table = [
        ("failing", Behaviour::Failing, "error"),
        ("garbage", Behaviour::Garbage, "error"),
        ("broken", Behaviour::CloseConnection, "error"),
        (
            "late",
            Behaviour::Slow(Duration::from_millis(2 * LONGEST_MS)),
            "fuera-de-plazo",
        ),
    ];
    let silent = |cause: &str| json!([{"@causa": cause, "#texto": force.system.id}]);
    for (name, behaviour, cause) in table {
        system.behave(behaviour);
        let told = run(federation.hit(&document));
        assert_eq!(told["hayCoincidencia"], false, "{name}: {told}");
        assert_eq!(told["sinRespuesta"], silent(cause), "{name}: {told}");
        system.behave(Behaviour::Honest);
        let told = run(federation.hit(&document));
        assert!(told["sinRespuesta"].is_null(), "{name}: {told}");
    }
    system.behave(Behaviour::Failing);
    run(async {
        for _ in 0..20 {
            let told = federation.hit(&document).await;
            if told["sinRespuesta"] == silent("suspendido") {
                return;
            }
        }
        panic!("it is asked again and again");
    });
    system.behave(Behaviour::Honest);
    run(federation
        .site
        .until(PROMPTLY, "it is asked again", async || {
            federation.hit(&document).await["sinRespuesta"].is_null()
        }));
}
