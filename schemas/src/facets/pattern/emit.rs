//! Writing an expression in another dialect.

use std::fmt::Write;

use super::class::{Class, Item};
use super::{Atom, Branch, Piece};

/// A dialect to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The `regex` crate's.
    Regex,
    /// ECMA 262 with the `u` flag.
    Ecma,
}

/// The expression, anchored at both ends.
pub(super) fn anchored(branches: &[Branch], dialect: Dialect) -> String {
    let mut out = String::from("^(?:");
    write_branches(&mut out, branches, dialect);
    out.push_str(")$");
    out
}

fn write_branches(out: &mut String, branches: &[Branch], dialect: Dialect) {
    for (at, pieces) in branches.iter().enumerate() {
        if at > 0 {
            out.push('|');
        }
        for piece in pieces {
            write_piece(out, piece, dialect);
        }
    }
}

fn write_piece(out: &mut String, piece: &Piece, dialect: Dialect) {
    match &piece.atom {
        Atom::Char(c) => write_char(out, *c),
        Atom::Class(class) => write_class(out, class, dialect),
        Atom::Group(branches) => {
            out.push_str("(?:");
            write_branches(out, branches, dialect);
            out.push(')');
        }
    }
    // Writing to a string cannot fail.
    let _ = match (piece.min, piece.max) {
        (1, Some(1)) => Ok(()),
        (0, Some(1)) => write!(out, "?"),
        (0, None) => write!(out, "*"),
        (1, None) => write!(out, "+"),
        (min, None) => write!(out, "{{{min},}}"),
        (min, Some(max)) if min == max => write!(out, "{{{min}}}"),
        (min, Some(max)) => write!(out, "{{{min},{max}}}"),
    };
}

fn write_class(out: &mut String, class: &Class, dialect: Dialect) {
    match (&class.minus, dialect) {
        (None, Dialect::Regex | Dialect::Ecma) => write_set(out, class),
        (Some(minus), Dialect::Regex) => {
            out.push('[');
            write_set(out, class);
            out.push_str("--");
            write_class(out, minus, dialect);
            out.push(']');
        }
        // ECMA 262 has no subtraction before the `v` flag: look ahead first.
        (Some(minus), Dialect::Ecma) => {
            out.push_str("(?:(?!");
            write_class(out, minus, dialect);
            out.push(')');
            write_set(out, class);
            out.push(')');
        }
    }
}

fn write_set(out: &mut String, class: &Class) {
    out.push_str(if class.negated { "[^" } else { "[" });
    for item in &class.items {
        write_item(out, item);
    }
    out.push(']');
}

fn write_item(out: &mut String, item: &Item) {
    match item {
        Item::Range(first, last) => {
            write_char(out, *first);
            if first != last {
                out.push('-');
                write_char(out, *last);
            }
        }
        Item::Category { name, negated } => {
            out.push_str(if *negated { "\\P{" } else { "\\p{" });
            out.push_str(name);
            out.push('}');
        }
        Item::Set(items) => items.iter().for_each(|item| write_item(out, item)),
    }
}

/// A character that means itself, inside a class and out of it, in both dialects; and in Python's,
/// whose tools read our descriptions.
fn write_char(out: &mut String, c: char) {
    let code = u32::from(c);
    if c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | ',' | ':' | ';' | '=' | '@') {
        out.push(c);
    } else if r"^$\.*+?()[]{}|".contains(c) {
        out.extend(['\\', c]);
    } else {
        // Writing to a string cannot fail.
        let _ = match code {
            0..=0xff => write!(out, "\\x{code:02x}"),
            0x100..=0xffff => write!(out, "\\u{code:04x}"),
            _ => write!(out, "{c}"),
        };
    }
}
