//! What is in force right now: the registry, the policies and the revocations, swapped whole.

use std::sync::Arc;

use arc_swap::ArcSwap;
use certs::revocation::Revocations;
use domain::registry::Registry;
use policy::Engine;

use crate::watched::List;

/// One consistent view of who is who and may do what; replaced, never changed.
///
/// INVARIANT: an exchange is led to its end by the one view that it began with, so that no two versions of
/// agreement or policy ever meet in it.
pub(crate) struct Standing {
    /// Organisms, agreements, keys.
    pub registry: Arc<Registry>,
    /// Certificates revoked, as of the newest list.
    pub revocations: Arc<Revocations>,
    /// Who may do and see what.
    pub engine: Arc<Engine>,
    /// About whom a question raises an alarm.
    pub watched: Arc<List>,
}

/// The view in force; every request reads it once and keeps what it read. What all listeners of a node share.
pub(crate) struct Current {
    standing: ArcSwap<Standing>,
    lots: Arc<()>,
}

/// A lot under way, until it is dropped.
#[derive(Clone, Debug)]
pub(crate) struct LotUnderWay(
    #[allow(dead_code, reason = "what counts is that it is held")] Arc<()>,
);

impl Current {
    /// Starts with one view.
    pub(crate) fn new(standing: Standing) -> Self {
        Self {
            standing: ArcSwap::from_pointee(standing),
            lots: Arc::default(),
        }
    }

    /// Begins a lot.
    pub(crate) fn lot(&self) -> LotUnderWay {
        LotUnderWay(Arc::clone(&self.lots))
    }

    /// How many lots are under way on this node.
    pub(crate) fn lots(&self) -> usize {
        Arc::strong_count(&self.lots) - 1
    }

    /// The view in force.
    pub(crate) fn get(&self) -> Arc<Standing> {
        self.standing.load_full()
    }

    /// Puts another registry in force.
    pub(crate) fn put_registry(&self, registry: Registry) {
        let registry = Arc::new(registry);
        self.standing.rcu(|old| Standing {
            registry: Arc::clone(&registry),
            revocations: Arc::clone(&old.revocations),
            engine: Arc::clone(&old.engine),
            watched: Arc::clone(&old.watched),
        });
    }

    /// Puts other revocations in force.
    pub(crate) fn put_revocations(&self, revocations: &Arc<Revocations>) {
        self.standing.rcu(|old| Standing {
            registry: Arc::clone(&old.registry),
            revocations: Arc::clone(revocations),
            engine: Arc::clone(&old.engine),
            watched: Arc::clone(&old.watched),
        });
    }

    /// Puts other policies in force.
    pub(crate) fn put_policies(&self, engine: Engine) {
        let engine = Arc::new(engine);
        self.standing.rcu(|old| Standing {
            registry: Arc::clone(&old.registry),
            revocations: Arc::clone(&old.revocations),
            engine: Arc::clone(&engine),
            watched: Arc::clone(&old.watched),
        });
    }

    /// Puts another list of watched subjects in force.
    pub(crate) fn put_watched(&self, watched: List) {
        let watched = Arc::new(watched);
        self.standing.rcu(|old| Standing {
            registry: Arc::clone(&old.registry),
            revocations: Arc::clone(&old.revocations),
            engine: Arc::clone(&old.engine),
            watched: Arc::clone(&watched),
        });
    }
}
