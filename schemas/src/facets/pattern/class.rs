//! Character classes, and the escapes that stand for characters or sets of them.

use std::iter::Peekable;
use std::str::Chars;

use super::super::words::{NAME_MORE, NAME_START};
use super::parse::Parser;
use super::{PatternFault, blocks};

/// The white space of XML.
const SPACE: &[(char, char)] = &[('\t', '\n'), ('\r', '\r'), (' ', ' ')];

/// A set of characters, as the schema writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) negated: bool,
    pub(super) items: Vec<Item>,
    /// The class that is taken away: `[a-z-[aeiou]]`.
    pub(super) minus: Option<Box<Class>>,
}

/// A part of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// From the first to the last, both included.
    Range(char, char),
    /// A Unicode category, or everything outside it.
    Category { name: String, negated: bool },
    /// Several of these.
    Set(Vec<Item>),
}

/// What an escape stands for.
pub(super) enum Escape {
    Char(char),
    Set(Item),
}

impl Class {
    /// Everything but line ends: the dot.
    pub(super) fn any() -> Self {
        let items = vec![Item::Range('\n', '\n'), Item::Range('\r', '\r')];
        Self {
            negated: true,
            items,
            minus: None,
        }
    }

    /// The set of one escape.
    pub(super) fn of(item: Item) -> Self {
        Self {
            negated: false,
            items: vec![item],
            minus: None,
        }
    }
}

impl Parser<'_> {
    /// A class, after its opening bracket.
    pub(super) fn class(&mut self) -> Result<Class, PatternFault> {
        self.enter()?;
        let negated = self.chars.next_if_eq(&'^').is_some();
        let mut class = Class {
            negated,
            items: Vec::new(),
            minus: None,
        };
        loop {
            let c = self.chars.next().ok_or(PatternFault::EndsEarly)?;
            match c {
                ']' if !class.items.is_empty() => break,
                '-' if self.chars.peek() == Some(&'[') && !class.items.is_empty() => {
                    self.expect('[')?;
                    class.minus = Some(Box::new(self.class()?));
                    self.expect(']')?;
                    break;
                }
                '[' | ']' => return Err(PatternFault::Misplaced(c)),
                _ => class.items.push(self.item(c)?),
            }
        }
        self.leave();
        Ok(class)
    }

    fn item(&mut self, first: char) -> Result<Item, PatternFault> {
        let first = match self.class_char(first)? {
            Escape::Char(c) => c,
            Escape::Set(item) => return Ok(item),
        };
        // A hyphen before the bracket stands for itself, or begins a subtraction.
        let mut ahead = self.chars.clone();
        let is_range = ahead.next() == Some('-') && !matches!(ahead.next(), Some('[' | ']') | None);
        if !is_range {
            return Ok(Item::Range(first, first));
        }
        self.expect('-')?;
        let c = self.chars.next().ok_or(PatternFault::EndsEarly)?;
        match self.class_char(c)? {
            Escape::Char(last) if first <= last => Ok(Item::Range(first, last)),
            Escape::Char(last) => Err(PatternFault::Range(format!("{first}-{last}"))),
            Escape::Set(_) => Err(PatternFault::Misplaced('-')),
        }
    }

    fn class_char(&mut self, c: char) -> Result<Escape, PatternFault> {
        if c == '\\' {
            escape(&mut self.chars)
        } else {
            Ok(Escape::Char(c))
        }
    }
}

/// What the escape stands for, after its backslash.
pub(super) fn escape(chars: &mut Peekable<Chars<'_>>) -> Result<Escape, PatternFault> {
    let c = chars.next().ok_or(PatternFault::EndsEarly)?;
    let category = |name: &str| Item::Category {
        name: name.to_owned(),
        negated: false,
    };
    let set = |names: &[&str]| Item::Set(names.iter().map(|name| category(name)).collect());
    let item = match c {
        'n' => return Ok(Escape::Char('\n')),
        'r' => return Ok(Escape::Char('\r')),
        't' => return Ok(Escape::Char('\t')),
        '\\' | '|' | '.' | '-' | '^' | '?' | '*' | '+' | '{' | '}' | '(' | ')' | '[' | ']' => {
            return Ok(Escape::Char(c));
        }
        's' => ranges(SPACE),
        'S' => ranges(&complement(SPACE)),
        'd' => category("Nd"),
        'D' => Item::Category {
            name: "Nd".to_owned(),
            negated: true,
        },
        // Everything but punctuation, separators and the rest; and that.
        'w' => set(&["L", "M", "N", "S"]),
        'W' => set(&["P", "Z", "C"]),
        'i' => ranges(NAME_START),
        'I' => ranges(&complement(NAME_START)),
        'c' => ranges(&name_chars()),
        'C' => ranges(&complement(&name_chars())),
        'p' => property(chars, 'p')?,
        'P' => property(chars, 'P')?,
        _ => return Err(PatternFault::Escape(c.to_string())),
    };
    Ok(Escape::Set(item))
}

/// `{Lu}` or `{IsBasicLatin}`, after `\p` or `\P`.
fn property(chars: &mut Peekable<Chars<'_>>, letter: char) -> Result<Item, PatternFault> {
    let mut name = String::new();
    if chars.next() != Some('{') {
        return Err(PatternFault::Escape(letter.to_string()));
    }
    loop {
        match chars.next().ok_or(PatternFault::EndsEarly)? {
            '}' => break,
            c => name.push(c),
        }
    }
    let negated = letter == 'P';
    if let Some(block) = name.strip_prefix("Is").and_then(blocks::find) {
        return Ok(ranges(&if negated {
            complement(&[block])
        } else {
            vec![block]
        }));
    }
    if CATEGORIES.split(' ').any(|known| known == name) {
        return Ok(Item::Category { name, negated });
    }
    Err(PatternFault::Escape(format!("{letter}{{{name}}}")))
}

const CATEGORIES: &str = "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po \
                          Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn";

fn ranges(ranges: &[(char, char)]) -> Item {
    Item::Set(
        ranges
            .iter()
            .map(|(first, last)| Item::Range(*first, *last))
            .collect(),
    )
}

fn name_chars() -> Vec<(char, char)> {
    [NAME_START, NAME_MORE].concat()
}

/// The characters outside `ranges`.
fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut outside = Vec::new();
    let mut next = Some('\0');
    for (first, last) in sorted {
        let Some(from) = next else { break };
        if let Some(before) = (from..first).next_back() {
            outside.push((from, before));
        }
        next = (last..=char::MAX).nth(1);
    }
    outside.extend(next.map(|from| (from, char::MAX)));
    outside
}
