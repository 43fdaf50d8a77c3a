use std::collections::BTreeSet;

use crate::site::{Site, texts};

#[tokio::test]
async fn pages_follow_each_other_in_the_order_of_the_identifiers() {
    let site = Site::start().await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let content = format!("<limite>7</limite>{cursor}<ambito>13047</ambito>");
        let page = site.ask("BuscarCasos", &content).await.unwrap();
        seen.extend(texts(&page, "idCaso"));
        let Some(next) = texts(&page, "siguienteCursor").pop() else {
            break;
        };
        cursor = format!("<cursor>{next}</cursor>");
    }
    let sorted: BTreeSet<String> = seen.iter().cloned().collect();
    assert!(seen.len() > 12);
    assert_eq!(seen, sorted.into_iter().collect::<Vec<_>>());
    let whole = site
        .ask("BuscarCasos", "<limite>100</limite><ambito>13047</ambito>")
        .await
        .unwrap();
    assert_eq!(texts(&whole, "idCaso"), seen);
    site.central.stop().await;
}

#[tokio::test]
async fn filters_hold_all_at_once_and_never_leave_the_scope() {
    let site = Site::start().await;
    let all = "<limite>100</limite>";
    for (content, leaf, allowed) in [
        (
            format!("<nivel>medio</nivel>{all}<ambito>P13</ambito>"),
            "nivel",
            vec!["medio"],
        ),
        (
            format!("<estado>activo</estado>{all}<ambito>CA08</ambito>"),
            "estado",
            vec!["activo"],
        ),
        (
            format!(
                "<estado>activo</estado>{all}<ambito>ES</ambito><nivelMaximo>bajo</nivelMaximo>"
            ),
            "nivel",
            vec!["bajo"],
        ),
        (
            format!("{all}<ambito>13034</ambito>"),
            "municipioResidencia",
            vec!["13034"],
        ),
    ] {
        let page = site.ask("BuscarCasos", &content).await.unwrap();
        let found = texts(&page, leaf);
        assert!(!found.is_empty(), "{content}");
        assert!(
            found.iter().all(|text| allowed.contains(&text.as_str())),
            "{content}: {found:?}"
        );
    }
    for content in [
        "<municipio>13047</municipio><ambito>P45</ambito>",
        "<municipio>13047</municipio>",
        "<actualizadoDesde>2020-03-01T00:00:00Z</actualizadoDesde><ambito>ES</ambito>",
        "<ambito>P45</ambito>",
        "",
    ] {
        let page = site.ask("BuscarCasos", content).await.unwrap();
        assert!(texts(&page, "idCaso").is_empty(), "{content}");
    }
    site.central.stop().await;
}
