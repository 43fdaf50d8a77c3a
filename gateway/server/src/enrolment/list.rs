//! The authority's revocation list, kept by the gateway that holds the authority's key.
//!
//! The registry closes access by itself, at once, on every node. The list is for whoever else trusts the authority, and for
//! handshakes. It is written anew when something was revoked, by whichever way, and when half its time is over.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use certs::authority::{AuthorityError, ListOrder, RevokedSerial};
use store::certificates::RevokedCertificate;

use super::Shop;
use crate::clock;

/// How often it is looked whether something was revoked.
const EVERY: Duration = Duration::from_secs(1);
const DAY: i64 = 86_400;

/// A list that is kept.
#[derive(Clone, Debug)]
pub struct KeptList {
    /// Its file, PEM; lists of other authorities in it stay as they are.
    pub path: PathBuf,
    /// How many days each is good.
    pub days: u32,
}

/// Why the list is not what it should be.
#[derive(Debug, thiserror::Error)]
enum ListError {
    #[error("the registry: {0}")]
    Store(#[from] store::Error),
    #[error("the authority: {0}")]
    Authority(#[from] AuthorityError),
    #[error("the file: {0}")]
    File(#[from] io::Error),
}

/// What was written last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Written {
    version: i64,
    /// When it must be written again, whatever happens.
    again: i64,
}

/// Keeps the list until the task is dropped.
pub(crate) async fn keep(desk: Shop, list: KeptList) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut written = Written::default();
    loop {
        ticks.tick().await;
        match renewed(&desk, &list, written).await {
            Ok(now) => written = now,
            Err(error) => {
                tracing::error!(%error, "the revocation list could not be written; the registry closes access all the same");
            }
        }
    }
}

async fn renewed(desk: &Shop, list: &KeptList, before: Written) -> Result<Written, ListError> {
    let (store, now) = (&desk.shared.store, clock::now().as_second());
    let version = store.registry_version().await?;
    if version == before.version && now < before.again {
        return Ok(before);
    }
    let name = desk.authority.name()?;
    let all = store.revoked_certificates().await?.into_iter();
    let own = all.filter(|it| it.issuer == name);
    let revoked: Vec<RevokedSerial> = own.map(serial).collect();
    let lasts = i64::from(list.days) * DAY;
    let order = ListOrder {
        number: u32::try_from(now).unwrap_or(u32::MAX),
        this_update: now,
        next_update: now + lasts,
    };
    let present = present(&list.path)?;
    let text = desk.authority.relist(&present, order, &revoked)?;
    replace(&list.path, &text)?;
    tracing::info!(revoked = revoked.len(), "the revocation list was written");
    Ok(Written {
        version,
        again: now + lasts / 2,
    })
}

fn serial(certificate: RevokedCertificate) -> RevokedSerial {
    RevokedSerial {
        serial: certificate.serial,
        at: certificate.at.as_second(),
    }
}

fn present(path: &Path) -> io::Result<Vec<u8>> {
    match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// Whoever reads it finds the old list or the new one, and never half of one.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".nueva");
    std::fs::write(&name, text)?;
    std::fs::rename(&name, path)
}
