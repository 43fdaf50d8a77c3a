//! Whole documents: made valid, then broken.

use std::path::{Path, PathBuf};

use contract::{Contract, Governance, QName};
use tempfile::TempDir;

use crate::mutate::mutate;
use crate::oracle::{Case, Known, Tally, compare};
use crate::second::{
    ASCII, ATTRIBUTES, BLANK, CHOICES, DEFAULTS, EMPTY, FORMS, LENGTHS, MISSING, NIL, NUMBERS,
    SPACES,
};
use crate::tree::tidied;
use crate::types::YEARS;
use contract::example::Maker;
use contract::example::Random;

const WHITE_SPACE: Known = Known {
    we_accept: true,
    why: "libxml2 does not collapse white space around integers and dates without facets, and \
          takes white space in a CDATA section for text",
};

const DIGITS: Known = Known {
    we_accept: true,
    why: "libxml2 reads numbers of twenty-four digits at most",
};

const FIXED: Known = Known {
    we_accept: true,
    why: "libxml2 compares the value of an element with the fixed one as texts",
};

/// The documents of a contract: of four, one is left as it is.
fn documents(folder: &Path, file: &str, count: usize, seed: u64) -> Tally {
    let contract = Contract::load_file(folder, &folder.join(file), Governance::Ungoverned);
    let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
    let mut maker = Maker::new(&contract);
    let mut random = Random::new(seed);
    let mut cases = Vec::new();
    for number in 0..count {
        let root = contract.roots()[number % contract.roots().len()];
        let mut tree = maker.document(root, &mut random);
        for _ in 0..*random.pick(&[0, 1, 1, 2]).unwrap() {
            mutate(&mut tree, &contract, &mut random);
        }
        let text = tree.text();
        let longest = text
            .split(|c: char| !c.is_ascii_digit())
            .map(str::len)
            .max();
        let mut known = match longest {
            Some(25..) => vec![DIGITS, YEARS],
            Some(13..) => vec![YEARS],
            Some(_) | None => Vec::new(),
        };
        if ["<fixed>0", "<fixed>+"]
            .iter()
            .any(|fixed| text.contains(fixed))
        {
            known.push(FIXED);
        }
        let tidied = tidied(&tree).text();
        let instead = (tidied != text).then_some((WHITE_SPACE, tidied));
        cases.push(Case {
            root: tree.name,
            text,
            known,
            instead,
        });
    }
    assert!(maker.lacking.is_empty(), "{:?}", maker.lacking);
    compare(folder, file, &cases)
}

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")
}

/// A copy of a contract without our annotations, operations among them: that requests may carry no
/// masked values is a rule of ours, not of XML Schema.
fn without_annotations(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xsd") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("urn:pasarela:anotaciones:1", "urn:nadie");
        std::fs::write(copy.path().join(path.file_name().unwrap()), text).unwrap();
    }
    copy
}

#[test]
fn documents_of_the_case_contract_are_judged_alike() {
    let copy = without_annotations(&contracts().join("viogen/2"));
    let tally = documents(copy.path(), "operaciones.xsd", 7_000, 1);
    tally.assert_equal(6_500);
    tally
        .second
        .assert_explained(6_400, &[ATTRIBUTES, NIL, BLANK, FORMS, LENGTHS, SPACES]);
}

#[test]
fn documents_of_the_context_contract_are_judged_alike() {
    let tally = documents(&contracts().join("contexto/1"), "contexto.xsd", 4_000, 2);
    tally.assert_equal(3_300);
    tally
        .second
        .assert_explained(3_200, &[ATTRIBUTES, NIL, FORMS, LENGTHS]);
}

#[test]
fn documents_of_every_shape_are_judged_alike() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/xmllint/shapes");
    let tally = documents(&folder, "shapes.xsd", 4_000, 3);
    tally.assert_equal(3_300);
    tally.second.assert_explained(
        2_900,
        &[
            ATTRIBUTES, NIL, EMPTY, FORMS, MISSING, CHOICES, ASCII, DEFAULTS, NUMBERS, LENGTHS,
        ],
    );
}

#[test]
fn the_examples_of_the_contract_are_judged_alike() {
    let folder = contracts().join("viogen/2");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder.join("ejemplos")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        // `consultarCaso-minima` is an example of `ConsultarCaso`.
        let name = name.split('-').next().unwrap();
        let local = name[..1].to_uppercase() + &name[1..];
        let root = QName::new(Some("urn:pasarela:viogen:2"), &local);
        let broken = text.replacen("</", "<otro/></", 1);
        cases.push(Case::plain(root.clone(), text));
        cases.push(Case::plain(root, broken));
    }
    let tally = compare(&folder, "operaciones.xsd", &cases);
    tally.assert_equal(20);
    tally.second.assert_explained(20, &[]);
}
