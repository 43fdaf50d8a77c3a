//! A form that was sent and not taken: what was written, and what is wrong with which field.

use super::fields::Fields;

/// What was tried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tried {
    form: &'static str,
    fields: Fields,
    field: &'static str,
    told: String,
}

impl Tried {
    /// Nothing was.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    /// That form, which was not taken because of that field; an empty name is the form as a whole.
    pub(crate) fn of(
        form: &'static str,
        fields: Fields,
        field: &'static str,
        told: String,
    ) -> Self {
        Self {
            form,
            fields,
            field,
            told,
        }
    }

    /// What was written in a field of a form.
    pub(crate) fn value(&self, form: &str, field: &str) -> &str {
        if self.form == form {
            self.fields.text(field)
        } else {
            ""
        }
    }

    /// What was written, or else what is proposed.
    pub(crate) fn value_or<'a>(&'a self, form: &str, field: &str, proposed: &'a str) -> &'a str {
        if self.form == form {
            self.fields.text(field)
        } else {
            proposed
        }
    }

    /// Whether that word was among those chosen in a field, or else is proposed.
    pub(crate) fn is_chosen(
        &self,
        form: &str,
        field: &str,
        word: &str,
        proposed: &[String],
    ) -> bool {
        if self.form == form {
            self.fields.all(field).any(|it| it == word)
        } else {
            proposed.iter().any(|it| it == word)
        }
    }

    /// What is wrong with a field of a form.
    pub(crate) fn fault(&self, form: &str, field: &str) -> Option<&str> {
        (self.form == form && self.field == field && !self.told.is_empty())
            .then_some(self.told.as_str())
    }

    /// What is told above everything: the same, so that it is found.
    pub(crate) fn told(&self) -> Option<&str> {
        (!self.told.is_empty()).then_some(self.told.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stays_in_its_form() {
        let fields =
            Fields::read("fecha=2026-01-01&operaciones=consulta&operaciones=busqueda").unwrap();
        let tried = Tried::of("paso", fields, "fecha", "no".to_owned());
        assert_eq!(tried.value("paso", "fecha"), "2026-01-01");
        assert_eq!(tried.value("plazo", "fecha"), "");
        assert_eq!(tried.value_or("plazo", "fecha", "hoy"), "hoy");
        assert_eq!(tried.fault("paso", "fecha"), Some("no"));
        assert_eq!(
            (tried.fault("paso", "nota"), tried.fault("plazo", "fecha")),
            (None, None)
        );
        assert!(tried.is_chosen("paso", "operaciones", "busqueda", &[]));
        assert!(!tried.is_chosen("paso", "operaciones", "indice", &["indice".to_owned()]));
        assert!(Tried::nothing().told().is_none());
    }
}
