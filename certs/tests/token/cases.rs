//! What must come of each token, key and PIN.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use certs::load::LoadError;
use certs::signing::Algorithm::{EcdsaSha256, EcdsaSha384, RsaSha256, RsaSha384};
use certs::signing::{Algorithm, Keeping, SignFault, Signer};
use certs::token::{Pin, TokenFault, TokenUri};
use cryptoki::context::Pkcs11;
use cryptoki::object::{Attribute, ObjectClass};
use cryptoki::slot::Slot;

use crate::maker::{self, Kind, PIN, certify, generate};

const TOKEN: &str = "pasarela";

/// A folder with certificates of the keys in the token.
struct Site<'s> {
    folder: &'s Path,
}

/// Runs every case in turn: the library serves one at a time.
pub(crate) fn all(folder: &Path) {
    let site = Site::prepare(folder);
    site.each_algorithm();
    site.named_faults();
    site.a_pin_that_others_may_read();
    site.many_at_once();
    site.a_session_that_is_lost();
    site.a_pin_that_is_changed();
    site.a_key_that_is_made_anew();
    println!("keys in a token: all as they must be");
}

#[allow(
    clippy::disallowed_methods,
    reason = "a certificate made now must be valid now"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap() + 1
}

/// Logs out all sessions with the token: the key is out of reach until somebody logs in.
fn log_out(beside: &Pkcs11, slot: Slot) {
    beside.open_ro_session(slot).unwrap().logout().unwrap();
}

impl<'s> Site<'s> {
    /// Makes the keys and their certificates.
    fn prepare(folder: &'s Path) -> Self {
        let site = Self { folder };
        let (library, slot) = maker::library(TOKEN);
        let session = maker::session(&library, slot);
        let keys = [
            ("rsa", 1, Kind::Rsa3072, true),
            ("p256", 2, Kind::P256, true),
            ("p384", 3, Kind::P384, true),
            ("mudo", 4, Kind::P256, false),
            ("gemelo", 5, Kind::P256, true),
            ("gemelo", 6, Kind::P256, true),
        ];
        for (label, id, kind, may_sign) in keys {
            let public = generate(&session, kind, (label, id), may_sign);
            certify(&public, &site.certificate(label), 1);
        }
        drop(session);
        library.finalize().unwrap();
        site.write_pin("pin", PIN, 0o600);
        site
    }

    fn certificate(&self, label: &str) -> PathBuf {
        self.folder.join(format!("{label}.pem"))
    }

    fn write_pin(&self, name: &str, pin: &str, mode: u32) {
        let path = self.folder.join(name);
        fs::write(&path, format!("{pin}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    /// The address of a key, with the library and the PIN's file.
    fn address(&self, path: &str, pin: &str) -> TokenUri {
        let (module, folder) = (maker::module(), self.folder.display());
        let module = module.display();
        format!("pkcs11:{path}?module-path={module}&pin-source=file:{folder}/{pin}")
            .parse()
            .unwrap()
    }

    fn open(&self, label: &str) -> Signer {
        let address = self.address(&format!("token={TOKEN};object={label}"), "pin");
        let opened = Signer::in_token(&self.certificate(label), (&address, None), now());
        opened.unwrap_or_else(|fault| panic!("{label}: {fault}"))
    }

    fn each_algorithm(&self) {
        let table: [(&str, &[Algorithm], usize); 3] = [
            ("rsa", &[RsaSha256, RsaSha384], 384),
            ("p256", &[EcdsaSha256], 64),
            ("p384", &[EcdsaSha384], 96),
        ];
        for (label, algorithms, length) in table {
            let signer = self.open(label);
            assert_eq!(signer.keeping(), Keeping::Token);
            for algorithm in algorithms {
                let signature = signer.sign_by(*algorithm, b"mensaje").unwrap();
                assert_eq!(signature.len(), length, "{algorithm:?}");
                let certificate = signer.certificate();
                assert!(certificate.verifies(*algorithm, b"mensaje", &signature));
                assert!(!certificate.verifies(*algorithm, b"otro", &signature));
            }
            let usual = signer.sign(b"mensaje").unwrap();
            let certificate = signer.certificate();
            assert!(certificate.verifies(signer.algorithm(), b"mensaje", &usual));
            let other = if label == "rsa" {
                EcdsaSha256
            } else {
                RsaSha256
            };
            let refused = signer.sign_by(other, b"mensaje");
            assert!(matches!(refused, Err(SignFault::Family)), "{label}");
        }
        println!("each algorithm signs, and its certificate verifies");
    }

    /// Opens a key, and gives what is wrong with it.
    fn fault(&self, address: &TokenUri, certificate: &str) -> TokenFault {
        let certificate = self.certificate(certificate);
        match Signer::in_token(&certificate, (address, None), now()) {
            Err(LoadError::Token { source, key }) => {
                assert!(!format!("{source} {key}").contains(PIN), "{source}");
                source
            }
            Err(other) => panic!("{address}: {other}"),
            Ok(_) => panic!("{address}: opened"),
        }
    }

    fn named_faults(&self) {
        self.write_pin("otro-pin", "00000000", 0o600);
        self.write_pin("sin-pin", "", 0o600);
        let all = format!("token={TOKEN};object=");
        let key = |label: &str| format!("{all}{label}");
        for (path, pin, certificate, expected) in [
            (
                "token=nadie;object=p256".to_owned(),
                "pin",
                "p256",
                TokenFault::NoToken,
            ),
            (
                "token=doble;object=p256".to_owned(),
                "pin",
                "p256",
                TokenFault::TwoTokens,
            ),
            (key("p256"), "otro-pin", "p256", TokenFault::WrongPin),
            (key("p256"), "sin-pin", "p256", TokenFault::NoPin),
            (key("ninguna"), "pin", "p256", TokenFault::NoKey),
            (key("p256;id=%09"), "pin", "p256", TokenFault::NoKey),
            (key("gemelo"), "pin", "gemelo", TokenFault::TwoKeys),
            (key("mudo"), "pin", "mudo", TokenFault::CannotSign),
            (key("p256"), "pin", "p384", TokenFault::AnotherKey),
            (key("rsa"), "pin", "p256", TokenFault::AnotherKey),
            (key("p256"), "pin", "rsa", TokenFault::AnotherKey),
        ] {
            let fault = self.fault(&self.address(&path, pin), certificate);
            assert_eq!(fault, expected, "{path} {certificate}");
        }
        // Two keys of one label are told apart by their number.
        let twin = self.address(&key("gemelo;id=%06"), "pin");
        assert!(Signer::in_token(&self.certificate("gemelo"), (&twin, None), now()).is_ok());
        let whole = self.address(&key("p256"), "pin");
        let nowhere = TokenUri {
            module: Some(PathBuf::from("/no/hay/tal.so")),
            ..whole.clone()
        };
        let fault = self.fault(&nowhere, "p256");
        assert!(matches!(fault, TokenFault::Module { .. }), "{fault}");
        let unnamed = TokenUri {
            module: None,
            ..whole.clone()
        };
        assert_eq!(self.fault(&unnamed, "p256"), TokenFault::NoModule);
        // A PIN from elsewhere serves where the address names no file.
        let fileless = TokenUri {
            pin_file: None,
            ..whole
        };
        assert_eq!(self.fault(&fileless, "p256"), TokenFault::NoPin);
        let empty = Some(Pin::new(" \n".to_owned()));
        let refused = Signer::in_token(&self.certificate("p256"), (&fileless, empty), now());
        let Err(LoadError::Token { source, .. }) = refused else {
            panic!("opened without a PIN");
        };
        assert_eq!(source, TokenFault::NoPin);
        let pin = Some(Pin::new(format!("{PIN}\n")));
        assert!(Signer::in_token(&self.certificate("p256"), (&fileless, pin), now()).is_ok());
        println!("each fault has its name");
    }

    fn a_pin_that_others_may_read(&self) {
        self.write_pin("a-la-vista", PIN, 0o644);
        let address = self.address(&format!("token={TOKEN};object=p256"), "a-la-vista");
        let fault = self.fault(&address, "p256");
        assert!(matches!(fault, TokenFault::PinExposed(_)), "{fault}");
        let nowhere = self.address(&format!("token={TOKEN};object=p256"), "no-hay");
        let fault = self.fault(&nowhere, "p256");
        assert!(matches!(fault, TokenFault::PinFile { .. }), "{fault}");
    }

    /// The queue has an end: whoever is not served is told, and nobody gets another's signature.
    fn many_at_once(&self) {
        let signer = Arc::new(self.open("rsa"));
        let threads: Vec<_> = (0..200)
            .map(|number| {
                let signer = Arc::clone(&signer);
                std::thread::spawn(move || {
                    let message = format!("mensaje {number}");
                    let signature = signer.sign(message.as_bytes());
                    (message, signature)
                })
            })
            .collect();
        let mut served = 0;
        for thread in threads {
            let (message, signature) = thread.join().unwrap();
            match signature {
                Ok(signature) => {
                    let certificate = signer.certificate();
                    assert!(certificate.verifies(RsaSha256, message.as_bytes(), &signature));
                    served += 1;
                }
                Err(SignFault::Token(TokenFault::Busy)) => {}
                Err(other) => panic!("{message}: {other}"),
            }
        }
        assert!(served >= 64, "{served} of 200");
        println!("many at once: {served} of 200 signed, the others told at once");
    }

    /// A session that others end, and a library that is gone.
    fn a_session_that_is_lost(&self) {
        let signer = self.open("p256");
        let beside = Pkcs11::new(maker::module()).unwrap();
        let slot = maker::slot(&beside, TOKEN);
        log_out(&beside, slot);
        let signature = signer.sign(b"mensaje").unwrap();
        let certificate = signer.certificate();
        assert!(certificate.verifies(EcdsaSha256, b"mensaje", &signature));
        // Its end is that of the library, for the whole process.
        beside.finalize().unwrap();
        let lost = signer.sign(b"mensaje");
        let Err(SignFault::Token(fault)) = lost else {
            panic!("signed: {lost:?}");
        };
        assert!(matches!(fault, TokenFault::Lost(_)), "{fault}");
        println!("a lost session is had again once: {fault}");
    }

    /// A PIN that the token refuses is not tried again, even where it would be right once more.
    fn a_pin_that_is_changed(&self) {
        let signer = self.open("p256");
        let beside = Pkcs11::new(maker::module()).unwrap();
        let slot = maker::slot(&beside, TOKEN);
        let change = |from: &str, to: &str| {
            let session = beside.open_rw_session(slot).unwrap();
            let (from, to) = (maker::pin(from), maker::pin(to));
            session.set_pin(&from, &to).unwrap();
        };
        change(PIN, "11223344");
        log_out(&beside, slot);
        for again in [false, true] {
            if again {
                change("11223344", PIN);
            }
            let refused = signer.sign(b"mensaje");
            let Err(SignFault::Token(fault)) = refused else {
                panic!("signed: {refused:?}");
            };
            assert_eq!(fault, TokenFault::WrongPin, "again: {again}");
        }
    }

    /// Another key under the label of the one that was found: nothing is signed by it.
    fn a_key_that_is_made_anew(&self) {
        for kind in [Kind::P384, Kind::Rsa3072] {
            let signer = self.open("p384");
            let beside = Pkcs11::new(maker::module()).unwrap();
            let session = beside.open_rw_session(maker::slot(&beside, TOKEN)).unwrap();
            let template = [
                Attribute::Class(ObjectClass::PRIVATE_KEY),
                Attribute::Label(b"p384".to_vec()),
            ];
            for key in session.find_objects(&template).unwrap() {
                session.destroy_object(key).unwrap();
            }
            let public = generate(&session, kind, ("p384", 3), true);
            let refused = signer.sign(b"mensaje");
            let Err(SignFault::Token(fault)) = refused else {
                panic!("signed by another key: {refused:?}");
            };
            assert_eq!(fault, TokenFault::AnotherKey, "{kind:?}");
            certify(&public, &self.certificate("p384"), 1);
        }
        println!("a key made anew under the same label signs nothing");
    }
}
