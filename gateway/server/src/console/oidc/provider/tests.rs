//! A provider that is silent: it takes every connection and says nothing.

use std::time::Instant;

use peers::provider::{Plain, Provider as Asker, ProviderConfig};
use tokio::net::TcpListener;

use super::super::{ClientSecret, SessionEnd};
use super::*;

/// How long one question may take.
const LONGEST: Duration = Duration::from_millis(1_500);

fn provider(issuer: String) -> Provider {
    let config = ProviderConfig {
        authorities: None,
        longest: LONGEST,
        plain: Plain::Loopback,
    };
    let asker = Asker::new(&config, seconds());
    Provider::new(Oidc {
        asker: asker.unwrap(),
        settings: OidcSettings {
            issuer,
            name: "PRUEBA ID".to_owned(),
            client_id: "consola".to_owned(),
            secret: ClientSecret::new("secreto".to_owned()),
            authentication: ClientAuthentication::Basic,
            redirect: "https://localhost/entrar/vuelta".to_owned(),
            home: "https://localhost/entrar".to_owned(),
            scopes: vec!["openid".to_owned()],
            claim: "sub".to_owned(),
            acr: Vec::new(),
            skew_s: 0,
            longest: Duration::from_hours(1),
            end: SessionEnd::Longest,
            attempts_per_minute: 10,
            plain: Plain::Loopback,
        },
    })
}

/// One that is silent; it is asked for as long as the listener lives.
async fn silent() -> (TcpListener, Arc<Provider>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    (listener, Arc::new(provider(issuer)))
}

fn described(issuer: &str) -> Description {
    let text = format!(
        "{{\"issuer\":\"{issuer}\",\"authorization_endpoint\":\"{issuer}/a\",\"token_endpoint\":\"{issuer}/t\",\
         \"jwks_uri\":\"{issuer}/k\",\"end_session_endpoint\":\"{issuer}/s\",\"code_challenge_methods_supported\":[\"S256\"],\
         \"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],\
         \"id_token_signing_alg_values_supported\":[\"ES256\"]}}"
    );
    Description::read(text.as_bytes(), issuer, Plain::Loopback).unwrap()
}

/// Many come one after another while it is silent: all know after one question's time, and not after one each.
#[tokio::test]
async fn whoever_waits_for_its_description_waits_once() {
    let (_listener, provider) = silent().await;
    let since = Instant::now();
    let mut all = Vec::new();
    for _ in 0..6 {
        let provider = Arc::clone(&provider);
        all.push(tokio::spawn(
            async move { provider.description().await.err() },
        ));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(provider.described_already().is_none());
    for one in all {
        assert_eq!(one.await.unwrap(), Some(SignInFault::Away));
    }
    assert!(since.elapsed() < LONGEST * 2, "{:?}", since.elapsed());
    // And the rest begins when the failure is known.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let since = Instant::now();
    assert_eq!(provider.description().await.err(), Some(SignInFault::Away));
    assert!(since.elapsed() < LONGEST / 2, "{:?}", since.elapsed());
}

#[tokio::test]
async fn whoever_waits_for_its_keys_waits_once_and_keeps_nobody_from_its_description() {
    let (_listener, provider) = silent().await;
    let description = described(&provider.settings().issuer);
    provider
        .description
        .lock()
        .await
        .keep(Ok(description), seconds())
        .unwrap();
    let token = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.e30.AAAA";
    let since = Instant::now();
    let mut all = Vec::new();
    for _ in 0..4 {
        let provider = Arc::clone(&provider);
        all.push(tokio::spawn(async move {
            let description = provider.description().await.unwrap();
            provider.verified(&description, token).await.err()
        }));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(provider.description().await.is_ok());
    assert!(provider.described_already().unwrap().end.is_some());
    assert!(since.elapsed() < LONGEST / 2, "{:?}", since.elapsed());
    for one in all {
        assert_eq!(one.await.unwrap(), Some(SignInFault::Away));
    }
    assert!(since.elapsed() < LONGEST * 2, "{:?}", since.elapsed());
}

#[tokio::test]
async fn a_code_waits_for_its_turn_and_not_for_long() {
    let provider = Arc::new(provider("http://127.0.0.1:1".to_owned()));
    let mut turns = Vec::new();
    for _ in 0..AT_ONCE {
        turns.push(provider.turn().await.unwrap());
    }
    let (late, ()) = tokio::join!(provider.turn(), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        turns.pop();
    });
    let late = late.unwrap();
    assert_eq!(provider.turn().await.err(), Some(SignInFault::Busy));
    drop((late, turns));
    assert!(provider.turn().await.is_ok());
    assert_eq!(SignInFault::Busy.status().as_u16(), 503);
}
