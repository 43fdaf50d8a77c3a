//! What stands beside the codec: libxml2 on the same bytes, loading, and rules.

use std::process::{Command, Stdio};
use std::sync::Arc;

use contract::{Contract, Facts, Governance, Limits, Rulebook, xml};

use super::{folder, median, time};

/// How often `xmllint --repeat` reads a document.
const REPEATED: f64 = 100.0;

/// Microseconds that libxml2 takes to parse and validate, its schema compiled beforehand.
pub(super) fn libxml2(bytes: &[u8]) -> f64 {
    let file = tempfile::NamedTempFile::new().expect("a file for the document");
    std::fs::write(file.path(), bytes).expect("the document is written");
    let mut lint = Command::new("xmllint");
    lint.args([
        "--nonet", "--noout", "--huge", "--repeat", "--timing", "--schema",
    ])
    .arg(folder("viogen/2").join("operaciones.xsd"))
    .arg(file.path())
    .stdout(Stdio::null());
    let run = lint
        .output()
        .expect("`xmllint` runs: libxml2-utils is installed");
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
    let took = told
        .rsplit_once(" took ")
        .expect("it says how long it took")
        .1;
    let milliseconds: f64 = took
        .trim()
        .trim_end_matches(" ms")
        .parse()
        .expect("a number");
    milliseconds * 1_000.0 / REPEATED
}

/// What it takes to load the contracts that are shipped.
pub(super) fn loading() {
    for name in ["contexto/1", "padron/1", "viogen/1", "viogen/2"] {
        let took = median((0..9).map(|_| time(|| loaded(name))).collect());
        println!("loading {name}: {:.1} ms", took / 1_000.0);
    }
}

fn loaded(name: &str) -> Arc<Contract> {
    Contract::load(&folder(name), Governance::Required).expect("the contract loads")
}

/// What the rules of a contract cost, on a message that they are about.
pub(super) fn rules() {
    let contract = loaded("viogen/2");
    let name = "{urn:pasarela:viogen:2}PresentarCaso"
        .parse()
        .expect("a name");
    let root = contract.root(&name).expect("the root is declared");
    let example = folder("viogen/2").join("ejemplos/presentarCaso-alta.xml");
    let bytes = std::fs::read(example).expect("the example is there");
    let document = xml::decode(&contract, root, &bytes, &Limits::default());
    let document = document.expect("the example is valid");
    let rules = || Rulebook::load(&folder("viogen/2"), &contract).expect("the rules load");
    let load = median((0..9).map(|_| time(rules)).collect());
    let (book, facts) = (rules(), facts());
    let judge = || book.judge(&document, &facts).expect("the rules apply");
    let judged = median((0..9).map(|_| time(judge)).collect());
    let (rules, forms) = book.len();
    println!(
        "{rules} rules and {forms} forms: loaded in {:.1} ms; a message is judged in {judged:.1} µs",
        load / 1_000.0
    );
}

fn facts() -> Facts {
    Facts {
        now: "2026-01-15T12:00:00Z".to_owned(),
        ..Facts::default()
    }
}
