//! The registry: keys, agreements, versions.

use domain::{OrganismId, OrganismKind, Registry};
use store::Error;

use super::fixtures::{agreement, key, organism, parsed};
use super::open;

const HERENCIA: &str = "L01130473";
const MADRID: &str = "L01280796";

pub(crate) async fn what_is_put_is_loaded(url: &str) {
    let store = open(url).await;
    let (herencia, madrid) = (organism(HERENCIA), organism(MADRID));
    let renamed = domain::Organism {
        kind: OrganismKind::RegionalForce,
        name: "Cuerpo de PRUEBA".to_owned(),
        ..madrid.clone()
    };
    let first = agreement("CONV-1", HERENCIA);
    let extended = domain::Agreement {
        expires_on: parsed("2030-12-31"),
        ..first.clone()
    };
    let second = agreement("CONV-2", MADRID);

    store.put_organism(&herencia).await.unwrap();
    store.put_organism(&madrid).await.unwrap();
    store.put_organism(&renamed).await.unwrap();
    store.put_agreement(&first).await.unwrap();
    store.put_agreement(&second).await.unwrap();
    store.put_agreement(&extended).await.unwrap();
    store.put_key(&key(1), &herencia.id).await.unwrap();
    store.put_key(&key(2), &herencia.id).await.unwrap();
    store.put_key(&key(3), &madrid.id).await.unwrap();

    let keys = [
        (key(1), herencia.id.clone()),
        (key(2), herencia.id.clone()),
        (key(3), madrid.id),
    ];
    let expected = Registry::new(9, [herencia, renamed], [extended, second], keys);
    assert_eq!(store.load_registry().await.unwrap(), expected);
}

pub(crate) async fn every_change_raises_the_version(url: &str) {
    let store = open(url).await;
    let herencia = organism(HERENCIA);
    let mut versions = vec![store.registry_version().await.unwrap()];
    store.put_organism(&herencia).await.unwrap();
    versions.push(store.registry_version().await.unwrap());
    store.put_key(&key(1), &herencia.id).await.unwrap();
    versions.push(store.registry_version().await.unwrap());
    store
        .put_agreement(&agreement("CONV-1", HERENCIA))
        .await
        .unwrap();
    versions.push(store.registry_version().await.unwrap());
    store.remove_key(&key(1)).await.unwrap();
    versions.push(store.registry_version().await.unwrap());
    // A refused change is no change.
    assert!(store.put_key(&key(2), &parsed(MADRID)).await.is_err());
    versions.push(store.registry_version().await.unwrap());
    assert_eq!(versions, [0, 1, 2, 3, 4, 4]);
}

pub(crate) async fn a_key_has_exactly_one_organism(url: &str) {
    let store = open(url).await;
    let (herencia, madrid): (OrganismId, OrganismId) = (parsed(HERENCIA), parsed(MADRID));
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    store.put_organism(&organism(MADRID)).await.unwrap();
    store.put_key(&key(1), &herencia).await.unwrap();
    store.put_key(&key(1), &herencia).await.unwrap();
    let refused = store.put_key(&key(1), &madrid).await;
    assert!(
        matches!(&refused, Err(Error::KeyOfAnother { organism, .. }) if *organism == madrid),
        "{refused:?}"
    );
    let registry = store.load_registry().await.unwrap();
    assert_eq!(registry.by_key(&key(1)).unwrap().id, herencia);
}

pub(crate) async fn a_key_may_move_after_removal(url: &str) {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    store.put_organism(&organism(MADRID)).await.unwrap();
    store.put_key(&key(1), &parsed(HERENCIA)).await.unwrap();
    store.remove_key(&key(1)).await.unwrap();
    assert_eq!(store.load_registry().await.unwrap().by_key(&key(1)), None);
    store.put_key(&key(1), &parsed(MADRID)).await.unwrap();
    assert_eq!(
        store
            .load_registry()
            .await
            .unwrap()
            .by_key(&key(1))
            .map(|found| (**found).clone()),
        Some(organism(MADRID))
    );
}

pub(crate) async fn unknown_organisms_are_named(url: &str) {
    let store = open(url).await;
    let refused = [
        store.put_key(&key(1), &parsed(HERENCIA)).await,
        store.put_agreement(&agreement("CONV-1", HERENCIA)).await,
    ];
    for outcome in refused {
        let named = matches!(&outcome, Err(Error::UnknownOrganism(id)) if id.as_str() == HERENCIA);
        assert!(named, "{outcome:?}");
    }
}

pub(crate) async fn an_agreement_stays_with_its_organism(url: &str) {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    store.put_organism(&organism(MADRID)).await.unwrap();
    store
        .put_agreement(&agreement("CONV-1", HERENCIA))
        .await
        .unwrap();
    let refused = store.put_agreement(&agreement("CONV-1", MADRID)).await;
    assert!(
        matches!(&refused, Err(Error::AgreementOfAnother { .. })),
        "{refused:?}"
    );
}

pub(crate) async fn concurrent_changes_are_all_counted(url: &str) {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    let writers: Vec<_> = (0..20_u8)
        .map(|byte| {
            let store = store.clone();
            tokio::spawn(async move { store.put_key(&key(byte), &parsed(HERENCIA)).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let registry = store.load_registry().await.unwrap();
    assert_eq!((registry.version(), registry.keys().count()), (21, 20));
}
