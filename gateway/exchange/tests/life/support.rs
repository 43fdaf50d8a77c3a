//! Two forces, their agreements, and documents to exchange.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use contract::{Contract, Document, Governance, Limits};
use domain::registry::Forms;
use domain::{
    Agreement, AgreementState, Annex, CertificateKey, Context, HandOver, IndexEntry, KnownCase,
    Mode, OperationKind, Organism, OrganismKind, Purpose, Registry, RiskLevel, Territory,
};
use exchange::{Answer, Caller, Message, Moment, Permitted, Received, Refusal, Released};
use jiff::Timestamp;
use journal::Digest;
use policy::Engine;

/// The case of the examples, of a victim in Herencia.
pub(crate) const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";

/// The local police of Herencia.
pub(crate) const HERENCIA: &str = "L01130473";

/// A regional force, here for Cataluña.
pub(crate) const MOSSOS: &str = "A09002970";

/// The central system.
pub(crate) const CENTRAL: &str = "E00003801";

pub(crate) fn viogen() -> Arc<Contract> {
    static VIOGEN: LazyLock<Arc<Contract>> = LazyLock::new(|| {
        let folder = base().join("../../schemas/contracts/viogen/2");
        Contract::load(&folder, Governance::Required).unwrap()
    });
    Arc::clone(&VIOGEN)
}

pub(crate) fn engine() -> &'static Engine {
    static ENGINE: LazyLock<Engine> =
        LazyLock::new(|| Engine::load(&base().join("../policy/policies")).unwrap());
    &ENGINE
}

fn base() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// The agreement of an organism of that kind: everything, at its own place.
pub(crate) fn agreement(organism: &str, territory: &str, max_risk: RiskLevel) -> Agreement {
    Agreement {
        id: "PRUEBA-1".parse().unwrap(),
        organism: organism.parse().unwrap(),
        state: AgreementState::Effective,
        effective_from: "2025-01-01".parse().unwrap(),
        expires_on: "2028-12-31".parse().unwrap(),
        annex: Annex {
            operations: OperationKind::ALL.iter().copied().collect(),
            purposes: [Purpose::Protection, Purpose::RiskAssessment].into(),
            territory: territory
                .split_whitespace()
                .map(|place| place.parse().unwrap())
                .collect(),
            max_risk,
            mode: Mode::FollowUp,
            on_behalf_of: std::iter::once("L01130016".parse().unwrap()).collect(),
            hand_over: HandOver::default(),
            quotas: domain::Quotas::default(),
            security: domain::MessageSecurity::NONE,
            services: std::collections::BTreeSet::new(),
            contract: None,
        },
    }
}

pub(crate) fn herencia() -> Agreement {
    agreement(HERENCIA, "13047", RiskLevel::Medium)
}

pub(crate) fn mossos() -> Agreement {
    agreement(MOSSOS, "CA09", RiskLevel::Extreme)
}

/// Whoever calls under that agreement.
pub(crate) fn caller(agreement: Agreement) -> Caller {
    caller_with(agreement, Forms::default())
}

/// The same, where these users forms are known.
pub(crate) fn caller_with(agreement: Agreement, forms: Forms) -> Caller {
    let kind = if agreement.organism.as_str() == HERENCIA {
        OrganismKind::LocalPolice
    } else {
        OrganismKind::RegionalForce
    };
    let id = agreement.organism.clone();
    let organism = Organism {
        id: id.clone(),
        kind,
        name: "PRUEBA".to_owned(),
    };
    let key = CertificateKey::from_digest([7; 32]);
    let registry = Registry::new(1, [organism], [agreement], [(key, id)]).with_forms(forms);
    Caller::identify(&registry, key, now()).unwrap()
}

pub(crate) fn context(requester: &str) -> Context {
    Context {
        requester: requester.parse().unwrap(),
        on_behalf_of: None,
        officer: "PRUEBA-7".parse().unwrap(),
        purpose: Purpose::Protection,
        file: None,
        peril: None,
        request_id: "p-1".parse().unwrap(),
        timestamp: now(),
    }
}

pub(crate) fn moment() -> Moment {
    Moment {
        now: now(),
        exchange: "x-1".to_owned(),
    }
}

/// A document of the contract, its root in the contract's namespace.
pub(crate) fn document(xml: &str) -> Document {
    let contract = viogen();
    let name = xml
        .trim_start_matches('<')
        .split(['>', ' ', '/'])
        .next()
        .unwrap();
    let xml = xml.replacen(name, &format!("{name} xmlns='urn:pasarela:viogen:2'"), 1);
    let root = contract::QName::new(Some("urn:pasarela:viogen:2"), name);
    let root = contract.root(&root).unwrap();
    contract::xml::decode(&contract, root, xml.as_bytes(), &Limits::default())
        .unwrap_or_else(|error| panic!("{xml}: {error}"))
}

/// The example answer about the case, with words replaced.
pub(crate) fn answer(replace: &[(&str, &str)]) -> Answer {
    Answer::new(told(replace))
}

/// The same, before it is sealed.
pub(crate) fn told(replace: &[(&str, &str)]) -> Document {
    let path = "../../schemas/contracts/viogen/2/ejemplos/consultarCasoRespuesta-completa.xml";
    let mut xml = std::fs::read_to_string(base().join(path)).unwrap();
    for (from, to) in replace {
        assert!(xml.contains(from), "{from}");
        xml = xml.replace(from, to);
    }
    let contract = viogen();
    let root = contract.operation("consultarCaso").unwrap().response;
    contract::xml::decode(&contract, root, xml.as_bytes(), &Limits::default()).unwrap()
}

/// What the index knows of the case.
pub(crate) fn entry(municipality: &str, responsible: &str, level: RiskLevel) -> IndexEntry {
    IndexEntry {
        source: domain::Source::Central,
        case: CASE.parse().unwrap(),
        version: 7,
        municipality: Some(municipality.parse().unwrap()),
        responsible: responsible.parse().unwrap(),
        level: Some(level),
        state: "activo".to_owned(),
        stays: None,
    }
}

/// A case that has always been where the index knows it.
pub(crate) fn known(entry: &IndexEntry) -> KnownCase {
    KnownCase {
        entry: entry.clone(),
        former: Vec::new(),
    }
}

/// Takes a request in under an agreement.
pub(crate) fn receive(
    agreement: Agreement,
    context: Context,
    xml: &str,
) -> Result<Received, Refusal> {
    receive_from(caller(agreement), context, xml)
}

/// Takes a request in from a caller.
pub(crate) fn receive_from(
    caller: Caller,
    context: Context,
    xml: &str,
) -> Result<Received, Refusal> {
    let document = document(xml);
    let request = document.root().element();
    let contract = viogen();
    let operation = contract
        .operations()
        .iter()
        .find(|known| known.request == request)
        .unwrap();
    let operation = Arc::clone(&operation.name);
    let message = Message {
        context,
        operation,
        document,
        digest: Digest::of(b"request"),
    };
    Received::new(caller, message, &moment())
}

/// Takes a request in under an agreement and asks for permission.
pub(crate) fn permit(
    agreement: Agreement,
    xml: &str,
    index: Option<&IndexEntry>,
) -> Result<Permitted, Refusal> {
    let context = context(agreement.organism.as_str());
    let index = index.map(known);
    receive(agreement, context, xml)?.permit(index.as_ref(), engine(), now())
}

/// The question for the case.
pub(crate) fn consult() -> String {
    format!("<ConsultarCaso><idCaso>{CASE}</idCaso></ConsultarCaso>")
}

/// Consults the case, which the index knows as `index` and the holder tells as `answer`.
pub(crate) fn exchange(
    agreement: Agreement,
    index: &IndexEntry,
    answer: Answer,
) -> Result<Released, Refusal> {
    permit(agreement, &consult(), Some(index))?.reduce(answer, engine(), now())
}

/// The text of a leaf in a released answer.
pub(crate) fn text<'r>(released: &'r Released, path: &str) -> Option<&'r str> {
    released
        .document()
        .root()
        .at(path)
        .and_then(contract::NodeRef::text)
}

/// A territory that covers nothing.
pub(crate) fn nowhere() -> Territory {
    Territory::default()
}
