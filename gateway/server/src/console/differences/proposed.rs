//! The policies as they would be: those in force, with the files that were sent in the place of those of the same name,
//! and without those that are to go.

use std::collections::BTreeMap;

use crate::console::frame::Frame;
use crate::console::upload::{File, Sent};

/// The most that a file has; those that come with the program have a third of it at most.
const BYTES: usize = 16 << 10;
/// The most brackets within brackets.
const DEEPEST: usize = 32;
/// The most files that there are.
const FILES: usize = 64;

/// Texts by file name.
#[derive(Debug)]
pub(super) struct Proposed {
    pub(super) texts: BTreeMap<String, String>,
}

/// Why what was sent is not compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
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
    /// There are too many files.
    Many,
}

impl Fault {
    pub(super) fn told(&self, frame: &Frame) -> String {
        match self {
            Self::Nothing => frame.say("differences-nothing-sent").into_owned(),
            Self::Name(name) => frame.tell("differences-name", "name", name),
            Self::Large(name) => frame.tell("differences-large", "name", name),
            Self::NotText(name) => frame.tell("differences-not-text", "name", name),
            Self::Deep(name) => frame.tell("differences-deep", "name", name),
            Self::Many => frame.tell("differences-many", "most", FILES),
        }
    }
}

impl Proposed {
    pub(super) fn read(present: &BTreeMap<String, String>, sent: &Sent) -> Result<Self, Fault> {
        let mut texts = present.clone();
        for gone in sent.fields.all("sin") {
            texts.remove(gone);
        }
        for file in sent.files("politicas") {
            let (name, text) = one(file)?;
            texts.insert(name, text);
        }
        if texts.len() > FILES {
            return Err(Fault::Many);
        }
        if texts == *present {
            return Err(Fault::Nothing);
        }
        Ok(Self { texts })
    }
}

fn one(file: &File) -> Result<(String, String), Fault> {
    let name = file.name.clone();
    if !is_name(&name) {
        return Err(Fault::Name(name.chars().take(80).collect()));
    }
    if file.bytes.len() > BYTES {
        return Err(Fault::Large(name));
    }
    match String::from_utf8(file.bytes.to_vec()) {
        Ok(text) if depth(&text) > DEEPEST => Err(Fault::Deep(name)),
        Ok(text) => Ok((name, text)),
        Err(_) => Err(Fault::NotText(name)),
    }
}

/// How deep brackets stand within brackets at most, those in texts and comments counted as well.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
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
    fn what_takes_the_place_of_what() {
        let pairs = [("a.cedar", "1"), ("b.cedar", "2")];
        let present: BTreeMap<String, String> = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let large = vec![b'a'; BYTES + 1];
        let deep = "(".repeat(DEEPEST + 1);
        let table: [Row<'_>; 11] = [
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
