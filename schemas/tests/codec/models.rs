//! Random content models, and every short content for each: whatever is valid goes through JSON and
//! comes back in its order, and the generated JSON Schema accepts the JSON.

use std::fmt::Write as _;
use std::sync::Arc;

use contract::emit::{Direction, json_schema};
use contract::{Contract, Governance, Limits, json, xml};

use crate::fixture::{root, to_json, to_xml};

const MODELS: usize = 250;
const LONGEST: usize = 4;
const CHILDREN: &[&str] = &["<a>1</a>", "<b>2</b>", "<c>3</c>", "<z xmlns='urn:z'>4</z>"];
const OCCURS: &[&str] = &[
    "",
    "",
    "minOccurs='0'",
    "minOccurs='0' maxOccurs='unbounded'",
    "maxOccurs='unbounded'",
    "minOccurs='2' maxOccurs='3'",
    "minOccurs='0' maxOccurs='2'",
];

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

fn model(numbers: &mut Numbers, depth: usize, out: &mut String) {
    let occurs = numbers.pick(OCCURS);
    if depth > 0 && (depth > 2 || numbers.below(2) == 0) {
        let _ = match numbers.below(7) {
            0 => write!(
                out,
                "<xs:any namespace='##other' processContents='lax' {occurs}/>"
            ),
            _ => {
                let name = numbers.pick(&["a", "b", "c"]);
                write!(out, "<xs:element name='{name}' type='xs:int' {occurs}/>")
            }
        };
        return;
    }
    let kind = numbers.pick(&["sequence", "choice"]);
    let _ = write!(out, "<xs:{kind} {occurs}>");
    for _ in 0..=numbers.below(3) {
        model(numbers, depth + 1, out);
    }
    let _ = write!(out, "</xs:{kind}>");
}

/// Every content of so many children.
fn contents() -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..LONGEST {
        last = last
            .iter()
            .flat_map(|content| {
                CHILDREN
                    .iter()
                    .map(move |child| format!("{content}{child}"))
            })
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

#[test]
fn every_order_comes_back() {
    let mut numbers = Numbers(7);
    let contents = contents();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.xsd");
    let (mut models, mut valid, mut lists) = (0, 0, 0);
    for _ in 0..MODELS {
        let mut inside = String::new();
        model(&mut numbers, 0, &mut inside);
        let mixed = numbers.below(6) == 0;
        let text = format!(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:t' \
             elementFormDefault='qualified'><xs:element name='R'><xs:complexType mixed='{mixed}'>\
             {inside}</xs:complexType></xs:element></xs:schema>"
        );
        std::fs::write(&path, text).unwrap();
        // Many models are ambiguous, and refused.
        let Ok(contract) = Contract::load_file(folder.path(), &path, Governance::Ungoverned) else {
            continue;
        };
        models += 1;
        let found = check(&contract, &contents, &inside);
        valid += found.0;
        lists += found.1;
    }
    assert!(
        models > 60 && valid > 1_000 && lists > 100,
        "{models} {valid} {lists}"
    );
}

/// How many contents are valid, and how many of those are lists.
fn check(contract: &Arc<Contract>, contents: &[String], model: &str) -> (usize, usize) {
    let id = root(contract, "{urn:t}R");
    let limits = Limits::default();
    let schema = json_schema::of_root(contract, id, Direction::Response);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut valid, mut lists) = (0, 0);
    for content in contents {
        let text = format!("<R xmlns='urn:t'>{content}</R>");
        let Ok(document) = xml::decode(contract, id, text.as_bytes(), &limits) else {
            continue;
        };
        let as_json = to_json(&document);
        let back = json::decode(contract, id, as_json.as_bytes(), &limits);
        let back = back.unwrap_or_else(|error| panic!("{model}: {as_json}: {error}"));
        assert_eq!(to_xml(&back), to_xml(&document), "{model}: {as_json}");
        let value: serde_json::Value = serde_json::from_str(&as_json).unwrap();
        assert!(validator.is_valid(&value), "{model}: {as_json} by {schema}");
        valid += 1;
        lists += usize::from(as_json.contains("#contenido"));
    }
    (valid, lists)
}
