//! An entry in its place: canonical bytes and leaf hash.
//!
//! The bytes are one line of JSON without spaces: version of the format, node, number, then the
//! fields of [`Entry`] in their fixed order, absent ones left out. Node and number inside the bytes
//! mean that a line moved elsewhere gives itself away.

use serde::{Deserialize, Serialize};

use crate::{Digest, Entry, NodeName, merkle};

/// The version of the canonical text; a change of [`Entry`] is a new one.
const FORMAT: u8 = 1;

/// An entry with its number in the journal of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    seq: u64,
    bytes: Vec<u8>,
    leaf: Digest,
}

/// Bytes that are not the canonical text of an entry.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not an entry at all.
    #[error("not the text of an entry: {0}")]
    Json(#[from] serde_json::Error),
    /// Of a format this program does not know.
    #[error("the entry is of format {0}, known is {FORMAT}")]
    Format(u8),
    /// An entry, spelled otherwise than it would be sealed.
    #[error("the text of the entry is not canonical")]
    NotCanonical,
}

#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    #[serde(rename = "nodo")]
    node: &'a NodeName,
    n: u64,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// Node, number and entry read back from canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The node whose journal it is.
    pub node: NodeName,
    /// Its number in that journal, from 0.
    pub seq: u64,
    /// The entry.
    pub entry: Entry,
}

#[derive(Deserialize)]
struct OwnedLine {
    v: u8,
    #[serde(rename = "nodo")]
    node: NodeName,
    n: u64,
    #[serde(flatten)]
    entry: Entry,
}

impl Sealed {
    /// Seals an entry as number `seq` (from 0) of the journal of `node`.
    ///
    /// # Errors
    ///
    /// If the entry has no text, which none that can be made has.
    pub fn new(node: &NodeName, seq: u64, entry: &Entry) -> Result<Self, serde_json::Error> {
        let bytes = serde_json::to_vec(&Line {
            v: FORMAT,
            node,
            n: seq,
            entry,
        })?;
        let leaf = merkle::leaf(&bytes);
        Ok(Self { seq, bytes, leaf })
    }

    /// Its number in the journal, from 0.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The canonical text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the leaf, as RFC 6962 has it.
    pub fn leaf(&self) -> Digest {
        self.leaf
    }
}

/// Reads canonical bytes; any other spelling of the same entry is refused.
///
/// # Errors
///
/// If they are of another format, not an entry, or not in its canonical spelling.
pub fn open(bytes: &[u8]) -> Result<Opened, Unreadable> {
    let OwnedLine { v, node, n, entry } = serde_json::from_slice(bytes)?;
    if v != FORMAT {
        return Err(Unreadable::Format(v));
    }
    if Sealed::new(&node, n, &entry)?.bytes != bytes {
        return Err(Unreadable::NotCanonical);
    }
    Ok(Opened {
        node,
        seq: n,
        entry,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use domain::{Alarm, CaseId, CertificateKey, Finding, OperationKind, Purpose};
    use proptest::prelude::*;

    use super::*;
    use crate::{EntryKind, Verdict};

    fn node() -> NodeName {
        "nodo-1".parse().unwrap()
    }

    fn bare() -> Entry {
        Entry::new(
            EntryKind::HandshakeRefused,
            "2026-01-31T22:59:59.1Z".parse().unwrap(),
            "intercambio-0",
        )
    }

    /// Every field filled.
    fn full() -> Entry {
        let set = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<BTreeSet<_>>()
        };
        Entry {
            kind: EntryKind::Released,
            contract: Some("viogen/2".to_owned()),
            operation: Some("consultarCaso".to_owned()),
            operation_kind: Some(OperationKind::Consult),
            organism: Some("L01130473".parse().unwrap()),
            on_behalf_of: Some("E00003801".parse().unwrap()),
            certificate: Some(CertificateKey::from_digest([0xAB; 32])),
            officer: Some("AGENTE-PRUEBA-1".parse().unwrap()),
            purpose: Some(Purpose::Protection),
            file: Some("EXP \"1\"\n/2026 ñ".to_owned()),
            request_id: Some("PETICION-1".parse().unwrap()),
            verdict: Some(Verdict::Allowed),
            policies: set(&["policiaLocal.consulta", "base"]),
            policy_version: Some("1f2e".to_owned()),
            agreement: Some("CONV-1".parse().unwrap()),
            cases: [CaseId::new(2, 0), CaseId::new(1, 0)].into(),
            released: set(&["victima.identidad", "cabecera"]),
            withheld: set(&["valoracion.respuestas"]),
            withheld_by: [(
                "valoracion.respuestas".to_owned(),
                set(&["local.respuestas"]),
            )]
            .into(),
            recipient: Some("L01130473".parse().unwrap()),
            request_digest: Some(Digest::of(b"pregunta")),
            answer_digest: Some(Digest::of(b"respuesta")),
            problem: Some("fuera-de-ambito".to_owned()),
            incident: Some("INC-1".to_owned()),
            ..bare()
        }
    }

    /// What only alerts and reviews say.
    fn alert() -> Entry {
        Entry {
            kind: EntryKind::Alert,
            reason: Some(Digest::of(b"motivo")),
            finding: Some(Finding::Justified),
            staff: Some("GESTORA-1".parse().unwrap()),
            alarm: Some(Alarm::QuotaNear),
            limit: Some("funcionario.personas".parse().unwrap()),
            ..bare()
        }
    }

    /// Rewritten by `UPDATE_GOLDEN=1 cargo test -p journal`; but a change means a new `FORMAT`.
    #[test]
    fn the_format_does_not_drift() {
        let sealed = [
            Sealed::new(&node(), 0, &bare()).unwrap(),
            Sealed::new(&node(), 1, &full()).unwrap(),
            Sealed::new(&node(), 2, &alert()).unwrap(),
        ];
        let lines = sealed.iter().flat_map(|sealed| {
            [
                sealed.leaf().to_string(),
                String::from_utf8(sealed.bytes().to_vec()).unwrap(),
            ]
        });
        let text = lines.map(|line| line + "\n").collect::<String>();
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/entries.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&golden).unwrap(), text);
    }

    #[test]
    fn only_the_canonical_spelling_opens() {
        let text = String::from_utf8(Sealed::new(&node(), 7, &full()).unwrap().bytes).unwrap();
        assert_eq!(
            open(text.as_bytes()).unwrap(),
            Opened {
                node: node(),
                seq: 7,
                entry: full()
            }
        );
        let table = [
            text.replace("\"n\":7", "\"n\": 7"),
            text.replace("\"n\":7,", ""),
            text.replace("{\"v\":1,", "{") + ",\"v\":1}",
            text.replace("\"v\":1", "\"v\":1,\"v\":1"),
            text.replace("\"v\":1", "\"v\":2"),
            text.replace(
                "\"cabecera\",\"victima.identidad\"",
                "\"victima.identidad\",\"cabecera\"",
            ),
            text.replace("\"cabecera\",", "\"cabecera\",\"cabecera\","),
            text.replace(".100000Z", ".1Z"),
            text.replace("ñ", "\\u00f1"),
            text.replace("\"incidencia\"", "\"otra\":1,\"incidencia\""),
            text.replace("\"INC-1\"", "null"),
            format!("{text}\n"),
            format!("{text}{text}"),
            String::new(),
        ];
        for changed in table {
            assert_ne!(changed, text);
            assert!(open(changed.as_bytes()).is_err(), "{changed}");
        }
        let newer = text.replace("\"v\":1", "\"v\":2");
        assert!(matches!(open(newer.as_bytes()), Err(Unreadable::Format(2))));
    }

    #[test]
    fn number_and_node_are_under_the_hash() {
        let leaf = |node: &str, seq| {
            Sealed::new(&node.parse().unwrap(), seq, &full())
                .unwrap()
                .leaf()
        };
        assert_ne!(leaf("nodo-1", 0), leaf("nodo-1", 1));
        assert_ne!(leaf("nodo-1", 0), leaf("nodo-2", 0));
    }

    proptest! {
        #[test]
        fn whatever_the_texts_they_read_back(
            texts: [String; 5], sets: [BTreeSet<String>; 3], seq: u64, microseconds in -62_000_000_000_000_000_i64..253_000_000_000_000_000,
        ) {
            let [exchange, operation, file, problem, incident] = texts;
            let [policies, released, withheld] = sets;
            let entry = Entry {
                exchange,
                at: jiff::Timestamp::from_microsecond(microseconds).unwrap(),
                operation: Some(operation),
                file: Some(file),
                problem: Some(problem),
                incident: Some(incident),
                policies,
                released,
                withheld,
                ..full()
            };
            let sealed = Sealed::new(&node(), seq, &entry).unwrap();
            prop_assert_eq!(open(sealed.bytes()).unwrap(), Opened { node: node(), seq, entry });
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            prop_assert!(open(&bytes).is_err());
        }
    }
}
