//! The thread that speaks to a token, and the queue before it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::card::Card;
use super::{Pin, TokenFault, TokenUri};
use crate::signing::Algorithm;

/// So many may wait; whoever comes then is told at once.
const QUEUE: usize = 64;
/// How long whoever wants a signature waits for it at most: for those before it, and for its own.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take to log in.
const START: Duration = Duration::from_secs(30);

/// A key in a token, ready to sign.
pub(crate) struct Token {
    /// Gone once nobody is to be served any more.
    jobs: Option<SyncSender<Job>>,
    /// Disconnected once the thread has ended.
    ended: Mutex<Receiver<()>>,
    patience: Duration,
}

type Outcome = Result<Vec<u8>, TokenFault>;

struct Job {
    algorithm: Algorithm,
    digest: Vec<u8>,
    answer: SyncSender<Outcome>,
    /// Gone once nobody waits for it any more.
    waiter: Weak<()>,
}

impl Token {
    /// Logs in and finds the key.
    pub(crate) fn open(key: &TokenUri, pin: Option<Pin>) -> Result<Self, TokenFault> {
        let pin = match &key.pin_file {
            Some(file) => Some(Pin::load(file)?),
            None => pin,
        };
        // An empty one would be tried like any other, and count.
        let pin = pin.filter(|pin| !pin.is_empty());
        let (key, pin) = (key.clone(), pin.ok_or(TokenFault::NoPin)?);
        Self::start(PATIENCE, move || {
            let mut card = Card::open(key, pin)?;
            Ok(move |algorithm: Algorithm, digest: &[u8]| card.sign(algorithm, digest))
        })
    }

    /// One that takes so long for nothing, for tests of those who wait.
    pub(crate) fn slow(takes: Duration) -> Result<Self, TokenFault> {
        Self::start(PATIENCE, move || {
            Ok(move |_: Algorithm, _: &[u8]| {
                thread::sleep(takes);
                Err(TokenFault::Silent)
            })
        })
    }

    fn start<S>(
        patience: Duration,
        open: impl FnOnce() -> Result<S, TokenFault> + Send + 'static,
    ) -> Result<Self, TokenFault>
    where
        S: FnMut(Algorithm, &[u8]) -> Outcome,
    {
        let (jobs, queue) = sync_channel(QUEUE);
        let (opened, outcome) = sync_channel(1);
        let (end, ended) = sync_channel(1);
        // What the library gives is of the thread that had it.
        let work = move || {
            // Let go of after all else.
            let _end: SyncSender<()> = end;
            match open() {
                Ok(sign) => {
                    if opened.send(Ok(())).is_ok() {
                        serve(sign, &queue);
                    }
                }
                Err(fault) => drop(opened.send(Err(fault))),
            }
        };
        let thread = thread::Builder::new().name("token".to_owned()).spawn(work);
        thread.map_err(|cause| TokenFault::Failed(cause.to_string()))?;
        // One that never answers is left behind: nobody can wait for its thread.
        let outcome = outcome.recv_timeout(START);
        outcome.unwrap_or(Err(TokenFault::Silent))?;
        Ok(Self {
            jobs: Some(jobs),
            ended: Mutex::new(ended),
            patience,
        })
    }

    /// Signs a digest; waits for its turn and for the token, but no longer than `longest`.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm,
        digest: Vec<u8>,
        longest: Option<Duration>,
    ) -> Outcome {
        let gone = || TokenFault::Lost("its thread has ended".to_owned());
        let (answer, signature) = sync_channel(1);
        let waits = Arc::new(());
        let job = Job {
            algorithm,
            digest,
            answer,
            waiter: Arc::downgrade(&waits),
        };
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.try_send(job).map_err(|fault| match fault {
            TrySendError::Full(_) => TokenFault::Busy,
            TrySendError::Disconnected(_) => gone(),
        })?;
        let patience = longest.map_or(self.patience, |longest| longest.min(self.patience));
        match signature.recv_timeout(patience) {
            Ok(signature) => signature,
            Err(RecvTimeoutError::Timeout) => Err(TokenFault::Silent),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

impl Drop for Token {
    /// Logs out before the process goes on, for the library serves one at a time; one that hangs is left behind.
    fn drop(&mut self) {
        drop(self.jobs.take());
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(self.patience) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the token does not end, and is left behind");
        }
    }
}

fn serve(mut sign: impl FnMut(Algorithm, &[u8]) -> Outcome, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        // A slow token that signs for those who have left serves nobody.
        if job.waiter.strong_count() == 0 {
            continue;
        }
        let signature = sign(job.algorithm, &job.digest);
        if let Err(fault) = &signature {
            tracing::error!(%fault, "the token did not sign");
        }
        // Whoever waited may have gone.
        let _ = job.answer.send(signature);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{Sender, channel};
    use std::thread;
    use std::time::Duration;

    use super::{Token, TokenFault};
    use crate::signing::Algorithm::EcdsaSha256;

    const SHORT: Duration = Duration::from_millis(50);

    /// A token that signs what it is given by itself, and says so; each time only once it may.
    fn held(patience: Duration) -> (Token, Sender<()>, std::sync::mpsc::Receiver<Vec<u8>>) {
        let (may, allowed) = channel::<()>();
        let (signs, signed) = channel();
        let token = Token::start(patience, move || {
            Ok(move |_, digest: &[u8]| {
                let _ = signs.send(digest.to_vec());
                let _ = allowed.recv();
                Ok(digest.to_vec())
            })
        });
        (token.unwrap(), may, signed)
    }

    #[test]
    fn nothing_is_signed_for_those_who_have_left() {
        let (token, may, signed) = held(Duration::from_mins(1));
        let token = Arc::new(token);
        let first = Arc::clone(&token);
        let first = thread::spawn(move || first.sign(EcdsaSha256, vec![1], None));
        assert_eq!(signed.recv(), Ok(vec![1]));
        let left = token.sign(EcdsaSha256, vec![2], Some(SHORT));
        assert_eq!(left, Err(TokenFault::Silent));
        may.send(()).unwrap();
        may.send(()).unwrap();
        assert_eq!(token.sign(EcdsaSha256, vec![3], None), Ok(vec![3]));
        assert_eq!(first.join().unwrap(), Ok(vec![1]));
        assert_eq!(signed.recv(), Ok(vec![3]));
    }

    #[test]
    fn a_token_that_hangs_keeps_nobody() {
        let (token, may, signed) = held(SHORT);
        assert_eq!(
            token.sign(EcdsaSha256, vec![1], None),
            Err(TokenFault::Silent)
        );
        drop(token);
        assert_eq!(signed.recv(), Ok(vec![1]));
        // It hung until now.
        assert_eq!(may.send(()), Ok(()));
    }
}
