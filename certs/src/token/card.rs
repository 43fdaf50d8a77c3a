//! A session with a token: logged in, the key found, a digest signed; lost and had again.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use super::{Pin, TokenFault, TokenUri};
use crate::signing::{Algorithm, Family, Hash};

/// What goes before a digest in an RSA signature: the start of a `DigestInfo` (RFC 8017 section 9.2, note 1).
const SHA_256: &[u8] = &[
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
const SHA_384: &[u8] = &[
    0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05,
    0x00, 0x04, 0x30,
];

/// A token with its key, of one thread.
pub(super) struct Card {
    open: Option<Open>,
    library: Pkcs11,
    address: TokenUri,
    /// The PIN; once the token has refused it, why it is not tried again.
    pin: Result<Pin, TokenFault>,
}

/// A session that is logged in.
struct Open {
    session: Session,
    key: ObjectHandle,
    family: Family,
}

impl Card {
    /// Loads the library, logs in and finds the key.
    pub(super) fn open(address: TokenUri, pin: Pin) -> Result<Self, TokenFault> {
        let path = address.module.clone().ok_or(TokenFault::NoModule)?;
        let module = |cause: Error| TokenFault::Module {
            path: path.clone(),
            cause: told(&cause),
        };
        let library = Pkcs11::new(&path).map_err(module)?;
        let threads = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
        library.initialize(threads).map_err(module)?;
        let mut card = Self {
            open: None,
            library,
            address,
            pin: Ok(pin),
        };
        card.open = Some(card.log_in()?);
        Ok(card)
    }

    /// Signs a digest. A session that was lost is had again once; what fails then, fails.
    pub(super) fn sign(
        &mut self,
        algorithm: Algorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, TokenFault> {
        if let Some(open) = &self.open {
            if open.family != algorithm.family() {
                return Err(TokenFault::AnotherKey);
            }
            match open.sign(algorithm, digest) {
                Err(error) if is_lost(&error) => {
                    tracing::warn!(error = told(&error), "the session with the token was lost");
                }
                signed => return signed.map_err(|error| refused(&error)),
            }
        }
        // What is left of the old one goes first: a token has a number of sessions.
        self.open = None;
        let open = self.log_in().map_err(lost)?;
        if open.family != algorithm.family() {
            return Err(TokenFault::AnotherKey);
        }
        let signed = open.sign(algorithm, digest);
        self.open = Some(open);
        signed.map_err(|error| TokenFault::Lost(told(&error)))
    }

    fn log_in(&mut self) -> Result<Open, TokenFault> {
        let pin = self.pin.as_ref().map_err(Clone::clone)?;
        let session = self.library.open_ro_session(self.slot()?);
        let session = session.map_err(|error| refused(&error))?;
        let pin = AuthPin::new(pin.expose().into());
        if let Err(fault) = logged_in(session.login(UserType::User, Some(&pin))) {
            if matches!(fault, TokenFault::WrongPin | TokenFault::Locked) {
                self.pin = Err(fault.clone());
            }
            return Err(fault);
        }
        let (key, family) = key(&session, &self.address)?;
        Ok(Open {
            session,
            key,
            family,
        })
    }

    /// The slot of the token of that label.
    fn slot(&self) -> Result<Slot, TokenFault> {
        let slots = self.library.get_slots_with_token();
        let mut found = None;
        for slot in slots.map_err(|error| refused(&error))? {
            let Ok(token) = self.library.get_token_info(slot) else {
                continue;
            };
            let serial = self.address.serial.as_deref();
            let is_it = token.label() == self.address.token
                && serial.is_none_or(|serial| token.serial_number() == serial);
            if is_it && found.replace(slot).is_some() {
                return Err(TokenFault::TwoTokens);
            }
        }
        found.ok_or(TokenFault::NoToken)
    }
}

impl Drop for Card {
    /// Logs out, and leaves the library as it was found: it can be had again in this process.
    fn drop(&mut self) {
        self.open = None;
        if let Err(error) = self.library.clone().finalize() {
            tracing::warn!(%error, "the library of the token did not end well");
        }
    }
}

impl Open {
    fn sign(&self, algorithm: Algorithm, digest: &[u8]) -> Result<Vec<u8>, Error> {
        match algorithm.family() {
            Family::Rsa => {
                let before = match algorithm.hash() {
                    Hash::Sha256 => SHA_256,
                    Hash::Sha384 => SHA_384,
                };
                let info = [before, digest].concat();
                self.session.sign(&Mechanism::RsaPkcs, self.key, &info)
            }
            // Both numbers come side by side, as messages have them.
            Family::Ec => self.session.sign(&Mechanism::Ecdsa, self.key, digest),
        }
    }
}

fn logged_in(outcome: Result<(), Error>) -> Result<(), TokenFault> {
    match outcome {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
        Err(Error::Pkcs11(
            RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
            _,
        )) => Err(TokenFault::WrongPin),
        Err(Error::Pkcs11(RvError::PinLocked, _)) => Err(TokenFault::Locked),
        Err(error) => Err(refused(&error)),
    }
}

/// The one private key of that address, if it may sign.
fn key(session: &Session, address: &TokenUri) -> Result<(ObjectHandle, Family), TokenFault> {
    let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
    template.extend(
        address
            .object
            .as_ref()
            .map(|label| Attribute::Label(label.clone().into_bytes())),
    );
    template.extend(address.id.clone().map(Attribute::Id));
    let found = session.find_objects(&template);
    let found = found.map_err(|error| refused(&error))?;
    let key = match found.as_slice() {
        [] => return Err(TokenFault::NoKey),
        [key] => *key,
        [_, _, ..] => return Err(TokenFault::TwoKeys),
    };
    let wanted = [
        AttributeType::KeyType,
        AttributeType::Sign,
        AttributeType::AlwaysAuthenticate,
    ];
    let told = session.get_attributes(key, &wanted);
    let mut family = None;
    for attribute in told.map_err(|error| refused(&error))? {
        if let Attribute::KeyType(kind) = attribute {
            family = self::family(kind);
        } else if attribute == Attribute::Sign(false) {
            return Err(TokenFault::CannotSign);
        } else if attribute == Attribute::AlwaysAuthenticate(true) {
            return Err(TokenFault::AsksEachTime);
        }
    }
    Ok((key, family.ok_or(TokenFault::CannotSign)?))
}

/// Whether the session, and not the token, is what failed.
fn is_lost(error: &Error) -> bool {
    matches!(
        error,
        Error::Pkcs11(
            RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::UserNotLoggedIn
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid
                | RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::CryptokiNotInitialized,
            _
        )
    )
}

fn family(kind: KeyType) -> Option<Family> {
    match kind {
        KeyType::RSA => Some(Family::Rsa),
        KeyType::EC => Some(Family::Ec),
        _ => None,
    }
}

fn refused(error: &Error) -> TokenFault {
    if let Error::Pkcs11(code, _) = error {
        let cannot = [RvError::KeyFunctionNotPermitted, RvError::MechanismInvalid];
        if cannot.contains(code) {
            return TokenFault::CannotSign;
        }
        if *code == RvError::KeyTypeInconsistent {
            return TokenFault::AnotherKey;
        }
    }
    TokenFault::Failed(told(error))
}

/// Why a session that was lost is not had again; what is wrong with the PIN keeps its name.
fn lost(fault: TokenFault) -> TokenFault {
    if matches!(fault, TokenFault::WrongPin | TokenFault::Locked) {
        fault
    } else {
        TokenFault::Lost(fault.to_string())
    }
}

/// The name of an error; what the standard says about it fills a paragraph.
fn told(error: &Error) -> String {
    if let Error::Pkcs11(code, function) = error {
        return format!("{function:?}: {code:?}");
    }
    error.to_string()
}
