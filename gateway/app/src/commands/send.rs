//! `pasarela send`: a file of cases, sent to a gateway as one lot of any length.
//!
//! In pieces, several under way at once: line by line over REST (`POST /v2/casos/lote`), or, where there is a key to sign
//! with, as messages of SOAP (`remitirLote`), each signed. The results go to a file, one a line; a file of results of the
//! same lot that is there already says where to go on. The number of the lot is made of the file's content, so that what was
//! sent before has its one effect, whoever sends it again and however it is cut.

mod connections;
mod delivery;
mod lines;
mod profile;
mod progress;
mod results;
mod signed;
mod spoken;
mod told;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{OfficerId, OrganismId, Purpose};
use tokio::task::JoinHandle;

use crate::exit::{Failure, Outcome};
use crate::runtime;
use connections::Connections;
use delivery::{Delivery, Piece};
use lines::Lines;
use profile::Profile;
use progress::Progress;
use results::{Lot, Results, Tally};

/// Sends a file of cases.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The gateway, `https://…`, without a path.
    #[arg(long)]
    url: String,
    /// The organism's certificate, then its chain; PEM.
    #[arg(long)]
    cert: PathBuf,
    /// Its key, PEM.
    #[arg(long)]
    key: PathBuf,
    /// The authority of the gateway, PEM.
    #[arg(long)]
    ca: PathBuf,
    /// The organism (DIR3 or NIF) that sends.
    #[arg(long)]
    organism: OrganismId,
    /// The officer, by pseudonym, who answers for the sending.
    #[arg(long)]
    officer: OfficerId,
    /// What for.
    #[arg(long, default_value = "coordinacion")]
    purpose: Purpose,
    /// The certificate to sign messages with, PEM: the cases then go by SOAP, in signed messages.
    #[arg(long, requires = "sign_key")]
    sign_cert: Option<PathBuf>,
    /// Its key, PEM.
    #[arg(long, requires = "sign_cert")]
    sign_key: Option<PathBuf>,
    /// The certificate that the gateway signs its answers with, PEM; without it an answer that is signed is refused.
    #[arg(long, requires = "sign_cert")]
    gateway_cert: Option<PathBuf>,
    /// How many cases travel together; 200 line by line and 500, the most, in a message, if absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    piece: Option<u32>,
    /// How many pieces are under way at once; two that name the same case never are.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=16))]
    under_way: u32,
    /// Where the results go; beside the file, with `.resultados` after its name, if absent.
    #[arg(long)]
    results: Option<PathBuf>,
    /// The contract's folder, to read an XML lot and to write messages; that of the repository if absent.
    #[arg(long)]
    contract: Option<PathBuf>,
    /// The partner that sends, by its folder's name: contract, protocol and signatures are then those of the folder.
    #[arg(long, conflicts_with = "contract")]
    partner: Option<String>,
    /// The folder of partners' folders; that of the repository if absent.
    #[arg(long, requires = "partner")]
    partners: Option<PathBuf>,
    /// `.ndjson`: a request of `presentarCaso` a line; or `.xml`: one `RemitirLote`, of at most 500. In the words of its own
    /// dialect where the partner has one.
    file: PathBuf,
}

/// Sends what is not sent yet; ends well only if every case was accepted.
pub(crate) fn run(args: &Args) -> Outcome {
    runtime::block_on(send(args))
}

async fn send(args: &Args) -> Outcome {
    let profile = Profile::of(args)?;
    let spoken = &profile.spoken;
    let connections = Connections::open(args)?;
    let way = profile.way(args)?;
    let lot = lines::survey(&args.file, spoken, &way)?;
    let path = args.results.clone().unwrap_or_else(|| beside(&args.file));
    let mut results = Results::open(&path, &known(args, &lot))?;
    let done = results.tally.done();
    let mut lines = Lines::open(&args.file, spoken)?;
    lines.pass(done)?;
    let delivery = Arc::new(Delivery {
        connections,
        url: args.url.trim_end_matches('/').to_owned(),
        name: lot.name.clone(),
        organism: args.organism.clone(),
        officer: args.officer.clone(),
        purpose: args.purpose,
        way,
    });
    let mut progress = Progress::begin(done, lot.lines);
    let mut under_way = UnderWay::new(args, delivery, lines, done + 1);
    loop {
        let (cases, told) = match under_way.next().await {
            Ok(Some(answered)) => answered,
            Ok(None) => break,
            Err(failure) => {
                // What is under way comes to its end, so that the next sending does not meet it.
                under_way.finish().await;
                progress.end();
                return Err(failure);
            }
        };
        let settled = results::settled(&told);
        results.keep(settled)?;
        progress.tell(results.tally.done());
        if settled.len() < cases {
            under_way.finish().await;
            progress.end();
            let why = told.get(settled.len()).map(String::as_str);
            return Err(unfinished(&path, results.tally, why));
        }
    }
    progress.end();
    let Tally { accepted, refused } = results.tally;
    println!(
        "{accepted} aceptadas, {refused} rechazadas; resultados en {}",
        path.display()
    );
    match refused {
        0 => Ok(()),
        _ => Err(Failure::Unfit(format!("{refused} cases were refused"))),
    }
}

/// A piece that was sent.
struct Sending {
    /// The cases that it names.
    named: Vec<String>,
    /// How many it brings.
    cases: usize,
    results: JoinHandle<Result<Vec<String>, Failure>>,
}

/// The pieces that were sent and not answered yet, oldest first.
struct UnderWay {
    delivery: Arc<Delivery>,
    lines: Lines,
    most: usize,
    piece: u32,
    position: u64,
    /// The next piece, if it has to wait.
    held: Option<Piece>,
    sent: VecDeque<Sending>,
}

impl UnderWay {
    fn new(args: &Args, delivery: Arc<Delivery>, lines: Lines, position: u64) -> Self {
        let (usual, most) = delivery.way.pieces();
        Self {
            delivery,
            lines,
            most: usize::try_from(args.under_way).unwrap_or(1),
            piece: args.piece.unwrap_or(usual).min(most),
            position,
            held: None,
            sent: VecDeque::new(),
        }
    }

    /// The results of the oldest piece, and of how many cases it was; nothing once all are answered.
    async fn next(&mut self) -> Result<Option<(usize, Vec<String>)>, Failure> {
        while self.sent.len() < self.most {
            let Some(piece) = self.take()? else { break };
            let named = piece.named(self.delivery.way.case());
            let waits = |sent: &Sending| sent.named.iter().any(|it| named.contains(it));
            if self.sent.iter().any(waits) {
                self.held = Some(piece);
                break;
            }
            let (delivery, cases) = (Arc::clone(&self.delivery), piece.lines.len());
            let results = tokio::spawn(async move { delivery.deliver(piece).await });
            self.sent.push_back(Sending {
                named,
                cases,
                results,
            });
        }
        let Some(Sending { cases, results, .. }) = self.sent.pop_front() else {
            return Ok(None);
        };
        let told = results.await;
        let told = told.map_err(|e| Failure::broken("sending", e))?;
        Ok(Some((cases, told?)))
    }

    fn take(&mut self) -> Result<Option<Piece>, Failure> {
        if let Some(piece) = self.held.take() {
            return Ok(Some(piece));
        }
        let lines = self.lines.piece(self.piece, self.delivery.way.heavy())?;
        if lines.is_empty() {
            return Ok(None);
        }
        let first = self.position;
        self.position += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        Ok(Some(Piece { first, lines }))
    }

    async fn finish(&mut self) {
        for sent in self.sent.drain(..) {
            // Its results come again with the next sending.
            drop(sent.results.await);
        }
    }
}

/// What the results of this sending are known by.
fn known<'l>(args: &'l Args, lot: &'l lines::Survey) -> Lot<'l> {
    Lot {
        name: &lot.name,
        content: &lot.content,
        gateway: args.url.trim_end_matches('/'),
        organism: args.organism.as_str(),
    }
}

/// The lot ends here for now: the case after those that have a result is the first of the next sending.
fn unfinished(path: &Path, tally: Tally, why: Option<&str>) -> Failure {
    Failure::Broken(format!(
        "the lot stopped at position {}, to be sent again from there: {}; what came before is in `{}`",
        tally.done() + 1,
        why.unwrap_or("the gateway ended the answer"),
        path.display()
    ))
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".resultados");
    PathBuf::from(name)
}
