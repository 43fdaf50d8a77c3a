//! Bad SOAP messages, each by its own name and in the version of the question.

use adapters::soap::SoapVersion;
use domain::Problem;

use crate::answer::{Answer, Protocol};
use crate::partner::{Partner, VIOGEN, envelope, fresh, operation};
use crate::rows::{Row, rows};
use crate::site::{Site, run, shared};

/// Sends each message as `message` makes it from its row; each is refused as it must be, recorded, and takes nothing
/// down.
#[track_caller]
fn check(
    partner: &Partner,
    version: SoapVersion,
    table: &str,
    message: impl Fn(&Row<'_>) -> String,
) {
    let site = shared();
    let rows: Vec<Row<'_>> = rows(table).collect();
    let answers: Vec<Answer> = rows
        .iter()
        .map(|row| {
            let answer = run(partner.soap(version, &message(row)));
            answer.assert_is(row.case, Protocol::Soap(version), row.problem);
            site.assert_serves(row.case);
            answer
        })
        .collect();
    let journal = site.journal();
    for (row, answer) in rows.iter().zip(&answers) {
        journal.assert_refused(row.case, &answer.incident(), row.problem);
    }
}

/// A good question.
fn question(site: &Site) -> String {
    operation(
        "ConsultarCaso",
        &format!("<idCaso>{}</idCaso>", site.cases.own),
    )
}

/// Whole messages; `WHOLE` is a good one, `BLOCK` one with that block in its header.
const BYTES: &str = r#"
mensaje-demasiado-complejo | deep             | BLOCK DEEP
mensaje-demasiado-complejo | many attributes  | BLOCK WIDE
xml-mal-formado     | cut off               | WHOL
xml-mal-formado     | something after it    | WHOLE<a/>
xml-mal-formado     | no xml                | hola
xml-mal-formado     | nothing               |
xml-prohibido       | a dtd                 | <!DOCTYPE a [<!ENTITY b "c">]>WHOLE
xml-prohibido       | a file by a dtd       | <!DOCTYPE a SYSTEM "file:///etc/passwd">WHOLE
xml-prohibido       | an instruction        | <?a b?>WHOLE
"#;

/// Bodies; `GOOD` is a good one, `HIT` and `END` frame a question for hits.
const BODIES: &str = r"
xml-mal-formado            | tags that do not match   | HIT<tipoDocumento></b>END
xml-prohibido              | an unknown entity        | HIT<tipoDocumento>&b;</tipoDocumento>END
mensaje-demasiado-grande   | over the limit           | HITLARGEEND
espacio-de-nombres-desconocido | another contract     | OTHER
version-no-admitida        | another version          | OLDER
operacion-desconocida      | no operation             | <BorrarCaso xmlns='urn:pasarela:viogen:2'/>
operacion-no-permitida     | one between systems      | <ConsultarIndice xmlns='urn:pasarela:viogen:2'/>
esquema-incumplido         | an unknown field         | HIT<tipoDocumento>DNI</tipoDocumento><color/>END
esquema-incumplido         | a field missing          | HIT<tipoDocumento>DNI</tipoDocumento>END
valor-enmascarado          | a masked value           | HIT<tipoDocumento>DNI</tipoDocumento><numeroDocumento>***9909*</numeroDocumento>END
esquema-incumplido         | the gateway's own field  | <BuscarCasos xmlns='urn:pasarela:viogen:2'><ambito>ES</ambito></BuscarCasos>
esquema-incumplido         | two operations           | GOODGOOD
esquema-incumplido         | an empty body            |
";

#[test]
fn messages() {
    let site = shared();
    let herencia = site.herencia();
    let good = question(site);
    for version in SoapVersion::ALL {
        let with = |body: &str| envelope(*version, &herencia.context(&fresh()), body);
        let served = run(herencia.soap(*version, &with(&good)));
        assert_eq!(served.status, 200, "{}", served.body);
        check(&herencia, *version, BYTES, |row| {
            bytes(row.column(0), &with(&good))
        });
        check(&herencia, *version, BODIES, |row| {
            with(&body(row.column(0), &good))
        });
    }
}

/// The message that a row of [`BYTES`] means.
fn bytes(text: &str, whole: &str) -> String {
    let block = match text {
        "BLOCK DEEP" => format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000)),
        "BLOCK WIDE" => {
            let attributes: Vec<String> = (0..500).map(|number| format!(" a{number}=''")).collect();
            format!("<a{}/>", attributes.concat())
        }
        text => {
            let cut = &whole[..whole.len() - 20];
            return text.replace("WHOLE", whole).replace("WHOL", cut);
        }
    };
    whole.replace("</s:Header>", &format!("{block}</s:Header>"))
}

/// The body that a row of [`BODIES`] means.
fn body(text: &str, good: &str) -> String {
    let other = good.replace(VIOGEN, "urn:ejemplo:2");
    let older = good.replace(VIOGEN, "urn:pasarela:viogen:1");
    let large = format!("<tipoDocumento>{}</tipoDocumento>", "9".repeat(300_000));
    let marks = [
        ("GOOD", good),
        ("OTHER", &other),
        ("OLDER", &older),
        ("LARGE", &large),
        (
            "HIT",
            "<ConsultarCoincidencia xmlns='urn:pasarela:viogen:2'>",
        ),
        ("END", "</ConsultarCoincidencia>"),
    ];
    marks.iter().fold(text.to_owned(), |text, (mark, meant)| {
        text.replace(mark, meant)
    })
}

/// What of a good context is replaced by what.
const CONTEXTS: &str = r"
falta-contexto        | no context              | BLOCK
falta-contexto        | no requester            | <Solicitante>L01130473</Solicitante> |
falta-contexto        | no officer              | <Funcionario>AGENTE-0001</Funcionario> |
falta-contexto        | no purpose              | <Finalidad>proteccion</Finalidad> |
finalidad-desconocida | an unknown purpose      | proteccion | curiosidad
solicitante-distinto-del-certificado | another organism     | L01130473 | E99990001
solicitante-distinto-del-certificado | for another organism | </Solicitante> | </Solicitante><EnNombreDe>E99990001</EnNombreDe>
contexto-no-valido    | an unknown field        | </Contexto> | <Color>azul</Color></Contexto>
contexto-no-valido    | a field twice           | <Finalidad> | <Finalidad>proteccion</Finalidad><Finalidad>
contexto-no-valido    | a name for a pseudonym  | AGENTE-0001 | Nombre Apellido
fecha-fuera-de-plazo  | last century            | <TimeStamp>20 | <TimeStamp>19
fecha-fuera-de-plazo  | next century            | <TimeStamp>20 | <TimeStamp>21
contexto-no-valido    | no date                 | <TimeStamp>20 | <TimeStamp>ayer
falta-contexto        | another block           | urn:pasarela:contexto:1 | urn:ejemplo
";

#[test]
fn contexts() {
    let site = shared();
    let herencia = site.herencia();
    for version in SoapVersion::ALL {
        check(&herencia, *version, CONTEXTS, |row| {
            let block = herencia.context(&fresh());
            let replaced = match row.column(0) {
                "BLOCK" => String::new(),
                what => block.replace(what, row.column(1)),
            };
            assert_ne!(replaced, block, "{}", row.case);
            envelope(*version, &replaced, &question(site))
        });
    }
}

const NEW_CASE: &str = "<caso><cabecera><estado>activo</estado></cabecera>\
    <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad></caso>";
const CHANGE: &str = "<caso><cabecera><estado>inactivo</estado></cabecera></caso>";

/// The versions from which a change may not start.
const VERSIONS: &str = r"
falta-version        | no version      |
conflicto-de-version | a stale version | <versionEsperada>7</versionEsperada>
";

#[test]
fn versions() {
    let site = shared();
    let national = site.national();
    for version in SoapVersion::ALL {
        let created = run(national.call(*version, "PresentarCaso", NEW_CASE));
        assert_eq!(created.status, 200, "{}", created.body);
        let id = created.text("idCaso").unwrap();
        let change = |expected: &str| {
            let body = format!("<idCaso>{id}</idCaso>{expected}{CHANGE}");
            envelope(
                *version,
                &national.context(&fresh()),
                &operation("PresentarCaso", &body),
            )
        };
        check(&national, *version, VERSIONS, |row| change(row.column(0)));
        let good = change("<versionEsperada>1</versionEsperada>");
        let changed = run(national.soap(*version, &good));
        assert_eq!(
            changed.text("version").as_deref(),
            Some("2"),
            "{}",
            changed.body
        );
    }
}

#[test]
fn content_types() {
    let site = shared();
    let herencia = site.herencia();
    let table = [
        ("json", "application/json", SoapVersion::V11),
        (
            "no known encoding",
            "text/xml; charset=x-prueba",
            SoapVersion::V11,
        ),
        // The envelope says which version the caller speaks.
        (
            "1.2 announced as 1.1",
            "text/xml; charset=utf-8",
            SoapVersion::V12,
        ),
        (
            "1.1 announced as 1.2",
            "application/soap+xml; charset=utf-8",
            SoapVersion::V11,
        ),
    ];
    let problem = Problem::UnsupportedMediaType;
    for (case, media, version) in table {
        let message = envelope(version, &herencia.context(&fresh()), &question(site));
        let answer = run(herencia.soap_as(media, message.as_bytes()));
        answer.assert_is(case, Protocol::Soap(version), problem);
        site.assert_serves(case);
        site.journal()
            .assert_refused(case, &answer.incident(), problem);
    }
}
