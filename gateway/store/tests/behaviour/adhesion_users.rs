//! The users form as the organism itself keeps it: taken once, told to its file, whoever else acts.

use domain::adhesion::{Act, Author, Dossier, File, User, UserRole, UsersForm};
use domain::{AgreementId, Staff, StaffRole, StaffRoles};
use store::adhesion::own_users::mark;
use store::{Error, Store};

use super::adhesion::{Desk, staff};
use super::fixtures::{at, organism, parsed};
use super::open;

const HERENCIA: &str = "L01130473";

fn user(officer: &str) -> User {
    User {
        officer: parsed(officer),
        role: UserRole::Officer,
        trained_on: None,
        from: parsed("2026-01-01"),
        until: None,
    }
}

async fn opened(url: &str) -> (Store, AgreementId) {
    let store = open(url).await;
    let by = Staff {
        id: parsed("gestora"),
        roles: StaffRoles::new([StaffRole::Manager]).unwrap(),
    };
    let id: AgreementId = parsed("PRUEBA-HERENCIA");
    let file = File::open(id.clone(), organism(HERENCIA), &by, at(0)).unwrap();
    store.open_dossier(&file).await.unwrap();
    (store, id)
}

async fn dossier(store: &Store, id: &AgreementId) -> Dossier {
    store.dossier(id).await.unwrap().unwrap()
}

pub(crate) async fn an_organism_tells_its_file(url: &str) {
    let (store, id) = opened(url).await;
    let own = parsed(HERENCIA);
    let before = store.registry_version().await.unwrap();
    let sent = [user("PRUEBA-1"), user("PRUEBA-2")];
    let empty = mark(&UsersForm::default()).unwrap();
    let about = (&sent[..], &empty);
    let changed = store.own_users_change(&own, about, at(60)).await.unwrap();
    assert_eq!(changed, sent);
    store.put_own_users(&own, about, at(60)).await.unwrap();
    let told = dossier(&store, &id).await;
    let entry = told.entries().last().unwrap();
    assert_eq!(entry.author, Author::Organism(own.clone()));
    assert_eq!(entry.act, Act::Users(sent.to_vec()));
    assert_eq!(
        (told.version(), told.state()),
        (1, domain::AgreementState::Draft)
    );
    assert_eq!(store.dossiers().await.unwrap(), [told.summary()]);
    assert_eq!(store.registry_version().await.unwrap(), before + 1);
    // The same again changes nothing, not even a version, whatever its sender has seen.
    let again = store.own_users_change(&own, about, at(61)).await.unwrap();
    assert!(again.is_empty());
    store.put_own_users(&own, about, at(61)).await.unwrap();
    assert_eq!(dossier(&store, &id).await.version(), 1);
    assert_eq!(store.registry_version().await.unwrap(), before + 1);
    // Whoever has seen an older form is told, whatever is wrong with the new one.
    let more = [user("PRUEBA-1"), user("PRUEBA-2"), user("PRUEBA-3")];
    for late in [&more[..], &more[..1]] {
        let late = store.put_own_users(&own, (late, &empty), at(62)).await;
        assert!(matches!(late, Err(Error::FormMoved)), "{late:?}");
    }
    let seen = mark(&store.users_form(&own).await.unwrap()).unwrap();
    let left_out = store.put_own_users(&own, (&more[..1], &seen), at(62)).await;
    assert_eq!(left_out.unwrap_err().code(), Some("funcionario-omitido"));
    assert_eq!(store.users_form(&own).await.unwrap().users().count(), 2);
}

pub(crate) async fn a_stale_form_puts_nobody_back(url: &str) {
    let (store, _) = opened(url).await;
    let own = parsed(HERENCIA);
    let sent = [user("PRUEBA-1"), user("PRUEBA-2")];
    let empty = mark(&UsersForm::default()).unwrap();
    let form = store.put_own_users(&own, (&sent, &empty), at(60)).await;
    let known = mark(&form.unwrap()).unwrap();
    let gone = User {
        until: Some(parsed("2026-01-31")),
        ..user("PRUEBA-2")
    };
    let ended = store.put_users(&own, std::slice::from_ref(&gone), "gestora", at(61));
    ended.await.unwrap();
    let stale = store.put_own_users(&own, (&sent, &known), at(62)).await;
    assert!(matches!(stale, Err(Error::FormMoved)), "{stale:?}");
    // Whoever has left may be left out: her line stays.
    let now = mark(&store.users_form(&own).await.unwrap()).unwrap();
    let more = [user("PRUEBA-1"), user("PRUEBA-3")];
    let form = store.put_own_users(&own, (&more, &now), at(63)).await;
    let form = form.unwrap();
    assert_eq!(form, store.users_form(&own).await.unwrap());
    assert_eq!(form.user(&gone.officer), Some(&gone));
    assert_eq!(form.users().count(), 3);
}

pub(crate) async fn many_who_send_the_same_make_one_entry(url: &str) {
    let (store, id) = opened(url).await;
    let own: domain::OrganismId = parsed(HERENCIA);
    let sent = [user("PRUEBA-1")];
    let tries = (0..8).map(|_| {
        let (store, own, sent) = (store.clone(), own.clone(), sent.clone());
        tokio::spawn(async move {
            let empty = mark(&UsersForm::default()).unwrap();
            store.put_own_users(&own, (&sent, &empty), at(60)).await
        })
    });
    for tried in tries.collect::<Vec<_>>() {
        tried.await.unwrap().unwrap();
    }
    assert_eq!(dossier(&store, &id).await.version(), 1);
}

pub(crate) async fn an_organism_without_a_file_has_its_form_all_the_same(url: &str) {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    let (own, sent) = (parsed(HERENCIA), [user("PRUEBA-1")]);
    let empty = mark(&UsersForm::default()).unwrap();
    store
        .put_own_users(&own, (&sent, &empty), at(60))
        .await
        .unwrap();
    assert_eq!(store.users_form(&own).await.unwrap().users().count(), 1);
}

pub(crate) async fn a_form_that_the_organism_sends_keeps_nobody_from_acting(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    let seen = desk.dossier().await.version();
    let own = parsed(HERENCIA);
    let form = desk.store.users_form(&own).await.unwrap();
    let sent = [user("PRUEBA-1"), user("PRUEBA-7")];
    let about = (&sent[..], &mark(&form).unwrap());
    desk.store.put_own_users(&own, about, at(60)).await.unwrap();
    assert_eq!(desk.dossier().await.version(), seen + 1);
    let done = desk.act_on("supervisora", seen, Act::Approved).await;
    assert_eq!(done.unwrap().version(), seen + 2);
    // The evidence is of the entry at the place that it has.
    let done = desk.dossier().await;
    let entry = serde_json::to_string(done.entries().last().unwrap()).unwrap();
    let mut export = desk.store.export_journal(desk.journal.node().clone());
    let page = export.next_page().await.unwrap();
    let last = journal::sealed::open(&page.last().unwrap().bytes).unwrap();
    let expected = journal::Digest::of(entry.as_bytes());
    assert_eq!(last.entry.request_digest, Some(expected));
}

/// One that was taken before such names were refused; no other is taken.
pub(crate) async fn an_officer_of_an_older_name_can_be_given_a_last_day(url: &str) {
    let desk = Desk::sit(url).await;
    let (id, by, occasion) = (parsed(HERENCIA), staff("gestora"), Desk::occasion());
    desk.store.put_organism(&organism(HERENCIA)).await.unwrap();
    let known = [user("99999999R")];
    let put = desk.store.put_users(&id, &known, "PRUEBA", at(0));
    put.await.unwrap();
    let gone = User {
        until: Some(parsed("2026-02-28")),
        ..user("99999999R")
    };
    for (kept, expected) in [
        (gone, None),
        (user("99999018D"), Some("funcionario-con-documento")),
    ] {
        let kept = desk.store.keep_users(
            &desk.journal,
            &by,
            (&id, std::slice::from_ref(&kept)),
            &occasion,
        );
        let code = kept.await.err().map(|error| error.code().unwrap());
        assert_eq!(code, expected);
    }
    let form = desk.store.users_form(&id).await.unwrap();
    assert!(!form.admits(&parsed("99999999R"), parsed("2026-03-01")));
}
