//! Where a gateway is, and the way there.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::str::FromStr;
use std::time::Duration;

/// How long to wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long to wait for bytes.
const WAITING: Duration = Duration::from_secs(30);

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Name or address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why nothing is at the other end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreached {
    /// The name has no address.
    #[error("the name cannot be resolved")]
    NoName,
    /// The machine answers, nobody listens at the port.
    #[error("the connection was refused")]
    Refused,
    /// Nothing answers.
    #[error("nothing answers")]
    Silent,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not `https://host:port`");
        let rest = text.strip_prefix("https://").ok_or_else(wrong)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| wrong())?)
            }
            Some(_) | None => (rest, 443),
        };
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = bare.unwrap_or(host);
        let odd = |c: char| !(c.is_ascii_alphanumeric() || ".-_:".contains(c));
        if host.is_empty() || host.contains(odd) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl Address {
    /// As it stands in the `Host` header.
    pub(super) fn authority(&self) -> String {
        let Self { host, port } = self;
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }

    /// Connects to the first of its addresses that answers.
    pub(super) fn connect(&self) -> Result<TcpStream, Unreached> {
        let resolved = (self.host.as_str(), self.port).to_socket_addrs();
        let mut last = Unreached::NoName;
        for address in resolved.map_err(|_| Unreached::NoName)? {
            match TcpStream::connect_timeout(&address, CONNECTING) {
                Ok(stream) => return timed(stream),
                Err(error) => last = unreached(&error),
            }
        }
        Err(last)
    }
}

fn timed(stream: TcpStream) -> Result<TcpStream, Unreached> {
    let set = stream
        .set_read_timeout(Some(WAITING))
        .and_then(|()| stream.set_write_timeout(Some(WAITING)));
    set.map_err(|error| unreached(&error))?;
    Ok(stream)
}

fn unreached(error: &std::io::Error) -> Unreached {
    if error.kind() == ErrorKind::ConnectionRefused {
        return Unreached::Refused;
    }
    let silent = [
        ErrorKind::TimedOut,
        ErrorKind::WouldBlock,
        ErrorKind::HostUnreachable,
        ErrorKind::NetworkUnreachable,
    ];
    if silent.contains(&error.kind()) {
        return Unreached::Silent;
    }
    Unreached::Other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let table = [
            (
                "https://pasarela.example:8443",
                Some("pasarela.example:8443"),
            ),
            ("https://pasarela.example/", Some("pasarela.example:443")),
            ("https://127.0.0.1:8443", Some("127.0.0.1:8443")),
            ("https://[::1]:8443", Some("[::1]:8443")),
            ("https://[::1]", Some("[::1]:443")),
            ("http://pasarela.example", None),
            ("pasarela.example", None),
            ("https://", None),
            ("https://a/b", None),
            ("https://a@b", None),
            ("https://a:b", None),
            ("https://a:70000", None),
        ];
        for (text, expected) in table {
            let read = text.parse::<Address>().ok().map(|it| it.authority());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn nobody_listens() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
        };
        assert!(address.connect().is_ok());
        drop(listener);
        assert_eq!(address.connect().unwrap_err(), Unreached::Refused);
        let nowhere: Address = "https://no-existe.invalid".parse().unwrap();
        assert_eq!(nowhere.connect().unwrap_err(), Unreached::NoName);
    }
}
