//! The connection test: looks at everything in order, and says what it means.

use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use certs::client::{Channel, Client, Refusal, alert_in};
use certs::connector::ClientIdentity;
use certs::load::LoadError;
use domain::OfficerId;
use jiff::Timestamp;
use serde_json::Value;

use super::Connection as Arguments;
use super::diagnosis::{Answer, Connection, Facts, Finding, Own, Whose, diagnose};
use super::first::word;
use super::http::{self, Reply, Request};
use crate::exit::{Failure, Outcome};

/// A document that was never issued.
const NOBODY: &[u8] = br#"{"tipoDocumento":"DNI","numeroDocumento":"99999999R"}"#;
/// How long to listen for an alert before anything is sent: a server of TLS 1.3 refuses a client after the client's
/// handshake, and whoever sends at once may see a reset in its place.
const LISTENING: Duration = Duration::from_millis(500);
const WAITING: Duration = Duration::from_secs(30);

/// Tests, and tells.
pub(super) fn run(arguments: &Arguments, officer: &OfficerId) -> Outcome {
    let findings = diagnose(&observe(arguments, officer)?);
    for Finding {
        code,
        whose,
        said,
        todo,
    } in &findings
    {
        println!("[{}] {said} ({code})", whose.as_str());
        println!("    {todo}");
    }
    let wrong = findings
        .iter()
        .filter(|it| it.whose != Whose::Nobody)
        .count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Failure::Unfit(format!("{wrong} findings")))
}

fn observe(arguments: &Arguments, officer: &OfficerId) -> Result<Facts, Failure> {
    let now = Timestamp::now();
    let (certificate, key) = (arguments.cert.as_path(), arguments.key.as_path());
    let own = own(arguments, now.as_second());
    // A certificate that has expired is shown all the same: the gateway's word counts more than our clock's.
    let client = Client::new(&arguments.ca, Some((certificate, key)));
    let client = client.or_else(|_| Client::new(&arguments.ca, None));
    let client = client.map_err(|e| Failure::broken("--ca", e))?;
    let (connection, date) = connect(arguments, &client, officer);
    let ahead = |date: String| Some(Timestamp::now().as_second() - http_date(&date)?);
    Ok(Facts {
        host: arguments.gateway.host.clone(),
        own,
        connection,
        ahead_s: date.and_then(ahead),
    })
}

/// What can be seen of our own files from here.
fn own(arguments: &Arguments, now: i64) -> Own {
    let error = match ClientIdentity::load(&arguments.cert, &arguments.key, now) {
        Ok(identity) => return held_by(&identity, arguments),
        Err(error) => error,
    };
    match error {
        LoadError::KeyMismatch { .. } => Own::KeyOfAnother,
        LoadError::KeyExposed { .. } => Own::KeyExposed,
        LoadError::Expired(_) => Own::Expired,
        LoadError::NotYetValid(_) => Own::NotYetValid,
        LoadError::WrongPurpose(_) => Own::WrongPurpose,
        LoadError::Identity { .. } => Own::Ambiguous,
        LoadError::Unreadable { path, .. }
        | LoadError::NoCertificate(path)
        | LoadError::NoKey(path) => Own::Unreadable(shown(&path)),
        other @ (LoadError::CannotSign { .. }
        | LoadError::NoRevocationList
        | LoadError::NotARevocationList(_)
        | LoadError::ForeignRevocationList(_)
        | LoadError::WrongCurve(_)
        | LoadError::NoSecret(_)
        | LoadError::ShortSecret(_)
        | LoadError::FileName(_)
        | LoadError::Token { .. }
        | LoadError::Library(_)) => Own::Unreadable(other.to_string()),
    }
}

fn held_by(identity: &ClientIdentity, arguments: &Arguments) -> Own {
    let peer = identity.peer();
    let named: Vec<&str> = [&peer.dir3, &peer.nif]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if named.is_empty() || named.contains(&arguments.organism.as_str()) {
        Own::Good
    } else {
        Own::OtherHolder(named.join(", "))
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// As far as the connection goes, and the gateway's clock where it was told.
fn connect(
    arguments: &Arguments,
    client: &Client,
    officer: &OfficerId,
) -> (Connection, Option<String>) {
    let stream = match arguments.gateway.connect() {
        Ok(stream) => stream,
        Err(why) => return (Connection::Unreached(why), None),
    };
    let channel = stream
        .try_clone()
        .map_err(|e| Refusal::Broken(e.to_string()))
        .and_then(|shared| client.connect(&arguments.gateway.host, shared));
    let mut channel = match channel {
        Ok(channel) => channel,
        Err(Refusal::Server(fault)) => return (Connection::Server(fault), None),
        Err(Refusal::Alert(alert)) => return (Connection::Alert(alert), None),
        Err(Refusal::Broken(why)) => return (Connection::Broken(why), None),
    };
    let reply = listen(&stream, &mut channel).and_then(|()| ask(arguments, &mut channel, officer));
    match reply {
        Ok(reply) => {
            let date = reply.header("date").map(str::to_owned);
            (Connection::Answered(read(&reply)), date)
        }
        Err(error) => {
            let connection = match alert_in(&error) {
                Some(alert) => Connection::Alert(alert),
                None => Connection::Broken(error.to_string()),
            };
            (connection, None)
        }
    }
}

/// Waits a moment for the server to refuse us.
fn listen(stream: &TcpStream, channel: &mut Channel<TcpStream>) -> io::Result<()> {
    use std::io::Read as _;
    stream.set_read_timeout(Some(LISTENING))?;
    let heard = channel.read(&mut [0; 1]);
    stream.set_read_timeout(Some(WAITING))?;
    match heard {
        Err(error) if alert_in(&error).is_some() => Err(error),
        // Silence is what is hoped for; anything else comes again when we ask.
        Err(_) | Ok(_) => Ok(()),
    }
}

fn ask(
    arguments: &Arguments,
    channel: &mut Channel<TcpStream>,
    officer: &OfficerId,
) -> io::Result<Reply> {
    let id = uuid::Uuid::now_v7().to_string();
    let headers = [
        ("Pasarela-Solicitante", arguments.organism.as_str()),
        ("Pasarela-Funcionario", officer.as_str()),
        ("Pasarela-Finalidad", "proteccion"),
        ("Idempotency-Key", id.as_str()),
    ];
    let request = Request {
        method: "POST",
        path: "/v2/coincidencias",
        content_type: "application/json",
        headers: &headers,
        body: NOBODY,
    };
    http::send(channel, &arguments.gateway, &request)
}

fn read(reply: &Reply) -> Answer {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let some = |name: &str| Some(word(&body, name)).filter(|word| !word.is_empty());
    Answer {
        status: reply.status,
        code: some("codigo").map(str::to_owned),
        blame: some("culpa").map(str::to_owned),
        detail: word(&body, "detail").to_owned(),
    }
}

/// Seconds since the epoch of an HTTP date (RFC 9110 §5.6.7).
fn http_date(text: &str) -> Option<i64> {
    let parsed = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(parsed.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let table = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("ayer", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(http_date(text), expected, "{text}");
        }
    }
}
