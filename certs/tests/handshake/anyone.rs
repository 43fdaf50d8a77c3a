//! A listener that lets in whoever shows no certificate, and judges one that is shown as ever.

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::sync_channel;
use std::thread;

use certs::acceptor::{Acceptor, Clients};
use certs::handshake::{self, HandshakeLog};
use certs::testpki::Bad;

use crate::client::Client;
use crate::site::{SLUG, Site, config, site};

#[test]
fn nobody_is_let_in_and_a_bad_certificate_is_not() {
    let Site { pki, dir: _dir } = &site();
    let (report, failures) = sync_channel(16);
    let log = HandshakeLog::new(move |failure| report.try_send(failure).unwrap());
    let acceptor = Acceptor::load(config(pki), log).unwrap();
    let tls = acceptor.builder_for(Clients::Anyone).unwrap().build();
    let connected = |client: Client| {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let tls = tls.clone();
        let accepted = thread::spawn(move || {
            let mut stream = tls.accept(ours).ok()?;
            let peer = handshake::complete(stream.ssl());
            stream.write_all(b"!").unwrap();
            Some(peer)
        });
        let seen = client.connect(pki, theirs);
        let accepted = accepted.join().unwrap();
        assert_eq!(seen.outcome.is_ok(), accepted.is_some());
        (accepted, failures.try_iter().count())
    };
    assert_eq!(connected(Client::default()), (Some(None), 0));
    let own = pki.organism(SLUG);
    let peer = own.peer().unwrap();
    assert_eq!(connected(Client::with(own)), (Some(Some(peer)), 0));
    for bad in [
        Bad::Expired,
        Bad::Revoked,
        Bad::UnknownAuthority,
        Bad::WrongPurpose,
        Bad::TwoOrganisms,
    ] {
        assert_eq!(connected(Client::with(pki.bad(bad))), (None, 1), "{bad:?}");
    }
}
