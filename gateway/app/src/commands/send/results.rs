//! The file of results of one lot: a first line that says of which lot, then a result a line, by position.
//!
//! It resumes only the lot that it is of: the same content, for the same gateway, in the name of the same organism.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use domain::Problem;
use domain::problem::Blame;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::exit::Failure;

/// What a refusal may say of the case itself, and would say again. Any other says something of the sender, its agreement,
/// the gateway or the holder: the case is still to be sent once that is mended.
const OF_THE_CASE: [Problem; 17] = [
    Problem::RequestRepeated,
    Problem::NotFoundOrOutOfScope,
    Problem::UnknownCase,
    Problem::OutOfTerritory,
    Problem::AboveMaxRisk,
    Problem::NothingVisible,
    Problem::GroupNotWritable,
    Problem::BodyTooLarge,
    Problem::MalformedJson,
    Problem::TooDeep,
    Problem::SchemaViolation,
    Problem::MaskedValue,
    Problem::RulesBroken,
    Problem::NotConvertible,
    Problem::VersionConflict,
    Problem::PreconditionRequired,
    Problem::MalformedXml,
];

/// The results, open for more.
pub(super) struct Results {
    path: PathBuf,
    file: File,
    /// What was answered so far.
    pub tally: Tally,
}

/// What became of the lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub accepted: u64,
    pub refused: u64,
}

/// What a lot is known by.
pub(super) struct Lot<'l> {
    /// Its name, on the wire.
    pub name: &'l str,
    /// The digest of its content.
    pub content: &'l str,
    /// The gateway it goes to.
    pub gateway: &'l str,
    /// In whose name.
    pub organism: &'l str,
}

impl Lot<'_> {
    /// The first line of its results.
    fn header(&self) -> String {
        let Self {
            name,
            content,
            gateway,
            organism,
        } = self;
        json!({"lote":name,"contenido":content,"pasarela":gateway,"organismo":organism}).to_string()
    }
}

impl Results {
    /// Opens the results of a lot, new or of an earlier sending; what was not written to its end is taken out.
    pub(super) fn open(path: &Path, lot: &Lot<'_>) -> Result<Self, Failure> {
        let fail = |e: std::io::Error| Failure::broken(&format!("`{}`", path.display()), e);
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(fail)?;
        let header = lot.header();
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).map_err(fail)?;
        let mut results = Self {
            path: path.to_path_buf(),
            file: file.try_clone().map_err(fail)?,
            tally: Tally::default(),
        };
        // Nothing was sent before the first line was whole.
        let Some(first) = line.strip_suffix(b"\n") else {
            if !header.as_bytes().starts_with(&line) {
                return Err(foreign(path));
            }
            file.set_len(0).map_err(fail)?;
            results.write(&[header])?;
            return Ok(results);
        };
        if first != header.as_bytes() {
            return Err(foreign(path));
        }
        let mut whole = line.len();
        line.clear();
        while reader.read_until(b'\n', &mut line).map_err(fail)? > 0 {
            // One that was cut may end in the middle of a letter.
            let Some(text) = written(&line) else { break };
            if position(text) != Some(results.tally.done() + 1) {
                break;
            }
            results.tally.count(text);
            whole += line.len();
            line.clear();
        }
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))
            .map_err(fail)?;
        Ok(results)
    }

    /// Keeps further results.
    pub(super) fn keep(&mut self, told: &[String]) -> Result<(), Failure> {
        self.write(told)?;
        for line in told {
            self.tally.count(line);
        }
        Ok(())
    }

    fn write(&mut self, lines: &[String]) -> Result<(), Failure> {
        let fail = |e: std::io::Error| Failure::broken(&format!("`{}`", self.path.display()), e);
        for line in lines {
            writeln!(self.file, "{line}").map_err(fail)?;
        }
        self.file.sync_data().map_err(fail)
    }
}

/// A line that was written to its end.
fn written(line: &[u8]) -> Option<&str> {
    std::str::from_utf8(line.strip_suffix(b"\n")?).ok()
}

fn foreign(path: &Path) -> Failure {
    Failure::Broken(format!(
        "`{}` has the results of another lot, gateway or organism: move it away, or give `--results`",
        path.display()
    ))
}

impl Tally {
    /// So many cases have a result.
    pub(super) fn done(&self) -> u64 {
        self.accepted + self.refused
    }

    fn count(&mut self, line: &str) {
        if told(line).is_some_and(|told| told.accepted.is_some()) {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }
}

/// The results of a piece that are final: none from the first on that says nothing of its case.
pub(super) fn settled(told: &[String]) -> &[String] {
    let open = told.iter().position(|line| !is_final(line));
    told.get(..open.unwrap_or(told.len())).unwrap_or_default()
}

/// Whether a result is one of the case, and not of who sends it or who was to take it.
fn is_final(line: &str) -> bool {
    let Some(refusal) = refusal(line) else {
        return true;
    };
    match Problem::from_code(&refusal.code) {
        Some(problem) => OF_THE_CASE.contains(&problem),
        // Of a later version than this.
        None => refusal.blame == Blame::Caller.as_str() && refusal.retry != "masTarde",
    }
}

/// The result of a case that no message can bring, because it is larger than one may be.
pub(super) fn too_large(position: u64) -> String {
    let entry = Problem::BodyTooLarge.entry();
    json!({"posicion":position,"rechazada":{"codigo":entry.code,"titulo":entry.title,
        "detalle":"un mensaje que solo lleva este caso ya supera lo que admite la pasarela",
        "culpa":entry.blame.as_str(),"reintento":"nunca"}})
    .to_string()
}

/// Whether a result says that the same may be taken later.
pub(super) fn is_for_later(line: &str) -> bool {
    refusal(line).is_some_and(|told| told.retry == "masTarde")
}

/// The position that a result is of.
pub(super) fn position(line: &str) -> Option<u64> {
    told(line)?.position
}

/// What is read of a result.
#[derive(Deserialize)]
struct Told<'l> {
    #[serde(rename = "posicion")]
    position: Option<u64>,
    #[serde(rename = "aceptada")]
    accepted: Option<IgnoredAny>,
    #[serde(borrow, rename = "rechazada")]
    refused: Option<Refusal<'l>>,
}

#[derive(Deserialize)]
struct Refusal<'l> {
    #[serde(borrow, rename = "codigo")]
    code: Cow<'l, str>,
    #[serde(borrow, rename = "culpa", default)]
    blame: Cow<'l, str>,
    #[serde(borrow, rename = "reintento")]
    retry: Cow<'l, str>,
}

fn told(line: &str) -> Option<Told<'_>> {
    serde_json::from_str(line).ok()
}

fn refusal(line: &str) -> Option<Refusal<'_>> {
    told(line)?.refused
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOT: Lot<'_> = Lot {
        name: "LOTE-1",
        content: "aa",
        gateway: "https://una.example",
        organism: "S2816015H",
    };

    fn accepted(position: u64) -> String {
        json!({"posicion":position,"aceptada":{}}).to_string()
    }

    fn refused(position: u64, code: &str, retry: &str) -> String {
        json!({"posicion":position,"rechazada":{"codigo":code,"reintento":retry}}).to_string()
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table, a case a row")]
    fn only_the_same_lot_is_resumed() {
        let header = LOT.header();
        let with = |rest: &str| format!("{header}\n{rest}");
        let of = |lot: Lot<'_>| format!("{}\n{}\n", lot.header(), accepted(1));
        let two = format!("{}\n{}\n", accepted(1), refused(2, "x", "nunca"));
        let table = [
            ("nothing", String::new(), Some(0)),
            ("a cut first line", header[..9].to_owned(), Some(0)),
            ("no result", with(""), Some(0)),
            ("two results", with(&two), Some(2)),
            ("a cut result", with(&format!("{two}{{\"pos")), Some(2)),
            ("a gap", with(&format!("{two}{}\n", accepted(4))), Some(2)),
            ("no first line", two, None),
            ("something else", "otra cosa".to_owned(), None),
            (
                "other content",
                of(Lot {
                    content: "bb",
                    ..LOT
                }),
                None,
            ),
            (
                "other name",
                of(Lot {
                    name: "LOTE-2",
                    ..LOT
                }),
                None,
            ),
            (
                "other gateway",
                of(Lot {
                    gateway: "https://otra.example",
                    ..LOT
                }),
                None,
            ),
            (
                "other organism",
                of(Lot {
                    organism: "S0811001G",
                    ..LOT
                }),
                None,
            ),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("casos.ndjson.resultados");
        for (what, before, done) in table {
            std::fs::write(&path, &before).unwrap();
            let opened = Results::open(&path, &LOT);
            assert_eq!(
                opened.as_ref().ok().map(|it| it.tally.done()),
                done,
                "{what}"
            );
            let Ok(mut results) = opened else {
                assert_eq!(
                    std::fs::read_to_string(&path).unwrap(),
                    before,
                    "{what}: touched"
                );
                continue;
            };
            let next = results.tally.done() + 1;
            results.keep(&[accepted(next)]).unwrap();
            let again = Results::open(&path, &LOT).unwrap();
            assert_eq!(again.tally, results.tally, "{what}");
            assert_eq!(again.tally.done(), next, "{what}");
        }
    }

    #[test]
    fn a_result_cut_inside_a_letter_is_taken_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("casos.ndjson.resultados");
        let told =
            json!({"posicion":2,"rechazada":{"codigo":"x","titulo":"Versión","reintento":"nunca"}});
        let told = told.to_string();
        let within = told.find('ó').unwrap() + 1;
        let mut bytes = format!("{}\n{}\n", LOT.header(), accepted(1)).into_bytes();
        let whole = bytes.len();
        bytes.extend_from_slice(&told.as_bytes()[..within]);
        std::fs::write(&path, &bytes).unwrap();
        let results = Results::open(&path, &LOT).unwrap();
        assert_eq!(results.tally.done(), 1);
        assert_eq!(std::fs::read(&path).unwrap(), &bytes[..whole]);
    }

    #[test]
    fn only_what_is_said_of_the_case_is_final() {
        let good = |positions: std::ops::Range<u64>| positions.map(accepted).collect::<Vec<_>>();
        let and = |last: String| [good(1..3), vec![last]].concat();
        let of = |problem: Problem| {
            let entry = problem.entry();
            json!({"posicion":3,"rechazada":{"codigo":entry.code,"culpa":entry.blame.as_str(),
                "reintento":"trasCorregir"}})
            .to_string()
        };
        let unknown = |blame: &str, retry: &str| {
            json!({"posicion":3,"rechazada":{"codigo":"uno-nuevo","culpa":blame,"reintento":retry}})
                .to_string()
        };
        let later = refused(3, "cedente-inaccesible", "masTarde");
        let table = [
            ("all", good(1..4), 3),
            ("rules", and(of(Problem::RulesBroken)), 3),
            ("a line too long", and(of(Problem::BodyTooLarge)), 3),
            ("the last for later", and(later.clone()), 2),
            ("one for later", [vec![later], good(4..6)].concat(), 0),
            ("shut out", and(of(Problem::CertificateRevoked)), 2),
            ("no agreement", and(of(Problem::AgreementNotEffective)), 2),
            ("no officer", and(of(Problem::OfficerNotAuthorised)), 2),
            ("the holder refuses us", and(of(Problem::HolderRefused)), 2),
            ("nobody knows", and(of(Problem::HolderSignature)), 2),
            ("our own rule fails", and(of(Problem::RuleFailed)), 2),
            (
                "unknown, the caller's",
                and(unknown("solicitante", "nunca")),
                3,
            ),
            (
                "unknown, for later",
                and(unknown("solicitante", "masTarde")),
                2,
            ),
            (
                "unknown, the gateway's",
                and(unknown("pasarela", "nunca")),
                2,
            ),
            ("nothing", Vec::new(), 0),
        ];
        for (what, told, expected) in table {
            assert_eq!(settled(&told), &told[..expected], "{what}");
        }
        assert!(is_final(&too_large(3)) && position(&too_large(3)) == Some(3));
    }
}
