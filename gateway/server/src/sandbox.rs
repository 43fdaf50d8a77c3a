//! The sandbox: the same gateway over synthetic cases, where an organism that joins runs the conformance profile of its
//! kind before its agreement has effect.
//!
//! A listener of its own serves the addresses of the gateway by the same code. What stands behind it is all its own: a
//! registry, an index, idempotency and quotas in a database of its own, and one central system that the program has made.
//! `POST /conformidad` begins a run, `POST /conformidad/{ejecucion}` ends it. Every answer says `Pasarela-Entorno: pruebas`.
//!
//! INVARIANT: nothing that answers a request here knows the way to a system that holds real cases, nor the index of them.
//! Of the real database the office has what `real` hands out: files of adhesion, keys, the form of who runs, this sandbox's
//! own journal; it writes the outcome.
//!
//! INVARIANT: an organism meets the cases of its own runs and no others, and opens none (`isolation`): nobody can prepare or
//! spoil what another is judged by.

mod begin;
mod cases;
mod conclude;
mod follow;
mod isolation;
mod office;
mod profile;
mod real;
mod report;
mod runs;
mod verdict;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Data, ServiceConfig};
use domain::{CaseId, MunicipalityCode, OrganismId, Source};
use jiff::Timestamp;
use store::{JournalWriter, Store};

use self::office::Office;
use self::profile::Catalogue;
use self::real::Real;
use crate::feed::Feed;
use crate::signers::Signers;
use crate::standing::Current;
use crate::start::{Parts, StartError};

pub(crate) use self::follow::Follow;
pub(crate) use self::isolation::{alone, opens_nothing};
pub use self::profile::ProfileError;
pub(crate) use self::runs::Runs;

/// What every answer of the sandbox says, and no other.
const MARK: (&str, &str) = ("Pasarela-Entorno", "pruebas");

/// A synthetic case that the sandbox wants to be there.
#[derive(Clone, Debug)]
pub struct SyntheticCase {
    /// Its identifier.
    pub id: CaseId,
    /// Where its victim lives.
    pub municipality: MunicipalityCode,
    /// The document of its victim, of a range that is never issued.
    pub victim: String,
    /// Who answers for it: nobody real.
    pub responsible: OrganismId,
    /// When it was opened.
    pub at: Timestamp,
}

/// Puts a synthetic case into the system behind the sandbox; what went wrong, in words for the log.
pub type Plant = Arc<
    dyn Fn(SyntheticCase) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync,
>;

/// What makes a gateway a sandbox.
pub struct Sandbox {
    /// The database of the gateway that it is the sandbox of.
    pub real: Store,
    /// That gateway's journal: what is entered in a file of adhesion is evidence there.
    pub acts: JournalWriter,
    /// What that gateway has in force: who is who.
    pub in_force: InForce,
    /// Puts synthetic cases into the system behind it.
    pub plant: Plant,
}

/// What a running gateway has in force, for its sandbox.
#[derive(Clone)]
pub struct InForce(pub(crate) Arc<Current>);

/// The office as the workers share it.
pub(crate) type Shop = Data<Office>;

/// Opens the office of a sandbox, beside the gateway made of these parts.
pub(crate) fn open(
    sandbox: Sandbox,
    parts: &Parts,
    (current, runs): (&Arc<Current>, &Arc<Runs>),
) -> Result<Shop, StartError> {
    let versions = parts.versions.iter().map(|(contract, _)| contract);
    let own = parts.contract.name();
    let versions = std::iter::once(&parts.contract).chain(versions);
    let versions = versions.filter(|it| it.name() == own);
    Ok(Data::new(Office {
        real: Real::new(sandbox.real),
        acts: sandbox.acts,
        in_force: sandbox.in_force,
        plant: sandbox.plant,
        store: parts.store.clone(),
        evidence: parts.journal.clone(),
        current: Arc::clone(current),
        catalogue: Catalogue::shipped()?,
        own: format!("{own}/{}", parts.contract.version()),
        versions: versions
            .map(|it| format!("{own}/{}", it.version()))
            .collect(),
        feed: Feed {
            source: Source::Central,
            organism: parts.holders.organism.clone(),
            signers: Signers::registered(&parts.acceptor, current, &parts.security.known),
            holder: parts.holders.central.clone(),
            requester: parts.own_id.clone(),
            store: parts.store.clone(),
            every: Duration::MAX,
        },
        runs: Arc::clone(runs),
    }))
}

/// What keeps the registry of a sandbox behind the real one.
pub(crate) fn follow(office: &Shop) -> Follow {
    Follow::new(office.real.clone(), office.store.clone())
}

/// Serves the runs, where there is an office.
pub(crate) fn serve(office: Option<&Shop>, services: &mut ServiceConfig) {
    if let Some(office) = office {
        services
            .app_data(office.clone())
            .route(begin::PATH, web::post().to(begin::serve))
            .route(conclude::PATH, web::post().to(conclude::serve));
    }
}

/// What every answer of the listener carries.
pub(crate) fn mark(office: Option<&Shop>) -> DefaultHeaders {
    match office {
        Some(_) => DefaultHeaders::new().add(MARK),
        None => DefaultHeaders::new(),
    }
}
