//! One request and its answer over a connection that is then closed: HTTP/1.1 (RFC 9112), as little of it as that takes.
//!
//! No library: the connection test wants to see where exactly it ends.

use std::io::{self, Read, Write};

use super::address::Address;

/// The longest answer that is read.
const LONGEST: u64 = 1 << 20;

/// A request.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) content_type: &'r str,
    pub(super) headers: &'r [(&'r str, &'r str)],
    pub(super) body: &'r [u8],
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Its headers, names in lower case.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// The header of that name, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends a request and reads the answer.
pub(super) fn send<S: Read + Write>(
    channel: &mut S,
    address: &Address,
    request: &Request<'_>,
) -> io::Result<Reply> {
    channel.write_all(&bytes(address, request))?;
    channel.flush()?;
    reply(channel)
}

fn bytes(address: &Address, request: &Request<'_>) -> Vec<u8> {
    let Request {
        method,
        path,
        content_type,
        headers,
        body,
    } = request;
    let (host, length) = (address.authority(), body.len());
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept: application/json\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in *headers {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Reads until the body is whole: a server that closes without a word must not make a good answer bad.
fn reply(channel: &mut impl Read) -> io::Result<Reply> {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(reply) = parse(&received)? {
            return Ok(reply);
        }
        let read = channel.read(&mut buffer)?;
        if read == 0 {
            return Err(unreadable("the answer ends in the middle"));
        }
        received.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if u64::try_from(received.len()).unwrap_or(u64::MAX) > LONGEST {
            return Err(unreadable("the answer is too long"));
        }
    }
}

/// The answer, once all of it is there.
fn parse(received: &[u8]) -> io::Result<Option<Reply>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = received.split_at(end);
    let head = std::str::from_utf8(head).map_err(|_| unreadable("the answer is no HTTP"))?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(status);
    let status = status.ok_or_else(|| unreadable("the answer is no HTTP"))?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let mut reply = Reply {
        status,
        headers: headers.collect(),
        body: Vec::new(),
    };
    let length = reply.header("content-length");
    let length = length.and_then(|length| length.parse::<usize>().ok());
    let length = length.ok_or_else(|| unreadable("the answer does not say how long it is"))?;
    let body = rest.get(4..).unwrap_or_default();
    Ok(body.get(..length).map(|body| {
        reply.body = body.to_vec();
        reply
    }))
}

fn status(line: &str) -> Option<u16> {
    let mut words = line.split(' ');
    words
        .next()
        .filter(|version| version.starts_with("HTTP/1."))?;
    words.next()?.parse().ok()
}

fn unreadable(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let good = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\nDate: hoy\r\n\r\nok";
        let table: [(&str, Option<(u16, &str)>); 7] = [
            (good, Some((201, "ok"))),
            (&good[..good.len() - 1], None),
            (
                "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
                Some((204, "")),
            ),
            (
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
                None,
            ),
            ("SSH-2.0-otro\r\n\r\n", None),
            ("HTTP/1.1 x\r\ncontent-length: 0\r\n\r\n", None),
            ("", None),
        ];
        for (text, expected) in table {
            let reply = reply(&mut text.as_bytes()).ok();
            let told = reply.map(|it| (it.status, String::from_utf8(it.body).unwrap()));
            assert_eq!(
                told,
                expected.map(|(status, body)| (status, body.to_owned())),
                "{text}"
            );
        }
        let reply = reply(&mut good.as_bytes()).unwrap();
        assert_eq!(
            (reply.header("date"), reply.header("server")),
            (Some("hoy"), None)
        );
    }

    #[test]
    fn a_request_is_what_the_standard_wants() {
        let request = Request {
            method: "POST",
            path: "/altas",
            content_type: "application/json",
            headers: &[("Pasarela-Finalidad", "proteccion")],
            body: b"{}",
        };
        let address = "https://a.example:1".parse().unwrap();
        let text = String::from_utf8(bytes(&address, &request)).unwrap();
        assert_eq!(
            text,
            "POST /altas HTTP/1.1\r\nHost: a.example:1\r\nConnection: close\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\nPasarela-Finalidad: proteccion\r\n\r\n{}"
        );
    }
}
