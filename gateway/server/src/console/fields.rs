//! The fields of a form or of an address.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::web::Query;

use super::refusal::Refusal;

/// Fields by name; of a name that comes several times all values, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded` text.
    pub(crate) fn read(text: &str) -> Result<Self, Refusal> {
        let pairs = Query::<Vec<(String, String)>>::from_query(text);
        Ok(Self::of(
            pairs.map_err(|_| Refusal::Unreadable)?.into_inner(),
        ))
    }

    /// Fields that were read elsewhere.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name).or_default().push(value);
        }
        Self(fields)
    }

    /// The first value of that name without surrounding space; nothing if it is empty or absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.first()?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// Whether a field of that name came, even if it is empty.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The value of that name as it came, or nothing at all.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value of that name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// The value of that name read as what it must be; nothing if it is empty or absent.
    ///
    /// # Errors
    /// It cannot be read: the field is named to whoever filled it in.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let read = text.parse().map(Some);
        read.map_err(|_| Refusal::field(name, text))
    }
}

/// A value as it stands in an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            let _ = write!(all, "%{byte:02X}");
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let fields = Fields::read("a=1&b=%C3%B1+x&a=2&c=+&n=x").unwrap();
        assert_eq!(fields.get("a"), Some("1"));
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("b"), Some("ñ x"));
        assert_eq!(fields.get("c"), None);
        assert_eq!(fields.text("d"), "");
        assert!(fields.has("c") && !fields.has("d"));
        assert!(matches!(
            fields.parsed::<u32>("n"),
            Err(Refusal::Field { .. })
        ));
        assert_eq!(fields.parsed::<u32>("a").unwrap(), Some(1));
    }
}
