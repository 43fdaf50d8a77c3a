//! Bad REST requests, each by its own name.

use domain::Problem;

use crate::answer::{Answer, Protocol};
use crate::members::READER;
use crate::partner::{Partner, fresh};
use crate::rows::{Row, rows};
use crate::site::{Site, run, shared};

/// Sends each request of the table: `code | case | method and path | headers | body`.
#[track_caller]
fn check(site: &Site, partner: &Partner, table: &str) -> Vec<Answer> {
    let rows: Vec<Row<'_>> = rows(table).collect();
    let answers: Vec<Answer> = rows.iter().map(|row| refused(site, partner, row)).collect();
    let journal = site.journal();
    for (row, answer) in rows.iter().zip(&answers) {
        journal.assert_refused(row.case, &answer.incident(), row.problem);
    }
    answers
}

/// Sends one; it is refused as it must be, and takes nothing down.
#[track_caller]
fn refused(site: &Site, partner: &Partner, row: &Row<'_>) -> Answer {
    let (method, path) = row.column(0).split_once(' ').unwrap();
    let headers: Vec<(&str, &str)> = row
        .column(1)
        .split(" ; ")
        .filter_map(|header| header.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let answer = run(partner.rest(method, path, &headers, row.column(2)));
    answer.assert_is(row.case, Protocol::Rest, row.problem);
    site.assert_serves(row.case);
    answer
}

/// Bodies of a question for hits.
const BODIES: &str = r#"
json-mal-formado           | cut off                | {"tipoDocumento":"DNI"
json-mal-formado           | no json                | hola
json-mal-formado           | something after it     | {"tipoDocumento":"DNI","numeroDocumento":"99999099K"} {}
json-mal-formado           | a key twice            | {"tipoDocumento":"DNI","tipoDocumento":"NIE","numeroDocumento":"1"}
json-mal-formado           | an escaped key twice   | {"tipoDocumento":"DNI","tipoDocument\u006f":"NIE"}
json-mal-formado           | half a surrogate       | {"tipoDocumento":"\ud800","numeroDocumento":"99999099K"}
json-mal-formado           | a comment              | {"tipoDocumento":"DNI" /* no */}
mensaje-demasiado-complejo | deep objects           | DEEP
mensaje-demasiado-complejo | deep lists             | LISTS
mensaje-demasiado-grande   | over the limit         | LARGE
esquema-incumplido         | an unknown field       | {"tipoDocumento":"DNI","numeroDocumento":"99999099K","nombre":"X"}
esquema-incumplido         | a field missing        | {"tipoDocumento":"DNI"}
esquema-incumplido         | a number for a text    | {"tipoDocumento":"DNI","numeroDocumento":99999099}
esquema-incumplido         | a list for a value     | {"tipoDocumento":["DNI"],"numeroDocumento":"99999099K"}
esquema-incumplido         | an unknown word        | {"tipoDocumento":"DNI","numeroDocumento":"99999099K","papel":"víctima"}
esquema-incumplido         | null                   | null
valor-enmascarado          | a masked value         | {"tipoDocumento":"DNI","numeroDocumento":"***9909*"}
"#;

#[test]
fn bodies() {
    let site = shared();
    let deep = format!(
        "{}1{}",
        r#"{"tipoDocumento":"#.repeat(5_000),
        "}".repeat(5_000)
    );
    let lists = format!(
        r#"{{"tipoDocumento":{}{}}}"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let large = format!(r#"{{"tipoDocumento":"{}"}}"#, "9".repeat(300_000));
    let table: Vec<String> = rows(BODIES)
        .map(|row| {
            let body = match row.column(0) {
                "DEEP" => &deep,
                "LISTS" => &lists,
                "LARGE" => &large,
                body => body,
            };
            let code = row.problem.entry().code;
            format!(
                "{code} | {} | POST /v2/coincidencias | | {body}\n",
                row.case
            )
        })
        .collect();
    for answer in check(site, &site.herencia(), &table.concat()) {
        assert!(
            !answer.body.contains("99999099"),
            "a value is repeated: {}",
            answer.body
        );
    }
}

/// What stands around a body; an empty header is left out.
const AROUND: &str = r#"
tipo-no-admitido   | text                       | POST /v2/coincidencias | Content-Type: text/plain | {"tipoDocumento":"DNI"}
tipo-no-admitido   | xml                        | POST /v2/coincidencias | Content-Type: text/xml   | <a/>
tipo-no-admitido   | latin-1                    | POST /v2/coincidencias | Content-Type: application/json; charset=iso-8859-1 | {"tipoDocumento":"DNI"}
tipo-no-admitido   | no media type              | POST /v2/coincidencias | Content-Type: | {"tipoDocumento":"DNI"}
esquema-incumplido | a body where none belongs  | GET /v2/casos | | {}
falta-contexto     | no requester               | GET /v2/casos | Pasarela-Solicitante:
falta-contexto     | no officer                 | GET /v2/casos | Pasarela-Funcionario:
falta-contexto     | no purpose                 | GET /v2/casos | Pasarela-Finalidad:
falta-contexto     | a submission without name  | POST /v2/casos | | {}
finalidad-desconocida   | an unknown purpose    | GET /v2/casos | Pasarela-Finalidad: curiosidad
finalidad-no-permitida  | a purpose not agreed  | GET /v2/casos | Pasarela-Finalidad: investigacion
solicitante-distinto-del-certificado | another organism      | GET /v2/casos | Pasarela-Solicitante: E99990001
solicitante-distinto-del-certificado | for another organism  | GET /v2/casos | Pasarela-En-Nombre-De: E99990001
contexto-no-valido | no organism at all         | GET /v2/casos | Pasarela-Solicitante: yo
contexto-no-valido | a name for a pseudonym     | GET /v2/casos | Pasarela-Funcionario: Nombre Apellido
contexto-no-valido | no date                    | GET /v2/casos | Pasarela-Fecha: ayer
contexto-no-valido | a name too long            | GET /v2/casos | Idempotency-Key: LONG
fecha-fuera-de-plazo | last century             | GET /v2/casos | Pasarela-Fecha: 1999-12-31T23:59:59Z
fecha-fuera-de-plazo | next century             | GET /v2/casos | Pasarela-Fecha: 2150-01-01T00:00:00Z
"#;

#[test]
fn contexts() {
    let site = shared();
    let table = AROUND.replace("LONG", &"x".repeat(65));
    check(site, &site.herencia(), &table);
}

#[test]
fn operations_that_are_not_agreed() {
    let site = shared();
    let reader = site.partner((READER.slug, READER.id));
    let own = run(reader.get(&format!("/v2/casos/{}", site.cases.own)));
    assert_eq!(own.status, 200, "what its agreement allows: {}", own.body);
    let table = r#"
operacion-no-permitida | a search | GET /v2/casos
operacion-no-permitida | a hit    | POST /v2/coincidencias | | {"tipoDocumento":"DNI","numeroDocumento":"99999099K"}
"#;
    check(site, &reader, table);
}

const ADDRESSES: &str = r"
recurso-inexistente | an unknown address            | GET /v2/nada
recurso-inexistente | an unknown version            | GET /v3/casos
recurso-inexistente | the root                      | GET /
recurso-inexistente | soap without a question       | GET /soap/viogen/2
recurso-inexistente | soap of another version       | GET /soap/viogen/3?wsdl
recurso-inexistente | a file that is no schema      | GET /soap/viogen/2?xsd=../../Cargo.toml
esquema-incumplido  | no case identifier            | GET /v2/casos/1234
esquema-incumplido  | bytes that are no text        | GET /v2/casos/%ff
esquema-incumplido  | an unknown parameter          | GET /v2/casos?color=azul
esquema-incumplido  | a parameter twice             | GET /v2/casos?limite=1&limite=2
esquema-incumplido  | a parameter out of range      | GET /v2/casos?limite=1000
esquema-incumplido  | the gateway's own parameter   | GET /v2/casos?ambito=ES
metodo-no-admitido  | another method of an address  | GET /v2/coincidencias
metodo-no-admitido  | a method that nobody takes    | DELETE /v2/casos
metodo-no-admitido  | the method of one case        | PUT /v2/casos | | {}
metodo-no-admitido  | a method that soap has not    | PUT /soap/viogen/2 | | {}
";

#[test]
fn addresses() {
    let site = shared();
    let answers = check(site, &site.herencia(), ADDRESSES);
    for (row, answer) in rows(ADDRESSES).zip(answers) {
        let allow = answer.header("allow").is_some();
        assert_eq!(
            allow,
            row.problem == Problem::MethodNotAllowed,
            "{}",
            row.case
        );
    }
}

/// A change that a force may make.
const CHANGE: &str = r#"{"cabecera":{"estado":"inactivo"}}"#;
/// A case that a force may submit. Nobody real.
const NEW_CASE: &str = r#"{"cabecera":{"estado":"activo"},"responsabilidad":{"municipioResidencia":"13034"},
"victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":"99999021N","nombre":"VICTIMA","apellido1":"PRUEBA"}}}"#;

/// The versions from which a change may not start.
const VERSIONS: &str = r#"
falta-version         | no version      | PUT PATH | Idempotency-Key: A1
conflicto-de-version  | a stale version | PUT PATH | Idempotency-Key: A2 ; If-Match: "7"
esquema-incumplido    | any version     | PUT PATH | Idempotency-Key: A3 ; If-Match: *
esquema-incumplido    | a weak version  | PUT PATH | Idempotency-Key: A3 ; If-Match: W/"1"
esquema-incumplido    | two versions    | PUT PATH | Idempotency-Key: A3 ; If-Match: "1", "2"
"#;

#[test]
fn versions() {
    let site = shared();
    let national = site.national();
    let created = run(national.post("/v2/casos", &fresh(), NEW_CASE));
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.header("etag"), Some("\"1\""));
    let id = created.text("idCaso").unwrap();
    assert!(created.header("location").unwrap().ends_with(&id));
    let path = format!("/v2/casos/{id}");
    let table: Vec<String> = VERSIONS
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| format!("{} | {CHANGE}\n", line.replace("PATH", &path)))
        .collect();
    check(site, &national, &table.concat());
    let name = fresh();
    let good = [("Idempotency-Key", name.as_str()), ("If-Match", "\"1\"")];
    let changed = run(national.rest("PUT", &path, &good, CHANGE));
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.header("etag"), Some("\"2\""));
}

#[test]
fn groups_that_are_not_to_be_written() {
    let site = shared();
    let table = r#"
grupo-no-modificable | a new case | POST /v2/casos | Idempotency-Key: B1 | {"cabecera":{"estado":"activo"},"responsabilidad":{"municipioResidencia":"13047"},"agresor":{"antecedentes":{"penales":true}}}
"#;
    check(site, &site.herencia(), table);
}
