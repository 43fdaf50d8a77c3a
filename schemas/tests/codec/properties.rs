//! Properties that hold of any document and any mask.

use std::collections::BTreeSet;

use contract::{Document, Fate, Limits, Mask, NodeRef, Role, Visibility, json, xml};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::fixture::{contract, from_json, from_xml, root, to_json, to_xml, whole_xml};
use crate::mask::{answer, cases, outer_unit};

/// Any text that XML can carry, rich in what must be escaped.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "&", "<", ">", "\"", "'", "]]>", "\n", "\t", "\r", " ", "é", "😀",
    ]);
    let plain = "[a-zA-Z0-9\u{80}-\u{2FF}\u{E000}-\u{FFFD}]{0,4}";
    vec(
        prop_oneof![
            special.prop_map(str::to_owned),
            plain.prop_map(String::from)
        ],
        0..6,
    )
    .prop_map(|pieces| pieces.concat())
}

fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    text.replace('"', "&#34;")
        .replace('\r', "&#xD;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
}

fn leaf(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    option::of(value).prop_map(move |value| match value {
        Some(value) => format!("<{name}>{}</{name}>", escaped(&value)),
        None => String::new(),
    })
}

fn part() -> impl Strategy<Value = String> {
    let tree =
        (text(), option::of(any::<i32>())).prop_map(|(name, order)| (name, order, Vec::new()));
    let tree = tree.prop_recursive(3, 8, 3, |inner| {
        let inner = inner.prop_map(|part| shown(&part));
        (text(), option::of(any::<i32>()), vec(inner, 0..3))
    });
    tree.prop_map(|part| shown(&part))
}

fn shown((name, order, inner): &(String, Option<i32>, Vec<String>)) -> String {
    let order = order
        .map(|order| format!(" orden=\"{order}\""))
        .unwrap_or_default();
    let inner = inner.concat();
    format!(
        "<parte id=\"p\"{order}><nombre>{}</nombre>{inner}</parte>",
        escaped(name)
    )
}

/// The inside of a valid `Todo`.
fn inside() -> impl Strategy<Value = String> {
    let days = vec((1900..2100, 1..13, 1..29), 0..4).prop_map(|days| {
        let shown =
            |(year, month, day): &(i32, i32, i32)| format!("<dia>{year}-{month:02}-{day:02}</dia>");
        days.iter().map(shown).collect::<String>()
    });
    let measures = vec((text(), any::<i32>()), 0..3).prop_map(|measures| {
        let shown = |(unit, value): &(String, i32)| {
            format!("<medida unidad=\"{}\">{value}</medida>", escaped(unit))
        };
        measures.iter().map(shown).collect::<String>()
    });
    let parts = (
        "[A-Z]{2}[0-9]{2}".prop_map(|code| format!("<codigo>{code}</codigo>")),
        leaf(
            "cuenta",
            any::<i32>().prop_map(|value| format!("{value:+05}")),
        ),
        leaf("largo", "[-+]?[0-9]{1,30}".prop_map(String::from)),
        leaf(
            "activo",
            prop::sample::select(vec!["true", "0", " 1 "]).prop_map(str::to_owned),
        ),
        prop_oneof![
            leaf("nota", text()),
            Just("<nota xsi:nil=\"1\"/>".to_owned())
        ],
        days,
        prop_oneof![leaf("uno", text()), leaf("dos", text())],
        vec(part(), 0..3).prop_map(|parts| parts.concat()),
        measures,
        prop_oneof![
            Just(""),
            Just("<vacio/>"),
            Just("<quizas id=\"q\" xsi:nil=\"true\"/>")
        ],
    );
    parts.prop_map(|(a, b, c, d, e, f, g, h, i, j)| {
        [&*a, &b, &c, &d, &e, &f, &g, &h, &i, j].concat()
    })
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_same(inside in inside()) {
        let document = from_xml(&inside).unwrap_or_else(|error| panic!("{inside}: {error}"));
        let (as_xml, as_json) = (to_xml(&document), to_json(&document));
        let again = whole_xml(&as_xml).unwrap();
        prop_assert_eq!(&to_xml(&again), &as_xml);
        prop_assert_eq!(&to_json(&again), &as_json);
        let through = from_json(&as_json).unwrap_or_else(|error| panic!("{as_json}: {error}"));
        prop_assert_eq!(&to_json(&through), &as_json);
        let back = whole_xml(&to_xml(&through)).unwrap();
        prop_assert_eq!(&to_json(&back), &as_json);
    }

    #[test]
    fn no_bytes_bring_a_reader_down(bytes in vec(any::<u8>(), 0..200)) {
        let root = root(contract(), "{urn:t}Todo");
        let limits = Limits::default();
        let read = xml::decode(contract(), root, &bytes, &limits).is_ok()
            || json::decode(contract(), root, &bytes, &limits).is_ok();
        prop_assert!(!read, "random bytes are no document");
    }

    #[test]
    fn broken_documents_are_refused_or_mean_something(
        inside in inside(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let document = from_xml(&inside).unwrap();
        for (mut bytes, is_xml) in [(to_xml(&document).into_bytes(), true), (to_json(&document).into_bytes(), false)] {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let root = root(contract(), "{urn:t}Todo");
            let limits = Limits::default();
            let outcome = if is_xml {
                xml::decode(contract(), root, &bytes, &limits)
            } else {
                json::decode(contract(), root, &bytes, &limits)
            };
            if let Ok(document) = outcome {
                prop_assert!(whole_xml(&to_xml(&document)).is_ok());
                prop_assert!(from_json(&to_json(&document)).is_ok());
            }
        }
    }
}

/// A case whose leaves all say something else, numbered from `first`.
fn case(bits: u16, first: usize) -> String {
    let mut number = first;
    let mut next = |bit: u32, name: &str| {
        number += 1;
        if bits >> bit & 1 == 1 {
            format!("<{name}>t{number}</{name}>")
        } else {
            String::new()
        }
    };
    let header = [next(0, "id"), next(1, "pie")].concat();
    let name = next(2, "nombre");
    let pair = if bits >> 3 & 1 == 1 {
        "<par><uno>u1</uno><dos>d2</dos></par>"
    } else {
        ""
    };
    let way = if bits >> 4 & 1 == 1 {
        next(4, "larga")
    } else {
        next(5, "corta")
    };
    let inner = [next(6, "id"), next(7, "dato")].concat();
    let inner = if bits >> 8 & 1 == 1 {
        format!("<caso>{inner}</caso>")
    } else {
        String::new()
    };
    let other = format!(
        "<otro clase=\"PRUEBA{first}\">{}{inner}</otro>",
        next(9, "texto")
    );
    let other = if bits >> 10 & 1 == 1 {
        other
    } else {
        String::new()
    };
    let document = if bits >> 11 & 1 == 1 {
        "<documento>99999018D</documento>"
    } else {
        ""
    };
    let phone = if bits >> 12 & 1 == 1 {
        "<telefono>900000018</telefono>"
    } else {
        ""
    };
    format!(
        "<caso><cabecera>{header}</cabecera><persona>{document}{name}{phone}</persona>{pair}<via>{way}</via>{other}</caso>"
    )
}

fn visibility() -> impl Strategy<Value = Vec<Visibility>> {
    let all = vec![Visibility::Hidden, Visibility::Masked, Visibility::Full];
    vec(prop::sample::select(all), cases().groups().len())
}

fn reduce(inside: &str, visibility: &[Visibility]) -> Document {
    let units = cases().case_units();
    let masks: Vec<Mask> = units
        .iter()
        .map(|unit| Mask::compile(cases(), *unit, &|group| visibility[group.index()]))
        .collect();
    let mask = |node: NodeRef<'_>| {
        masks
            .iter()
            .find(|mask| mask.unit() == node.element())
            .unwrap()
    };
    answer(inside).reduce(|node| Fate::Release(mask(node)))
}

/// The values shown in the cases, the withheld lists left out.
fn values(node: NodeRef<'_>, found: &mut BTreeSet<String>) {
    if cases().element(node.element()).role == Some(Role::Withheld) {
        return;
    }
    found.extend(node.text().map(str::to_owned));
    found.extend(node.attributes().map(|attribute| attribute.2.to_owned()));
    node.children().for_each(|child| values(child, found));
}

fn shown_values(document: &Document) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    document
        .case_units()
        .into_iter()
        .for_each(|unit| values(unit, &mut found));
    found
}

proptest! {
    #[test]
    fn what_masks_leave_is_valid(bits in any::<u16>(), visibility in visibility()) {
        let text = to_xml(&reduce(&case(bits, 0), &visibility));
        let root = root(cases(), "{urn:c}Respuesta");
        let again = xml::decode(cases(), root, text.as_bytes(), &Limits::default());
        prop_assert!(again.is_ok(), "{}: {:?}", text, again);
    }

    #[test]
    fn a_removed_permission_never_shows_more(
        bits in any::<u16>(), visibility in visibility(), group in any::<prop::sample::Index>(),
    ) {
        let group = group.index(visibility.len());
        let mut less = visibility.clone();
        less[group] = match visibility[group] {
            Visibility::Full => Visibility::Masked,
            Visibility::Masked | Visibility::Hidden => Visibility::Hidden,
        };
        let inside = case(bits, 0);
        let more_shown = shown_values(&reduce(&inside, &visibility));
        let less_shown = shown_values(&reduce(&inside, &less));
        let new: Vec<_> = less_shown.difference(&more_shown).collect();
        prop_assert!(new.iter().all(|value| value.contains('*')), "{:?}", new);
    }

    #[test]
    fn the_withheld_list_does_not_depend_on_the_content(
        first in any::<u16>(), second in any::<u16>(), visibility in visibility(),
    ) {
        let list = |bits| {
            let document = reduce(&case(bits, 0), &visibility);
            let unit = document.case_units()[0];
            let header = unit.child("cabecera");
            let entries = header.into_iter().flat_map(NodeRef::children);
            let entries = entries.filter(|node| node.local() == "retenido");
            entries.map(|node| node.text().map(str::to_owned)).collect::<Vec<_>>()
        };
        let mask = Mask::compile(cases(), outer_unit(), &|group| visibility[group.index()]);
        let listed: Vec<_> = mask.withheld().iter().map(|it| Some(it.path.clone())).collect();
        prop_assert_eq!(&list(first), &listed);
        prop_assert_eq!(&list(second), &listed);
    }

    #[test]
    fn nothing_of_a_hidden_group_is_shown(bits in any::<u16>(), visibility in visibility()) {
        let document = reduce(&case(bits, 0), &visibility);
        for unit in document.case_units() {
            prop_assert!(no_hidden(unit, &visibility), "{}", to_xml(&document));
        }
    }
}

fn no_hidden(node: NodeRef<'_>, visibility: &[Visibility]) -> bool {
    let element = cases().element(node.element());
    let hidden = element.governance.is_some_and(|governed| {
        visibility[governed.group.index()] == Visibility::Hidden
            && element.role != Some(Role::Withheld)
    });
    !(hidden && node.text().is_some()) && node.children().all(|child| no_hidden(child, visibility))
}
