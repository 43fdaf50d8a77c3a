//! A table of forms: what each makes of the same annex, or the field that it is refused for.

use domain::{CertificateKey, Organism, OrganismKind};
use serde_json::{Value, json};

use super::*;

const CONTRACTS: [&str; 2] = ["viogen/2", "viogen/1"];

/// The annex before: every term is set, and names what nobody knows any more.
fn before() -> Value {
    json!({
        "operations": ["consulta"], "purposes": ["proteccion"], "territory": ["13047"],
        "max_risk": "medio", "mode": "seguimiento",
        "on_behalf_of": ["L01280796"], "services": ["padron/1"], "contract": "antiguo/3", "hand_over": 7,
        "quotas": {
            "alarm_percent": 0, "hours": {"from": "07:00:00", "until": "22:00:00"},
            "organism": {"requests": 5000}, "officer": {"requests": 200, "exceptional": 2},
        },
        "security": {
            "requests": "exigida", "answers": "opcional",
            "unsigned": ["contexto"], "tolerates": ["idSinEspacio"],
        },
    })
}

fn registry() -> Registry {
    let organisms = ["L01130473", "L01130344"].map(|id| Organism {
        id: id.parse().unwrap(),
        kind: OrganismKind::LocalPolice,
        name: "PRUEBA".to_owned(),
    });
    let keys: [(CertificateKey, OrganismId); 0] = [];
    Registry::new(1, organisms, [], keys)
}

fn reads(form: &str) -> Result<Value, Fault> {
    let (own, contracts) = ("L01130473".parse().unwrap(), CONTRACTS.map(str::to_owned));
    let known = Known {
        own: &own,
        registry: &registry(),
        contracts: &contracts,
    };
    let annex = serde_json::from_value(before()).unwrap();
    let read = read(&Fields::read(form).unwrap(), annex, &known)?;
    Ok(serde_json::to_value(read).unwrap())
}

#[test]
fn a_field_changes_its_own_part_and_no_other() {
    let table = [
        ("nivel=bajo", "", json!(null)),
        (
            "representados=L01130344%0D%0AL01280796",
            "/on_behalf_of",
            json!(["L01130344", "L01280796"]),
        ),
        ("representados=+", "/on_behalf_of", json!([])),
        ("contrato=viogen%2F1", "/contract", json!("viogen/1")),
        ("contrato=antiguo%2F3", "", json!(null)),
        (
            "cuota_organismo_peticiones=10",
            "/quotas/organism/requests",
            json!(10),
        ),
        (
            "cuota_funcionario_peticiones=0",
            "/quotas/officer/requests",
            json!(0),
        ),
        (
            "cuota_funcionario_accesos_excepcionales=3",
            "/quotas/officer/exceptional",
            json!(3),
        ),
        (
            "horario_desde=08:30",
            "/quotas/hours/from",
            json!("08:30:00"),
        ),
        ("horario_hasta=", "/quotas/hours/until", json!("00:00:00")),
        ("aviso_de_cuota=90", "/quotas/alarm_percent", json!(90)),
        ("aviso_de_cuota=", "/quotas/alarm_percent", json!(80)),
        ("aviso_de_cuota=0", "", json!(null)),
        (
            "firma_peticiones=opcional",
            "/security/requests",
            json!("opcional"),
        ),
        (
            "firma_respuestas=ausente",
            "/security/answers",
            json!("ausente"),
        ),
    ];
    for (form, part, expected) in table {
        let mut wanted = before();
        if !part.is_empty() {
            *wanted.pointer_mut(part).unwrap() = expected;
        }
        assert_eq!(reads(form), Ok(wanted), "{form}");
    }
}

#[test]
fn an_empty_field_takes_out_what_was_there() {
    let mut wanted = before();
    wanted.as_object_mut().unwrap().remove("contract");
    assert_eq!(reads("contrato="), Ok(wanted));
    let mut wanted = before();
    let officer = wanted.pointer_mut("/quotas/officer").unwrap();
    officer.as_object_mut().unwrap().remove("requests");
    assert_eq!(reads("cuota_funcionario_peticiones="), Ok(wanted));
}

#[test]
fn every_quota_has_its_field() {
    for (field, limit) in QUOTAS {
        let read = reads(&format!("{field}=4321")).unwrap();
        let quotas = serde_json::from_value(read["quotas"].clone()).unwrap();
        assert_eq!(allowed(&quotas, limit), Some(4321), "{field}");
        let word = limit.to_string().replace('.', "_");
        let told: String = field.strip_prefix("cuota_").unwrap().split('_').collect();
        assert_eq!(told.to_lowercase(), word.replace('_', "").to_lowercase());
    }
    let limits: BTreeSet<Limit> = QUOTAS.into_iter().map(|(_, limit)| limit).collect();
    assert_eq!(limits.len(), Bearer::ALL.len() * Measure::ALL.len());
}

#[test]
fn what_cannot_be_is_refused_beside_its_field() {
    let table = [
        (
            "representados=HERENCIA",
            "representados",
            "organismo-no-valido",
        ),
        (
            "representados=L01130344,L01130473",
            "representados",
            "organismo-propio",
        ),
        (
            "representados=L01130344+L01470758",
            "representados",
            "organismo-inexistente",
        ),
        ("contrato=viogen%2F9", "contrato", "contrato-desconocido"),
        ("contrato=viogen", "contrato", "contrato-desconocido"),
        (
            "cuota_organismo_personas=-1",
            "cuota_organismo_personas",
            "cuota-no-valida",
        ),
        (
            "cuota_funcionario_personas=1.5",
            "cuota_funcionario_personas",
            "cuota-no-valida",
        ),
        (
            "cuota_funcionario_peticiones=muchas",
            "cuota_funcionario_peticiones",
            "cuota-no-valida",
        ),
        (
            "cuota_organismo_peticiones=4294967296",
            "cuota_organismo_peticiones",
            "cuota-no-valida",
        ),
        (
            "aviso_de_cuota=101",
            "aviso_de_cuota",
            "porcentaje-no-valido",
        ),
        (
            "aviso_de_cuota=80%25",
            "aviso_de_cuota",
            "porcentaje-no-valido",
        ),
        ("horario_desde=25:00", "horario_desde", "hora-no-valida"),
        ("horario_hasta=tarde", "horario_hasta", "hora-no-valida"),
        (
            "firma_peticiones=siempre",
            "firma_peticiones",
            "valor-no-valido",
        ),
        ("firma_respuestas=", "firma_respuestas", "valor-no-valido"),
    ];
    for (form, field, code) in table {
        assert_eq!(reads(form), Err((field, code)), "{form}");
    }
}
