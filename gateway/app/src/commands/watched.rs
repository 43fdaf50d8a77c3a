//! `pasarela honey` and `pasarela officer-self`: the subjects about which a question raises an alarm. What is kept of
//! them is a digest under the supervision key; every change leaves an entry in the journal of the reviews.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};

use ::journal::{Digest, Entry, EntryKind};
use certs::veil::Veil;
use domain::watched::{case_word, document_word, honey_word, own_word};
use domain::{CaseId, OfficerId, OrganismId, Watched};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::watched::Subject;
use uuid::Uuid;

use crate::commands::exceptional::record;
use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{runtime, wiring};

/// How many alarms are listed at once.
const MOST: u32 = 1_000;

/// What to do with records that nobody has a reason to ask about.
#[derive(clap::Subcommand)]
pub(crate) enum Honey {
    /// Marks a case, or whoever has a document: whoever asks is told that there is none, and raises an alarm.
    Add(Marking),
    /// Takes the mark off.
    Remove(Marking),
    /// Lists what is watched: digests, which tell nothing of whom.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
    /// Lists the alarms, oldest first.
    Alarms {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Only those of so many days.
        #[arg(long, default_value_t = 30)]
        days: u16,
    },
}

/// Which record, and who marks it.
#[derive(clap::Args)]
pub(crate) struct Marking {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who marks it, by pseudonym.
    #[arg(long)]
    by: OfficerId,
    #[command(flatten)]
    subject: Target,
}

/// A case or a document.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Target {
    /// The case.
    #[arg(long)]
    case: Option<CaseId>,
    /// The number of the identity document; `-` reads it from the standard input.
    #[arg(long)]
    document: Option<String>,
}

/// What to do with officers' own documents and those of their relatives.
#[derive(clap::Subcommand)]
pub(crate) enum OfficerSelf {
    /// Registers documents: the officer who looks one of them up raises an alarm.
    Add(Registering),
    /// Takes documents off.
    Remove(Registering),
}

/// Whose documents.
#[derive(clap::Args)]
pub(crate) struct Registering {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who registers them, by pseudonym.
    #[arg(long)]
    by: OfficerId,
    /// The officer's organism.
    #[arg(long)]
    organism: OrganismId,
    /// The officer, by pseudonym.
    #[arg(long)]
    officer: OfficerId,
    /// The numbers of the identity documents; `-` reads them from the standard input, one a line.
    #[arg(long = "document", required = true)]
    documents: Vec<String>,
}

/// Runs `pasarela honey`.
pub(crate) fn honey(command: &Honey) -> Outcome {
    runtime::block_on(async {
        match command {
            Honey::Add(marking) => {
                let list = List::open(&marking.config, &marking.by).await?;
                list.add(Watched::Honey, &honey_words(marking)?).await
            }
            Honey::Remove(marking) => {
                let list = List::open(&marking.config, &marking.by).await?;
                list.remove(Watched::Honey, &honey_words(marking)?).await
            }
            Honey::List { config } => print(&open(config).await?.1).await,
            Honey::Alarms { config, days } => alarms(&open(config).await?.1, *days).await,
        }
    })
}

/// Runs `pasarela officer-self`.
pub(crate) fn officer_self(command: &OfficerSelf) -> Outcome {
    runtime::block_on(async {
        match command {
            OfficerSelf::Add(registering) => {
                let list = List::open(&registering.config, &registering.by).await?;
                list.add(Watched::Own, &own_words(registering)?).await
            }
            OfficerSelf::Remove(registering) => {
                let list = List::open(&registering.config, &registering.by).await?;
                list.remove(Watched::Own, &own_words(registering)?).await
            }
        }
    })
}

fn honey_words(marking: &Marking) -> Result<Vec<String>, Failure> {
    let Target { case, document } = &marking.subject;
    let cases = case.iter().map(case_word).collect();
    let documents = document.iter().cloned().collect::<Vec<_>>();
    let subjects: Vec<String> = match document {
        None => cases,
        Some(_) => subjects(&documents)?,
    };
    Ok(subjects.iter().map(|it| honey_word(it)).collect())
}

fn own_words(registering: &Registering) -> Result<Vec<String>, Failure> {
    let Registering {
        organism, officer, ..
    } = registering;
    let subjects = subjects(&registering.documents)?;
    let word = |subject: &String| own_word(organism, officer, subject);
    Ok(subjects.iter().map(word).collect())
}

/// The words of documents; those of the standard input stand in no history of a shell.
fn subjects(documents: &[String]) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    for document in documents {
        if document != "-" {
            words.push(document.clone());
            continue;
        }
        for line in std::io::stdin().lock().lines() {
            words.push(line.map_err(|e| Failure::broken("standard input", e))?);
        }
    }
    let given = words.iter().filter(|word| !word.trim().is_empty());
    let words: Vec<String> = given.map(|number| document_word(number)).collect();
    if words.is_empty() {
        return Err(Failure::Unfit("no document was given".to_owned()));
    }
    Ok(words)
}

/// The list, open for changes by someone.
struct List {
    config: Config,
    store: Store,
    veil: Veil,
    by: OfficerId,
}

impl List {
    async fn open(config: &Path, by: &OfficerId) -> Result<Self, Failure> {
        let (config, store) = open(config).await?;
        Ok(Self {
            veil: wiring::veil(&config)?,
            by: by.clone(),
            config,
            store,
        })
    }

    fn digests(&self, words: &[String]) -> Result<Vec<Digest>, Failure> {
        let digest = |word: &String| self.veil.digest(word.as_bytes()).map(Digest::from_bytes);
        let digests: Result<_, _> = words.iter().map(digest).collect();
        digests.map_err(|e| Failure::broken("supervision key", e))
    }

    async fn add(&self, watched: Watched, words: &[String]) -> Outcome {
        let at = Timestamp::now();
        let subject = |digest| Subject {
            digest,
            watched,
            at,
            by: self.by.to_string(),
        };
        let subjects: Vec<Subject> = self.digests(words)?.into_iter().map(subject).collect();
        self.noted("vigilar", watched).await?;
        let added = self.store.watch(&subjects).await.map_err(failed)?;
        println!("{added} sujetos nuevos, {watched}");
        Ok(())
    }

    async fn remove(&self, watched: Watched, words: &[String]) -> Outcome {
        let digests = self.digests(words)?;
        self.noted("dejarDeVigilar", watched).await?;
        let mut removed = 0;
        for digest in &digests {
            removed += self.store.unwatch(digest).await.map_err(failed)?;
        }
        if removed == 0 {
            return Err(Failure::Unfit("it was not on the list".to_owned()));
        }
        println!("{removed} sujetos menos, {watched}");
        Ok(())
    }

    /// That the list was changed, by whom and in which part; never about whom.
    async fn noted(&self, act: &str, watched: Watched) -> Outcome {
        let exchange = Uuid::now_v7().to_string();
        let entry = Entry {
            operation: Some(act.to_owned()),
            officer: Some(self.by.clone()),
            alarm: Some(watched.alarm()),
            ..Entry::new(EntryKind::Managed, Timestamp::now(), exchange)
        };
        record(&self.config, &self.store, entry).await
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
    Failure::broken("watched subjects", error)
}

async fn print(store: &Store) -> Outcome {
    let subjects = store.watched().await.map_err(failed)?;
    for subject in &subjects {
        let Subject {
            digest,
            watched,
            at,
            by,
        } = subject;
        println!("{digest}  {watched}  desde {at} por {by}");
    }
    println!("{} sujetos vigilados", subjects.len());
    Ok(())
}

async fn alarms(store: &Store, days: u16) -> Outcome {
    let since = Timestamp::now() - SignedDuration::from_hours(24 * i64::from(days));
    let alarms = store.alarms(since, MOST).await.map_err(failed)?;
    for raised in &alarms {
        println!(
            "{}  {}  {}  {} {}",
            raised.exchange, raised.at, raised.alarm, raised.organism, raised.officer
        );
    }
    println!("{} alarmas", alarms.len());
    Ok(())
}
