use adapters::soap::SoapVersion;

use crate::site::{Site, texts};

/// Identifiers of cases in Herencia.
async fn some_ids(site: &Site) -> Vec<String> {
    let page = site
        .ask("BuscarCasos", "<limite>100</limite><ambito>13047</ambito>")
        .await
        .unwrap();
    texts(&page, "idCaso")
}

#[tokio::test]
async fn a_case_is_whole_valid_and_the_same_each_time_in_both_versions() {
    let site = Site::start().await;
    for id in some_ids(&site).await.iter().take(20) {
        let request = site.request("ConsultarCaso", &format!("<idCaso>{id}</idCaso>"));
        let mut answers = Vec::new();
        for version in SoapVersion::ALL {
            let answer = site
                .send(*version, &site.context(), &request)
                .await
                .unwrap();
            let mut xml = Vec::new();
            answer.write_xml(&mut xml);
            answers.push(xml);
        }
        assert_eq!(answers[0], answers[1]);
        let text = String::from_utf8(answers.remove(0)).unwrap();
        assert!(
            text.contains(id.as_str()) && text.contains("PRUEBA"),
            "{text}"
        );
    }
    site.central.stop().await;
}

#[tokio::test]
async fn herencia_answers_for_cases_of_her_own_and_lives_beside_others() {
    let site = Site::start().await;
    let page = site
        .ask("BuscarCasos", "<limite>100</limite><ambito>13047</ambito>")
        .await
        .unwrap();
    let units = texts(&page, "organismo");
    assert!(units.iter().any(|unit| unit == "L01130473"), "{units:?}");
    assert!(units.iter().any(|unit| unit == "E99990002"), "{units:?}");
    site.central.stop().await;
}

#[tokio::test]
async fn a_case_that_does_not_exist_is_not_found() {
    let site = Site::start().await;
    let unknown = "<idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso>";
    let refusal = site.ask("ConsultarCaso", unknown).await.unwrap_err();
    assert_eq!(refusal.code(), "no-encontrado");
    site.central.stop().await;
}

#[tokio::test]
async fn a_document_finds_the_cases_of_its_holder_and_only_in_her_part() {
    let site = Site::start().await;
    let id = some_ids(&site).await.remove(0);
    let case = site
        .ask("ConsultarCaso", &format!("<idCaso>{id}</idCaso>"))
        .await
        .unwrap();
    let victim = case.root().at("caso/victima/identidad").unwrap();
    let leaf = |name: &str| victim.child(name).unwrap().text().unwrap();
    let (kind, number) = (leaf("tipoDocumento"), leaf("numeroDocumento"));
    for (part, expected) in [
        ("", true),
        ("<papel>victima</papel>", true),
        ("<papel>agresor</papel>", false),
    ] {
        let content = format!(
            "<tipoDocumento>{kind}</tipoDocumento><numeroDocumento>{number}</numeroDocumento>{part}"
        );
        let answer = site.ask("ConsultarCoincidencia", &content).await.unwrap();
        assert_eq!(
            texts(&answer, "hayCoincidencia"),
            [expected.to_string()],
            "{part}"
        );
        assert_eq!(texts(&answer, "idCaso").contains(&id), expected, "{part}");
    }
    let nobody = "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>99999999R</numeroDocumento>";
    let answer = site.ask("ConsultarCoincidencia", nobody).await.unwrap();
    assert_eq!(texts(&answer, "hayCoincidencia"), ["false"]);
    site.central.stop().await;
}
