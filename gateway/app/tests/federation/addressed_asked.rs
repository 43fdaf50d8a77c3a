//! What is asked of a system over SOAP is addressed where its folder says so, signed or not; and an answer that says
//! that it is to another message is none.

use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::partner::Partner as Folder;
use nodes::central::{Behaviour, Central, Related};
use serde_json::{Value, json};
use toml::Table;

use crate::forces::folders::copy;
use crate::members::{ERTZAINTZA_SYSTEM, MOSSOS_SYSTEM, Member};
use crate::partner::fresh;
use crate::site::{PROMPTLY, Site, contract, partners, prepared, run, start_node};

/// Whose system is asked signed, and whose is not.
const SIGNED: (&str, &Member) = ("mossos", &MOSSOS_SYSTEM);
const PLAIN: (&str, &Member) = ("ertzaintza", &ERTZAINTZA_SYSTEM);
/// How long a question to all waits here, in milliseconds.
const LONGEST_MS: i64 = 3_000;

struct Federation {
    site: Site,
    systems: [(&'static str, Central); 2],
}

/// A federation with a system that is asked signed and one that is not, both addressed; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| std::sync::Mutex::new(run(start())));
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    federation.behave(&Behaviour::Honest);
    run(federation.site.until(PROMPTLY, "all answer", async || {
        federation.silent().await.is_null()
    }));
    federation
}

async fn start() -> Federation {
    let dir = prepared().join("socios-direccionados");
    let addressed = "\"\naddressing = \"1.0\"\n\n[security]";
    copy(&partners(), &dir, &|text| {
        text.replace(
            "/eba/avisos\"\n\n[security]",
            &format!("/eba/avisos{addressed}"),
        )
    });
    let mut systems = Vec::new();
    for (slug, member) in [SIGNED, PLAIN] {
        let folder = Folder::load(&dir.join(slug), &contract()).unwrap();
        let settings = &folder.settings;
        assert!(settings.protocol.addressing.is_some(), "{slug}");
        assert_eq!(settings.security_asked.is_none(), slug == PLAIN.0, "{slug}");
        systems.push((slug, member, start_node(folder, member).await));
    }
    let site = Site::start(|config| {
        let holder = config["holder"].as_table().unwrap().clone();
        let asked = systems.iter().map(|(slug, member, system)| {
            let mut entry = holder.clone();
            entry.insert("organism".into(), member.id.into());
            entry.insert("dialect".into(), (*slug).into());
            entry.insert("url".into(), system.url().into());
            entry.insert("index_every_ms".into(), 200.into());
            toml::Value::from(entry)
        });
        config.insert("partners".into(), asked.collect::<Vec<_>>().into());
        let dir = dir.display().to_string();
        let dialects = Table::from_iter([("dir".to_owned(), dir.into())]);
        config.insert("dialects".into(), dialects.into());
        let waits = Table::from_iter([("longest_ms".to_owned(), LONGEST_MS.into())]);
        config.insert("federation".into(), waits.into());
    });
    let site = site.await;
    let pki = prepared().join("pki");
    let members = [SIGNED.1, PLAIN.1];
    site.register(&members.map(|it| it.entry(&pki, it.state)).concat());
    let systems: Vec<_> = systems
        .into_iter()
        .map(|(_, it, own)| (it.id, own))
        .collect();
    let Ok(systems) = systems.try_into() else {
        panic!("two systems")
    };
    Federation { site, systems }
}

impl Federation {
    fn behave(&self, behaviour: &Behaviour) {
        for (_, system) in &self.systems {
            system.behave(behaviour.clone());
        }
    }

    /// Who is named as silent when all are asked, and why.
    async fn silent(&self) -> Value {
        let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999801X"}"#;
        let national = self.site.national();
        let answer = national.post("/v2/coincidencias", &fresh(), body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["sinRespuesta"].clone()
    }
}

/// A system that refuses what is not addressed answers all that it is asked; and of a signed question it takes no block
/// that the signature does not cover.
#[test]
fn what_is_asked_is_addressed() {
    let federation = federation();
    federation.behave(&Behaviour::OnlyAddressed);
    assert!(run(federation.silent()).is_null());
}

#[test]
fn an_answer_to_another_message_is_none() {
    let federation = federation();
    let garbage = [
        (Related::Another, "its `wsa:RelatesTo` is another message"),
        (Related::Nothing, "it is addressed without `wsa:RelatesTo`"),
    ];
    for (at, (id, system)) in federation.systems.iter().enumerate() {
        for (related, named) in garbage {
            let before = federation.site.log().matches(named).count();
            system.behave(Behaviour::Related(related));
            let silent = json!([{"@causa": "error", "#texto": id}]);
            assert_eq!(run(federation.silent()), silent, "{at}: {related:?}");
            assert!(
                federation.site.log().matches(named).count() > before,
                "{named}"
            );
            system.behave(Behaviour::Honest);
            assert!(run(federation.silent()).is_null(), "{at}: {related:?}");
        }
        // One that is not addressed came back on the connection of its question.
        system.behave(Behaviour::Related(Related::Unsaid));
        assert!(run(federation.silent()).is_null(), "{at}");
        system.behave(Behaviour::Honest);
    }
}
