//! `pasarela send`: a file of cases, sent to a gateway as one lot of any length.
//!
//! `POST /v2/casos/lote`, one request a line, in pieces: each piece is answered whole before the next one leaves. The
//! results go to a file, one a line; a file of results that is there already says where to go on. The number of the lot
//! is made of the file's content, so that what was sent before has its one effect, whoever sends it again.

mod lines;
mod progress;

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{OfficerId, OrganismId, Purpose};
use jiff::Timestamp;
use nodes::client::{Client, Reply};
use serde_json::Value;

use crate::exit::{Failure, Outcome};
use crate::runtime;
use lines::Lines;
use progress::Progress;

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

/// What became of the lot.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    accepted: u64,
    refused: u64,
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
    let (mut tally, done) = known(&path)?;
    let mut results = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|e| Failure::broken(&format!("`{}`", path.display()), e))?;
    let mut lines = Lines::open(&args.file, args.contract.as_deref())?;
    lines.skip(done)?;
    let mut progress = Progress::begin(done, lot.lines);
    let mut position = done + 1;
    loop {
        let piece = lines.piece(args.piece)?;
        if piece.is_empty() {
            break;
        }
        let told = deliver(args, &client, &lot.name, (position, &piece)).await?;
        for line in &told {
            tally.count(line);
            writeln!(results, "{line}").map_err(|e| Failure::broken("results", e))?;
        }
        results
            .sync_data()
            .map_err(|e| Failure::broken("results", e))?;
        let answered = u64::try_from(told.len()).unwrap_or(u64::MAX);
        if answered < u64::try_from(piece.len()).unwrap_or(u64::MAX) {
            return Err(Failure::Broken(format!(
                "the gateway ended the lot at position {}: see `{}`",
                position + answered,
                path.display()
            )));
        }
        position += answered;
        progress.tell(position - 1);
    }
    progress.end();
    let Tally { accepted, refused } = tally;
    println!(
        "{accepted} aceptadas, {refused} rechazadas; resultados en {}",
        path.display()
    );
    match refused {
        0 => Ok(()),
        _ => Err(Failure::Unfit(format!("{refused} cases were refused"))),
    }
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
    for _ in 0..ATTEMPTS {
        match client.post(&url, &headers, body.clone()).await {
            Ok(reply) if reply.status == 200 => {
                let told = results(&reply, position)?;
                // What may be taken later is sent again: what was taken has its one effect.
                if !told.iter().any(|line| is_for_later(line)) {
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
fn results(reply: &Reply, first: u64) -> Result<Vec<String>, Failure> {
    let text = std::str::from_utf8(&reply.body).map_err(|e| Failure::broken("results", e))?;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (line, expected) in lines.iter().zip(first..) {
        if position(line) != Some(expected) {
            let what = format!("position {expected} was to come, and this came: {line}");
            return Err(Failure::broken("results", what));
        }
    }
    Ok(lines)
}

/// Whether a result says that the same may be taken later.
fn is_for_later(line: &str) -> bool {
    let told: Option<Value> = serde_json::from_str(line).ok();
    told.is_some_and(|told| {
        told.pointer("/rechazada/reintento").and_then(Value::as_str) == Some("masTarde")
    })
}

fn position(line: &str) -> Option<u64> {
    serde_json::from_str::<Value>(line)
        .ok()?
        .get("posicion")?
        .as_u64()
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".resultados");
    PathBuf::from(name)
}

/// What a file of results tells of an earlier sending; what was not written to its end is taken out.
fn known(path: &Path) -> Result<(Tally, u64), Failure> {
    let fail = |e: std::io::Error| Failure::broken(&format!("`{}`", path.display()), e);
    let mut tally = Tally::default();
    let (mut done, mut whole) = (0, 0_u64);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((tally, 0)),
        Err(error) => return Err(fail(error)),
    };
    let mut reader = BufReader::new(file);
    let mut line = String::new();
    while reader.read_line(&mut line).map_err(fail)? > 0 {
        if !line.ends_with('\n') || position(&line) != Some(done + 1) {
            break;
        }
        tally.count(&line);
        done += 1;
        whole += u64::try_from(line.len()).unwrap_or(u64::MAX);
        line.clear();
    }
    let file = OpenOptions::new().write(true).open(path).map_err(fail)?;
    file.set_len(whole).map_err(fail)?;
    Ok((tally, done))
}

impl Tally {
    fn count(&mut self, line: &str) {
        let told: Option<Value> = serde_json::from_str(line).ok();
        if told.is_some_and(|told| told.get("aceptada").is_some()) {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }
}
