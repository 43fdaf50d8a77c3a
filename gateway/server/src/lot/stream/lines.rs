//! The lines of a body, each with a time of its own; every byte is looked at once.

use std::collections::VecDeque;

use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut};
use domain::Problem;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;

use crate::body::{self, BodyLimits};
use crate::lot::GROUP;

/// A group that weighs so much in bytes takes no more lines.
const HEAVY: usize = 1 << 20;

/// The lines of a body.
pub(super) struct Lines<S> {
    payload: S,
    /// How long a line may be, and how long it may take from when it is waited for.
    limits: BodyLimits,
    buffer: BytesMut,
    /// So much of the buffer's beginning has no end of a line.
    searched: usize,
    /// Whole lines that nobody has yet, and their bytes.
    taken: VecDeque<Bytes>,
    held: usize,
    ended: bool,
    /// The body broke off.
    broken: Option<Problem>,
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Lines<S> {
    /// All of them.
    pub(super) fn new(payload: S, limits: BodyLimits) -> Self {
        Self {
            payload,
            limits,
            buffer: BytesMut::new(),
            searched: 0,
            taken: VecDeque::new(),
            held: 0,
            ended: false,
            broken: None,
        }
    }

    /// The next lines, as many as are there, one at least; none at the end. A line that is too long or too slow is named,
    /// after those before it.
    pub(super) async fn some(&mut self) -> (VecDeque<Bytes>, Option<Problem>) {
        let deadline = Instant::now() + self.limits.time;
        loop {
            self.take();
            if !self.taken.is_empty() || (self.ended && self.buffer.is_empty()) {
                return (std::mem::take(&mut self.taken), None);
            }
            if self.buffer.len() > self.limits.bytes {
                return (VecDeque::new(), Some(Problem::BodyTooLarge));
            }
            if let Some(problem) = self.broken {
                return (VecDeque::new(), Some(problem));
            }
            let chunk = tokio::time::timeout_at(deadline, self.payload.next()).await;
            match chunk {
                Ok(chunk) => self.add(chunk),
                Err(_) => self.broken = Some(Problem::SlowBody),
            }
        }
    }

    /// Reads ahead until a group is there, or nothing more may be read. It may be left at any time: nothing is lost.
    pub(super) async fn fill(&mut self) {
        loop {
            self.take();
            let full = self.taken.len() >= GROUP || self.held >= HEAVY;
            if full || self.ended || self.broken.is_some() || self.buffer.len() > self.limits.bytes
            {
                return;
            }
            let chunk = self.payload.next().await;
            self.add(chunk);
        }
    }

    fn add(&mut self, chunk: Option<Result<Bytes, PayloadError>>) {
        match chunk {
            Some(Ok(chunk)) => self.buffer.extend_from_slice(&chunk),
            None => {
                self.ended = true;
                self.buffer.extend_from_slice(b"\n");
            }
            Some(Err(error)) => self.broken = Some(body::broken(&error)),
        }
    }

    /// Takes the lines that are whole, up to a group of them; blank ones are nothing.
    fn take(&mut self) {
        self.held = self.taken.iter().map(Bytes::len).sum();
        while self.taken.len() < GROUP && self.held < HEAVY {
            let unseen = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(end) = unseen.iter().position(|byte| *byte == b'\n') else {
                self.searched = self.buffer.len();
                break;
            };
            let line = self.buffer.split_to(self.searched + end + 1).freeze();
            self.searched = 0;
            let text = line.trim_ascii();
            if !text.is_empty() {
                self.held += text.len();
                self.taken.push_back(line.slice_ref(text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::stream;

    use super::*;

    const LIMITS: BodyLimits = BodyLimits {
        bytes: 8,
        time: Duration::from_mins(1),
    };

    #[actix_web::test]
    async fn lines_come_whole_however_they_are_cut() {
        let table: [(&[&str], &[&str], Option<Problem>); 8] = [
            (&[], &[], None),
            (&["a\nb\n"], &["a", "b"], None),
            (&["a", "b", "\n", "c"], &["ab", "c"], None),
            (&["ab\nc", "d\ne", "f\n"], &["ab", "cd", "ef"], None),
            (&["\n \n", "a", "\r\n", "\n"], &["a"], None),
            (&["12345678\n", "a\n"], &["12345678", "a"], None),
            (
                &["a\n", "12345", "6789"],
                &["a"],
                Some(Problem::BodyTooLarge),
            ),
            (
                &["0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7"],
                &[
                    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "1", "2", "3", "4", "5",
                    "6", "7",
                ],
                None,
            ),
        ];
        for (chunks, expected, problem) in table {
            let chunks: Vec<Bytes> = chunks
                .iter()
                .map(|it| Bytes::copy_from_slice(it.as_bytes()))
                .collect();
            let mut lines = Lines::new(stream::iter(chunks.into_iter().map(Ok)), LIMITS);
            let mut got = Vec::new();
            let fault = loop {
                let (some, fault) = lines.some().await;
                assert!(some.len() <= GROUP);
                if fault.is_some() || some.is_empty() {
                    break fault;
                }
                got.extend(some);
            };
            assert_eq!(got, expected);
            assert_eq!(fault, problem, "{expected:?}");
        }
    }

    #[actix_web::test]
    async fn no_byte_is_searched_twice() {
        let payload = stream::iter(std::iter::empty::<Result<Bytes, PayloadError>>());
        let mut lines = Lines::new(payload, LIMITS);
        for (chunk, searched, count) in [
            ("abc", 3, 0),
            ("de", 5, 0),
            ("f\ngh\ni", 1, 2),
            ("\n", 0, 3),
        ] {
            lines.buffer.extend_from_slice(chunk.as_bytes());
            lines.take();
            assert_eq!(
                (lines.searched, lines.taken.len()),
                (searched, count),
                "{chunk:?}"
            );
        }
        assert_eq!(lines.taken, ["abcdef", "gh", "i"]);
    }

    #[actix_web::test]
    async fn what_was_read_ahead_is_not_lost() {
        let chunks = ["a\nb", "c\nd\n", "e"].map(|it| Ok(Bytes::from_static(it.as_bytes())));
        // The body stays open after its chunks.
        let open = stream::iter(chunks).chain(stream::pending());
        let mut lines = Lines::new(Box::pin(open), LIMITS);
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, lines.fill()).await.is_err());
        let (some, fault) = lines.some().await;
        assert_eq!(
            (some, fault),
            (["a", "bc", "d"].map(Bytes::from).into(), None)
        );
        let many = "0\n".repeat(2 * GROUP);
        let whole = stream::iter([Ok(Bytes::from(many)), Err(PayloadError::Overflow)]);
        let mut lines = Lines::new(whole, LIMITS);
        for expected in [GROUP, GROUP] {
            lines.fill().await;
            let (some, fault) = lines.some().await;
            assert_eq!((some.len(), fault), (expected, None));
        }
        lines.fill().await;
        assert_eq!(
            lines.some().await,
            (VecDeque::new(), Some(Problem::SlowBody))
        );
    }

    /// A byte every few milliseconds for as long as it is looked at: no chunk is late, the line is.
    #[actix_web::test]
    async fn a_line_that_drips_has_one_deadline() {
        let limits = BodyLimits {
            bytes: usize::MAX,
            time: Duration::from_millis(100),
        };
        for drop in [&b"x"[..], b"\n"] {
            let dripping = stream::unfold(0, |count| async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                (count < 1_000).then(|| (Ok(Bytes::from_static(drop)), count + 1))
            });
            let (some, fault) = Lines::new(Box::pin(dripping), limits).some().await;
            assert_eq!(
                (some.len(), fault),
                (0, Some(Problem::SlowBody)),
                "{drop:?}"
            );
        }
    }
}
