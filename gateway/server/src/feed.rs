//! Keeps the case index up to date from the holder's own index.

use std::time::Duration;

use adapters::wsse::Token;
use domain::{Alarm, Context, Malformed, OperationKind, OrganismId, Problem, Purpose, Source};
use journal::{Entry, EntryKind};
use peers::{Holder, PeerFault};
use store::{JournalWriter, Store};

use crate::clock;
use crate::metering;
use crate::signers::Signers;

/// The name of the central system's feed in the store; that of a partner is its organism's identifier.
const CENTRAL: &str = "central";
/// Who asks, where a context wants an officer.
const OFFICER: &str = "PASARELA";
/// How many entries a page asks for.
const PAGE: u32 = 5_000;

/// Reads the holder's index from where it was left, page by page.
pub struct Feed {
    /// Whose index.
    pub source: Source,
    /// Whose system it is.
    pub organism: OrganismId,
    /// The way to ask for it.
    pub holder: Holder,
    /// Who may sign its pages.
    pub signers: Signers,
    /// As whom the gateway asks.
    pub requester: OrganismId,
    /// Where it is kept.
    pub store: Store,
    /// How often it is asked for changes.
    pub every: Duration,
}

/// Whether the pages of an index were signed as agreed when that was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pages {
    Trusted,
    /// They were not, and there is evidence of it.
    Distrusted,
}

/// Why the index could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The holder did not give its page.
    #[error("the holder's index: {0}")]
    Holder(#[from] PeerFault),
    /// The gateway's own context is not well formed.
    #[error("the gateway's own context: {0}")]
    Context(#[from] Malformed),
    /// The page could not be kept.
    #[error("the case index: {0}")]
    Store(#[from] store::Error),
}

impl Feed {
    /// Reads until the task is dropped; after an error the next round tries again. Pages that are not signed as agreed
    /// are evidence once, until one is again.
    pub(crate) async fn run(self, journal: JournalWriter) {
        let mut pages = Pages::Trusted;
        let mut ticks = tokio::time::interval(self.every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let caught_up = self.catch_up(|_| ()).await;
            pages = self.judge(pages, &caught_up, &journal).await;
            match caught_up {
                Ok(0) => {}
                Ok(entries) => {
                    tracing::info!(
                        entries,
                        source = self.name(),
                        "case index brought up to date"
                    );
                }
                Err(error) => {
                    tracing::error!(%error, source = self.name(), "the case index could not be brought up to date");
                }
            }
        }
    }

    /// Raises the alarm where pages were trusted until now; what cannot be recorded is tried again next round.
    async fn judge(
        &self,
        pages: Pages,
        caught_up: &Result<usize, FeedError>,
        journal: &JournalWriter,
    ) -> Pages {
        match (caught_up, pages) {
            (Ok(_), _) => Pages::Trusted,
            (Err(FeedError::Holder(PeerFault::Signature(_))), Pages::Trusted) => {
                let entry = self.distrusted();
                metering::log(&entry);
                match journal.record(entry).await {
                    Ok(_) => Pages::Distrusted,
                    Err(error) => {
                        tracing::error!(%error, "an alarm could not be journalled");
                        Pages::Trusted
                    }
                }
            }
            // Whether they are signed, nothing else that goes wrong says.
            (Err(_), pages) => pages,
        }
    }

    fn distrusted(&self) -> Entry {
        let mut entry = Entry::new(EntryKind::Alert, clock::now(), clock::fresh_id());
        entry.operation_kind = Some(OperationKind::Index);
        entry.organism = Some(self.requester.clone());
        entry.recipient = Some(self.organism.clone());
        entry.problem = Some(Problem::HolderSignature.entry().code.to_owned());
        entry.alarm = Some(Alarm::UntrustedAnswer);
        entry
    }

    /// Reads every page there is; says how many entries came, and tells `progress` after each page.
    ///
    /// # Errors
    /// See [`FeedError`]; what was read until then is kept.
    pub async fn catch_up(&self, mut progress: impl FnMut(usize)) -> Result<usize, FeedError> {
        let feed = self.name();
        let mut cursor = self.store.index_cursor(feed).await?;
        let mut read = 0;
        let trust = |token: &Token| self.signers.accept(&self.organism, token);
        loop {
            let asked = (cursor.as_deref(), PAGE);
            let context = self.context()?;
            let page = self.holder.index_feed(&context, asked, &trust);
            let mut page = page.await?;
            for entry in &mut page.entries {
                entry.source = self.source.clone();
            }
            self.store.upsert_index(&page.entries, clock::now()).await?;
            // Only after its entries: a page is read twice rather than lost.
            if let Some(next) = &page.next {
                self.store.set_index_cursor(feed, next).await?;
            }
            read += page.entries.len();
            progress(read);
            if page.entries.is_empty() || page.next.is_none() || page.next == cursor {
                return Ok(read);
            }
            cursor = page.next;
        }
    }

    fn name(&self) -> &str {
        match &self.source {
            Source::Central => CENTRAL,
            Source::Partner(organism) => organism.as_str(),
        }
    }

    /// The gateway asks for itself, not for an officer.
    fn context(&self) -> Result<Context, Malformed> {
        Ok(Context {
            requester: self.requester.clone(),
            on_behalf_of: None,
            officer: OFFICER.parse()?,
            purpose: Purpose::Coordination,
            file: None,
            peril: None,
            request_id: clock::fresh_id().parse()?,
            timestamp: clock::now(),
        })
    }
}
