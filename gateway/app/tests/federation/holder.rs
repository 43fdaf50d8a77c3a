//! A central system that is down, slow, or answers what it must not: each has a name of its own, and passes.

use std::sync::OnceLock;
use std::time::Duration;

use adapters::soap::SoapVersion;
use domain::Problem;
use nodes::central::Behaviour;

use crate::answer::{Answer, Protocol};
use crate::partner::{Partner, fresh};
use crate::site::{PROMPTLY, Site, run};

/// How long the gateway waits for the central system here.
const WAIT_MS: u64 = 1_500;

pub(crate) const SLOW: Behaviour = Behaviour::Slow(Duration::from_millis(3 * WAIT_MS));

const PROTOCOLS: [Protocol; 2] = [Protocol::Rest, Protocol::Soap(SoapVersion::V12)];

/// A federation whose central system misbehaves; its tests take turns.
pub(crate) fn site() -> std::sync::MutexGuard<'static, Site> {
    static SITE: OnceLock<std::sync::Mutex<Site>> = OnceLock::new();
    let site = SITE.get_or_init(|| {
        std::sync::Mutex::new(run(Site::start(|config| {
            let wait = i64::try_from(WAIT_MS).unwrap();
            config["holder"]
                .as_table_mut()
                .unwrap()
                .insert("timeout_ms".into(), wait.into());
        })))
    });
    // What a failed test left behind is what the next one finds out.
    site.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn consult(site: &Site, protocol: Protocol) -> Answer {
    let (herencia, case) = (site.herencia(), &site.cases.own);
    run(async {
        match protocol {
            Protocol::Rest => herencia.get(&format!("/v2/casos/{case}")).await,
            Protocol::Soap(version) => {
                herencia
                    .call(
                        version,
                        "ConsultarCaso",
                        &format!("<idCaso>{case}</idCaso>"),
                    )
                    .await
            }
        }
    })
}

#[track_caller]
fn check(site: &Site, case: &str, problem: Problem) {
    for protocol in PROTOCOLS {
        let answer = consult(site, protocol);
        answer.assert_is(case, protocol, problem);
        let journal = site.journal();
        let entry = journal.assert_refused(case, &answer.incident(), problem);
        assert_eq!(
            entry["decision"], "permitida",
            "{case}: the caller did nothing wrong"
        );
    }
}

#[test]
fn each_misbehaviour_has_its_name_and_passes() {
    let site = site();
    let table = [
        ("slow", SLOW, Problem::HolderTimeout),
        ("garbage", Behaviour::Garbage, Problem::HolderGarbage),
        ("huge", Behaviour::Huge(16 << 20), Problem::HolderGarbage),
        (
            "another case",
            Behaviour::AnotherCase,
            Problem::HolderWrongCase,
        ),
        (
            "closing",
            Behaviour::CloseConnection,
            Problem::HolderUnreachable,
        ),
        ("failing", Behaviour::Failing, Problem::HolderFault),
    ];
    for (case, behaviour, problem) in table {
        run(site.behave(behaviour));
        check(&site, case, problem);
        run(site.behave(Behaviour::Honest));
        site.assert_serves(case);
    }
}

#[test]
fn down_has_its_name_and_passes() {
    let site = site();
    let port = run(site.stop_central());
    check(&site, "down", Problem::HolderUnreachable);
    run(site.restart_central(port));
    site.assert_serves("the central system was down");
}

/// A submission of a case; its victim has this document. Nobody real.
async fn submit(partner: &Partner, id: &str, document: &str) -> Answer {
    let body = format!(
        r#"{{"cabecera":{{"estado":"activo"}},"responsabilidad":{{"municipioResidencia":"13034"}},"victima":{{"identidad":{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}}}}}"#
    );
    partner.post("/v2/casos", id, &body).await
}

#[test]
fn a_submission_that_did_not_happen_may_be_sent_again() {
    let site = site();
    let (national, id) = (site.national(), fresh());
    let port = run(site.stop_central());
    let refused = run(submit(&national, &id, "99999028L"));
    refused.assert_is("down", Protocol::Rest, Problem::HolderUnreachable);
    run(site.restart_central(port));
    let done = run(submit(&national, &id, "99999028L"));
    assert_eq!(done.status, 201, "{}", done.body);
}

#[test]
fn a_submission_that_may_have_happened_is_not_sent_again() {
    let site = site();
    let (national, id, document) = (site.national(), fresh(), "99999029C");
    run(site.behave(SLOW));
    let unsure = run(submit(&national, &id, document));
    unsure.assert_is("slow", Protocol::Rest, Problem::HolderTimeout);
    run(site.behave(Behaviour::Honest));
    let again = run(submit(&national, &id, document));
    again.assert_is("again", Protocol::Rest, Problem::RequestInProgress);
    site.assert_serves("a submission in doubt");
}

#[test]
fn others_are_served_while_some_wait() {
    let site = site();
    run(site.behave(SLOW));
    let (herencia, path) = (site.herencia(), format!("/v2/casos/{}", site.cases.own));
    let begun = std::time::Instant::now();
    let (waiting, served) = run(async {
        // Descriptions need no central system.
        tokio::join!(herencia.get(&path), async {
            let answer = herencia.get("/v2/openapi.json").await;
            (answer.status, begun.elapsed())
        })
    });
    run(site.behave(Behaviour::Honest));
    assert_eq!(served.0, 200);
    assert!(
        served.1 < Duration::from_millis(WAIT_MS),
        "waited {:?}",
        served.1
    );
    waiting.assert_is("slow", Protocol::Rest, Problem::HolderTimeout);
    run(site.until(PROMPTLY, "served again", async || {
        herencia.get(&path).await.status == 200
    }));
}
