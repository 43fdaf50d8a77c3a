//! The check of a folder of contracts: every root XSD and WSDL file compiled, each with its verdict, and what lies beside them:
//! conversions loaded, rules and forms loaded and the rules' own tests run.

mod beside;

use std::io;
use std::path::Path;

use serde::Serialize;

use crate::{Contract, Governance, LoadError, load};

/// The verdicts on a folder, in the order of the paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether every file compiles, and there is at least one.
    pub ok: bool,
    /// One verdict a root file, then one for each conversion and for the rules and forms of each contract.
    pub files: Vec<Verdict>,
}

/// The verdict on one root file and all that it includes and imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The path inside the folder, with `/`.
    pub file: String,
    /// Whether it compiles.
    pub ok: bool,
    /// The names of its global elements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
    /// Everything that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The file it is in, inside the folder.
    pub file: String,
    /// The line, from 1; none when it is the file as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The path of the leaf that no rule classifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Compiles every XSD and WSDL file below `folder` that no other one includes or imports.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn check(folder: &Path, governance: Governance) -> io::Result<Report> {
    let roots = load::roots(folder)?;
    let mut files: Vec<Verdict> = roots
        .into_iter()
        .map(|path| verdict(folder, &path, governance))
        .collect();
    files.extend(beside::verdicts(folder, governance));
    let ok = !files.is_empty() && files.iter().all(|verdict| verdict.ok);
    Ok(Report { ok, files })
}

fn verdict(folder: &Path, path: &str, governance: Governance) -> Verdict {
    let file = path.to_owned();
    match Contract::load_file(folder, &folder.join(path), governance) {
        Ok(contract) => {
            let names = contract
                .roots()
                .iter()
                .map(|root| contract.element(*root).name.to_string());
            let roots = names.collect();
            Verdict {
                file,
                ok: true,
                roots,
                reasons: Vec::new(),
            }
        }
        Err(errors) => {
            let reasons = errors.0.iter().map(reason).collect();
            Verdict {
                file,
                ok: false,
                roots: Vec::new(),
                reasons,
            }
        }
    }
}

fn reason(error: &LoadError) -> Reason {
    Reason {
        file: error.location.file.to_string(),
        line: (error.location.line > 0).then_some(error.location.line),
        path: error.leaf().map(str::to_owned),
        message: error.fault.to_string(),
    }
}
