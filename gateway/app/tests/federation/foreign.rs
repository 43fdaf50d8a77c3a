//! A service of others, fronted without touching its contract: over SOAP with its own WSDL, over REST, under
//! agreement, territory and field policy, with evidence; and what its provider may do wrong.

use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::soap::SoapVersion;
use contract::{Contract, Governance};
use domain::Problem;
use jiff::Timestamp;
use nodes::padron::{Conduct, Padron, PadronConfig, Resident};
use serde_json::{Value, json};

use crate::answer::{Answer, Protocol};
use crate::members::{COORDINATION, READER, SUSPENDED};
use crate::partner::{OFFICER, Partner, envelope, fresh};
use crate::site::{Site, contracts, run, tls};

/// Where the provider's residents live.
const HERENCIA_TOWN: &str = "13047";
const ELSEWHERE: &str = "08019";

/// A federation with the provider beside its central system; its tests take turns.
struct Fronted {
    site: Site,
    padron: Option<Padron>,
}

impl Drop for Fronted {
    fn drop(&mut self) {
        if let Some(padron) = self.padron.take() {
            run(padron.stop());
        }
    }
}

fn fronted() -> MutexGuard<'static, Fronted> {
    static FRONTED: OnceLock<std::sync::Mutex<Fronted>> = OnceLock::new();
    let fronted = FRONTED.get_or_init(|| {
        let folder = contracts().join("padron/1");
        let contract = Contract::load(&folder, Governance::Required).unwrap();
        std::sync::Mutex::new(run(async {
            let (tls, client) = tls();
            let listen = "127.0.0.1:0".parse().unwrap();
            let config = PadronConfig {
                contract,
                tls,
                client,
                listen,
            };
            let padron = Padron::start(config).unwrap();
            let site = Site::start(|config| {
                let services = config["services"].as_array_mut().unwrap();
                let service = services[0].as_table_mut().unwrap();
                service.insert("url".into(), padron.url().into());
                service.insert("timeout_ms".into(), 1_500.into());
            });
            Fronted {
                site: site.await,
                padron: Some(padron),
            }
        }))
    });
    fronted.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request about the holder of a document.
struct Asked<'a> {
    organism: &'a str,
    purpose: &'a str,
    document: &'a str,
    file: bool,
}

impl Asked<'_> {
    fn json(&self, name: &str) -> Value {
        let mut requester = json!({
            "IdentificadorSolicitante": self.organism,
            "NombreSolicitante": "ORGANISMO DE PRUEBA",
            "Finalidad": self.purpose,
            "Consentimiento": "Ley",
            "Funcionario": { "Seudonimo": OFFICER },
        });
        if self.file {
            requester["IdExpediente"] = json!("EXP-PRUEBA-1");
        }
        json!({
            "Atributos": {
                "IdPeticion": name, "NumElementos": 1, "TimeStamp": Timestamp::now().to_string(),
                "CodigoCertificado": "PADRON-RESIDENCIA",
            },
            "Solicitudes": { "SolicitudTransmision": { "DatosGenericos": {
                "Emisor": { "NifEmisor": "S2800000A", "NombreEmisor": "PADRON DE PRUEBA" },
                "Solicitante": requester,
                "Titular": { "TipoDocumentacion": "DNI", "Documentacion": self.document },
                "Transmision": { "CodigoCertificado": "PADRON-RESIDENCIA", "IdSolicitud": "1" },
            } } },
        })
    }

    fn xml(&self, name: &str) -> String {
        let Self {
            organism,
            purpose,
            document,
            ..
        } = self;
        let now = Timestamp::now();
        let file = if self.file {
            "<c:IdExpediente>EXP-PRUEBA-1</c:IdExpediente>"
        } else {
            ""
        };
        format!(
            "<p:Peticion xmlns:p=\"urn:pasarela:padron:1:peticion\" xmlns:c=\"urn:pasarela:padron:1:comunes\">\
             <p:Atributos><c:IdPeticion>{name}</c:IdPeticion><c:NumElementos>1</c:NumElementos>\
             <c:TimeStamp>{now}</c:TimeStamp><c:CodigoCertificado>PADRON-RESIDENCIA</c:CodigoCertificado>\
             </p:Atributos><p:Solicitudes><p:SolicitudTransmision><c:DatosGenericos>\
             <c:Emisor><c:NifEmisor>S2800000A</c:NifEmisor><c:NombreEmisor>PADRON DE PRUEBA</c:NombreEmisor></c:Emisor>\
             <c:Solicitante><c:IdentificadorSolicitante>{organism}</c:IdentificadorSolicitante>\
             <c:NombreSolicitante>ORGANISMO DE PRUEBA</c:NombreSolicitante><c:Finalidad>{purpose}</c:Finalidad>\
             <c:Consentimiento>Ley</c:Consentimiento><c:Funcionario><c:Seudonimo>{OFFICER}</c:Seudonimo>\
             </c:Funcionario>{file}</c:Solicitante><c:Titular><c:TipoDocumentacion>DNI</c:TipoDocumentacion>\
             <c:Documentacion>{document}</c:Documentacion></c:Titular><c:Transmision>\
             <c:CodigoCertificado>PADRON-RESIDENCIA</c:CodigoCertificado><c:IdSolicitud>1</c:IdSolicitud>\
             </c:Transmision></c:DatosGenericos></p:SolicitudTransmision></p:Solicitudes></p:Peticion>"
        )
    }
}

const PROTECTION: &str = "Proteccion de victimas";

async fn ask(partner: &Partner, protocol: Protocol, asked: &Asked<'_>) -> Answer {
    let name = fresh();
    match protocol {
        Protocol::Rest => {
            // The message itself says who asks: no header of ours.
            let none = [
                ("Pasarela-Solicitante", ""),
                ("Pasarela-Funcionario", ""),
                ("Pasarela-Finalidad", ""),
            ];
            let body = asked.json(&name).to_string();
            partner
                .rest("POST", "/padron/v1/residencia", &none, &body)
                .await
        }
        Protocol::Soap(version) => {
            let message = envelope(version, "", &asked.xml(&name));
            let headers = [
                ("Content-Type", version.content_type()),
                ("SOAPAction", "\"peticionSincrona\""),
            ];
            partner.soap_at("/soap/padron/1", &headers, &message).await
        }
    }
}

const PROTOCOLS: [Protocol; 2] = [Protocol::Rest, Protocol::Soap(SoapVersion::V11)];

fn document_of(town: &str) -> String {
    Resident::of(town).unwrap().document
}

fn as_herencia(document: &str) -> Asked<'_> {
    Asked {
        organism: "L01130473",
        purpose: PROTECTION,
        document,
        file: false,
    }
}

#[test]
fn both_protocols_answer_what_the_caller_may_see() {
    let fronted = fronted();
    let site = &fronted.site;
    let document = document_of(HERENCIA_TOWN);
    let answers =
        PROTOCOLS.map(|protocol| run(ask(&site.herencia(), protocol, &as_herencia(&document))));
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.header("pasarela-transmision").is_some());
        assert!(answer.body.contains(HERENCIA_TOWN), "{}", answer.body);
        assert!(answer.body.contains(&document), "{}", answer.body);
        assert!(
            !answer.body.contains("urn:pasarela:contexto"),
            "{}",
            answer.body
        );
    }
    let json = answers[0].json();
    let unit = &json["Transmisiones"]["TransmisionDatos"][0];
    assert_eq!(
        unit["DatosGenericos"]["Titular"]["Nombre"], "TITULAR",
        "{json}"
    );
    let journal = site.journal();
    for answer in &answers {
        let transmission = answer.header("pasarela-transmision").unwrap();
        let of = |entry: &&Value| entry["intercambio"] == transmission;
        let entries: Vec<&Value> = journal.entries().iter().filter(of).collect();
        assert_eq!(entries.len(), 2, "asked and released: {entries:?}");
        for entry in entries {
            assert_eq!(entry["contrato"], "padron/1", "{entry}");
        }
    }
}

#[test]
fn what_a_reader_may_not_see_is_masked_or_gone_and_named() {
    let fronted = fronted();
    let site = &fronted.site;
    // A coordination unit sees persons in summary, and no home.
    let document = document_of(HERENCIA_TOWN);
    let asked = Asked {
        organism: COORDINATION.id,
        purpose: PROTECTION,
        document: &document,
        file: false,
    };
    let unit = site.partner((COORDINATION.slug, COORDINATION.id));
    for protocol in PROTOCOLS {
        let answer = run(ask(&unit, protocol, &asked));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!answer.body.contains(&document), "{}", answer.body);
        assert!(answer.body.contains("***"), "{}", answer.body);
        assert!(!answer.body.contains("CALLE DE PRUEBA"), "{}", answer.body);
        let withheld = answer.header("pasarela-retenidos").unwrap_or_default();
        let groups = ["padron.convivencia", "padron.domicilio", "padron.titular"];
        let expected =
            groups.map(|group| format!("{group};clausula=\"Registro canonico, columna U\""));
        assert_eq!(withheld, expected.join(", "));
    }
}

/// Who asks as whom, for what and about whom; what it is told, what the evidence says, and the code of
/// the typed fault, where the request could be read far enough to be given one.
const REFUSALS: &str = "
no service in the agreement | reader    | itself    | Proteccion de victimas | own    | operacion-no-permitida               | operacion-no-permitida               | 0314
suspended                   | suspended | itself    | Proteccion de victimas | own    | convenio-no-vigente                  | convenio-no-vigente                  | 0301
somebody else               | herencia  | A09990001 | Proteccion de victimas | own    | solicitante-distinto-del-certificado | solicitante-distinto-del-certificado | 0235
unknown purpose             | herencia  | itself    | Curiosidad             | own    | finalidad-desconocida                | finalidad-desconocida                |
purpose not served          | herencia  | itself    | Investigacion          | own    | finalidad-no-permitida               | finalidad-no-permitida               | 0314
out of territory            | herencia  | itself    | Proteccion de victimas | other  | no-encontrado                        | fuera-de-ambito                      | 0233
nobody                      | herencia  | itself    | Proteccion de victimas | nobody | no-encontrado                        | caso-inexistente                     | 0233
";

#[test]
fn refusals_are_named_in_each_protocol_and_on_record() {
    let site = &fronted().site;
    let herencia = ("L01130473", site.herencia());
    let reader = (READER.id, site.partner((READER.slug, READER.id)));
    let suspended = (SUSPENDED.id, site.partner((SUSPENDED.slug, SUSPENDED.id)));
    let (own, other) = (document_of(HERENCIA_TOWN), document_of(ELSEWHERE));
    for row in REFUSALS.trim().lines() {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        let [case, who, named, purpose, about, told, truly, code] = columns[..] else {
            panic!("{row}");
        };
        let (id, partner) = match who {
            "reader" => &reader,
            "suspended" => &suspended,
            _ => &herencia,
        };
        let asked = Asked {
            organism: if named == "itself" { id } else { named },
            purpose,
            document: match about {
                "own" => &own,
                "other" => &other,
                _ => "00000001R",
            },
            file: false,
        };
        let rest = run(ask(partner, Protocol::Rest, &asked));
        rest.assert_is(case, Protocol::Rest, Problem::from_code(told).unwrap());
        let truly = Problem::from_code(truly).unwrap();
        site.journal().assert_refused(case, &rest.incident(), truly);
        let soap = run(ask(partner, Protocol::Soap(SoapVersion::V11), &asked));
        assert_eq!(soap.status, 500, "{case}");
        let typed = "urn:pasarela:padron:1:soapfaultatributos";
        let has = |text: &str| soap.body.contains(text);
        assert_eq!(has(typed), !code.is_empty(), "{case}: {}", soap.body);
        assert!(
            code.is_empty() || has(&format!(">{code}<")),
            "{case}: {}",
            soap.body
        );
    }
}

#[test]
fn out_of_reach_and_not_registered_are_one_answer() {
    let fronted = fronted();
    let herencia = fronted.site.herencia();
    let other = document_of(ELSEWHERE);
    let hidden = run(ask(&herencia, Protocol::Rest, &as_herencia(&other)));
    let absent = run(ask(&herencia, Protocol::Rest, &as_herencia("00000001R")));
    assert_eq!(hidden.bland(), absent.bland());
    assert_eq!(hidden.status, absent.status);
}

#[test]
fn a_provider_that_fails_has_a_name() {
    let mut fronted = fronted();
    let document = document_of(ELSEWHERE);
    let asked = Asked {
        organism: "E99990001",
        purpose: PROTECTION,
        document: &document,
        file: true,
    };
    let check = |fronted: &Fronted, case: &str, problem: Problem| {
        let national = fronted.site.national();
        let answer = run(ask(&national, Protocol::Rest, &asked));
        answer.assert_is(case, Protocol::Rest, problem);
        fronted
            .site
            .journal()
            .assert_refused(case, &answer.incident(), problem);
    };
    for (case, conduct, problem) in [
        ("failing", Conduct::Failing, Problem::HolderFault),
        (
            "another person",
            Conduct::AnotherPerson,
            Problem::HolderWrongCase,
        ),
        ("garbage", Conduct::Garbage, Problem::HolderGarbage),
    ] {
        fronted.padron.as_ref().unwrap().behave(conduct);
        check(&fronted, case, problem);
    }
    fronted.padron.as_ref().unwrap().behave(Conduct::Honest);
    let good = run(ask(&fronted.site.national(), Protocol::Rest, &asked));
    assert_eq!(good.status, 200, "{}", good.body);
    // Down, and up again at another port would be another service: this is the last test of it.
    let padron = fronted.padron.take().unwrap();
    let address = padron.address();
    run(padron.stop());
    check(&fronted, "down", Problem::HolderUnreachable);
    let folder = contracts().join("padron/1");
    let contract = Contract::load(&folder, Governance::Required).unwrap();
    let (tls, client) = tls();
    let config = PadronConfig {
        contract,
        tls,
        client,
        listen: address,
    };
    fronted.padron = Some(run(async { Padron::start(config).unwrap() }));
    let again = run(ask(&fronted.site.national(), Protocol::Rest, &asked));
    assert_eq!(again.status, 200, "{}", again.body);
    let key = fronted.site.pki.seal_public();
    let verified = fronted.site.journal().verify(&key);
    assert_eq!(verified.status, 0, "{verified:?}");
}

#[test]
fn its_own_descriptions_are_served_with_our_address() {
    let fronted = fronted();
    let site = &fronted.site;
    let herencia = site.herencia();
    let wsdl = run(herencia.get("/soap/padron/1?wsdl"));
    assert_eq!(wsdl.status, 200, "{}", wsdl.body);
    let address = format!("{}/soap/padron/1", site.url);
    assert!(
        wsdl.body.contains(&format!("location=\"{address}\"")),
        "{}",
        wsdl.body
    );
    assert!(!wsdl.body.contains("padron.invalid"), "{}", wsdl.body);
    let schema = run(herencia.get("/soap/padron/1?xsd=padron/1/comunes.xsd"));
    assert_eq!(schema.status, 200, "{}", schema.body);
    assert!(
        wsdl.body.contains("?xsd=padron/1/comunes.xsd"),
        "{}",
        wsdl.body
    );
    let openapi = run(herencia.get("/padron/v1/openapi.json")).json();
    let post = &openapi["paths"]["/residencia"]["post"];
    assert_eq!(post["operationId"], "peticionSincrona", "{openapi}");
    let headers = post["parameters"].as_array().unwrap();
    assert!(
        headers
            .iter()
            .all(|it| !it.to_string().contains("Pasarela-")),
        "{headers:?}"
    );
}
