//! The provider: its description and its keys, read when they are wanted and kept for a while, and the exchange of codes.
//! While it is away nothing else waits for it.

use std::sync::Arc;
use std::time::Duration;

use peers::PeerFault;
use peers::provider::{Address, Shown, Told};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::clock;

use super::description::{Description, PLACE};
use super::fault::SignInFault;
use super::keys::Keys;
use super::members::Members;
use super::token::Unverified;
use super::{ClientAuthentication, Oidc, OidcSettings};

/// How long description and keys are kept, in seconds.
const KEPT: i64 = 3_600;
/// How long nobody asks again after it failed, in seconds.
const REST: i64 = 3;
/// How often a minute keys may be read again because a token names one that is not known.
const READ_AGAIN: u32 = 6;
/// How many codes are exchanged at once.
const AT_ONCE: usize = 8;

/// How long a code waits for its turn: it is good for some minutes, and so is the attempt.
const TURN: Duration = Duration::from_secs(2);

/// The provider.
pub(super) struct Provider {
    oidc: Oidc,
    description: Mutex<Kept<Description>>,
    keys: Mutex<KnownKeys>,
    exchanges: Semaphore,
}

/// That a code may be exchanged now.
pub(super) struct Turn<'p>(
    #[expect(dead_code, reason = "given back when dropped")] SemaphorePermit<'p>,
);

/// What it has last told of something, and when it last failed to. Held while it is asked: whoever comes meanwhile waits for
/// the one answer, a failure too.
struct Kept<T> {
    good: Option<(i64, Arc<T>)>,
    failed: Option<(i64, SignInFault)>,
}

#[derive(Default)]
struct KnownKeys {
    kept: Kept<Keys>,
    /// In which minute keys were read again, and how often.
    again: (i64, u32),
}

impl Provider {
    pub(super) fn new(oidc: Oidc) -> Self {
        Self {
            oidc,
            description: Mutex::default(),
            keys: Mutex::default(),
            exchanges: Semaphore::new(AT_ONCE),
        }
    }

    /// What was agreed with it.
    pub(super) fn settings(&self) -> &OidcSettings {
        &self.oidc.settings
    }

    /// How it describes itself.
    pub(super) async fn description(&self) -> Result<Arc<Description>, SignInFault> {
        let mut kept = self.description.lock().await;
        // Only now: whoever has waited comes after the answer that she has waited for.
        let now = seconds();
        if let Some(description) = kept.good(now) {
            return Ok(description);
        }
        kept.rests(now)?;
        let described = self.described().await;
        kept.keep(described, seconds())
    }

    /// How it last described itself, however long ago; asks nobody and waits for nobody.
    pub(super) fn described_already(&self) -> Option<Arc<Description>> {
        let kept = self.description.try_lock().ok()?;
        kept.good.as_ref().map(|(_, it)| Arc::clone(it))
    }

    async fn described(&self) -> Result<Description, SignInFault> {
        let OidcSettings { issuer, plain, .. } = self.settings();
        let place = format!("{}{PLACE}", issuer.trim_end_matches('/'));
        let place = Address::parse(&place, *plain).map_err(|_| SignInFault::Address)?;
        let text = self.read(&place).await?;
        Description::read(&text, issuer, *plain)
    }

    /// Waits until a code may be exchanged, but not for long.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, SignInFault> {
        let turn = timeout(TURN, self.exchanges.acquire()).await;
        let turn = turn.map_err(|_| SignInFault::Busy)?;
        turn.map(Turn).map_err(|_| SignInFault::Busy)
    }

    /// Exchanges a code for an ID token.
    pub(super) async fn exchange(
        &self,
        _turn: Turn<'_>,
        description: &Description,
        (code, verifier): (&str, &str),
    ) -> Result<String, SignInFault> {
        let settings = self.settings();
        let (id, secret) = (settings.client_id.as_str(), settings.secret.0.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &settings.redirect),
            ("code_verifier", verifier),
        ];
        let shown = match settings.authentication {
            ClientAuthentication::Basic => Shown::Basic(id, secret),
            ClientAuthentication::Post => {
                form.extend([("client_id", id), ("client_secret", secret)]);
                Shown::Form
            }
        };
        let told = self.oidc.asker.post(&description.token, &form, shown).await;
        given(&told.map_err(|fault| away(&fault))?)
    }

    /// The claims of a token that one of the provider's keys has signed. Keys that are kept are read once more if they do
    /// not verify it, but not more often than is allowed: a provider may change a key and keep its name.
    pub(super) async fn verified(
        &self,
        description: &Description,
        token: &str,
    ) -> Result<Members, SignInFault> {
        let token = Unverified::read(token)?;
        let mut known = self.keys.lock().await;
        let now = seconds();
        if let Some(keys) = known.kept.good(now) {
            let judged = keys.judge(&token);
            if !judged.as_ref().is_err_and(|fault| fault.is_of_the_key()) {
                return judged;
            }
            known.kept.rests(now)?;
            if !known.may_again(now) {
                return judged;
            }
        }
        known.kept.rests(now)?;
        let read = self.read(&description.keys).await;
        let read = read.and_then(|text| Keys::read(&text));
        known.kept.keep(read, seconds())?.judge(&token)
    }

    async fn read(&self, place: &Address) -> Result<Vec<u8>, SignInFault> {
        let told = self.oidc.asker.get(place).await;
        let told = told.map_err(|fault| away(&fault))?;
        match told.status {
            200 => Ok(told.body),
            300..=399 => Err(SignInFault::Moved),
            500..=599 => Err(SignInFault::Away),
            _ => Err(SignInFault::Broken),
        }
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            good: None,
            failed: None,
        }
    }
}

impl<T> Kept<T> {
    fn good(&self, now: i64) -> Option<Arc<T>> {
        let good = self.good.as_ref().filter(|(at, _)| fresh(*at, now, KEPT));
        good.map(|(_, it)| Arc::clone(it))
    }

    /// Nobody asks again so soon after it failed.
    fn rests(&self, now: i64) -> Result<(), SignInFault> {
        match self.failed {
            Some((at, fault)) if fresh(at, now, REST) => Err(fault),
            Some(_) | None => Ok(()),
        }
    }

    /// Keeps what was told at `now`; a failure takes nothing of what is good.
    fn keep(&mut self, told: Result<T, SignInFault>, now: i64) -> Result<Arc<T>, SignInFault> {
        match told {
            Ok(good) => {
                let good = Arc::new(good);
                *self = Self {
                    good: Some((now, Arc::clone(&good))),
                    failed: None,
                };
                Ok(good)
            }
            Err(fault) => {
                self.failed = Some((now, fault));
                Err(fault)
            }
        }
    }
}

impl KnownKeys {
    fn may_again(&mut self, now: i64) -> bool {
        let minute = now.div_euclid(60);
        if self.again.0 != minute {
            self.again = (minute, 0);
        }
        self.again.1 = self.again.1.saturating_add(1);
        self.again.1 <= READ_AGAIN
    }
}

fn seconds() -> i64 {
    clock::now().as_second()
}

fn fresh(at: i64, now: i64, longest: i64) -> bool {
    (0..longest).contains(&now.saturating_sub(at))
}

fn given(told: &Told) -> Result<String, SignInFault> {
    match told.status {
        200 => {}
        300..=399 => return Err(SignInFault::Moved),
        400..=499 => return Err(refused(told)),
        500..=599 => return Err(SignInFault::Away),
        _ => return Err(SignInFault::Broken),
    }
    let answer = Members::read(&told.body).ok_or(SignInFault::Broken)?;
    let token = answer.text("id_token").ok_or(SignInFault::NoToken)?;
    Ok(token.to_owned())
}

/// RFC 6749 §5.2.
fn refused(told: &Told) -> SignInFault {
    let answer = Members::read(&told.body).unwrap_or_default();
    match answer.text("error") {
        Some("invalid_grant") => SignInFault::Code,
        Some("invalid_client" | "unauthorized_client") => SignInFault::Client,
        Some(_) | None => SignInFault::Broken,
    }
}

fn away(fault: &PeerFault) -> SignInFault {
    tracing::warn!(%fault, "the identity provider could not be asked");
    match fault {
        PeerFault::TooLarge(_) => SignInFault::TooLarge,
        PeerFault::Question(_)
        | PeerFault::Unsayable(_)
        | PeerFault::Unsignable(_)
        | PeerFault::Unreachable(_)
        | PeerFault::Tls(_)
        | PeerFault::Timeout(_)
        | PeerFault::Broken(_)
        | PeerFault::NotSoap { .. }
        | PeerFault::NotJson { .. }
        | PeerFault::Signature(_)
        | PeerFault::Garbage(_)
        | PeerFault::Unfit(_)
        | PeerFault::Resting
        | PeerFault::Fault(_) => SignInFault::Away,
    }
}

#[cfg(test)]
mod tests;
