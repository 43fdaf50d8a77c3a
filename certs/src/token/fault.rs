//! What can be wrong with a token, by name.

use std::io;
use std::path::PathBuf;

/// Why a token does not sign, or cannot be used at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Nobody says which library speaks to it.
    #[error("no library is named: `module-path` in the address, or `module` in the configuration")]
    NoModule,
    /// The library cannot be loaded.
    #[error("the library `{}` cannot be loaded: {cause}", path.display())]
    Module {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// There is no PIN, neither in a file nor in the environment.
    #[error("there is no PIN: `pin-source=file:…` in the address, or the environment")]
    NoPin,
    /// The file of the PIN cannot be read.
    #[error("the PIN in `{}` cannot be read: {cause}", path.display())]
    PinFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::ErrorKind,
    },
    /// Everybody on the machine may read the PIN.
    #[error("the PIN in `{}` may be read by everybody", .0.display())]
    PinExposed(PathBuf),
    /// No token has that label.
    #[error("there is no token of that label")]
    NoToken,
    /// Several tokens have it.
    #[error("there are several tokens of that label: say `serial`")]
    TwoTokens,
    /// The PIN is not the token's. It is not tried again: tokens lock.
    #[error("the PIN is wrong; it is not tried again, for tokens lock")]
    WrongPin,
    /// Wrong PIN were tried too often.
    #[error("the token is locked: wrong PINs were tried too often")]
    Locked,
    /// There is no such private key.
    #[error("the token has no such private key")]
    NoKey,
    /// There are several.
    #[error("the token has several such private keys: say `object` and `id`")]
    TwoKeys,
    /// The key may not sign, or not in the ways of this profile.
    #[error("the key may not sign, or is neither RSA nor on an elliptic curve")]
    CannotSign,
    /// The key wants the PIN at each signature.
    #[error("the key wants the PIN at each signature, which is not done here")]
    AsksEachTime,
    /// The key is another than the certificate's.
    #[error("the key does not belong to the certificate")]
    AnotherKey,
    /// More wait for the token than it can serve in time.
    #[error("too many signatures wait for the token")]
    Busy,
    /// It does not answer.
    #[error("the token does not answer in time")]
    Silent,
    /// The session was lost, and another could not be had.
    #[error("the session with the token was lost, and not to be had again: {0}")]
    Lost(String),
    /// It refuses.
    #[error("the token: {0}")]
    Failed(String),
}
