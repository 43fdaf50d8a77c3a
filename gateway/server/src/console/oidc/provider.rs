//! The provider: its description and its keys, read when they are wanted and kept for a while, and the exchange of codes.
//! While it is away nothing else waits for it.

use std::sync::Arc;

use peers::PeerFault;
use peers::provider::{Address, Shown, Told};
use tokio::sync::{Mutex, Semaphore};

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

/// The provider.
pub(super) struct Provider {
    oidc: Oidc,
    known: Mutex<Known>,
    exchanges: Semaphore,
}

/// What is known of it. Held while it is asked: whoever comes meanwhile waits for the one answer.
#[derive(Default)]
struct Known {
    description: Option<(i64, Arc<Description>)>,
    failed: Option<(i64, SignInFault)>,
    keys: Option<(i64, Arc<Keys>)>,
    /// In which minute keys were read again, and how often.
    again: (i64, u32),
}

impl Provider {
    pub(super) fn new(oidc: Oidc) -> Self {
        Self {
            oidc,
            known: Mutex::default(),
            exchanges: Semaphore::new(AT_ONCE),
        }
    }

    /// What was agreed with it.
    pub(super) fn settings(&self) -> &OidcSettings {
        &self.oidc.settings
    }

    /// How it describes itself.
    pub(super) async fn description(&self, now: i64) -> Result<Arc<Description>, SignInFault> {
        let mut known = self.known.lock().await;
        if let Some((at, description)) = &known.description
            && fresh(*at, now, KEPT)
        {
            return Ok(Arc::clone(description));
        }
        if let Some((at, fault)) = known.failed
            && fresh(at, now, REST)
        {
            return Err(fault);
        }
        match self.described().await {
            Ok(description) => {
                let description = Arc::new(description);
                known.failed = None;
                known.description = Some((now, Arc::clone(&description)));
                Ok(description)
            }
            Err(fault) => {
                known.failed = Some((now, fault));
                Err(fault)
            }
        }
    }

    async fn described(&self) -> Result<Description, SignInFault> {
        let OidcSettings { issuer, plain, .. } = self.settings();
        let place = format!("{}{PLACE}", issuer.trim_end_matches('/'));
        let place = Address::parse(&place, *plain).map_err(|_| SignInFault::Address)?;
        let text = self.read(&place).await?;
        Description::read(&text, issuer, *plain)
    }

    /// Exchanges a code for an ID token.
    pub(super) async fn exchange(
        &self,
        description: &Description,
        (code, verifier): (&str, &str),
    ) -> Result<String, SignInFault> {
        let _turn = self
            .exchanges
            .try_acquire()
            .map_err(|_| SignInFault::TooOften)?;
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

    /// The claims of a token that one of the provider's keys has signed.
    pub(super) async fn verified(
        &self,
        description: &Description,
        token: &str,
        now: i64,
    ) -> Result<Members, SignInFault> {
        let token = Unverified::read(token)?;
        let keys = self.keys(description, &token, now).await?;
        token.verified(keys.of(&token)?)
    }

    /// Its keys; read once more if they do not know the token's, but not more often than is allowed.
    async fn keys(
        &self,
        description: &Description,
        token: &Unverified<'_>,
        now: i64,
    ) -> Result<Arc<Keys>, SignInFault> {
        let mut known = self.known.lock().await;
        if let Some((at, keys)) = &known.keys
            && fresh(*at, now, KEPT)
        {
            let keys = Arc::clone(keys);
            if keys.of(token).err() != Some(SignInFault::UnknownKey) || !known.may_again(now) {
                return Ok(keys);
            }
        }
        let keys = Arc::new(Keys::read(&self.read(&description.keys).await?)?);
        known.keys = Some((now, Arc::clone(&keys)));
        Ok(keys)
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

impl Known {
    fn may_again(&mut self, now: i64) -> bool {
        let minute = now.div_euclid(60);
        if self.again.0 != minute {
            self.again = (minute, 0);
        }
        self.again.1 = self.again.1.saturating_add(1);
        self.again.1 <= READ_AGAIN
    }
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
