//! What the runs share, and who may run.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use domain::adhesion::{Dossier, Summary, User, UserRole};
use domain::{
    Agreement, AgreementState, Annex, OfficerId, OrganismId, Problem, Registry, Standing,
    day_in_madrid,
};
use exchange::Caller;
use jiff::{Timestamp, ToSpan};
use journal::{Entry, EntryKind, Verdict};
use store::registry::import::Enrolment;
use store::{JournalWriter, Store};

use super::profile::Catalogue;
use super::real::Real;
use super::runs::Runs;
use super::{InForce, Plant};
use crate::clock;
use crate::connection::identify;
use crate::enrolment::refusal::Refusal;
use crate::feed::Feed;
use crate::standing::{self, Current};

/// What the runs share.
pub(crate) struct Office {
    /// The database of the gateway, as far as the office may go.
    pub(super) real: Real,
    /// That gateway's journal: what is entered in a file of adhesion is evidence there.
    pub(super) acts: JournalWriter,
    /// What that gateway has in force.
    pub(super) in_force: InForce,
    /// Puts synthetic cases into the system behind.
    pub(super) plant: Plant,
    /// The sandbox's own database.
    pub(super) store: Store,
    /// The sandbox's own journal.
    pub(super) evidence: JournalWriter,
    /// Who is who in the sandbox.
    pub(super) current: Arc<Current>,
    pub(super) catalogue: Catalogue,
    /// The contract that is decided on, such as `viogen/2`.
    pub(super) own: String,
    /// All versions of it that are served.
    pub(super) versions: Vec<String>,
    /// The index of the system behind the sandbox.
    pub(super) feed: Feed,
    pub(super) runs: Arc<Runs>,
}

/// One call to the office.
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) exchange: String,
    pub(super) operation: &'static str,
}

impl Moment {
    pub(super) fn begin(operation: &'static str) -> Self {
        Self {
            now: clock::now(),
            exchange: clock::fresh_id(),
            operation,
        }
    }

    /// The evidence of what is done.
    pub(super) fn entry(&self, caller: &Caller, run: &str) -> Entry {
        Entry {
            operation: Some(self.operation.to_owned()),
            organism: Some(caller.organism().id.clone()),
            certificate: Some(*caller.certificate()),
            file: Some(run.to_owned()),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(EntryKind::Managed, self.now, self.exchange.as_str())
        }
    }
}

/// What an organism runs the profile by.
pub(super) struct Terms {
    /// The file that the outcome goes into; none where the agreement has effect already.
    pub(super) dossier: Option<Dossier>,
    pub(super) agreement: Agreement,
}

/// Stands on a form that nobody of the run is on.
const NOBODY: &str = "pruebas.nadie";

pub(super) const NO_ANNEX: (&str, &str) = (
    "sin-anexo",
    "el expediente no tiene anexo todavía; la Administración Central lo incorpora antes de la prueba",
);

const SUSPENDED: (&str, &str) = (
    "convenio-suspendido",
    "el convenio de su organismo está suspendido: mientras lo esté no se hacen pruebas",
);

impl Office {
    /// Who calls, by the registry that the gateway itself has in force; the sandbox's own knows only who has begun a run.
    pub(super) fn caller(&self, request: &HttpRequest, now: Timestamp) -> Result<Caller, Refusal> {
        let (here, there) = (self.current.get(), self.in_force.0.get());
        let standing = standing::Standing {
            registry: Arc::clone(&there.registry),
            revocations: Arc::clone(&here.revocations),
            engine: Arc::clone(&here.engine),
            watched: Arc::clone(&here.watched),
        };
        identify(request, &standing, now).map_err(|nobody| Refusal {
            key: nobody.key,
            ..nobody.problem.into()
        })
    }

    /// What the file of the organism will grant, as if it had effect today; else what its agreement grants.
    pub(super) async fn terms(&self, caller: &Caller, now: Timestamp) -> Result<Terms, Refusal> {
        let real = &self.real;
        let id = &caller.organism().id;
        if is_suspended(&self.in_force.0.get().registry, id, now) {
            return Err(refused(SUSPENDED));
        }
        let files = real.dossiers_of(id).await.map_err(|e| broken(&e))?;
        let pending = files.iter().filter(|it| is_pending(it, now));
        let newest = pending.max_by_key(|it| it.since);
        if let Some(summary) = newest {
            let dossier = real.dossier(&summary.id).await.map_err(|e| broken(&e))?;
            let annex = dossier.as_ref().and_then(Dossier::annex).cloned();
            let annex = annex.ok_or_else(|| refused(NO_ANNEX))?;
            return Ok(Terms {
                agreement: rehearsed(&summary.id, id, annex, now),
                dossier,
            });
        }
        let agreement = caller.agreement().ok_or_else(|| refused(NO_ANNEX))?;
        let annex = agreement.annex.clone();
        Ok(Terms {
            agreement: rehearsed(&agreement.id, id, annex, now),
            dossier: None,
        })
    }

    /// Lets the sandbox know the organism, by this key and these terms; in force when it returns.
    pub(super) async fn admit(
        &self,
        caller: &Caller,
        (terms, officer): (&Terms, &OfficerId),
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let id = &caller.organism().id;
        // A run under other terms before this one must not be what this one is decided by.
        let before = self.store.agreements_of(id).await;
        let before = before.map_err(|e| broken(&e))?.into_iter();
        let ended = before.filter(|it| it.id != terms.agreement.id);
        let ended = ended.map(|it| Agreement {
            state: AgreementState::Resolved,
            ..it
        });
        let enrolment = Enrolment {
            organism: caller.organism().clone(),
            keys: vec![*caller.certificate()],
            certificates: Vec::new(),
            agreements: ended.chain([terms.agreement.clone()]).collect(),
            users: self.held_to(id, officer, now).await?,
        };
        let imported = self.store.import(&[enrolment], now).await;
        imported.map_err(|e| broken(&e))?;
        let registry = self.store.load_registry().await.map_err(|e| broken(&e))?;
        self.current.put_registry(registry);
        Ok(())
    }

    /// Of the organism's users form the one officer that the run is made as: the sandbox has no need of the others. An
    /// organism that has a form without her is held to one without her.
    async fn held_to(
        &self,
        id: &OrganismId,
        officer: &OfficerId,
        now: Timestamp,
    ) -> Result<Vec<User>, Refusal> {
        let form = self.real.users_form(id).await;
        let form = form.map_err(|e| broken(&e))?;
        if form.is_absent() {
            return Ok(Vec::new());
        }
        let own = form.user(officer).cloned();
        let nobody = || {
            Some(User {
                officer: NOBODY.parse().ok()?,
                role: UserRole::Officer,
                trained_on: None,
                from: day_in_madrid(now),
                until: None,
            })
        };
        Ok(own.or_else(nobody).into_iter().collect())
    }

    /// Makes a refusal evidence, and tells it.
    pub(super) async fn refuse(&self, moment: &Moment, refusal: Refusal) -> HttpResponse {
        let entry = refusal.entry(moment.operation, moment.now, &moment.exchange);
        tracing::info!(
            incident = moment.exchange,
            problem = entry.problem,
            "run of conformance refused"
        );
        match self.evidence.record(entry).await {
            Ok(_) => refusal.response(&moment.exchange),
            Err(error) => {
                tracing::error!(%error, "the journal cannot be written");
                Refusal::from(Problem::JournalUnavailable).response(&moment.exchange)
            }
        }
    }
}

/// Whether the access of an organism is stopped for the time being: it runs nothing, whatever else is on its way. One that
/// joins has no agreement that could be.
pub(super) fn is_suspended(registry: &Registry, organism: &OrganismId, now: Timestamp) -> bool {
    let own = || registry.agreements().filter(|it| it.organism == *organism);
    let lasts = |it: &Agreement| day_in_madrid(now) <= it.expires_on;
    own().all(|it| it.standing(now) != Standing::Effective)
        && own().any(|it| it.standing(now) == Standing::Suspended && lasts(it))
}

/// Whether a file has yet to take effect.
fn is_pending(summary: &Summary, now: Timestamp) -> bool {
    let over = summary
        .expires_on
        .is_some_and(|last| day_in_madrid(now) > last);
    summary.effective_from.is_none() && summary.state != AgreementState::Resolved && !over
}

/// The agreement as the sandbox has it: in effect while a run lasts.
fn rehearsed(
    id: &domain::AgreementId,
    organism: &OrganismId,
    annex: Annex,
    now: Timestamp,
) -> Agreement {
    let today = day_in_madrid(now);
    Agreement {
        id: id.clone(),
        organism: organism.clone(),
        state: AgreementState::Effective,
        effective_from: today.saturating_sub(1.day()),
        expires_on: today.saturating_add(1.day()),
        annex,
    }
}

pub(super) fn refused(rule: (&'static str, &'static str)) -> Refusal {
    Refusal::of(Problem::ConformanceNotPossible, rule)
}

/// Logs what the caller is told less of.
pub(super) fn broken(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "the sandbox failed");
    Problem::Internal.into()
}

#[cfg(test)]
mod tests {
    use domain::{Mode, Organism, OrganismKind, RiskLevel, Territory};

    use super::*;

    const ID: &str = "L01130473";

    fn agreement(id: &str, state: AgreementState, last: &str) -> Agreement {
        Agreement {
            id: id.parse().unwrap(),
            organism: ID.parse().unwrap(),
            state,
            effective_from: "2026-01-01".parse().unwrap(),
            expires_on: last.parse().unwrap(),
            annex: Annex {
                operations: [].into(),
                purposes: [].into(),
                territory: Territory::nation(),
                max_risk: RiskLevel::Low,
                mode: Mode::Consultation,
                on_behalf_of: [].into(),
                services: [].into(),
                contract: None,
                hand_over: domain::HandOver::default(),
                quotas: domain::Quotas::default(),
                security: domain::MessageSecurity::NONE,
            },
        }
    }

    #[test]
    fn who_is_suspended() {
        use AgreementState::{Draft, Effective, Resolved, Suspended};
        let (long, over) = ("2029-12-31", "2026-01-31");
        let table = [
            // Whoever joins has no agreement, or one that is not published.
            (vec![], false),
            (vec![("A", Draft, long)], false),
            (vec![("A", Effective, long)], false),
            (vec![("A", Suspended, long)], true),
            (vec![("A", Suspended, long), ("B", Draft, long)], true),
            (vec![("A", Suspended, long), ("B", Effective, long)], false),
            (vec![("A", Suspended, long), ("B", Effective, over)], true),
            (vec![("A", Suspended, over)], false),
            (vec![("A", Resolved, long)], false),
        ];
        let organism = Organism {
            id: ID.parse().unwrap(),
            kind: OrganismKind::LocalPolice,
            name: "PRUEBA".to_owned(),
        };
        let now = "2026-06-01T10:00:00Z".parse().unwrap();
        for (own, expected) in table {
            let told = format!("{own:?}");
            let own = own.into_iter();
            let own = own.map(|(id, state, last)| agreement(id, state, last));
            let registry = Registry::new(1, [organism.clone()], own, []);
            assert_eq!(
                is_suspended(&registry, &organism.id, now),
                expected,
                "{told}"
            );
        }
    }
}
