//! Files of a contract's folder, read without leaving it: the schemas, and what lies beside them.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The longest file beside the schemas, in bytes.
const LONGEST: u64 = 1 << 20;

/// The most files of one kind beside the schemas.
const MOST: usize = 1_000;

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    #[error("there is no such file")]
    Missing,
    #[error("it leads out of the contract folder")]
    Outside,
    #[error("it is no file")]
    NoFile,
    #[error("it is longer than {0} bytes")]
    TooLarge(u64),
    #[error("there are more than {MOST} files")]
    TooMany,
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("{0}")]
    Failed(String),
}

/// The text of the file at `path`, names joined by `/`, inside `base`.
pub(crate) fn read(base: &Path, path: &str) -> Result<String, Unread> {
    let bytes = bytes(base, path, LONGEST)?;
    let text = String::from_utf8(bytes).map_err(|_| Unread::NotUtf8)?;
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// The file at `path` inside `base`, no more than `longest` bytes of it.
pub(crate) fn bytes(base: &Path, path: &str, longest: u64) -> Result<Vec<u8>, Unread> {
    let full = inside(base, path)?;
    // What is no file may never end.
    if !fs::metadata(&full).map_err(failed)?.is_file() {
        return Err(Unread::NoFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(&full).map_err(failed)?;
    let length = file.take(longest + 1).read_to_end(&mut bytes);
    if u64::try_from(length.map_err(failed)?).unwrap_or(u64::MAX) > longest {
        return Err(Unread::TooLarge(longest));
    }
    Ok(bytes)
}

/// The TOML files of a folder inside `base`, as paths inside `base`, in order; none when there is no
/// such folder.
pub(crate) fn list(base: &Path, folder: &str) -> Result<Vec<String>, Unread> {
    let full = match inside(base, folder) {
        Err(Unread::Missing) => return Ok(Vec::new()),
        found => found?,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(full).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_str().ok_or(Unread::NotUtf8)?;
        if Path::new(name).extension().is_some_and(|end| end == "toml") {
            files.push(format!("{folder}/{name}"));
        }
        if files.len() > MOST {
            return Err(Unread::TooMany);
        }
    }
    files.sort();
    Ok(files)
}

/// Where `path` leads; a symbolic link may lead anywhere.
fn inside(base: &Path, path: &str) -> Result<PathBuf, Unread> {
    let named = base.join(path);
    let full = named.canonicalize().map_err(|error| {
        let is_nothing = error.kind() == ErrorKind::NotFound && !named.is_symlink();
        if is_nothing {
            Unread::Missing
        } else {
            failed(error)
        }
    })?;
    let base = base.canonicalize().map_err(failed)?;
    if full.starts_with(base) {
        Ok(full)
    } else {
        Err(Unread::Outside)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn failed(error: std::io::Error) -> Unread {
    Unread::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{LONGEST, Unread, list, read};

    #[test]
    fn nothing_leads_out_and_nothing_is_too_long() {
        let all = tempfile::tempdir().unwrap();
        let base = all.path().join("contrato");
        fs::create_dir_all(base.join("reglas/otra")).unwrap();
        fs::write(all.path().join("fuera.toml"), "fuera").unwrap();
        fs::write(base.join("reglas/b.toml"), "\u{FEFF}b").unwrap();
        fs::write(base.join("reglas/a.toml"), [0xFF]).unwrap();
        fs::write(base.join("reglas/c.txt"), "c").unwrap();
        let long = usize::try_from(LONGEST).unwrap() + 1;
        fs::write(base.join("larga.toml"), vec![b' '; long]).unwrap();
        symlink("b.toml", base.join("reglas/enlace.toml")).unwrap();
        symlink("../fuera.toml", base.join("fuera.toml")).unwrap();
        symlink("nada", base.join("nada.toml")).unwrap();
        symlink("..", base.join("conversiones")).unwrap();
        for (path, expected) in [
            ("reglas/b.toml", Ok("b")),
            ("reglas/enlace.toml", Ok("b")),
            ("reglas/a.toml", Err(Unread::NotUtf8)),
            ("reglas/otra", Err(Unread::NoFile)),
            ("reglas/d.toml", Err(Unread::Missing)),
            ("larga.toml", Err(Unread::TooLarge(LONGEST))),
            ("fuera.toml", Err(Unread::Outside)),
            ("../fuera.toml", Err(Unread::Outside)),
            ("/etc/hostname", Err(Unread::Outside)),
        ] {
            let found = read(&base, path);
            assert_eq!(found.as_deref(), expected.as_ref().copied(), "{path}");
        }
        assert!(matches!(read(&base, "nada.toml"), Err(Unread::Failed(_))));
        let files = ["reglas/a.toml", "reglas/b.toml", "reglas/enlace.toml"];
        assert_eq!(list(&base, "reglas").unwrap(), files);
        assert_eq!(list(&base, "formularios"), Ok(Vec::new()));
        assert_eq!(list(&base, "conversiones"), Err(Unread::Outside));
    }
}
