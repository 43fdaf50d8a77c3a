//! The evidence, exported as an auditor gets it.

use std::path::{Path, PathBuf};

use domain::Problem;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ended, pasarela, succeed};

/// An exported journal.
pub(crate) struct Journal {
    folder: TempDir,
    entries: Vec<Value>,
}

impl Journal {
    /// Exports all there is by now.
    pub(crate) fn export(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().display().to_string();
        succeed(&["journal", "export", "--config", config, "--dir", &dir]);
        let mut journal = Self {
            folder,
            entries: Vec::new(),
        };
        journal.entries = journal.text().lines().map(entry).collect();
        journal
    }

    /// The folder it was exported to.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file with the gateway's entries; explanations, reviews, enrolments and imports have journals of their own.
    pub(crate) fn file(&self) -> PathBuf {
        let mut files = std::fs::read_dir(self.folder())
            .unwrap()
            .map(|file| file.unwrap().path());
        files
            .find(|path| {
                let name = path.to_string_lossy();
                let others = [
                    "-explain.entradas",
                    ".revision.entradas",
                    ".gestion.entradas",
                    ".registro.entradas",
                    ".altas.entradas",
                    ".pruebas.entradas",
                    ".personal.entradas",
                    "segundo.entradas",
                ];
                name.ends_with(".entradas") && !others.iter().any(|other| name.ends_with(other))
            })
            .unwrap()
    }

    /// The entries as they were exported.
    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    /// The entries, oldest first.
    pub(crate) fn entries(&self) -> &[Value] {
        &self.entries
    }

    /// The entries of what the ministry did about certificates, oldest first.
    pub(crate) fn enrolments(&self) -> Vec<Value> {
        self.beside(".altas.entradas")
    }

    /// The entries of explanations, oldest first.
    pub(crate) fn explained(&self) -> Vec<Value> {
        self.beside("-explain.entradas")
    }

    /// The entries of what staff did on the command line, oldest first.
    pub(crate) fn managed(&self) -> Vec<Value> {
        self.beside(".gestion.entradas")
    }

    /// The entries of a journal beside the node's own.
    fn beside(&self, end: &str) -> Vec<Value> {
        let files = std::fs::read_dir(self.folder()).unwrap();
        let own = |path: &PathBuf| path.to_string_lossy().ends_with(end);
        let file = files.map(|file| file.unwrap().path()).find(own).unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        text.lines().map(entry).collect()
    }

    /// How many connections were refused with that problem and reason.
    pub(crate) fn refused_connections(&self, problem: &str) -> usize {
        let refused = |entry: &&Value| entry["tipo"] == "conexionDenegada";
        self.entries
            .iter()
            .filter(refused)
            .filter(|entry| entry["problema"] == problem)
            .count()
    }

    /// The refusal with that incident stands in it, by its true name.
    #[track_caller]
    pub(crate) fn assert_refused(&self, case: &str, incident: &str, problem: Problem) -> &Value {
        let of = |entry: &&Value| entry["tipo"] == "denegacion" && entry["incidencia"] == incident;
        let found: Vec<&Value> = self.entries.iter().filter(of).collect();
        assert_eq!(found.len(), 1, "{case}: entries of `{incident}`");
        assert_eq!(found[0]["problema"], problem.entry().code, "{case}");
        found[0]
    }

    /// Verifies it as it lies in its folder.
    pub(crate) fn verify(&self, key: &Path) -> Ended {
        let (dir, key) = (
            self.folder().display().to_string(),
            key.display().to_string(),
        );
        pasarela(&["journal", "verify", &dir, "--key", &key])
    }
}

fn entry(line: &str) -> Value {
    let (_, text) = line.split_once(' ').unwrap();
    serde_json::from_str(text).unwrap()
}
