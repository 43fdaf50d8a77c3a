//! The detached signature of a registry's file: `FILE.firma`, one line of hexadecimal digits, made with a P-256 key as
//! checkpoints are.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use certs::seal::{Seal, SealVerifier};

use crate::exit::{Failure, Outcome};

/// Writes the file and, with a key, its signature.
pub(super) fn write(out: &Path, text: &str, key: Option<&Path>) -> Outcome {
    let put = |path: &Path, text: &str| {
        std::fs::write(path, text).map_err(|e| Failure::broken(&path.display().to_string(), e))
    };
    // The signature first: a file is never there beside the signature of another.
    let beside = beside(out);
    match key {
        Some(key) => {
            let seal = Seal::load(key).map_err(|e| Failure::broken("signing key", e))?;
            let signature = seal.sign(text.as_bytes());
            let signature = signature.map_err(|e| Failure::broken("signature", e))?;
            put(&beside, &(hex(&signature) + "\n"))?;
        }
        None if beside.exists() => std::fs::remove_file(&beside)
            .map_err(|e| Failure::broken(&beside.display().to_string(), e))?,
        None => {}
    }
    put(out, text)
}

/// The text of a file whose signature is that of the holder of the public key; no other text is ever read.
pub(super) fn verified(file: &Path, key: &Path) -> Result<String, Failure> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|e| Failure::broken(&path.display().to_string(), e))
    };
    let verifier = SealVerifier::load(key).map_err(|e| Failure::broken("public key", e))?;
    let text = read(file)?;
    let beside = beside(file);
    let signature = unhex(read(&beside)?.trim());
    let told = |why: &str| Failure::Unfit(format!("`{}`: {why}", beside.display()));
    let signature = signature.ok_or_else(|| told("no es una firma"))?;
    verifier
        .verify(text.as_bytes(), &signature)
        .map_err(|_| told("la firma no corresponde al fichero o a la clave"))?;
    Ok(text)
}

fn beside(file: &Path) -> PathBuf {
    let mut name: OsString = file.as_os_str().to_owned();
    name.push(".firma");
    name.into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.iter().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use certs::secret::PrivateKey;

    #[test]
    fn only_what_was_signed_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["clave", "otra"] {
            let key = PrivateKey::generate().unwrap();
            key.save(&path(&format!("{name}.pem"))).unwrap();
            std::fs::write(path(&format!("{name}.pub")), key.public_pem().unwrap()).unwrap();
        }
        let (file, key) = (path("registro.toml"), path("clave.pem"));
        let read = |name: &str| verified(&path("registro.toml"), &path(name)).ok();
        write(&file, "uno", Some(&key)).unwrap();
        assert_eq!(read("clave.pub").as_deref(), Some("uno"));
        assert_eq!(read("otra.pub"), None);
        std::fs::write(&file, "dos").unwrap();
        assert_eq!(read("clave.pub"), None);
        std::fs::write(&file, "uno").unwrap();
        for wrong in ["", "zz", "3045", "abc"] {
            std::fs::write(path("registro.toml.firma"), wrong).unwrap();
            assert_eq!(read("clave.pub"), None, "{wrong}");
        }
        // Written anew without a key, nothing is left that says it was signed.
        write(&file, "uno", None).unwrap();
        assert_eq!(read("clave.pub"), None);
        assert!(!path("registro.toml.firma").exists());
    }
}
