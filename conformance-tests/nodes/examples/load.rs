//! A load of consultations by SOAP over mutual TLS, each with a number of its own, signed or not. Prints requests a
//! second. All messages are made before the clock starts, so that making and signing them is not counted.
//!
//! `load URL CERTIFICATE KEY CA ORGANISM CASE COUNT CONCURRENCY signed|plain`

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use adapters::soap::SoapVersion;
use adapters::wsse::{Stamp, sign};
use certs::signing::Signer;
use jiff::{SignedDuration, Timestamp};
use nodes::client::Client;

type Failure = Box<dyn Error + Send + Sync>;

/// Most that is sent, and at once.
const MOST: usize = 100_000;
const WIDEST: usize = 256;

fn envelope(organism: &str, case: &str) -> String {
    let (number, now) = (uuid::Uuid::now_v7(), Timestamp::now());
    format!(
        "<soap:Envelope xmlns:soap=\"{}\"><soap:Header><Contexto xmlns=\"urn:pasarela:contexto:1\">\
         <Solicitante>{organism}</Solicitante><Funcionario>PRUEBA-0001</Funcionario><Finalidad>proteccion</Finalidad>\
         <IdPeticion>{number}</IdPeticion><TimeStamp>{now}</TimeStamp></Contexto></soap:Header><soap:Body>\
         <ConsultarCaso xmlns=\"urn:pasarela:viogen:2\"><idCaso>{case}</idCaso></ConsultarCaso></soap:Body></soap:Envelope>",
        SoapVersion::V12.namespace()
    )
}

fn signed(message: &str, signer: &Signer) -> Result<Vec<u8>, Failure> {
    let created = Timestamp::now();
    let stamp = Stamp {
        created,
        expires: created + SignedDuration::from_mins(5),
        answers: None,
    };
    Ok(sign(message.as_bytes(), SoapVersion::V12, signer, &stamp)?)
}

async fn ask(client: &Client, url: &str, message: &[u8]) -> Result<(), Failure> {
    let headers = [("Content-Type", SoapVersion::V12.content_type())];
    let reply = client.post(url, &headers, message.to_vec()).await?;
    if reply.status == 200 {
        return Ok(());
    }
    let body = String::from_utf8_lossy(&reply.body);
    Err(format!("{}: {body}", reply.status).into())
}

/// Sends all, each client one after the other on a connection of its own; the first that fails ends the run.
async fn send(clients: Vec<Client>, url: String, messages: Vec<Vec<u8>>) -> Result<f64, Failure> {
    let (messages, next) = (Arc::new(messages), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let lanes: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let url = url.clone();
            let (messages, next) = (Arc::clone(&messages), Arc::clone(&next));
            tokio::spawn(async move {
                while let Some(message) = messages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    ask(&client, &url, message).await?;
                }
                Ok::<(), Failure>(())
            })
        })
        .collect();
    for lane in lanes {
        lane.await??;
    }
    Ok(begun.elapsed().as_secs_f64())
}

fn main() -> Result<(), Failure> {
    let told: Vec<String> = std::env::args().skip(1).collect();
    let [url, certificate, key, ca, organism, case, count, width, how] = &told[..] else {
        return Err(
            "load URL CERTIFICATE KEY CA ORGANISM CASE COUNT CONCURRENCY signed|plain".into(),
        );
    };
    let (certificate, key) = (Path::new(certificate), Path::new(key));
    let (count, width): (usize, usize) = (count.parse()?, width.parse()?);
    let (count, width) = (count.min(MOST), width.min(WIDEST));
    let now = Timestamp::now().as_second();
    let client = |_| Client::new(certificate, key, Path::new(ca), now);
    let clients = (0..width).map(client).collect::<Result<Vec<_>, _>>()?;
    let signer = match how.as_str() {
        "signed" => Some(Signer::load(certificate, key, now)?),
        "plain" => None,
        other => return Err(format!("`{other}` is neither `signed` nor `plain`").into()),
    };
    let mut messages = Vec::with_capacity(count);
    for _ in 0..count {
        let message = envelope(organism, case);
        messages.push(match &signer {
            Some(signer) => signed(&message, signer)?,
            None => message.into_bytes(),
        });
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let seconds = runtime.block_on(send(clients, url.clone(), messages))?;
    #[expect(clippy::cast_precision_loss, reason = "a count below 100,000")]
    let rate = count as f64 / seconds;
    println!("{rate:.1}");
    Ok(())
}
