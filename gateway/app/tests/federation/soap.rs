//! Bad SOAP messages, each by its own name and in the version of the question.

use adapters::soap::SoapVersion;
use domain::Problem;
use domain::Problem::{
    BodyTooLarge, ForbiddenXml, InvalidContext, MalformedXml, MaskedValue, MissingContext,
    OperationNotAllowed, PreconditionRequired, RequesterNotCertificate, SchemaViolation,
    TimestampOutOfRange, TooDeep, UnknownOperation, UnknownPurpose, UnsupportedMediaType,
    VersionConflict, WrongNamespace, WrongVersion,
};
use jiff::Timestamp;

use crate::answer::{Answer, Protocol};
use crate::members::NATIONAL;
use crate::partner::{OFFICER, Partner, VIOGEN, context, envelope, fresh, operation};
use crate::site::{Site, run, shared};

/// Sends each message; each is refused as it must be, recorded, and takes nothing down.
#[track_caller]
fn check(site: &Site, version: SoapVersion, partner: &Partner, rows: &[(&str, String, Problem)]) {
    let answers: Vec<Answer> = rows
        .iter()
        .map(|(case, message, problem)| {
            let answer = run(partner.soap(version, message));
            answer.assert_is(case, Protocol::Soap(version), *problem);
            site.assert_serves(case);
            answer
        })
        .collect();
    let journal = site.journal();
    for ((case, _, problem), answer) in rows.iter().zip(&answers) {
        journal.assert_refused(case, &answer.incident(), *problem);
    }
}

#[test]
fn messages() {
    let site = shared();
    let herencia = site.herencia();
    for version in SoapVersion::ALL {
        let version = *version;
        let good = operation("ConsultarCaso", &format!("<idCaso>{}</idCaso>", site.cases.own));
        let with = |body: &str| envelope(version, &herencia.context(&fresh()), body);
        let whole = with(&good);
        let served = run(herencia.soap(version, &whole));
        assert_eq!(served.status, 200, "{}", served.body);
        let before = |text: &str| format!("{text}{}", with(&good));
        let hit = |content: &str| with(&operation("ConsultarCoincidencia", content));
        let filler = format!("<numeroDocumento>{}</numeroDocumento>", "9".repeat(300_000));
        let deep = format!("{}{}", "<a>".repeat(5_000), "</a>".repeat(5_000));
        let rows = [
            ("cut off", whole[..whole.len() - 20].to_owned(), MalformedXml),
            ("tags that do not match", with("<a></b>"), MalformedXml),
            ("something after it", format!("{whole}<a/>"), MalformedXml),
            ("no xml", "hola".to_owned(), MalformedXml),
            ("nothing", String::new(), MalformedXml),
            ("a dtd", before("<!DOCTYPE a [<!ENTITY b \"c\">]>"), ForbiddenXml),
            ("a file by a dtd", before("<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"), ForbiddenXml),
            ("an instruction", before("<?a b?>"), ForbiddenXml),
            ("an unknown entity", hit("<tipoDocumento>&b;</tipoDocumento>"), ForbiddenXml),
            ("over the limit", hit(&filler), BodyTooLarge),
            ("deep", hit(&deep), TooDeep),
            ("another contract", with(&good.replace(VIOGEN, "urn:ejemplo:2")), WrongNamespace),
            ("another version", with(&good.replace(VIOGEN, "urn:pasarela:viogen:1")), WrongVersion),
            ("no operation", with(&operation("BorrarCaso", "")), UnknownOperation),
            ("an operation between systems", with(&operation("ConsultarIndice", "")), OperationNotAllowed),
            ("an unknown field", hit("<tipoDocumento>DNI</tipoDocumento><color/>"), SchemaViolation),
            ("a field missing", hit("<tipoDocumento>DNI</tipoDocumento>"), SchemaViolation),
            ("a masked value", hit("<tipoDocumento>DNI</tipoDocumento><numeroDocumento>***9909*</numeroDocumento>"), MaskedValue),
            ("the gateway's own field", with(&operation("BuscarCasos", "<ambito>ES</ambito>")), SchemaViolation),
            ("two operations", with(&format!("{good}{good}")), SchemaViolation),
            ("an empty body", with(""), SchemaViolation),
        ];
        check(site, version, &herencia, &rows);
    }
}

#[test]
fn contexts() {
    let site = shared();
    let herencia = site.herencia();
    let (own, now) = (herencia.id.as_str(), Timestamp::now().to_string());
    let good = operation("ConsultarCaso", &format!("<idCaso>{}</idCaso>", site.cases.own));
    for version in SoapVersion::ALL {
        let with = |id, officer, purpose, at: &str| {
            envelope(*version, &context(id, officer, purpose, &fresh(), at), &good)
        };
        let twice = format!("{}{}", herencia.context(&fresh()), herencia.context(&fresh()));
        let rows = [
            ("no context", envelope(*version, "", &good), MissingContext),
            ("two contexts", envelope(*version, &twice, &good), InvalidContext),
            ("no requester", with("", OFFICER, "proteccion", &now), MissingContext),
            ("no officer", with(own, "", "proteccion", &now), MissingContext),
            ("no purpose", with(own, OFFICER, "", &now), MissingContext),
            ("no date", with(own, OFFICER, "proteccion", ""), MissingContext),
            ("no name", envelope(*version, &context(own, OFFICER, "proteccion", "", &now), &good), MissingContext),
            ("an unknown purpose", with(own, OFFICER, "curiosidad", &now), UnknownPurpose),
            ("another organism", with(NATIONAL.1, OFFICER, "proteccion", &now), RequesterNotCertificate),
            ("last century", with(own, OFFICER, "proteccion", "1999-12-31T23:59:59Z"), TimestampOutOfRange),
            ("a name for a pseudonym", with(own, "Nombre Apellido", "proteccion", &now), InvalidContext),
        ];
        check(site, *version, &herencia, &rows);
    }
}

#[test]
fn versions() {
    let site = shared();
    let national = site.national();
    for version in SoapVersion::ALL {
        let case = "<caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad></caso>";
        let created = run(national.call(*version, "PresentarCaso", case));
        assert_eq!(created.status, 200, "{}", created.body);
        let id = created.text("idCaso").unwrap();
        let change = |expected: &str| {
            let content = format!("<idCaso>{id}</idCaso>{expected}<caso><cabecera><estado>inactivo</estado></cabecera></caso>");
            let body = operation("PresentarCaso", &content);
            envelope(*version, &national.context(&fresh()), &body)
        };
        let rows = [
            ("no version", change(""), PreconditionRequired),
            ("a stale version", change("<versionEsperada>7</versionEsperada>"), VersionConflict),
        ];
        check(site, *version, &national, &rows);
        let good = change("<versionEsperada>1</versionEsperada>");
        let changed = run(national.soap(*version, &good));
        assert_eq!(changed.text("version").as_deref(), Some("2"), "{}", changed.body);
    }
}

#[test]
fn content_types() {
    let site = shared();
    let herencia = site.herencia();
    let good = operation("ConsultarCaso", &format!("<idCaso>{}</idCaso>", site.cases.own));
    let rows = [
        ("json", "application/json", SoapVersion::V11),
        ("latin-1", "text/xml; charset=iso-8859-1", SoapVersion::V11),
        // The envelope says which version the caller speaks.
        ("1.2 announced as 1.1", "text/xml; charset=utf-8", SoapVersion::V12),
        ("1.1 announced as 1.2", "application/soap+xml; charset=utf-8", SoapVersion::V11),
    ];
    for (case, media, version) in rows {
        let message = envelope(version, &herencia.context(&fresh()), &good);
        let answer = run(herencia.soap_as(media, message.as_bytes()));
        answer.assert_is(case, Protocol::Soap(version), UnsupportedMediaType);
        site.assert_serves(case);
        site.journal().assert_refused(case, &answer.incident(), UnsupportedMediaType);
    }
}
