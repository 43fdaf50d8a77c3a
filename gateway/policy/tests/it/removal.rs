//! A permission that is removed never shows more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::Purpose;
use policy::{Engine, Viewer};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use proptest::sample::{Index, select};

use crate::shipped;

/// The policies one by one: file, text.
static POLICIES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let texts = shipped::texts().into_iter();
    texts
        .filter(|(file, _)| shipped::holds_policies(file))
        .flat_map(|(file, text)| {
            let parts: Vec<_> = text
                .split_inclusive("};\n")
                .flat_map(|it| it.split_inclusive(");\n"))
                .map(str::to_owned)
                .collect();
            parts.into_iter().map(move |part| (file.clone(), part))
        })
        .collect()
});

fn without(removed: &[usize]) -> Engine {
    let mut texts: BTreeMap<_, _> = shipped::texts();
    texts.retain(|file, _| !shipped::holds_policies(file));
    for (position, (file, text)) in POLICIES.iter().enumerate() {
        if !removed.contains(&position) {
            texts.entry(file.clone()).or_default().push_str(text);
        }
    }
    Engine::from_texts(&texts).unwrap()
}

fn permits() -> Vec<usize> {
    let numbered = POLICIES.iter().enumerate();
    numbered
        .filter(|(_, (_, text))| text.contains("\npermit ("))
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn every_policy_is_found_by_the_splitting() {
    assert!(without(&[]).policies().eq(shipped::engine().policies()));
    assert_eq!(
        without(&permits()).policies().count(),
        POLICIES.len() - permits().len()
    );
}

proptest! {
    // Each case compiles the policies anew.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn removing_a_permit_never_shows_more(
        removed in any::<[Index; 3]>(),
        viewer in select(shipped::viewers(Purpose::Protection).collect::<Vec<_>>()),
        purpose in select(Purpose::ALL),
    ) {
        let permits = permits();
        let removed = removed.map(|index| *index.get(&permits));
        let viewer = Viewer { purpose, ..viewer };
        let engine = without(&removed);
        for group in shipped::groups() {
            let before = shipped::ruling(viewer, &group);
            let after = engine.ruling(viewer, &group);
            prop_assert!(after.visibility <= before.visibility, "{}", group);
            prop_assert!(after.writable <= before.writable, "{}", group);
        }
    }
}

#[test]
fn without_permits_nothing_is_seen() {
    let engine = without(&permits());
    for viewer in shipped::viewers(Purpose::Protection) {
        for group in shipped::groups() {
            let ruling = engine.ruling(viewer, &group);
            assert_eq!(
                ruling.visibility,
                contract::Visibility::Hidden,
                "{viewer:?} {group}"
            );
            assert!(!ruling.writable, "{viewer:?} {group}");
        }
    }
}
