//! A holder over mutual TLS that does to every question what it is told to.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::handshake::HandshakeLog;
use certs::testpki::{Files, TestPki};

/// Makes of a question the bytes that answer it.
pub(crate) type Reply = Arc<dyn Fn(&Asked) -> Vec<u8> + Send + Sync>;

/// What to do to a question.
#[derive(Clone)]
pub(crate) enum Deed {
    /// Answer it with these bytes.
    Answer(Vec<u8>),
    /// Answer it with whatever becomes of it.
    Reply(Reply),
    /// Answer the first question of each connection, and end the connection at the second.
    AnswerOnce(Vec<u8>),
    /// Send these bytes and nothing more, and keep the connection.
    Stall(Vec<u8>),
    /// Send these bytes and end the connection.
    Break(Vec<u8>),
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) questions: Arc<std::sync::Mutex<Vec<Asked>>>,
}

/// A question as it came.
#[derive(Default)]
pub(crate) struct Asked {
    /// Method and address.
    pub(crate) line: String,
    /// All headers, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) content_type: String,
    pub(crate) accept: String,
    pub(crate) trace: Option<String>,
    pub(crate) body: String,
}

impl Server {
    pub(crate) fn start(pki: &TestPki, deed: Deed) -> Self {
        Self::with_identity(pki, pki.central(), deed)
    }

    pub(crate) fn with_identity(pki: &TestPki, files: Files, deed: Deed) -> Self {
        let config = AcceptorConfig {
            certificate: files.certificate,
            key: files.key,
            client_authorities: pki.authority(),
            revocation_lists: vec![pki.revocation_list()],
            oldest: TlsVersion::V13,
        };
        let acceptor = Acceptor::load(config, HandshakeLog::silent()).unwrap();
        let tls = acceptor.acceptor().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            questions: Arc::default(),
        };
        let (connections, questions) = (server.connections.clone(), server.questions.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (tls, deed, questions) = (tls.clone(), deed.clone(), questions.clone());
                connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    if let Ok(stream) = tls.accept(stream.unwrap()) {
                        serve(stream, &deed, &questions);
                    }
                });
            }
        });
        server
    }
}

fn serve(stream: impl Read + Write, deed: &Deed, questions: &std::sync::Mutex<Vec<Asked>>) {
    let mut stream = BufReader::new(stream);
    let mut served = 0;
    while let Some(question) = read_question(&mut stream) {
        if matches!(deed, Deed::AnswerOnce(_)) && served == 1 {
            return;
        }
        let bytes = match deed {
            Deed::Reply(reply) => &reply(&question),
            Deed::Answer(bytes)
            | Deed::AnswerOnce(bytes)
            | Deed::Stall(bytes)
            | Deed::Break(bytes) => bytes,
        };
        questions.lock().unwrap().push(question);
        if stream
            .get_mut()
            .write_all(bytes)
            .and_then(|()| stream.get_mut().flush())
            .is_err()
        {
            return;
        }
        served += 1;
        match deed {
            Deed::Answer(_) | Deed::AnswerOnce(_) | Deed::Reply(_) => {}
            Deed::Stall(_) => {
                let _end_of_client = stream.read(&mut [0]);
                return;
            }
            Deed::Break(_) => return,
        }
    }
}

fn read_question(stream: &mut impl std::io::BufRead) -> Option<Asked> {
    let mut length = 0;
    let mut asked = Asked::default();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(": ") else {
            asked.line = line;
            continue;
        };
        let header = (name.to_ascii_lowercase(), value.to_owned());
        asked.headers.push(header);
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "content-type" => value.clone_into(&mut asked.content_type),
            "accept" => value.clone_into(&mut asked.accept),
            "traceparent" => asked.trace = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).unwrap();
    Some(asked)
}

/// An HTTP answer with its length.
pub(crate) fn http(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

pub(crate) fn soap(status: &str, body: &[u8]) -> Vec<u8> {
    http(status, "application/soap+xml; charset=utf-8", body)
}

/// A relay to `server` for one connection, and what it has carried from the server.
pub(crate) fn relay(server: SocketAddr) -> (SocketAddr, Arc<std::sync::Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = seen.clone();
    thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let server = TcpStream::connect(server).unwrap();
        let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || copy(from, to, &std::sync::Mutex::default()));
        copy(server, client, &kept);
    });
    (address, seen)
}

fn copy(mut from: TcpStream, mut to: TcpStream, kept: &std::sync::Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        kept.lock().unwrap().extend_from_slice(&buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            return;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}
