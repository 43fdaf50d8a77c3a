//! Whether everything that a rule may fall back on is ever looked at.

use super::compile::Site;
use super::fault::ConversionFault;
use super::plan::Source;
use super::text::Rule;

/// Notes what comes after an origin that is always there: a document keeps to its contract, so nothing of it is ever
/// looked at.
pub(super) fn check(site: &mut Site<'_>, path: &str, sources: &[Source], rule: &Rule) {
    let Some(at) = sources.iter().position(|source| source.certain) else {
        return;
    };
    let certain = sources.get(at).map_or("", |source| &*source.path);
    let after = sources.iter().skip(at + 1);
    let after = after.map(|source| format!("the origin `{}`", source.path));
    let default = rule.defecto.iter().map(|_| "the default".to_owned());
    for what in after.chain(default) {
        site.fault(ConversionFault::Unreachable {
            what,
            path: path.to_owned(),
            certain: certain.to_owned(),
        });
    }
}
