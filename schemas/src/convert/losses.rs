//! What is declared lost.

use std::sync::Arc;

use super::compile::{Located, Site};
use super::insert::located as source;
use super::place::Place;
use super::plan::Source;

/// The losses that the blocks declare for this message.
pub(super) fn declared(
    site: &mut Site<'_>,
    located: &[Located<'_>],
    contexts: &[Place],
) -> Vec<(Source, Arc<str>)> {
    let mut losses = Vec::new();
    for block in located {
        for lost in &block.block.pierde {
            for path in lost.origen.all() {
                let place = block.source.follow(site.from, path);
                let Some(place) = site.noted(place) else {
                    continue;
                };
                let reason: Arc<str> = lost.motivo.as_str().into();
                losses.extend(
                    source(site.from, contexts, &place, None).map(|source| (source, reason)),
                );
            }
        }
    }
    losses
}
