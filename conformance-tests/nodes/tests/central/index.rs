use crate::site::{Site, texts};

/// Every entry after a cursor, and the last cursor.
async fn walk(site: &Site, from: &str) -> (Vec<String>, String) {
    let (mut ids, mut cursor) = (Vec::new(), from.to_owned());
    loop {
        let content = format!("<cursor>{cursor}</cursor><limite>3000</limite>");
        let page = site.ask("ConsultarIndice", &content).await.unwrap();
        let found = texts(&page, "idCaso");
        cursor = texts(&page, "siguienteCursor").pop().unwrap();
        if found.is_empty() {
            return (ids, cursor);
        }
        ids.extend(found);
    }
}

#[tokio::test]
async fn every_case_is_there_once_and_a_change_comes_after_the_last_cursor() {
    let site = Site::start().await;
    let (ids, cursor) = walk(&site, "0").await;
    assert_eq!(
        ids.len(),
        usize::try_from(site.central.load_report().cases).unwrap()
    );
    let first = &ids[0];
    let content = format!(
        "<idCaso>{first}</idCaso><versionEsperada>1</versionEsperada><caso><responsabilidad>\
         <municipioResidencia>13034</municipioResidencia></responsabilidad></caso>"
    );
    site.ask("PresentarCaso", &content).await.unwrap();
    let (changed, after) = walk(&site, &cursor).await;
    assert_eq!(changed.as_slice(), std::slice::from_ref(first));
    assert_ne!(after, cursor);
    assert_eq!(walk(&site, &after).await, (Vec::new(), after));
    site.central.stop().await;
}

#[tokio::test]
async fn a_page_carries_what_an_index_needs() {
    let site = Site::start().await;
    let page = site
        .ask("ConsultarIndice", "<limite>500</limite>")
        .await
        .unwrap();
    for entry in page
        .root()
        .children()
        .filter(|child| child.local() == "entrada")
    {
        let leaf = |name: &str| entry.child(name).and_then(contract::NodeRef::text);
        assert_eq!(leaf("version"), Some("1"));
        assert!(leaf("municipioResidencia").unwrap().starts_with("13"));
        assert!(leaf("responsable").is_some() && leaf("estado").is_some());
        assert_eq!(leaf("nivel").is_some(), leaf("estado") != Some("baja"));
    }
    let foreign = site
        .ask("ConsultarIndice", "<cursor>otro</cursor>")
        .await
        .unwrap_err();
    assert_eq!(foreign.code(), "esquema-incumplido");
    site.central.stop().await;
}
