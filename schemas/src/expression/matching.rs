//! `matches`, with each pattern compiled once: the library's own compiles it at every call.

use std::cell::RefCell;
use std::collections::HashMap;

use cel::common::types::{CelBool, CelString};
use cel::{DeclarationError, Env, ExecutionError};
use regex::Regex;

/// How many patterns a thread keeps; more than all rules have together, as a pattern may be computed.
const MOST: usize = 256;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// Declares it, as a function and as a member.
pub(super) fn extension(env: &mut Env) -> Result<(), DeclarationError> {
    cel::add_overload!(env, fn matches: (CelString, CelString) -> Result<CelBool>)?;
    cel::add_member_overload!(env, fn matches: (CelString, CelString) -> Result<CelBool>)
}

fn matches(text: &CelString<'_>, pattern: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(known) = compiled.get(pattern.inner()) {
            return Ok(CelBool::from(known.is_match(text.inner())));
        }
        let made = Regex::new(pattern.inner());
        // What the compiler says repeats the pattern, which may be of values.
        let made = made.map_err(|_| ExecutionError::function_error("matches", "no pattern"))?;
        let verdict = made.is_match(text.inner());
        if compiled.len() == MOST {
            compiled.clear();
        }
        compiled.insert(pattern.inner().to_owned(), made);
        Ok(CelBool::from(verdict))
    })
}
