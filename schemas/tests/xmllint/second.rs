//! uppsala as a further opinion: a validator in Rust that shares no code with libxml2 or with us.

use std::collections::BTreeMap;
use std::path::Path;

use uppsala::XsdValidator;

/// An error of uppsala's: libxml2 and we are of one mind, and what it says, or what we say of a
/// document that it lets pass, holds the words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slip {
    /// Whether it is we who accept.
    pub(crate) we_accept: bool,
    pub(crate) words: &'static [&'static str],
    pub(crate) why: &'static str,
}

const fn wrongly_accepts(words: &'static [&'static str], why: &'static str) -> Slip {
    Slip {
        we_accept: false,
        words,
        why,
    }
}

const fn wrongly_refuses(words: &'static [&'static str], why: &'static str) -> Slip {
    Slip {
        we_accept: true,
        words,
        why,
    }
}

pub(crate) const ATTRIBUTES: Slip = wrongly_accepts(
    &["no está declarado"],
    "it looks at no attribute of an element of a simple type",
);
pub(crate) const NIL: Slip = wrongly_accepts(
    &["nulo", "`xsi:nil`"],
    "it takes any `xsi:nil` of an element that cannot be nil",
);
pub(crate) const EMPTY: Slip = wrongly_accepts(
    &["no sigue el patrón", "texto donde"],
    "it checks no pattern of an empty element, and no text in an empty type",
);
pub(crate) const SPACES: Slip = wrongly_accepts(
    &["texto donde solo caben elementos"],
    "it takes every space of Unicode for white space",
);
pub(crate) const BLANK: Slip = wrongly_accepts(
    &["ninguno de"],
    "it takes an empty value where only some words may be",
);
pub(crate) const FORMS: Slip = wrongly_accepts(
    &["no tiene la forma de"],
    "it is lax with the forms of addresses, entities, years, binary values and numbers",
);
pub(crate) const MISSING: Slip = wrongly_accepts(
    &["falta", "no puede ir aquí"],
    "it does not count a repeated choice, and not what an extension inherits",
);
pub(crate) const SMALL: Slip = wrongly_accepts(
    &["es mayor que", "es menor que", "más corto", "longitud"],
    "it takes bytes for characters, and compares some numbers and durations as texts",
);
pub(crate) const CLASSES: Slip = wrongly_accepts(
    &["no sigue el patrón"],
    "its classes of characters are not those of Unicode",
);
pub(crate) const CHOICES: Slip = wrongly_refuses(
    &["any choice alternative"],
    "it looks for the sequence that an extension inherits in the choice that follows",
);
pub(crate) const ASCII: Slip = wrongly_refuses(
    &["valid NCName", "valid Name", "valid NMTOKEN"],
    "its names are of letters of ASCII",
);
pub(crate) const DEFAULTS: Slip = wrongly_refuses(
    &["'' is not a valid"],
    "it does not take the value of the schema for that of an empty element",
);
pub(crate) const NUMBERS: Slip = wrongly_refuses(
    &["valid decimal", "valid anyURI"],
    "it refuses a point without digits behind it, and spaces in addresses",
);
pub(crate) const LENGTHS: Slip =
    wrongly_refuses(&["Value length"], "it takes bytes for characters");
pub(crate) const VALUES: Slip = wrongly_refuses(
    &["Total digits", "exceeds max", "allowed values"],
    "it counts and compares values as they are written",
);
pub(crate) const PATTERNS: Slip = wrongly_refuses(
    &["does not match pattern"],
    "its classes of characters are not those of Unicode",
);
pub(crate) const COUNTS: Slip = wrongly_refuses(
    &["occur", "Expected", "Unexpected"],
    "it divides the rounds of counted groups and elements wrongly",
);

/// A schema as uppsala reads it.
pub(crate) struct Second(XsdValidator);

/// How often uppsala was of the same mind, and where not.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    alike: usize,
    differences: Vec<Difference>,
    /// Of the documents on which libxml2 and we differ, how many it judges as we do.
    with_us: usize,
    with_libxml2: usize,
}

#[derive(Debug)]
struct Difference {
    we_accept: bool,
    words: String,
    text: String,
}

impl Second {
    pub(crate) fn read(schema: &Path) -> Self {
        let text = std::fs::read_to_string(schema).unwrap();
        let document = uppsala::parse(&text).unwrap();
        let validator = XsdValidator::from_schema_with_base_path(&document, schema.parent());
        Self(validator.unwrap_or_else(|error| panic!("{}: {error}", schema.display())))
    }

    /// Notes what it says of a document, beside our verdict and libxml2's.
    pub(crate) fn ask(
        &self,
        text: &str,
        ours: &Result<(), String>,
        theirs: bool,
        to: &mut Agreement,
    ) {
        let said = match uppsala::parse(text) {
            Err(error) => Err(error.to_string()),
            Ok(document) => match self.0.validate(&document).first() {
                Some(error) => Err(error.to_string()),
                None => Ok(()),
            },
        };
        if ours.is_ok() != theirs {
            *(if said.is_ok() == theirs {
                &mut to.with_libxml2
            } else {
                &mut to.with_us
            }) += 1;
            return;
        }
        let words = match (ours, said) {
            (Ok(()), Ok(())) | (Err(_), Err(_)) => {
                to.alike += 1;
                return;
            }
            (Ok(()), Err(said)) => said,
            (Err(ours), Ok(())) => ours.clone(),
        };
        to.differences.push(Difference {
            we_accept: theirs,
            words,
            text: text.to_owned(),
        });
    }
}

impl Slip {
    fn explains(&self, one: &Difference) -> bool {
        let words = self.words.iter().any(|words| one.words.contains(words));
        self.we_accept == one.we_accept && words
    }
}

impl Agreement {
    /// Fails where it differs and no slip explains why, and when one of these explains nothing.
    pub(crate) fn assert_explained(&self, least: usize, slips: &[Slip]) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut left = Vec::new();
        for one in &self.differences {
            let mut slips = slips.iter();
            let slip = slips.find(|slip| slip.explains(one));
            match slip {
                Some(slip) => *counts.entry(slip.why).or_default() += 1,
                None => left.push(format!("{}\n    {}", one.text, one.words)),
            }
        }
        let (count, shown) = (left.len(), left.iter().take(20));
        let shown: Vec<&str> = shown.map(String::as_str).collect();
        assert!(
            count == 0,
            "uppsala differs on {count}:\n{}",
            shown.join("\n")
        );
        assert!(self.alike >= least, "uppsala agrees on {} only", self.alike);
        for slip in slips {
            let used = counts.contains_key(slip.why);
            assert!(used, "uppsala no longer errs: {}", slip.why);
        }
        println!("uppsala: {} judged alike", self.alike);
        for (why, count) in counts {
            println!("uppsala: {count} judged differently: {why}");
        }
        let (us, them) = (self.with_us, self.with_libxml2);
        println!("uppsala: where libxml2 and we differ, {us} as we do, {them} as libxml2 does");
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.alike += other.alike;
        self.with_us += other.with_us;
        self.with_libxml2 += other.with_libxml2;
        self.differences.extend(other.differences);
    }
}
