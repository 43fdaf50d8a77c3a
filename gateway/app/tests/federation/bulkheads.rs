//! Systems are asked apart from one another: at the same time, under one deadline, and each with room of its own.
//!
//! What is tried is the order of events, by gates before the systems; only the one deadline is a matter of time.

use std::pin::pin;
use std::sync::{MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{Either, join_all, select};
use nodes::central::{Behaviour, Central, Gate};
use nodes::database::Planted;
use serde_json::{Value, json};
use toml::Table;

use crate::answer::Answer;
use crate::partner::fresh;
use crate::site::{PROMPTLY, Site, free_port, run, start_empty};

/// Whose systems they are. The codes have the right shape and are nobody's.
const FULL: &str = "A99990201";
const OTHER: &str = "A99990202";
/// So many questions may be open at a system at once.
const ROOM: usize = 4;
/// So many ask for a case of the system that holds them up.
const CROWD: usize = 24;
/// How long a question to all waits here.
const LONGEST_MS: u64 = 2_000;
/// Long enough for everything that happens while questions are held.
const TIMEOUT_MS: u64 = 12_000;
/// A case of the one, and a document of it. Nobody real.
const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1D01";
const DOCUMENT: &str = "99999801X";

struct Federation {
    site: Site,
    full: Central,
    other: Central,
}

/// A federation whose indexes were read once and are read no more; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| std::sync::Mutex::new(run(start())));
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    federation.full.behave(Behaviour::Honest);
    federation.other.behave(Behaviour::Honest);
    federation
}

async fn start() -> Federation {
    let full = start_empty("bulkheads-1.sqlite", free_port()).await;
    let other = start_empty("bulkheads-2.sqlite", free_port()).await;
    let planted = Planted {
        id: CASE.parse().unwrap(),
        municipality: "13034".parse().unwrap(),
        victim: DOCUMENT.to_owned(),
        responsible: FULL.parse().unwrap(),
        at: 1_700_000_000,
    };
    full.database().plant(&planted).await.unwrap();
    let urls = [(FULL, full.url()), (OTHER, other.url())];
    let site = Site::start(|config| {
        let holder = config["holder"].as_table().unwrap().clone();
        let systems = urls.map(|(id, url)| {
            let mut system = holder.clone();
            let timeout = i64::try_from(TIMEOUT_MS).unwrap();
            let room = i64::try_from(ROOM).unwrap();
            system.insert("organism".into(), id.into());
            system.insert("url".into(), url.into());
            system.insert("index_every_ms".into(), 3_600_000.into());
            system.insert("timeout_ms".into(), timeout.into());
            system.insert("open_questions".into(), room.into());
            toml::Value::from(system)
        });
        config.insert("partners".into(), systems.to_vec().into());
        let longest = i64::try_from(LONGEST_MS).unwrap();
        let waits = Table::from_iter([("longest_ms".to_owned(), longest.into())]);
        config.insert("federation".into(), waits.into());
    });
    let site = site.await;
    let national = site.national();
    let path = format!("/v2/casos/{CASE}");
    site.until(PROMPTLY, "the index holds the case", async || {
        national.get(&path).await.status == 200
    })
    .await;
    Federation { site, full, other }
}

impl Federation {
    /// Asks whether the person with that document is known.
    async fn hit(&self, document: &str) -> Answer {
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        let national = self.site.national();
        national.post("/v2/coincidencias", &fresh(), &body).await
    }
}

/// Those who were silent, as they are told.
fn silent(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["sinRespuesta"].clone()
}

#[test]
fn a_system_that_is_full_holds_up_no_question_to_another() {
    let federation = federation();
    let gate = Gate::shut();
    federation.full.behave(Behaviour::Held(gate.clone()));
    let (national, own) = (federation.site.national(), &federation.site.cases.own);
    let (theirs, ours) = (format!("/v2/casos/{CASE}"), format!("/v2/casos/{own}"));
    run(async {
        let crowd = pin!(join_all((0..CROWD).map(|_| national.get(&theirs))));
        let others = pin!(async {
            gate.has(ROOM).await;
            for _ in 0..10 {
                let answer = national.get(&ours).await;
                assert_eq!(answer.status, 200, "{}", answer.body);
            }
            // Whoever asks all is told who had no room, without a question more there.
            let answer = federation.hit("99999802B").await;
            let named = json!([{"@causa": "fuera-de-plazo", "#texto": FULL}]);
            assert_eq!(silent(&answer), named);
            assert_eq!(gate.come(), ROOM, "it has more questions than room");
        });
        let Either::Right(((), crowd)) = select(crowd, others).await else {
            panic!("the questions that are held were answered before the others");
        };
        gate.open();
        for answer in crowd.await {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        assert_eq!(gate.come(), CROWD);
    });
}

#[test]
fn all_are_asked_before_any_answers() {
    let federation = federation();
    // It opens for neither before both have been asked.
    let gate = Gate::once(2);
    federation.full.behave(Behaviour::Held(gate.clone()));
    federation.other.behave(Behaviour::Held(gate.clone()));
    let answer = run(federation.hit(DOCUMENT));
    assert!(silent(&answer).is_null(), "{}", answer.body);
    assert_eq!(answer.json()["coincidencia"][0]["idCaso"], CASE);
    assert_eq!(gate.come(), 2);
}

#[test]
fn two_that_are_late_are_waited_for_as_long_as_one() {
    let federation = federation();
    let gate = Gate::shut();
    federation.full.behave(Behaviour::Held(gate.clone()));
    federation.other.behave(Behaviour::Held(gate.clone()));
    let begun = Instant::now();
    let answer = run(federation.hit("99999803N"));
    let took = begun.elapsed();
    let late = |id| json!({"@causa": "fuera-de-plazo", "#texto": id});
    assert_eq!(silent(&answer), json!([late(FULL), late(OTHER)]));
    // Both were asked; one after the other would have taken twice as long.
    assert_eq!(gate.come(), 2);
    let longest = Duration::from_millis(LONGEST_MS);
    assert!(took >= longest && took < longest * 2, "{took:?}");
    gate.open();
}
