//! What the browser brings back from the provider (RFC 6749 §4.1.2, RFC 9207).

use crate::console::fields::Fields;
use crate::console::session::same;

use super::fault::SignInFault;

const LONGEST_CODE: usize = 2_048;

/// The parameters that count.
const COUNTING: [&str; 4] = ["state", "code", "iss", "error"];

/// What it brings, not believed yet.
pub(super) struct Back<'b>(&'b Fields);

impl<'b> Back<'b> {
    /// Looks at the parameters: each comes once.
    pub(super) fn read(fields: &'b Fields) -> Result<Self, SignInFault> {
        let twice = |name: &str| fields.all(name).count() > 1;
        if COUNTING.into_iter().any(twice) {
            return Err(SignInFault::Repeated);
        }
        Ok(Self(fields))
    }

    /// Believes that it belongs to the attempt that this browser began.
    pub(super) fn is_of(&self, state: &str) -> Result<(), SignInFault> {
        let told = self.0.text("state");
        if same(told.as_bytes(), state.as_bytes()) {
            Ok(())
        } else {
            Err(SignInFault::State)
        }
    }

    /// The code, if this provider gave one. A provider that says that it names itself must do so.
    pub(super) fn code(&self, issuer: &str, names_itself: bool) -> Result<&'b str, SignInFault> {
        match self.0.get("iss") {
            Some(told) if told == issuer => {}
            None if !names_itself => {}
            Some(_) | None => return Err(SignInFault::Mixed),
        }
        if self.0.get("error").is_some() {
            return Err(SignInFault::Denied);
        }
        let code = self.0.get("code").filter(|it| it.len() <= LONGEST_CODE);
        code.ok_or(SignInFault::NoCode)
    }
}

#[cfg(test)]
mod tests {
    use super::SignInFault::{Denied, Mixed, NoCode, Repeated, State};
    use super::*;

    const ISSUER: &str = "https://id.example";

    fn brought(query: &str, names_itself: bool) -> Result<String, SignInFault> {
        let fields = Fields::read(query).unwrap();
        let back = Back::read(&fields)?;
        back.is_of("e1")?;
        back.code(ISSUER, names_itself).map(str::to_owned)
    }

    #[test]
    fn what_is_brought_back_is_of_this_attempt_and_of_this_provider() {
        let own = "iss=https%3A%2F%2Fid.example";
        let long = format!("state=e1&code={}", "a".repeat(LONGEST_CODE + 1));
        let table: [(&str, bool, Result<&str, SignInFault>); 14] = [
            ("state=e1&code=c1", false, Ok("c1")),
            (&format!("state=e1&code=c1&{own}"), true, Ok("c1")),
            ("state=e1&code=c1", true, Err(Mixed)),
            (
                "state=e1&code=c1&iss=https://otro.example",
                false,
                Err(Mixed),
            ),
            ("state=e1&code=c1&iss=https://id.example/", true, Err(Mixed)),
            ("state=e2&code=c1", false, Err(State)),
            ("code=c1", false, Err(State)),
            ("state=&code=c1", false, Err(State)),
            ("state=e1&state=e1&code=c1", false, Err(Repeated)),
            ("state=e1&code=c1&code=c2", false, Err(Repeated)),
            (
                &format!("state=e1&code=c1&{own}&{own}"),
                true,
                Err(Repeated),
            ),
            ("state=e1", false, Err(NoCode)),
            (&long, false, Err(NoCode)),
            ("state=e1&error=access_denied&code=c1", false, Err(Denied)),
        ];
        for (query, names_itself, expected) in table {
            let expected = expected.map(str::to_owned);
            assert_eq!(brought(query, names_itself), expected, "{query}");
        }
    }
}
