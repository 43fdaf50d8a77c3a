//! The veil: what names a person becomes a digest that says nothing without the key, and a text becomes unreadable.
//!
//! HMAC-SHA-256 (FIPS 198-1) with a key of its own for each use; texts are sealed with AES-256-GCM (NIST SP 800-38D).
//! Identity documents are few enough to try them all: only a key that is not in the database keeps digests of them
//! from being read back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};

use crate::load::{self, LoadError};

/// The least that a file must hold.
const LEAST: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Turns what names a person into a digest, and seals texts; the same on every node that has the same file.
#[derive(Clone)]
pub struct Veil {
    subjects: [u8; 32],
    texts: [u8; 32],
    nonces: [u8; 32],
    codes: [u8; 32],
}

/// Why a text cannot be sealed or read back.
#[derive(Debug, thiserror::Error)]
pub enum VeilError {
    /// It was sealed with another key, under another name, or was changed.
    #[error("the sealed text was changed, or sealed with another key")]
    Changed,
    /// OpenSSL failed.
    #[error("OpenSSL: {0}")]
    Library(#[from] ErrorStack),
}

impl Veil {
    /// Reads the secret from a file of 32 bytes or more that not everybody may read.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let secret = load::read(path)?;
        let secret = secret.trim_ascii();
        if secret.len() < LEAST {
            return Err(LoadError::ShortSecret(path.to_owned()));
        }
        let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o777);
        if mode & 0o007 != 0 {
            let path = path.to_owned();
            return Err(LoadError::KeyExposed { path, mode });
        }
        Ok(Self {
            subjects: mac(secret, b"pasarela.sujetos.1")?,
            texts: mac(secret, b"pasarela.textos.1")?,
            nonces: mac(secret, b"pasarela.nonces.1")?,
            codes: mac(secret, b"pasarela.altas.1")?,
        })
    }

    /// The digest of what names a person or a case.
    pub fn digest(&self, name: &[u8]) -> Result<[u8; 32], VeilError> {
        Ok(mac(&self.subjects, name)?)
    }

    /// The digest of an enrolment code, under a key of its own.
    pub fn code(&self, code: &str) -> Result<[u8; 32], VeilError> {
        Ok(mac(&self.codes, code.as_bytes())?)
    }

    /// Seals a text under a name that is never used for another text.
    pub fn seal(&self, name: &str, text: &str) -> Result<Vec<u8>, VeilError> {
        let mut tag = [0; TAG];
        let (nonce, cipher) = (self.nonce(name)?, Cipher::aes_256_gcm());
        let nonce = nonce.get(..NONCE);
        let mut sealed = encrypt_aead(
            cipher,
            &self.texts,
            nonce,
            name.as_bytes(),
            text.as_bytes(),
            &mut tag,
        )?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Reads back what was sealed under a name.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<String, VeilError> {
        let split = sealed.len().checked_sub(TAG).ok_or(VeilError::Changed)?;
        let (text, tag) = sealed.split_at(split);
        let (nonce, cipher) = (self.nonce(name)?, Cipher::aes_256_gcm());
        let nonce = nonce.get(..NONCE);
        let opened = decrypt_aead(cipher, &self.texts, nonce, name.as_bytes(), text, tag);
        let opened = opened.map_err(|_| VeilError::Changed)?;
        String::from_utf8(opened).map_err(|_| VeilError::Changed)
    }

    fn nonce(&self, name: &str) -> Result<[u8; 32], ErrorStack> {
        mac(&self.nonces, name.as_bytes())
    }
}

fn mac(key: &[u8], text: &[u8]) -> Result<[u8; 32], ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    let mut digest = [0; 32];
    signer.sign_oneshot(&mut digest, text)?;
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn file(dir: &tempfile::TempDir, bytes: &[u8], mode: u32) -> PathBuf {
        let path = dir.path().join("supervision.key");
        crate::secret::write_private(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn veil(secret: &[u8; 32]) -> Veil {
        let dir = tempfile::tempdir().unwrap();
        Veil::load(&file(&dir, secret, 0o600)).unwrap()
    }

    #[test]
    fn the_digest_is_that_of_the_key() {
        let (one, other) = (veil(&[b'a'; 32]), veil(&[b'b'; 32]));
        let digest = one.digest(b"99999999R").unwrap();
        assert_eq!(digest, veil(&[b'a'; 32]).digest(b"99999999R").unwrap());
        assert_ne!(digest, one.digest(b"99999998T").unwrap());
        assert_ne!(digest, other.digest(b"99999999R").unwrap());
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_mac_is_the_one_of_the_standard() {
        let digest = mac(b"Jefe", b"what do ya want for nothing?").unwrap();
        let hex = digest.iter().map(|byte| format!("{byte:02x}"));
        assert_eq!(
            hex.collect::<String>(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_sealed_text_opens_under_its_name_and_key_only() {
        let veil = veil(&[b'a'; 32]);
        let sealed = veil.seal("x-1", "gritos en el domicilio, PRUEBA").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("gritos"));
        assert_eq!(
            veil.open("x-1", &sealed).unwrap(),
            "gritos en el domicilio, PRUEBA"
        );
        let mut changed = sealed.clone();
        changed[0] ^= 1;
        for (name, bytes) in [
            ("x-2", &sealed[..]),
            ("x-1", &changed),
            ("x-1", &sealed[..9]),
        ] {
            assert!(matches!(veil.open(name, bytes), Err(VeilError::Changed)));
        }
        let other = super::tests::veil(&[b'b'; 32]);
        assert!(matches!(
            other.open("x-1", &sealed),
            Err(VeilError::Changed)
        ));
    }

    #[test]
    fn a_secret_that_is_short_or_open_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let short = file(&dir, b"0123456789abcdef0123456789abcde\n", 0o600);
        assert!(matches!(Veil::load(&short), Err(LoadError::ShortSecret(_))));
        let open = file(&dir, &[b'a'; 64], 0o644);
        assert!(matches!(
            Veil::load(&open),
            Err(LoadError::KeyExposed { .. })
        ));
        let none = dir.path().join("none");
        assert!(matches!(
            Veil::load(&none),
            Err(LoadError::Unreadable { .. })
        ));
    }
}
