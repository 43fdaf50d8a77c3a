//! `pasarela exceptional`: the review of exceptional accesses. Whoever reviews is not whom it is about, and reading a
//! reason or closing a review is evidence, in a journal of its own beside the node's.

use std::path::{Path, PathBuf};

use ::journal::{Entry, EntryKind};
use domain::{Finding, OfficerId, OrganismId};
use jiff::Timestamp;
use store::Store;
use store::exceptional::{Access, Closing, Mark, Notice, Page, Queue, Review};

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{runtime, wiring};

/// What to do with exceptional accesses.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Lists accesses, oldest first; never their reasons.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Only those of the officers of this organism, or about cases that it is in charge of.
        #[arg(long)]
        organism: Option<OrganismId>,
        /// Also those whose review is closed.
        #[arg(long)]
        all: bool,
        /// At most so many.
        #[arg(long, default_value_t = 500)]
        limit: u32,
        /// After which, as the list before this one ended.
        #[arg(long)]
        after: Option<Mark>,
    },
    /// Shows one access with its reason.
    Show(Reviewing),
    /// Closes the review of one access, and erases its reason.
    Close {
        #[command(flatten)]
        reviewing: Reviewing,
        /// What was found: justificado or injustificado.
        #[arg(long)]
        verdict: Finding,
    },
}

/// Who reviews which access.
#[derive(clap::Args)]
pub(crate) struct Reviewing {
    /// The exchange, as the list names it.
    exchange: String,
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who reviews, by pseudonym.
    #[arg(long)]
    by: OfficerId,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::List {
            config,
            organism,
            all,
            limit,
            after,
        } => {
            let queue = if *all { Queue::Whole } else { Queue::Open };
            runtime::block_on(async {
                let (_, store) = open(config).await?;
                let page = Page {
                    after: after.clone(),
                    most: *limit,
                };
                list(&store, organism.as_ref(), (queue, &page)).await
            })
        }
        Command::Show(reviewing) => runtime::block_on(show(reviewing)),
        Command::Close { reviewing, verdict } => runtime::block_on(close(reviewing, *verdict)),
    }
}

async fn open(config: &Path) -> Result<(Config, Store), Failure> {
    let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
    let store = Store::open(config.store.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))?;
    Ok((config, store))
}

fn failed(error: store::Error) -> Failure {
    Failure::broken("exceptional accesses", error)
}

async fn list(
    store: &Store,
    organism: Option<&OrganismId>,
    (queue, page): (Queue, &Page),
) -> Outcome {
    let mut listed = 0;
    let accesses = store.accesses(queue, page).await.map_err(failed)?;
    let whole = accesses.len() == page.most as usize;
    let next = accesses.last().filter(|_| whole).map(Access::mark);
    for access in accesses {
        let notices = store.notices_of(&access.exchange).await.map_err(failed)?;
        let about = |id: &OrganismId| {
            let mut responsible = notices.iter().map(|notice| notice.responsible.as_ref());
            access.organism == *id || responsible.any(|told| told == Some(id))
        };
        if organism.is_none_or(about) {
            print(&access, &notices);
            listed += 1;
        }
    }
    println!("{listed} accesos excepcionales");
    if let Some(next) = next {
        println!("siguen: --after {next}");
    }
    Ok(())
}

fn print(access: &Access, notices: &[Notice]) {
    let review = access.review.as_ref().map_or_else(
        || "pendiente de revision".to_owned(),
        |review| format!("{} por {} el {}", review.finding, review.by, review.at),
    );
    let (exchange, at) = (&access.exchange, access.at);
    println!(
        "{exchange}  {at}  {} {}  {review}",
        access.organism, access.officer
    );
    for notice in notices {
        let told = match (&notice.responsible, notice.read_at) {
            (None, _) => "sin responsable conocido".to_owned(),
            (Some(responsible), None) => format!("responde {responsible}, que no lo ha leido"),
            (Some(responsible), Some(at)) => format!("responde {responsible}, leido el {at}"),
        };
        println!("    caso {}: {told}", notice.case);
    }
}

/// The access, unless whoever reviews it is whom it is about.
async fn find(store: &Store, reviewing: &Reviewing) -> Result<Access, Failure> {
    let exchange = &reviewing.exchange;
    let access = store.access(exchange).await.map_err(failed)?;
    let access = access
        .ok_or_else(|| Failure::Broken(format!("there is no exceptional access `{exchange}`")))?;
    if access.officer == reviewing.by {
        return Err(Failure::Unfit(format!(
            "`{}` cannot review an access of its own",
            reviewing.by
        )));
    }
    if let Some(review) = &access.review {
        return Err(Failure::Unfit(format!(
            "the review of `{exchange}` was closed by `{}`: {}",
            review.by, review.finding
        )));
    }
    Ok(access)
}

async fn show(reviewing: &Reviewing) -> Outcome {
    let (config, store) = open(&reviewing.config).await?;
    let access = find(&store, reviewing).await?;
    let veil = wiring::veil(&config)?;
    let sealed = access.reason.as_deref().unwrap_or_default();
    let reason = veil
        .open(&access.exchange, sealed)
        .map_err(|e| Failure::broken("reason", e))?;
    let entry = evidence(&access, reviewing, EntryKind::Released, "leerMotivo");
    record(&config, &store, entry).await?;
    let notices = store.notices_of(&access.exchange).await.map_err(failed)?;
    print(&access, &notices);
    println!("    motivo: {reason}");
    Ok(())
}

async fn close(reviewing: &Reviewing, finding: Finding) -> Outcome {
    let (config, store) = open(&reviewing.config).await?;
    let access = find(&store, reviewing).await?;
    let mut entry = evidence(&access, reviewing, EntryKind::Reviewed, "cerrarRevision");
    entry.finding = Some(finding);
    let review = Review {
        at: entry.at,
        by: reviewing.by.clone(),
        finding,
    };
    record(&config, &store, entry).await?;
    let closing = store.close_review(&access.exchange, &review).await;
    match closing.map_err(failed)? {
        Closing::Closed(_) => {
            println!("{}: {finding}", access.exchange);
            Ok(())
        }
        Closing::Unknown | Closing::ClosedBefore(_) | Closing::SameOfficer => Err(Failure::Unfit(
            format!("someone else closed `{}` just now", access.exchange),
        )),
    }
}

fn evidence(access: &Access, reviewing: &Reviewing, kind: EntryKind, operation: &str) -> Entry {
    Entry {
        operation: Some(operation.to_owned()),
        organism: Some(access.organism.clone()),
        officer: Some(reviewing.by.clone()),
        reason: Some(access.reason_digest),
        ..Entry::new(kind, Timestamp::now(), access.exchange.as_str())
    }
}

/// Writes evidence into the journal of this node's reviews, and seals it.
pub(crate) async fn record(config: &Config, store: &Store, entry: Entry) -> Outcome {
    let node = format!("{}.revision", config.node.id);
    let (journal, writer) = wiring::journal(config, store, &node).await?;
    let recorded = journal.record(entry).await;
    recorded.map_err(|e| Failure::broken("journal", e))?;
    let sealed = journal.checkpoint(Timestamp::now()).await;
    sealed.map_err(|e| Failure::broken("checkpoint", e))?;
    drop(journal);
    writer.await.map_err(|e| Failure::broken("journal", e))
}
