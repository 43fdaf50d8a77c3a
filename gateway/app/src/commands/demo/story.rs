//! The story: four exchanges and the evidence they leave, each checked.

use ::contract::Role;
use serde_json::{Value, json};

use super::cast::{HERENCIA, MOSSOS, NATIONAL};
use super::federation::Started;
use super::partner::Partner;
use super::unfit;
use super::words::Words;
use crate::commands::journal;
use crate::exit::{Failure, Outcome};

/// A case identifier of the right shape that nobody has.
const NOBODYS: &str = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

/// A case that Mossos submit: its victim lives in Barcelona. Nobody real.
const SUBMISSION: &str = r#"<PresentarCaso xmlns="urn:pasarela:viogen:2"><caso>
<cabecera><idLocal><sistema>SIAV</sistema><identificador>PRUEBA-S-19</identificador></idLocal><estado>activo</estado></cabecera>
<responsabilidad><municipioResidencia>08019</municipioResidencia></responsabilidad>
<victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999019X</numeroDocumento>
<nombre>VICTIMA</nombre><apellido1>PRUEBA</apellido1></identidad></victima>
<agresor><identidad><persona><tipoDocumento>NIE</tipoDocumento><numeroDocumento>Z9999901N</numeroDocumento>
<nombre>AGRESOR</nombre><apellido1>PRUEBA</apellido1></persona></identidad></agresor>
<valoracion><origen><escalaOrigen>SIAV</escalaOrigen><nivelOrigen>molt_alt</nivelOrigen></origen></valoracion>
</caso></PresentarCaso>"#;

/// What the story came across, for whoever wants to go on from there.
pub(super) struct Told {
    /// A case of Herencia.
    pub own: String,
    /// A case of Toledo.
    pub foreign: String,
    /// Kind and number of the document of that first case's victim.
    pub document: (String, String),
}

/// Tells it.
pub(super) async fn tell(federation: &Started, words: Words) -> Result<Told, Failure> {
    let [herencia, mossos, national] =
        [&HERENCIA, &MOSSOS, &NATIONAL].map(|member| federation.partner(member));
    let (herencia, mossos, national) = (herencia?, mossos?, national?);
    words.say(words.own_case);
    let (own, document) = own_case(&herencia, words).await?;
    words.say(words.foreign_case);
    let foreign = foreign_case(&herencia, &national, words).await?;
    words.say(words.submission);
    submission(federation, &mossos, words).await?;
    words.say(words.evidence);
    evidence(federation, words).await?;
    Ok(Told {
        own,
        foreign,
        document,
    })
}

/// Herencia searches, then consults the first case it finds.
async fn own_case(herencia: &Partner, words: Words) -> Result<(String, (String, String)), Failure> {
    let (status, page) = herencia.get("/v2/casos?limite=5&estado=activo").await?;
    expect("busqueda", status, 200, &page)?;
    let first = page.pointer("/caso/0/idCaso").and_then(Value::as_str);
    let id = first.ok_or_else(|| unfit("busqueda", &page))?.to_owned();
    let (status, answer) = herencia.get(&format!("/v2/casos/{id}")).await?;
    expect("consulta", status, 200, &answer)?;
    let case = answer
        .get("caso")
        .ok_or_else(|| unfit("consulta", &answer))?;
    let sections: Vec<&str> = case
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    let level = case
        .pointer("/valoracion/nivel/nivelActual")
        .and_then(Value::as_str);
    let withheld = case.pointer("/cabecera/retenido").and_then(Value::as_array);
    let withheld = withheld.ok_or_else(|| unfit("retenidos", case))?;
    if case.pointer("/victima/alojamientoProtegido").is_some() {
        return Err(unfit("consulta", "shows the shelter's address"));
    }
    words.tell(
        words.sees,
        &[&id, level.unwrap_or("-"), &sections.join(", ")],
    );
    let shown: Vec<&str> = withheld.iter().filter_map(path_of).take(6).collect();
    words.tell(
        words.withheld,
        &[&withheld.len().to_string(), &shown.join(", ")],
    );
    let identity = |leaf: &str| {
        let value = case
            .pointer(&format!("/victima/identidad/{leaf}"))
            .and_then(Value::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| unfit("identidad", case))
    };
    Ok((
        id,
        (identity("tipoDocumento")?, identity("numeroDocumento")?),
    ))
}

/// A case of Toledo exists, and for Herencia it does not.
async fn foreign_case(
    herencia: &Partner,
    national: &Partner,
    words: Words,
) -> Result<String, Failure> {
    let case = json!({
        "cabecera": { "estado": "activo" },
        "responsabilidad": { "municipioResidencia": "45168" },
        "victima": { "identidad": {
            "tipoDocumento": "DNI", "numeroDocumento": "99999020B", "nombre": "VICTIMA", "apellido1": "PRUEBA",
        } },
    });
    let (status, created) = national.post("/v2/casos", &case).await?;
    expect("alta en Toledo", status, 201, &created)?;
    let id = created.get("idCaso").and_then(Value::as_str);
    let id = id
        .ok_or_else(|| unfit("alta en Toledo", &created))?
        .to_owned();
    let (status, mut refused) = herencia.get(&format!("/v2/casos/{id}")).await?;
    expect("caso de Toledo", status, 404, &refused)?;
    let (status, mut absent) = herencia.get(&format!("/v2/casos/{NOBODYS}")).await?;
    expect("caso inexistente", status, 404, &absent)?;
    let code = refused
        .get("codigo")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    for answer in [&mut refused, &mut absent] {
        forget_incident(answer);
    }
    if refused != absent {
        return Err(unfit(
            "caso de Toledo",
            "told apart from one that does not exist",
        ));
    }
    words.tell(words.refused, &[&id, &code]);
    Ok(id)
}

/// Mossos submit a case by SOAP.
async fn submission(federation: &Started, mossos: &Partner, words: Words) -> Outcome {
    let answer = mossos
        .call(&federation.contract, "presentarCaso", SUBMISSION)
        .await?;
    let id = answer.value_of(Role::CaseId).unwrap_or_default();
    match answer.value_of(Role::Version) {
        Some("1") => words.tell(words.submitted, &[id, "1"]),
        other => return Err(unfit("presentarCaso", other.unwrap_or("no version"))),
    }
    Ok(())
}

/// The journal is sealed, exported and verified as an auditor would, without the gateway.
async fn evidence(federation: &Started, words: Words) -> Outcome {
    federation.seal().await?;
    let folder = federation.folder.evidence();
    journal::export(federation.store(), &folder).await?;
    for (node, report) in journal::verify(&folder, &federation.pki.seal_public())? {
        if report.covered != report.entries || report.entries < 8 {
            return Err(unfit(
                "registro",
                format!("{} of {}", report.covered, report.entries),
            ));
        }
        let (entries, root) = (report.entries.to_string(), report.root.to_string());
        words.tell(words.verified, &[&node, &entries, &root]);
    }
    Ok(())
}

fn expect(step: &str, status: u16, expected: u16, answer: &Value) -> Outcome {
    if status == expected {
        Ok(())
    } else {
        Err(unfit(step, format!("HTTP {status}: {answer}")))
    }
}

/// The path that an entry of the withheld list names.
fn path_of(entry: &Value) -> Option<&str> {
    entry.get("#texto").or(Some(entry)).and_then(Value::as_str)
}

/// Only the incident may differ between two refusals.
fn forget_incident(answer: &mut Value) {
    if let Some(members) = answer.as_object_mut() {
        members.remove("instance");
        members.remove("incidencia");
    }
}
