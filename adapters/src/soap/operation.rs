//! Which operation a body asks for.

use contract::xml::Start;
use contract::{BodyContext, ContextSource, Contract, Operation, QName};

use super::SoapError;
use super::envelope::name;

/// The operation whose request is the element `start`, seen at `line`; of several, that of the action.
pub(super) fn find<'c>(
    contract: &'c Contract,
    start: &Start<'_>,
    action: Option<&str>,
    line: u32,
) -> Result<&'c Operation, SoapError> {
    let asked = QName::new(start.namespace(), start.local());
    let found: Vec<&Operation> = contract.operations_by_request(&asked).collect();
    match found.as_slice() {
        [] => {}
        [only] => return Ok(only),
        several => return one_of(several, action),
    }
    let found = name(start);
    let served = contract.namespace();
    let namespace = start.namespace().unwrap_or_default();
    if namespace == served {
        return Err(SoapError::UnknownOperation { found, line });
    }
    if is_other_version(namespace, served) {
        return Err(SoapError::WrongVersion {
            found,
            served: contract.version().to_owned(),
            line,
        });
    }
    Err(SoapError::WrongNamespace {
        found,
        expected: served.to_owned(),
        line,
    })
}

/// The operation that has the action, which no other one has.
fn one_of<'c>(
    operations: &[&'c Operation],
    action: Option<&str>,
) -> Result<&'c Operation, SoapError> {
    let action = action.unwrap_or_default();
    let mut known = operations.iter().copied();
    known
        .find(|operation| is_own(operation, action))
        .ok_or_else(|| {
            let known = operations.iter().map(|it| it.soap_action.as_str());
            SoapError::WrongAction {
                found: super::envelope::clip(action),
                expected: known.collect::<Vec<_>>().join("` o `"),
            }
        })
}

/// Whether the action is the operation's, in whatever edition of SOAP.
pub(super) fn is_own(operation: &Operation, action: &str) -> bool {
    let bound = operation.wire.iter().flat_map(|wire| &wire.actions);
    action == operation.soap_action || bound.into_iter().any(|(_, it)| **it == *action)
}

/// Whether the two namespaces differ in nothing but a number at their ends.
fn is_other_version(found: &str, served: &str) -> bool {
    let cut = |namespace: &str| {
        let (base, version) = namespace.rsplit_once([':', '/'])?;
        let numbered =
            !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        numbered.then(|| base.to_owned())
    };
    cut(served).is_some_and(|base| cut(found) == Some(base))
}

/// Where requests of the operation say who asks, when it is in their own content.
pub(super) fn told_inside(operation: &Operation) -> Option<&BodyContext> {
    match &operation.terms.as_ref()?.context {
        ContextSource::Header => None,
        ContextSource::Body(told) => Some(told),
    }
}

/// Refuses an announced action that is not the operation's, in whatever edition of SOAP.
pub(super) fn check_action(
    operation: &Operation,
    announced: Option<&str>,
) -> Result<(), SoapError> {
    match announced {
        Some(action) if !is_own(operation, action) => Err(SoapError::WrongAction {
            found: super::envelope::clip(action),
            expected: operation.soap_action.clone(),
        }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_other_version;

    #[test]
    fn another_version_differs_only_in_its_number() {
        let served = "urn:pasarela:viogen:2";
        for (found, other) in [
            ("urn:pasarela:viogen:1", true),
            ("urn:pasarela:viogen:2.1", true),
            ("urn:pasarela:viogen:x", false),
            ("urn:pasarela:viogen:", false),
            ("urn:pasarela:siav:1", false),
            ("", false),
        ] {
            assert_eq!(is_other_version(found, served), other, "{found}");
        }
    }
}
