//! `pasarela send`: a file of cases, sent to a gateway as one lot of any length.
//!
//! `POST /v2/casos/lote`, one request a line, in pieces: each piece is answered whole before the next one leaves. The
//! results go to a file, one a line; a file of results of the same lot that is there already says where to go on. The number
//! of the lot is made of the file's content, so that what was sent before has its one effect, whoever sends it again.

mod lines;
mod progress;
mod results;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{OfficerId, OrganismId, Purpose};
use jiff::Timestamp;
use nodes::client::{Client, Reply};

use crate::exit::{Failure, Outcome};
use crate::runtime;
use lines::Lines;
use progress::Progress;
use results::{Lot, Results, Tally};

/// How often a piece that nobody took is sent again before it is given up.
const ATTEMPTS: u32 = 5;
/// How long to wait before the first of them; each further one waits twice as long.
const PAUSE: Duration = Duration::from_secs(1);

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
    /// How many cases travel at once.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    piece: u32,
    /// Where the results go; beside the file, with `.resultados` after its name, if absent.
    #[arg(long)]
    results: Option<PathBuf>,
    /// The contract's folder, to read an XML lot; that of the repository if absent.
    #[arg(long)]
    contract: Option<PathBuf>,
    /// `.ndjson`: a request of `presentarCaso` a line; or `.xml`: one `RemitirLote`, of at most 500.
    file: PathBuf,
}

/// Sends what is not sent yet; ends well only if every case was accepted.
pub(crate) fn run(args: &Args) -> Outcome {
    runtime::block_on(send(args))
}

async fn send(args: &Args) -> Outcome {
    let client = Client::new(
        &args.cert,
        &args.key,
        &args.ca,
        Timestamp::now().as_second(),
    )
    .map_err(|e| Failure::broken("certificates", e))?;
    let lot = lines::survey(&args.file, args.contract.as_deref())?;
    let path = args.results.clone().unwrap_or_else(|| beside(&args.file));
    let mut results = Results::open(&path, &known(args, &lot))?;
    let done = results.tally.done();
    let mut lines = Lines::open(&args.file, args.contract.as_deref())?;
    lines.pass(done)?;
    let mut progress = Progress::begin(done, lot.lines);
    loop {
        let piece = lines.piece(args.piece)?;
        if piece.is_empty() {
            break;
        }
        let position = results.tally.done() + 1;
        let told = deliver(args, &client, &lot.name, (position, &piece)).await?;
        let settled = results::settled(&told, piece.len());
        results.keep(settled)?;
        progress.tell(results.tally.done());
        if settled.len() < piece.len() {
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

/// Sends a piece until it is answered; gives its results.
async fn deliver(
    args: &Args,
    client: &Client,
    name: &str,
    (position, piece): (u64, &[String]),
) -> Result<Vec<String>, Failure> {
    let url = format!(
        "{}/v2/casos/lote?desde={position}",
        args.url.trim_end_matches('/')
    );
    let (organism, officer, purpose) = (
        args.organism.to_string(),
        args.officer.to_string(),
        args.purpose.to_string(),
    );
    let headers = [
        ("Content-Type", "application/x-ndjson"),
        ("Idempotency-Key", name),
        ("Pasarela-Solicitante", &organism),
        ("Pasarela-Funcionario", &officer),
        ("Pasarela-Finalidad", &purpose),
    ];
    let body = piece.join("\n").into_bytes();
    let mut pause = PAUSE;
    let (mut last, mut later) = (String::new(), None);
    for attempt in 1..=ATTEMPTS {
        match client.post(&url, &headers, body.clone()).await {
            Ok(reply) if reply.status == 200 => {
                let told = answered(&reply, position)?;
                // What may be taken later is sent again: what was taken has its one effect.
                if !told.iter().any(|line| results::is_for_later(line)) {
                    return Ok(told);
                }
                (last, later) = ("casos para más tarde".to_owned(), Some(told));
            }
            Ok(reply) if reply.status < 500 => {
                let told = String::from_utf8_lossy(&reply.body).into_owned();
                return Err(Failure::Broken(format!(
                    "the gateway refuses the lot: {told}"
                )));
            }
            Ok(reply) => last = format!("status {}", reply.status),
            Err(error) => last = error.to_string(),
        }
        if attempt == ATTEMPTS {
            break;
        }
        eprintln!(
            "pasarela: posición {position}: {last}; se repite en {} s",
            pause.as_secs()
        );
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    later.ok_or_else(|| Failure::broken("the gateway does not answer", last))
}

/// The results of a piece, which are those of its positions in order.
fn answered(reply: &Reply, first: u64) -> Result<Vec<String>, Failure> {
    let text = std::str::from_utf8(&reply.body).map_err(|e| Failure::broken("results", e))?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (line, expected) in lines.iter().zip(first..) {
        if results::position(line) != Some(expected) {
            let what = format!("position {expected} was to come, and this came: {line}");
            return Err(Failure::broken("results", what));
        }
    }
    Ok(lines)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".resultados");
    PathBuf::from(name)
}
