//! The users form as the organism itself keeps it: taken once, told to its file, whoever else acts.

use domain::adhesion::{Act, Author, Dossier, File, User, UserRole};
use domain::{AgreementId, Staff, StaffRole, StaffRoles};
use store::{Error, Store};

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
    let changed = store.own_users_change(&own, &sent, at(60)).await.unwrap();
    assert_eq!(changed, sent);
    store
        .put_own_users(&own, (&sent, &changed), at(60))
        .await
        .unwrap();
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
    // The same again changes nothing, not even a version.
    let again = store.own_users_change(&own, &sent, at(61)).await.unwrap();
    assert!(again.is_empty());
    store
        .put_own_users(&own, (&sent, &again), at(61))
        .await
        .unwrap();
    assert_eq!(dossier(&store, &id).await.version(), 1);
    assert_eq!(store.registry_version().await.unwrap(), before + 1);
    // Of two who change it at once the second is told.
    let more = [user("PRUEBA-1"), user("PRUEBA-2"), user("PRUEBA-3")];
    let late = store.put_own_users(&own, (&more, &sent), at(62)).await;
    assert!(matches!(late, Err(Error::FormMoved)), "{late:?}");
    let left_out = store.put_own_users(&own, (&more[..1], &[]), at(62)).await;
    assert_eq!(left_out.unwrap_err().code(), Some("funcionario-omitido"));
    assert_eq!(store.users_form(&own).await.unwrap().users().count(), 2);
}

pub(crate) async fn many_who_send_the_same_make_one_entry(url: &str) {
    let (store, id) = opened(url).await;
    let own: domain::OrganismId = parsed(HERENCIA);
    let sent = [user("PRUEBA-1")];
    let tries = (0..8).map(|_| {
        let (store, own, sent) = (store.clone(), own.clone(), sent.clone());
        tokio::spawn(async move { store.put_own_users(&own, (&sent, &sent), at(60)).await })
    });
    let mut taken = 0;
    for tried in tries.collect::<Vec<_>>() {
        match tried.await.unwrap() {
            Ok(_) => taken += 1,
            Err(error) => assert!(matches!(error, Error::FormMoved), "{error}"),
        }
    }
    assert_eq!((taken, dossier(&store, &id).await.version()), (1, 1));
}

pub(crate) async fn an_organism_without_a_file_has_its_form_all_the_same(url: &str) {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    let (own, sent) = (parsed(HERENCIA), [user("PRUEBA-1")]);
    store
        .put_own_users(&own, (&sent, &sent), at(60))
        .await
        .unwrap();
    assert_eq!(store.users_form(&own).await.unwrap().users().count(), 1);
}
