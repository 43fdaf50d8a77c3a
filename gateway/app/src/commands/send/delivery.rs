//! One piece of a lot, sent until it is answered.

use std::time::Duration;

use domain::{OfficerId, OrganismId, Purpose};
use nodes::client::Reply;
use serde_json::{Map, Value};

use super::connections::Connections;
use super::results;
use super::signed::Signed;
use crate::exit::Failure;

/// How often a piece that nobody took is sent again before it is given up.
const ATTEMPTS: u32 = 5;
/// How long to wait before the first of them; each further one waits twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// Statuses below 500 that say "later".
const LATER: [u16; 2] = [408, 429];
/// The field of a line of the canonical contract that names its case.
const CASE: &str = "idCaso";
/// A message that weighs so much as JSON takes no more cases: as XML it must be no larger than a body may be.
const HEAVY: usize = 384 << 10;

/// How pieces travel.
pub(super) enum Way {
    /// Line by line.
    Lines,
    /// In signed messages.
    Signed(Box<Signed>),
}

/// Where, in whose name and how pieces are sent.
pub(super) struct Delivery {
    pub connections: Connections,
    /// The gateway, without a slash at the end.
    pub url: String,
    /// The number of the lot.
    pub name: String,
    pub organism: OrganismId,
    pub officer: OfficerId,
    pub purpose: Purpose,
    pub way: Way,
}

/// Cases that travel together.
pub(super) struct Piece {
    /// The position of the first.
    pub first: u64,
    /// A request a line.
    pub lines: Vec<String>,
}

/// What came of one attempt.
pub(super) enum Attempt {
    /// A result a line.
    Told(Vec<String>),
    /// Nothing, and it may be tried again.
    Later(String),
    /// Nothing: the message is larger than the gateway takes.
    TooLarge,
}

impl Way {
    /// How many cases travel together usually, and at most.
    pub(super) fn pieces(&self) -> (u32, u32) {
        match self {
            Self::Lines => (200, 5_000),
            Self::Signed(_) => (500, 500),
        }
    }

    /// The field of a line that names its case.
    pub(super) fn case(&self) -> &str {
        match self {
            Self::Lines => CASE,
            Self::Signed(signed) => signed.case().unwrap_or(CASE),
        }
    }

    /// A piece that weighs so much takes no more.
    pub(super) fn heavy(&self) -> usize {
        match self {
            Self::Lines => usize::MAX,
            Self::Signed(_) => HEAVY,
        }
    }
}

impl Piece {
    /// The cases that it names, each in that field of its line.
    pub(super) fn named(&self, field: &str) -> Vec<String> {
        let named = self.lines.iter().filter_map(|line| {
            let mut line: Map<String, Value> = serde_json::from_str(line).ok()?;
            line.remove(field)?.as_str().map(str::to_owned)
        });
        named.collect()
    }
}

impl Piece {
    /// The first so many cases, and the rest.
    fn split(mut self, at: usize) -> (Self, Self) {
        let rest = self.lines.split_off(at.min(self.lines.len()));
        let first = self.first + u64::try_from(self.lines.len()).unwrap_or(u64::MAX);
        (self, Self { first, lines: rest })
    }
}

impl Delivery {
    /// Sends a piece until it is answered; gives its results. What may be taken later is sent again from there on: what was
    /// taken has its one effect.
    pub(super) async fn deliver(&self, mut piece: Piece) -> Result<Vec<String>, Failure> {
        let (mut results, mut pause) = (Vec::new(), PAUSE);
        for attempt in 1..=ATTEMPTS {
            let sent = match &self.way {
                Way::Lines => self.lines(&piece).await?,
                Way::Signed(signed) => signed.send(self, &piece).await?,
            };
            let why = match sent {
                Attempt::Told(mut told) => {
                    in_order(&told, piece.first)?;
                    let later = told.iter().position(|line| results::is_for_later(line));
                    let Some(later) = later.filter(|_| attempt < ATTEMPTS) else {
                        results.append(&mut told);
                        return Ok(results);
                    };
                    results.extend(told.drain(..later));
                    piece = piece.split(later).1;
                    "casos para más tarde".to_owned()
                }
                Attempt::TooLarge => {
                    results.append(&mut self.halves(piece).await?);
                    return Ok(results);
                }
                Attempt::Later(why) => why,
            };
            if attempt == ATTEMPTS {
                if results.is_empty() {
                    return Err(Failure::broken("the gateway does not answer", why));
                }
                return Ok(results);
            }
            let (first, seconds) = (piece.first, pause.as_secs());
            eprintln!("pasarela: posición {first}: {why}; se repite en {seconds} s");
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Ok(results)
    }

    /// Sends the two halves of a piece that no message can bring; one case alone is refused here.
    async fn halves(&self, piece: Piece) -> Result<Vec<String>, Failure> {
        if piece.lines.len() < 2 {
            return Ok(vec![results::too_large(piece.first)]);
        }
        let half = piece.lines.len() / 2;
        let (one, other) = piece.split(half);
        let mut results = Box::pin(self.deliver(one)).await?;
        // What ended early is gone on with from there, not from the other half.
        if results.len() == half && results::settled(&results).len() == half {
            results.append(&mut Box::pin(self.deliver(other)).await?);
        }
        Ok(results)
    }

    /// `POST /v2/casos/lote`, one request a line.
    async fn lines(&self, piece: &Piece) -> Result<Attempt, Failure> {
        let url = format!("{}/v2/casos/lote?desde={}", self.url, piece.first);
        let headers = [
            ("Content-Type", "application/x-ndjson"),
            ("Idempotency-Key", &self.name),
            ("Pasarela-Solicitante", self.organism.as_str()),
            ("Pasarela-Funcionario", self.officer.as_str()),
            ("Pasarela-Finalidad", self.purpose.as_str()),
        ];
        let body = piece.lines.join("\n").into_bytes();
        Ok(
            match self.connections.next().post(&url, &headers, body).await {
                Ok(reply) if reply.status == 200 => Attempt::Told(told(&reply)?),
                Ok(reply) if reply.status < 500 && !LATER.contains(&reply.status) => {
                    return Err(refused(&String::from_utf8_lossy(&reply.body)));
                }
                Ok(reply) => Attempt::Later(format!("status {}", reply.status)),
                Err(error) => Attempt::Later(error.to_string()),
            },
        )
    }
}

/// The gateway takes nothing of the lot.
pub(super) fn refused(why: &str) -> Failure {
    Failure::Broken(format!("the gateway refuses the lot: {why}"))
}

fn told(reply: &Reply) -> Result<Vec<String>, Failure> {
    let text = std::str::from_utf8(&reply.body).map_err(|e| Failure::broken("results", e))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Refuses results that are not those of the positions in order.
fn in_order(told: &[String], first: u64) -> Result<(), Failure> {
    for (line, expected) in told.iter().zip(first..) {
        if results::position(line) != Some(expected) {
            let what = format!("position {expected} was to come, and this came: {line}");
            return Err(Failure::broken("results", what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn the_cases_that_a_piece_names_are_known() {
        let lines = [
            r#"{"caso":{}}"#,
            r#"{"idCaso":"A","versionEsperada":1,"caso":{"idCaso":"no"}}"#,
            "no JSON",
            r#"{"idFederat":"C","expedient":{"idFederat":"no"}}"#,
            r#"{"versionEsperada":1,"idCaso":"\u0042"}"#,
        ];
        let piece = Piece {
            first: 1,
            lines: lines.map(str::to_owned).to_vec(),
        };
        assert_eq!(piece.named("idCaso"), ["A", "B"]);
        assert_eq!(piece.named("idFederat"), ["C"]);
    }
}
