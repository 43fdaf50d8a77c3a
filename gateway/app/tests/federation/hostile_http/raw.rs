//! A connection in which bytes are written as they are.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::members::HERENCIA;
use crate::site::{PROMPTLY, Site};

/// Writes bytes as they are into a connection of Herencia's, and gives what came until the gateway closed it.
pub(super) fn exchange(site: &Site, bytes: &[u8]) -> String {
    let files = site.pki.organism(HERENCIA.0);
    let mut client = Command::new("openssl");
    client.args(["s_client", "-quiet", "-servername", "localhost"]);
    client
        .arg("-connect")
        .arg(site.url.trim_start_matches("https://"));
    client.arg("-CAfile").arg(site.pki.authority());
    client.arg("-cert").arg(&files.certificate);
    client.arg("-key").arg(&files.key);
    let piped = client.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = piped
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is needed");
    let mut input = running.stdin.take().unwrap();
    // It may be gone before it has read everything.
    let _ = input.write_all(bytes).and_then(|()| input.flush());
    let mut output = running.stdout.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut answer = Vec::new();
        output.read_to_end(&mut answer).map(|_| answer)
    });
    let begun = Instant::now();
    // Its input stays open: it ends when the gateway closes, and for no other reason.
    while running.try_wait().unwrap().is_none() {
        if begun.elapsed() > PROMPTLY * 2 {
            running.kill().unwrap();
            running.wait().unwrap();
            let answer = reading.join().unwrap().unwrap();
            panic!("still open: {}", String::from_utf8_lossy(&answer));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(input);
    let answer = reading.join().unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of all answers that came.
pub(super) fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer
        .match_indices("HTTP/1.1 ")
        .chain(answer.match_indices("HTTP/1.0 "));
    lines
        .filter_map(|(at, _)| answer.get(at + 9..at + 12)?.parse().ok())
        .collect()
}

/// The last answer that came: an earlier one may say to go on.
pub(super) fn parsed(answer: &str) -> Answer {
    let at = answer.rfind("HTTP/1.").unwrap();
    let last = answer.get(at..).unwrap();
    let (head, body) = last.split_once("\r\n\r\n").unwrap();
    let headers = head.lines().skip(1).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_lowercase(), value.trim().to_owned()))
    });
    Answer {
        status: statuses(last)[0],
        headers: headers.collect(),
        body: body.to_owned(),
    }
}
