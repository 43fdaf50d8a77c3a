//! Watched subjects: a list of digests with a version, and the alarms that they raised.

use domain::{Alarm, Watched};
use journal::Digest;
use store::watched::{Raised, Subject};

use super::fixtures::{at, parsed};
use super::open;

fn subject(number: u8, watched: Watched) -> Subject {
    Subject {
        digest: Digest::of(&[number]),
        watched,
        at: at(i64::from(number)),
        by: "S-1".to_owned(),
    }
}

pub(crate) async fn a_watched_subject_stays_until_it_is_taken_off(url: &str) {
    let store = open(url).await;
    let before = store.watched_version().await.unwrap();
    let list = [subject(1, Watched::Honey), subject(2, Watched::Own)];
    assert_eq!(store.watch(&list).await.unwrap(), 2);
    let after = store.watched_version().await.unwrap();
    assert_ne!(before, after);
    assert_eq!(store.watch(&list).await.unwrap(), 0);
    assert_eq!(store.watched().await.unwrap(), list);
    assert_eq!(store.unwatch(&list[0].digest).await.unwrap(), 1);
    assert_eq!(store.unwatch(&list[0].digest).await.unwrap(), 0);
    assert_eq!(store.watched().await.unwrap(), list[1..]);
    assert_ne!(store.watched_version().await.unwrap(), after);
}

pub(crate) async fn an_alarm_is_raised_once_for_an_exchange(url: &str) {
    let store = open(url).await;
    let raised = |number: i64, alarm| Raised {
        exchange: format!("x-{number}"),
        alarm,
        at: at(number),
        organism: parsed("L01130473"),
        officer: parsed("A-1"),
    };
    let alarms = [
        raised(1, Alarm::HoneyRecord),
        raised(1, Alarm::OwnLookup),
        raised(2, Alarm::HoneyRecord),
    ];
    for alarm in alarms.iter().chain(&alarms) {
        store.raise(alarm).await.unwrap();
    }
    let all = store.alarms(at(0), 10).await.unwrap();
    let exchanges: Vec<&str> = all.iter().map(|it| it.exchange.as_str()).collect();
    assert_eq!(exchanges, ["x-1", "x-1", "x-2"]);
    assert_eq!(store.alarms(at(2), 10).await.unwrap(), alarms[2..]);
    assert_eq!(store.alarms(at(0), 1).await.unwrap().len(), 1);
}
