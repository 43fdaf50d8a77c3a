//! Lists and unions (XML Schema part 2, 2.5.1).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::names;
use super::value::Value;
use super::white_space::normalise;
use super::{Builtin, FacetFault, SimpleType, WhiteSpace};
use crate::QName;

/// What the values of a simple type are made of.
#[derive(Debug, Clone)]
pub(super) enum Variety {
    /// One value.
    Atomic,
    /// Values of one type, separated by spaces.
    List(Arc<SimpleType>),
    /// A value of one of these types: the first that takes it.
    Union {
        members: Arc<[SimpleType]>,
        /// How many types there are, those inside members included.
        leaves: u32,
    },
}

/// The most types of one union, those inside members included.
const MAX_LEAVES: u32 = 10_000;

impl SimpleType {
    /// The list of values of `item`, which is no list itself; `None` when it is.
    pub(crate) fn list(item: &Self, name: Option<QName>, doc: Arc<str>) -> Option<Self> {
        if item.holds_list() {
            return None;
        }
        let mut list = Self::of(Builtin::AnySimpleType);
        list.facets.white_space = WhiteSpace::Collapse;
        list.variety = Variety::List(Arc::new(item.clone()));
        Some(Self { name, doc, ..list })
    }

    /// A value of any of the `members`; `None` when they are too many.
    pub(crate) fn union(members: Vec<Self>, name: Option<QName>, doc: Arc<str>) -> Option<Self> {
        let leaves = members
            .iter()
            .map(Self::leaves)
            .fold(0, u32::saturating_add);
        if leaves > MAX_LEAVES {
            return None;
        }
        let members = members.into();
        let union = Self {
            variety: Variety::Union { members, leaves },
            ..Self::of(Builtin::AnySimpleType)
        };
        Some(Self { name, doc, ..union })
    }

    fn leaves(&self) -> u32 {
        match &self.variety {
            Variety::Atomic => 1,
            Variety::List(item) => item.leaves(),
            Variety::Union { leaves, .. } => *leaves,
        }
    }

    /// The type of the items of a list.
    pub fn item(&self) -> Option<&Self> {
        match &self.variety {
            Variety::List(item) => Some(item),
            Variety::Atomic | Variety::Union { .. } => None,
        }
    }

    /// The members of a union; none for other types.
    pub fn members(&self) -> &[Self] {
        match &self.variety {
            Variety::Union { members, .. } => members,
            Variety::Atomic | Variety::List(_) => &[],
        }
    }

    /// Whether its values are neither lists nor of several types.
    pub fn is_atomic(&self) -> bool {
        matches!(self.variety, Variety::Atomic)
    }

    /// Whether some part of a value may be of the built-in type `wanted`.
    pub fn holds(&self, wanted: Builtin) -> bool {
        match &self.variety {
            Variety::Atomic => self.builtin == wanted,
            Variety::List(item) => item.holds(wanted),
            Variety::Union { members, .. } => members.iter().any(|member| member.holds(wanted)),
        }
    }

    fn holds_list(&self) -> bool {
        match &self.variety {
            Variety::Atomic => false,
            Variety::List(_) => true,
            Variety::Union { members, .. } => members.iter().any(Self::holds_list),
        }
    }

    pub(super) fn check_list<'t>(
        &self,
        raw: &'t str,
        item: &Self,
    ) -> Result<Cow<'t, str>, FacetFault> {
        let text = normalise(raw, WhiteSpace::Collapse);
        let mut length = 0;
        for part in text.split(' ').filter(|part| !part.is_empty()) {
            item.check(part)?;
            length += 1;
        }
        if !self.facets.matches(&text) {
            return Err(FacetFault::Pattern);
        }
        self.facets.check_length(length)?;
        self.check_listed(&text)?;
        Ok(text)
    }

    pub(super) fn check_union<'t>(
        &self,
        raw: &'t str,
        members: &[Self],
    ) -> Result<Cow<'t, str>, FacetFault> {
        let mut values = members.iter().map(|member| member.check(raw));
        let value = match members {
            // With one member, its fault says more.
            [only] => only.check(raw)?,
            _ => values
                .find_map(Result::ok)
                .ok_or(FacetFault::Form(Builtin::AnySimpleType))?,
        };
        if !self.facets.matches(&value) {
            return Err(FacetFault::Pattern);
        }
        self.check_listed(&value)?;
        Ok(value)
    }

    fn check_listed(&self, text: &str) -> Result<(), FacetFault> {
        let mut listed = self.facets.enumeration.iter();
        if self.facets.enumeration.is_empty() || listed.any(|known| self.same_value(text, known)) {
            Ok(())
        } else {
            Err(FacetFault::Enumeration)
        }
    }

    /// Whether `left` and `right`, both valid, are one value (`1` and `+01` are one integer).
    pub fn same_value(&self, left: &str, right: &str) -> bool {
        match &self.variety {
            Variety::Atomic => self.same_atom(left, right),
            Variety::List(item) => {
                let mut left = left.split_ascii_whitespace();
                let mut right = right.split_ascii_whitespace();
                loop {
                    match (left.next(), right.next()) {
                        (None, None) => return true,
                        (Some(left), Some(right)) if item.same_value(left, right) => {}
                        (Some(_) | None, _) => return false,
                    }
                }
            }
            Variety::Union { members, .. } => {
                let taken = |text| members.iter().position(|member| member.check(text).is_ok());
                let (place, other) = (taken(left), taken(right));
                let member = place
                    .filter(|_| place == other)
                    .and_then(|at| members.get(at));
                member.is_some_and(|member| member.same_value(left, right))
            }
        }
    }

    fn same_atom(&self, left: &str, right: &str) -> bool {
        let left = normalise(left, self.facets.white_space);
        let right = normalise(right, self.facets.white_space);
        if left == right {
            return true;
        }
        if self.is_name() {
            return names::same(&left, &right);
        }
        let values = Value::parse(self.builtin, &left).zip(Value::parse(self.builtin, &right));
        values.is_some_and(|(left, right)| left.order(&right) == Some(Ordering::Equal))
    }
}

impl SimpleType {
    /// Gives each single value of a valid text, with its built-in type.
    pub(crate) fn each_atom(&self, text: &str, see: &mut dyn FnMut(Builtin, &str)) {
        match &self.variety {
            Variety::Atomic => see(self.builtin, &normalise(text, self.facets.white_space)),
            Variety::List(item) => text
                .split_ascii_whitespace()
                .for_each(|part| item.each_atom(part, see)),
            Variety::Union { members, .. } => {
                if let Some(member) = members.iter().find(|member| member.check(text).is_ok()) {
                    member.each_atom(text, see);
                }
            }
        }
    }

    /// A text that is the same for equal values of all types, and for no others.
    pub(crate) fn canonical(&self, text: &str) -> String {
        let mut canonical = String::new();
        self.each_atom(text, &mut |builtin, text| {
            let value = Value::parse(builtin, text);
            canonical.push_str(&value.map_or_else(|| text.to_owned(), |value| value.canonical()));
            canonical.push('\u{1f}');
        });
        canonical
    }
}
