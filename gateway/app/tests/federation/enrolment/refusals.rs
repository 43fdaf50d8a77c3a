//! Codes and requests that get nobody anything.

use serde_json::{Value, json};

use super::office::{NEIGHBOUR, NEWCOMER, Office, office, request};

#[test]
fn codes_that_cannot_be_used_are_all_answered_alike() {
    let office = office();
    let (used, _) = office.code(NEWCOMER);
    assert_eq!(office.asks(NEWCOMER, &used, &request(NEWCOMER)).0, 201);
    let (withdrawn, name) = office.code(NEWCOMER);
    let withdraw = format!("enrolment withdraw {name} --by ADM-2");
    assert_eq!(office.ministry(&withdraw).status, 0);
    assert_eq!(office.ministry(&withdraw).status, 1, "twice");
    let (others, _) = office.code(NEIGHBOUR);
    let never = domain::EnrolmentCode::from_random(&[5; 64])
        .unwrap()
        .expose();
    let mut answers = Vec::new();
    for code in [&used, &withdrawn, &others, &never, "no es un código"] {
        let (status, mut told) = office.asks(NEWCOMER, code, &request(NEWCOMER));
        assert_eq!(status, 403, "{code}: {told}");
        assert_eq!(told["codigo"], "codigo-de-alta-no-valido", "{code}");
        let members = told.as_object_mut().unwrap();
        members.retain(|name, _| name != "incidencia" && name != "instance");
        answers.push(told);
    }
    assert!(
        answers.windows(2).all(|two| two[0] == two[1]),
        "{answers:?}"
    );
    // The neighbour's code is still good, for the neighbour.
    assert_eq!(office.asks(NEIGHBOUR, &others, &request(NEIGHBOUR)).0, 201);
    let listed = office.ministry("enrolment list").out;
    assert!(listed.contains("retirado por ADM-2"), "{listed}");
    assert!(!listed.contains(&used), "{listed}");
}

#[test]
fn of_many_at_once_one_uses_the_code() {
    let office = office();
    let (code, _) = office.code(NEWCOMER);
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let ask = || office.asks(NEWCOMER, &code, &request(NEWCOMER));
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let good = answers.iter().filter(|(status, _)| *status == 201).count();
    assert_eq!(good, 1, "{answers:?}");
    let (bad, told) = answers.iter().find(|(status, _)| *status != 201).unwrap();
    assert_eq!(
        (*bad, &told["codigo"]),
        (403, &json!("codigo-de-alta-no-valido"))
    );
}

#[test]
fn requests_that_are_not_issued_on() {
    let office = office();
    let (code, _) = office.code(NEWCOMER);
    let unreadable =
        b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
    let table: [(&str, Vec<u8>, &str); 3] = [
        ("another's name", request(NEIGHBOUR), "nombre-distinto"),
        ("no request", b"nada".to_vec(), "no-es-pkcs10"),
        ("no PKCS #10", unreadable.to_vec(), "no-es-pkcs10"),
    ];
    for (case, request, rule) in table {
        let (status, told) = office.asks(NEWCOMER, &code, &request);
        assert_eq!(status, 400, "{case}: {told}");
        assert_eq!(
            told["codigo"], "peticion-de-certificado-no-valida",
            "{case}"
        );
        assert_eq!(told["violaciones"][0]["codigo"], rule, "{case}: {told}");
    }
    let (status, told) = office.post(&vec![b'x'; 1 << 20]);
    assert_eq!(
        (status, &told["codigo"]),
        (413, &json!("mensaje-demasiado-grande")),
        "1 MB"
    );
    let (status, told) = office.post(b"{");
    assert_eq!(
        (status, &told["codigo"]),
        (400, &json!("peticion-de-certificado-no-valida")),
        "no JSON"
    );
    let incident = told["incidencia"].as_str().unwrap().to_owned();
    let journal = office.site.journal();
    let refused =
        |entry: &&Value| entry["tipo"] == "denegacion" && entry["incidencia"] == incident.as_str();
    assert_eq!(journal.entries().iter().filter(refused).count(), 1);
    // None of that has used the code.
    assert_eq!(office.asks(NEWCOMER, &code, &request(NEWCOMER)).0, 201);
    office.site.assert_serves("bad requests");
}

#[test]
fn whoever_guesses_is_made_to_wait() {
    let office = Office::open(3);
    let never = domain::EnrolmentCode::from_random(&[5; 64])
        .unwrap()
        .expose();
    let statuses: Vec<u16> = (0..8)
        .map(|_| office.asks(NEWCOMER, &never, &request(NEWCOMER)).0)
        .collect();
    assert!(
        statuses.iter().all(|status| [403, 429].contains(status)),
        "{statuses:?}"
    );
    // A minute may end in between; each leaves one entry of evidence however many were refused in it.
    let waits = statuses.iter().filter(|status| **status == 429).count();
    assert!(waits >= 2, "{statuses:?}");
    let journal = office.site.journal();
    let told = |entry: &&Value| entry["problema"] == "demasiados-intentos-de-alta";
    let entries = journal.entries().iter().filter(told).count();
    assert!((1..=2).contains(&entries), "{entries}");
    office.site.assert_serves("guesses");
}
