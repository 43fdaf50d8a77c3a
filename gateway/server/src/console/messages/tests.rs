//! Both files have the same messages, and every message is used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;

fn slots(words: &Words) -> BTreeMap<&str, BTreeSet<&str>> {
    let slots = words.messages.iter().map(|(key, parts)| {
        let names = parts.iter().filter_map(|part| match part {
            Part::Slot(name) => Some(name.as_str()),
            Part::Text(_) => None,
        });
        (key.as_str(), names.collect())
    });
    slots.collect()
}

#[test]
fn every_language_has_the_same_messages_with_the_same_places() {
    for words in all() {
        assert_eq!(slots(words), slots(spanish()), "{}", words.tag);
    }
}

#[test]
fn every_line_of_the_files_is_read() {
    for (tag, name, text) in FILES {
        let whole = parser::parse(text);
        assert!(whole.is_ok(), "{tag}: {:?}", whole.err().map(|(_, it)| it));
        let lines = text.lines().filter(|line| {
            line.split_once(" =")
                .is_some_and(|(key, _)| !key.contains([' ', '#']))
        });
        let read = Words::read((tag, name, text));
        assert_eq!(
            lines.count(),
            read.messages.len(),
            "{tag}: a key twice, or unreadable"
        );
    }
}

/// Every file of the console that may name a message.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src/console"), root.join("templates")];
    let mut files = vec![root.join("src/console.rs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|it| !it.contains('\n'))
}

#[test]
fn no_message_is_unused_and_none_is_missing() {
    let texts: Vec<String> = sources()
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let named: BTreeSet<&str> = texts.iter().flat_map(|text| quoted(text)).collect();
    // However the calls are laid out.
    let packed: Vec<String> = texts
        .iter()
        .map(|text| text.split_whitespace().collect())
        .collect();
    let after = |call: &str| -> BTreeSet<&str> {
        let calls = packed.iter().flat_map(|text| text.split(call).skip(1));
        calls.filter_map(|rest| rest.split('"').next()).collect()
    };
    let mut terms = after("term(\"");
    terms.extend(after("term_with(\""));
    terms.extend(after("choices(&frame,\""));
    let keys = &spanish().messages;
    let used = |key: &&String| {
        named.contains(key.as_str())
            || terms.iter().any(|prefix| {
                let word = key.strip_prefix(prefix);
                word.is_some_and(|word| word.starts_with('-'))
            })
    };
    let unused: Vec<_> = keys.keys().filter(|key| !used(key)).collect();
    assert!(unused.is_empty(), "unused: {unused:?}");
    let mut wanted = after("say(\"");
    for call in ["tell(\"", "title:\"", "rule(\""] {
        wanted.extend(after(call));
    }
    let missing: Vec<_> = wanted
        .iter()
        .filter(|key| !keys.contains_key(**key))
        .collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn every_alarm_has_its_name() {
    for words in all() {
        for alarm in domain::Alarm::ALL {
            let key = format!("alarm-{}", alarm.as_str());
            assert!(words.messages.contains_key(&key), "{}: {key}", words.tag);
        }
    }
}

#[test]
fn prepared_languages_fall_back_to_spanish() {
    for tag in PREPARED {
        assert_eq!(of(tag).map(|words| words.tag), Some("es"), "{tag}");
    }
    assert_eq!(of("EN").map(|words| words.tag), Some("en"));
    assert!(of("fr").is_none());
}

#[test]
fn values_stand_in_their_places() {
    let words = Words::read(("es", "Español", "hola = Hola, { $name }: { $n }\n  dos\n"));
    let told = words.tell("hola", &[("name", "<b>"), ("n", "3")]);
    assert_eq!(told, "Hola, <b>: 3\ndos");
    assert_eq!(words.say("adios"), "adios");
}
