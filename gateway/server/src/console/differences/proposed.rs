//! The policies as they would be: those in force, with the files that were sent in the place of those of the same name,
//! and without those that are to go.

use std::collections::BTreeMap;

use crate::console::messages::Words;
use crate::console::upload::{File, Sent};

/// The most that a file has; those that come with the program have a third of it at most.
const BYTES: usize = 16 << 10;
/// The most brackets within brackets.
const DEEPEST: usize = 32;
/// The most files that there are.
const FILES: usize = 64;

/// What changes of a set: texts by file name, nothing where the file goes.
pub(in crate::console) type Changed = BTreeMap<String, Option<String>>;

/// The whole set as it would be.
#[derive(Debug)]
pub(in crate::console) struct Proposed {
    pub(in crate::console) texts: BTreeMap<String, String>,
    pub(in crate::console) changed: Changed,
}

/// Why what was sent is not compared.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::console) enum Fault {
    /// Nothing was sent, and nothing is to go.
    Nothing,
    /// The file has a name that no file of policies has.
    Name(String),
    /// A file is too large.
    Large(String),
    /// A file is no text.
    NotText(String),
    /// A file has brackets within brackets beyond the bound.
    Deep(String),
    /// A file has characters that nobody sees, by which lines may read otherwise than they are.
    Unseen(String),
    /// There are too many files.
    Many,
}

impl Fault {
    pub(in crate::console) fn told(&self, words: &Words) -> String {
        match self {
            Self::Nothing => words.say("differences-nothing-sent").into_owned(),
            Self::Name(name) => words.tell("differences-name", &[("name", name)]),
            Self::Large(name) => words.tell("differences-large", &[("name", name)]),
            Self::NotText(name) => words.tell("differences-not-text", &[("name", name)]),
            Self::Deep(name) => words.tell("differences-deep", &[("name", name)]),
            Self::Unseen(name) => words.tell("differences-unseen", &[("name", name)]),
            Self::Many => words.tell("differences-many", &[("most", &FILES.to_string())]),
        }
    }
}

impl Proposed {
    /// What a form has sent: files, and the names of those that go.
    pub(super) fn read(present: &BTreeMap<String, String>, sent: &Sent) -> Result<Self, Fault> {
        let gone = sent.fields.all("sin").map(|name| (name.to_owned(), None));
        let mut changed: Changed = gone.collect();
        for file in sent.files("politicas") {
            let (name, text) = text(file)?;
            changed.insert(name, Some(text));
        }
        Self::of(present, changed)
    }

    /// The same of texts.
    ///
    /// # Errors
    /// The first file that no set may have.
    pub(in crate::console) fn of(
        present: &BTreeMap<String, String>,
        changed: Changed,
    ) -> Result<Self, Fault> {
        let mut texts = present.clone();
        for (name, text) in &changed {
            match text {
                Some(text) => {
                    fits(name, text)?;
                    texts.insert(name.clone(), text.clone());
                }
                None => {
                    texts.remove(name);
                }
            }
        }
        if texts.len() > FILES {
            return Err(Fault::Many);
        }
        if texts == *present {
            return Err(Fault::Nothing);
        }
        Ok(Self { texts, changed })
    }
}

fn text(file: &File) -> Result<(String, String), Fault> {
    let name = file.name.clone();
    match String::from_utf8(file.bytes.to_vec()) {
        Ok(text) => Ok((name, text)),
        Err(_) => Err(Fault::NotText(name.chars().take(80).collect())),
    }
}

fn fits(name: &str, text: &str) -> Result<(), Fault> {
    if !is_name(name) {
        return Err(Fault::Name(name.chars().take(80).collect()));
    }
    if text.len() > BYTES {
        return Err(Fault::Large(name.to_owned()));
    }
    if text.chars().any(is_unseen) {
        return Err(Fault::Unseen(name.to_owned()));
    }
    // In a schema they stand around types.
    let angles = name.ends_with(".cedarschema");
    if depth(text, |byte| angles && b"<>".contains(&byte)) > DEEPEST {
        return Err(Fault::Deep(name.to_owned()));
    }
    Ok(())
}

/// Whether a character controls how others are shown, or is not shown itself: whoever approves must read what is decided by.
fn is_unseen(it: char) -> bool {
    let is_line_end = matches!(it, '\n' | '\r' | '\t');
    (it.is_control() && !is_line_end)
        || matches!(
            it,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// How deep brackets stand within brackets at most, those in texts and comments counted as well.
fn depth(text: &str, counts: impl Fn(u8) -> bool) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'<' if counts(byte) => open += 1,
            b'>' if counts(byte) => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// Whether a file of policies has such a name.
fn is_name(name: &str) -> bool {
    let stem = name.strip_suffix(".cedar");
    let stem = stem.or_else(|| name.strip_suffix(".cedarschema"));
    stem.is_some_and(|stem| {
        (1..=60).contains(&stem.len())
            && stem
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
    })
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;

    use super::*;
    use crate::console::fields::Fields;

    fn sent(name: &str, bytes: &[u8], gone: &str) -> Sent {
        let fields = Fields::of(vec![("sin".to_owned(), gone.to_owned())]);
        let file = File {
            field: "politicas".to_owned(),
            name: name.to_owned(),
            bytes: Bytes::copy_from_slice(bytes),
        };
        Sent::with(fields, vec![file])
    }

    /// A file that is sent, what goes, and what there would be.
    type Row<'r> = (&'r str, &'r [u8], &'r str, Result<&'r str, Fault>);

    #[test]
    fn what_nobody_sees_is_not_taken() {
        for text in [
            "// \u{202e}1",
            "1\u{1b}[2K",
            "\u{feff}1",
            "a\u{200b}b",
            "a\u{e0041}b",
            "a\u{fe0f}",
            "a\u{3164}b",
        ] {
            let found = Proposed::read(&BTreeMap::new(), &sent("a.cedar", text.as_bytes(), ""));
            let expected = Fault::Unseen("a.cedar".to_owned());
            assert_eq!(found.err(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_takes_the_place_of_what() {
        let pairs = [("a.cedar", "1"), ("b.cedar", "2")];
        let present: BTreeMap<String, String> = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let large = vec![b'a'; BYTES + 1];
        let deep = "(".repeat(DEEPEST + 1);
        let sets = "<".repeat(DEEPEST + 1);
        let table: [Row<'_>; 13] = [
            (
                "a.cedarschema",
                sets.as_bytes(),
                "",
                Err(Fault::Deep("a.cedarschema".to_owned())),
            ),
            ("c.cedar", b"1<2", "a.cedar", Ok("b.cedar=2 c.cedar=1<2")),
            ("a.cedar", b"3", "", Ok("a.cedar=3 b.cedar=2")),
            ("c.cedar", b"3", "b.cedar", Ok("a.cedar=1 c.cedar=3")),
            ("b.cedar", b"", "", Ok("a.cedar=1 b.cedar=")),
            (
                "a.cedar",
                deep.as_bytes(),
                "",
                Err(Fault::Deep("a.cedar".to_owned())),
            ),
            ("", b"", "b.cedar", Ok("a.cedar=1")),
            ("a.cedar", b"1", "", Err(Fault::Nothing)),
            ("", b"", "c.cedar", Err(Fault::Nothing)),
            (
                "../a.cedar",
                b"3",
                "",
                Err(Fault::Name("../a.cedar".to_owned())),
            ),
            ("a.txt", b"3", "", Err(Fault::Name("a.txt".to_owned()))),
            (
                "a.cedar",
                &large,
                "",
                Err(Fault::Large("a.cedar".to_owned())),
            ),
            (
                "a.cedar",
                b"\xff",
                "",
                Err(Fault::NotText("a.cedar".to_owned())),
            ),
        ];
        for (name, bytes, gone, expected) in table {
            let found = Proposed::read(&present, &sent(name, bytes, gone));
            let found = found.map(|it| {
                let texts = it.texts.iter().map(|(name, text)| format!("{name}={text}"));
                texts.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(found, expected.map(str::to_owned), "{name}");
        }
    }
}
