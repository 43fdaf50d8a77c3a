//! A relay between a client and a server: counts connections, keeps what the server says, and dawdles on demand.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::site;

/// How fast it hands on what the client says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    /// As it comes.
    Straight,
    /// So many bytes as they come, then a few at a time.
    Drip {
        free: usize,
        bytes: usize,
        pause: Duration,
    },
}

/// A relay that listens.
pub(crate) struct Relay {
    address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// All that the server said, by connection.
    said: Mutex<Vec<Vec<u8>>>,
}

impl Relay {
    /// Listens, and hands on to the port `target` of this machine.
    pub(crate) fn start(target: u16, pace: Pace) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Seen>::default();
        let noted = Arc::clone(&seen);
        site::spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)).await else {
                    continue;
                };
                tokio::spawn(hand_on(client, server, pace, Arc::clone(&noted)));
            }
        });
        Self { address, seen }
    }

    /// The URL of what is behind it, with that path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// All that the server said, by connection.
    pub(crate) fn said(&self) -> Vec<Vec<u8>> {
        self.seen.said.lock().unwrap().clone()
    }
}

async fn hand_on(client: TcpStream, server: TcpStream, pace: Pace, seen: Arc<Seen>) {
    let number = {
        let mut said = seen.said.lock().unwrap();
        said.push(Vec::new());
        said.len() - 1
    };
    seen.connections.fetch_add(1, Ordering::SeqCst);
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move {
        let mut sent = 0;
        let mut buffer = [0; 4096];
        loop {
            let room = match pace {
                Pace::Drip { free, bytes, pause } if sent >= free => {
                    tokio::time::sleep(pause).await;
                    bytes
                }
                Pace::Straight | Pace::Drip { .. } => buffer.len(),
            };
            match from_client.read(&mut buffer[..room]).await {
                Ok(count) if count > 0 && to_server.write_all(&buffer[..count]).await.is_ok() => {
                    sent += count;
                }
                Ok(_) | Err(_) => break,
            }
        }
        let _ = to_server.shutdown().await;
    });
    let mut buffer = [0; 4096];
    while let Ok(count) = from_server.read(&mut buffer).await {
        if count == 0 || to_client.write_all(&buffer[..count]).await.is_err() {
            break;
        }
        seen.said.lock().unwrap()[number].extend_from_slice(&buffer[..count]);
    }
    let _ = to_client.shutdown().await;
}

/// The port of a URL on this machine.
pub(crate) fn port_of(url: &str) -> u16 {
    let (_, rest) = url.split_once("localhost:").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}
