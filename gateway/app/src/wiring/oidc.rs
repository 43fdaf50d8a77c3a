//! The identity provider's part of the configuration: looked at while it is read, so that what is wrong is named before
//! anybody signs in. The provider itself is asked only then.

use std::time::Duration;

use jiff::Timestamp;
use peers::provider::{Address, Parameters, Plain, Provider, ProviderConfig};
use server::{ClientAuthentication, ClientSecret, OIDC_BACK, Oidc, OidcSettings, SessionEnd};

use crate::config::oidc::{Authentication, End, Oidc as Configured};
use crate::exit::Failure;

/// Sessions through the provider are no longer than those by certificate.
const LONGEST_MINUTES: u32 = 12 * 60;
/// Beyond it clocks do not agree, and a stolen token counts for too long.
const LONGEST_SKEW_S: u32 = 300;
const LONGEST_TIMEOUT_MS: u64 = 30_000;

/// The provider as it is configured.
pub(crate) fn oidc(configured: &Configured) -> Result<Oidc, Failure> {
    let plain = plain(configured);
    addresses(configured, plain)?;
    words(configured)?;
    bounds(configured)?;
    let asker = ProviderConfig {
        authorities: configured.ca.clone(),
        longest: Duration::from_millis(configured.timeout_ms),
        plain,
    };
    let asker = Provider::new(&asker, Timestamp::now().as_second());
    Ok(Oidc {
        asker: asker.map_err(|e| wrong("ca", e))?,
        settings: settings(configured, plain)?,
    })
}

fn plain(configured: &Configured) -> Plain {
    if configured.loopback_http {
        Plain::Loopback
    } else {
        Plain::Never
    }
}

fn settings(configured: &Configured, plain: Plain) -> Result<OidcSettings, Failure> {
    let redirect = Address::parse(&configured.redirect, Plain::Never);
    let home = redirect.map_err(|e| wrong("redirect", e))?.at("/entrar");
    Ok(OidcSettings {
        issuer: configured.issuer.clone(),
        name: configured
            .name
            .clone()
            .unwrap_or_else(|| configured.issuer.clone()),
        client_id: configured.client_id.clone(),
        secret: secret(configured)?,
        authentication: match configured.client_authentication {
            Authentication::Basic => ClientAuthentication::Basic,
            Authentication::Post => ClientAuthentication::Post,
        },
        redirect: configured.redirect.clone(),
        home,
        scopes: configured.scopes.clone(),
        claim: configured.claim.clone(),
        acr: configured.acr.clone(),
        skew_s: i64::from(configured.clock_skew_s),
        longest: Duration::from_secs(u64::from(configured.longest_minutes) * 60),
        end: match configured.session_end {
            End::Longest => SessionEnd::Longest,
            End::Token => SessionEnd::Token,
        },
        attempts_per_minute: configured.attempts_per_minute,
        plain,
    })
}

fn wrong(field: &str, why: impl std::fmt::Display) -> Failure {
    Failure::broken(&format!("configuration: `console.oidc.{field}`"), why)
}

fn addresses(configured: &Configured, plain: Plain) -> Result<(), Failure> {
    let issuer = Address::parse(&configured.issuer, plain).map_err(|e| wrong("issuer", e))?;
    if issuer.path().1 == Parameters::Some {
        return Err(wrong("issuer", "an issuer has no parameters"));
    }
    let redirect = Address::parse(&configured.redirect, Plain::Never);
    let redirect = redirect.map_err(|e| wrong("redirect", e))?;
    if redirect.path() != (OIDC_BACK, Parameters::None) {
        let why = format!("must be the console's address and `{OIDC_BACK}`");
        return Err(wrong("redirect", why));
    }
    Ok(())
}

/// RFC 6749 §3.3: a scope is printable ASCII without spaces and quotes; `acr` goes the same way.
fn is_word(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.bytes().all(good)
}

fn words(configured: &Configured) -> Result<(), Failure> {
    if configured.client_id.is_empty() || configured.client_id.contains(char::is_control) {
        return Err(wrong("client_id", "must name the console"));
    }
    if configured.claim.is_empty() {
        return Err(wrong("claim", "must name a claim"));
    }
    for (field, all) in [("scopes", &configured.scopes), ("acr", &configured.acr)] {
        if let Some(bad) = all.iter().find(|it| !is_word(it)) {
            return Err(wrong(field, format!("`{bad}` is no word of the protocol")));
        }
    }
    if !configured.scopes.iter().any(|scope| scope == "openid") {
        return Err(wrong("scopes", "`openid` must be among them"));
    }
    Ok(())
}

fn bounds(configured: &Configured) -> Result<(), Failure> {
    let within = |field: &str, value: u64, least: u64, most: u64| {
        if (least..=most).contains(&value) {
            Ok(())
        } else {
            let why = format!("`{value}` is not between {least} and {most}");
            Err(wrong(field, why))
        }
    };
    let longest = u64::from(LONGEST_MINUTES);
    within(
        "clock_skew_s",
        configured.clock_skew_s.into(),
        0,
        LONGEST_SKEW_S.into(),
    )?;
    within("timeout_ms", configured.timeout_ms, 100, LONGEST_TIMEOUT_MS)?;
    within(
        "longest_minutes",
        configured.longest_minutes.into(),
        1,
        longest,
    )?;
    within(
        "attempts_per_minute",
        configured.attempts_per_minute.into(),
        1,
        10_000,
    )
}

fn secret(configured: &Configured) -> Result<ClientSecret, Failure> {
    let secret = certs::secret::text(&configured.client_secret);
    let secret = secret.map_err(|e| wrong("client_secret", e))?;
    Ok(ClientSecret::new(secret))
}
