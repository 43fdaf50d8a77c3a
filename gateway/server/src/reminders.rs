//! Reminders of what ends: certificates of organisms at sixty, thirty and seven days, terms of agreements at their marks.
//! Each mark is told in the log once, by whichever node comes first; pages show what stands, for as long as it stands.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::adhesion::{Summary, Warning};
use domain::reminder::Mark;
use domain::{AgreementState, OrganismId, day_in_madrid};
use jiff::Timestamp;
use store::certificates::KeyRecord;
use store::reminders::Reminder;
use store::{Error, Store};

use crate::clock;

/// How often it is looked at: a mark is a day's matter.
const EVERY: Duration = Duration::from_mins(10);

/// A certificate that is about to end, or has.
pub(crate) struct Ending {
    pub(crate) record: KeyRecord,
    pub(crate) not_after: i64,
    pub(crate) mark: Mark,
    /// Whether the organism has a later one already.
    pub(crate) renewed: Renewed,
}

/// Whether an organism has a later certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewed {
    Already,
    NotYet,
}

/// A term that is about to end.
pub(crate) struct Closing {
    pub(crate) summary: Summary,
    pub(crate) warning: Warning,
}

/// The certificates to be reminded of, the first to end first.
pub(crate) async fn endings(store: &Store, now: Timestamp) -> Result<Vec<Ending>, Error> {
    let keys = store.certificates().await?;
    let end = |record: &KeyRecord| record.known.as_ref().map(|(it, _)| it.not_after);
    let mut latest: BTreeMap<&OrganismId, i64> = BTreeMap::new();
    for (organism, end) in keys.iter().filter_map(|it| Some((&it.organism, end(it)?))) {
        let known = latest.entry(organism).or_insert(end);
        *known = end.max(*known);
    }
    let ending = |record: &KeyRecord| {
        let not_after = end(record)?;
        let mark = Mark::on(not_after, now.as_second())?;
        let renewed = match latest.get(&record.organism) {
            Some(latest) if *latest > not_after => Renewed::Already,
            Some(_) | None => Renewed::NotYet,
        };
        // What has ended and was followed by another needs nobody any more.
        let stands = mark != Mark::Over || renewed == Renewed::NotYet;
        stands.then(|| Ending {
            mark,
            renewed,
            not_after,
            record: record.clone(),
        })
    };
    let mut endings: Vec<Ending> = keys.iter().filter_map(ending).collect();
    endings.sort_by_key(|it| it.not_after);
    Ok(endings)
}

/// The terms to be warned of.
pub(crate) async fn closings(store: &Store, now: Timestamp) -> Result<Vec<Closing>, Error> {
    let today = day_in_madrid(now);
    let closing = |summary: Summary| {
        let last = summary.expires_on?;
        summary.effective_from?;
        (summary.state != AgreementState::Resolved).then_some(())?;
        let warning = Warning::on(today, last)?;
        Some(Closing { summary, warning })
    };
    let summaries = store.dossiers().await?.into_iter();
    Ok(summaries.filter_map(closing).collect())
}

/// Looks now and then, until the task is dropped.
pub(crate) async fn remind(store: Store) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tell(&store, clock::now()).await {
            tracing::error!(%error, "reminders could not be looked at");
        }
    }
}

/// Tells in the log what stands and was not told at this mark.
async fn tell(store: &Store, now: Timestamp) -> Result<(), Error> {
    for ending in endings(store, now).await? {
        let Ending { record, mark, .. } = &ending;
        // With its end: a renewal on the same key, or an extension, is reminded of anew.
        let about = format!("certificado:{}:{}", record.key, ending.not_after);
        if store.remind(&about, mark.as_str(), now).await? == Reminder::First {
            let (organism, key) = (&record.organism, &record.key);
            let renewed = ending.renewed == Renewed::Already;
            tracing::warn!(%organism, %key, days = mark.as_str(), renewed, "a certificate is about to end, or has");
        }
    }
    for Closing { summary, warning } in closings(store, now).await? {
        let last = summary
            .expires_on
            .map_or_else(String::new, |it| it.to_string());
        let about = format!("convenio:{}:{last}", summary.id);
        if store.remind(&about, warning.as_str(), now).await? == Reminder::First {
            let organism = &summary.organism.id;
            tracing::warn!(agreement = %summary.id, %organism, warning = warning.as_str(), "the term of an agreement is about to end");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{CertificateOrigin, Organism, OrganismKind};
    use store::certificates::{Certified, Held};

    use super::*;

    const DAY: i64 = 86_400;

    fn held(byte: u8, days: i64) -> Held {
        Held {
            key: domain::CertificateKey::from_digest([byte; 32]),
            certificate: Certified {
                not_before: 0,
                not_after: days * DAY,
                serial: format!("0{byte}"),
                issuer: "ab".repeat(32),
            },
            origin: CertificateOrigin::Issued,
        }
    }

    #[tokio::test]
    async fn each_mark_is_told_once_and_what_ends_first_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("x.db").display());
        let store = Store::open(&url).await.unwrap();
        store.migrate().await.unwrap();
        let organism = Organism {
            id: "L01130473".parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "PRUEBA".to_owned(),
        };
        store.put_organism(&organism).await.unwrap();
        for (byte, days) in [(1, 70), (2, 20), (3, 400)] {
            let held = held(byte, days);
            store.put_certificate(&held, &organism.id).await.unwrap();
        }
        let at = |days: i64| Timestamp::from_second(days * DAY).unwrap();
        let told = async |days| {
            let endings = endings(&store, at(days)).await.unwrap();
            endings
                .into_iter()
                .map(|it| (it.not_after / DAY, it.mark, it.renewed))
                .collect::<Vec<_>>()
        };
        let renewed = Renewed::Already;
        assert_eq!(told(0).await, [(20, Mark::OneMonth, renewed)]);
        assert_eq!(
            told(15).await,
            [(20, Mark::OneWeek, renewed), (70, Mark::TwoMonths, renewed)]
        );
        // The two that ended were followed by the third.
        let last = (400, Mark::OneWeek, Renewed::NotYet);
        assert_eq!(told(399).await, [last]);
        assert_eq!(told(401).await, [(400, Mark::Over, Renewed::NotYet)]);
        tell(&store, at(0)).await.unwrap();
        let about = format!(
            "certificado:{}:{}",
            domain::CertificateKey::from_digest([2; 32]),
            20 * DAY
        );
        assert_eq!(
            store.remind(&about, "30", at(0)).await.unwrap(),
            Reminder::Told
        );
        // A year later, on the same key: its thirty days are told again.
        let again = held(2, 385);
        store.put_certificate(&again, &organism.id).await.unwrap();
        tell(&store, at(365)).await.unwrap();
        let about = format!("certificado:{}:{}", again.key, 385 * DAY);
        assert_eq!(
            store.remind(&about, "30", at(365)).await.unwrap(),
            Reminder::Told
        );
    }
}
