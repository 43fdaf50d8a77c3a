//! The conformance profiles, as data: which checks each kind of organism runs, and what each expects of the evidence.

use std::collections::BTreeMap;

use domain::{Annex, CaseId, Mode, OperationKind, OrganismKind, Place, Problem};
use serde::Deserialize;

use super::cases::{Cases, NOBODYS};

const SHIPPED: &str = include_str!("../../profiles/profiles.toml");
/// The check that needs no request: the clock is told when the run begins.
pub(super) const CLOCK: &str = "reloj";
/// What names the file that justifies a request.
pub(super) const FILE: &str = "Pasarela-Expediente";
const RELEASED: &str = "entrega";

/// Why the profiles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The text is not one.
    #[error("the conformance profiles: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A profile names a check that there is not, or a check an outcome that there is not.
    #[error("the conformance profiles: `{0}` is not known")]
    Unknown(String),
}

/// All profiles.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    /// Grows with every change of what is checked.
    pub(super) version: u32,
    #[serde(rename = "perfiles")]
    profiles: BTreeMap<String, Vec<String>>,
    #[serde(rename = "prueba")]
    checks: Vec<Check>,
    #[serde(rename = "remedios")]
    remedies: BTreeMap<String, String>,
}

/// A check, as the text has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    #[serde(rename = "nombre")]
    name: String,
    #[serde(rename = "titulo")]
    title: String,
    #[serde(rename = "operacion")]
    operation: Option<OperationKind>,
    /// Whether it changes a case: where the mode is to read only, it is left out.
    #[serde(rename = "escribe", default)]
    writes: bool,
    #[serde(default)]
    version: Version,
    #[serde(rename = "metodo", default)]
    method: String,
    #[serde(rename = "ruta", default)]
    path: String,
    /// Beside the usual ones; an empty one is left out though it is usual.
    #[serde(rename = "cabeceras", default)]
    headers: BTreeMap<String, String>,
    #[serde(rename = "cuerpo")]
    body: Option<String>,
    /// The content of the body of a SOAP message; none of what only REST can say.
    soap: Option<String>,
    #[serde(rename = "espera", default = "released")]
    expected: String,
    #[serde(rename = "casos", default)]
    shows: Shows,
    /// The check whose request is sent once more, as it was.
    #[serde(rename = "repite")]
    repeats: Option<String>,
    #[serde(rename = "remedio")]
    remedy: String,
}

/// In which version a check speaks.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Version {
    #[default]
    #[serde(rename = "convenida")]
    Agreed,
    #[serde(rename = "otra")]
    Other,
}

/// Which cases the answer must show.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Shows {
    #[default]
    #[serde(rename = "cualesquiera")]
    Any,
    #[serde(rename = "ninguno")]
    None,
    #[serde(rename = "propio")]
    Own,
}

fn released() -> String {
    RELEASED.to_owned()
}

/// How the requests of a run are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Protocol {
    #[default]
    #[serde(rename = "rest")]
    Rest,
    #[serde(rename = "soap")]
    Soap,
}

impl Protocol {
    /// Its word, as it is asked for.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Soap => "soap",
        }
    }
}

impl Step {
    /// Whether it can be taken by that protocol.
    pub(super) fn speaks(&self, protocol: Protocol) -> bool {
        match protocol {
            Protocol::Rest => true,
            Protocol::Soap => self.expected == Expected::Clock || self.soap.is_some(),
        }
    }
}

/// A check of a run: what is sent, and what the evidence must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) remedy: String,
    /// The name of its request.
    pub(super) request: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    /// The same for the body of a SOAP message.
    pub(super) soap: Option<String>,
    pub(super) soap_path: String,
    pub(super) expected: Expected,
    /// How often that request must have been answered so.
    pub(super) times: usize,
}

/// What the evidence must say of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing: it is not of a request.
    Clock,
    /// It was answered, with any cases.
    Released,
    /// It was answered, with no case.
    ReleasedNothing,
    /// It was answered, with that case.
    ReleasedCase(CaseId),
    /// It was refused for this.
    Refused(Problem),
}

/// What a run is made of.
pub(super) struct Plan<'p> {
    pub(super) kind: OrganismKind,
    pub(super) annex: &'p Annex,
    pub(super) cases: &'p Cases,
    /// What its requests are named with.
    pub(super) run: &'p str,
    /// The version agreed, and another one if there is one.
    pub(super) versions: (&'p str, Option<&'p str>),
}

impl Catalogue {
    /// Those that travel with the program.
    pub(super) fn shipped() -> Result<Self, ProfileError> {
        let catalogue: Self = toml::from_str(SHIPPED)?;
        let unknown = |name: &str| ProfileError::Unknown(name.to_owned());
        for kind in OrganismKind::ALL {
            let names = catalogue.profiles.get(kind.as_str());
            for name in names.ok_or_else(|| unknown(kind.as_str()))? {
                catalogue.check(name).ok_or_else(|| unknown(name))?;
            }
        }
        for check in &catalogue.checks {
            let expected = check.expected.as_str();
            if expected != RELEASED && Problem::from_code(expected).is_none() {
                return Err(unknown(expected));
            }
        }
        Ok(catalogue)
    }

    fn check(&self, name: &str) -> Option<&Check> {
        self.checks.iter().find(|it| it.name == name)
    }

    /// What to do about a refusal that was not expected.
    pub(super) fn remedy(&self, code: &str) -> Option<&str> {
        self.remedies.get(code).map(String::as_str)
    }

    /// The checks of a run, in order; those that there is nothing for are left out.
    pub(super) fn steps(&self, plan: &Plan<'_>) -> Vec<Step> {
        let names = self.profiles.get(plan.kind.as_str());
        let checks = names
            .into_iter()
            .flatten()
            .filter_map(|name| self.check(name));
        let mut steps: Vec<Step> = Vec::new();
        for check in checks {
            match &check.repeats {
                None => steps.extend(plan.step(check)),
                Some(name) => {
                    let before = steps.iter().find(|it| it.name == *name).cloned();
                    steps.extend(before.map(|before| again(check, before)));
                }
            }
        }
        steps
    }
}

/// The same request once more: whoever answered it must not be asked again.
fn again(check: &Check, before: Step) -> Step {
    Step {
        name: check.name.clone(),
        title: check.title.clone(),
        remedy: check.remedy.clone(),
        times: before.times + 1,
        ..before
    }
}

impl Plan<'_> {
    fn step(&self, check: &Check) -> Option<Step> {
        let version = match check.version {
            Version::Agreed => self.versions.0,
            Version::Other => self.versions.1?,
        };
        let (_, number) = version.split_once('/')?;
        let path = self.filled(&check.path)?;
        let body = match &check.body {
            Some(body) => Some(self.filled(body)?),
            None => None,
        };
        let namespace = format!("urn:pasarela:{}", version.replace('/', ":"));
        let soap = match &check.soap {
            Some(soap) => Some(self.filled(&soap.replace("{contrato}", &namespace))?),
            None => None,
        };
        Some(Step {
            name: check.name.clone(),
            title: check.title.clone(),
            remedy: check.remedy.clone(),
            soap,
            soap_path: format!("/soap/{version}"),
            request: format!("{}.{}", self.run, check.name),
            method: check.method.clone(),
            path: format!("/v{number}{path}"),
            headers: check.headers.clone(),
            body,
            expected: self.expected(check)?,
            times: 1,
        })
    }

    /// The text with what is of this run; none where there is no such case.
    fn filled(&self, text: &str) -> Option<String> {
        let Cases {
            own,
            foreign,
            unknown,
        } = self.cases;
        if text.contains("{ajeno}") && foreign.is_none() {
            return None;
        }
        let foreign = foreign.as_ref().map_or(NOBODYS, |it| it.id.as_str());
        Some(
            text.replace("{propio}", own.id.as_str())
                .replace("{ajeno}", foreign)
                .replace("{nadie}", NOBODYS)
                .replace("{documento}", &own.victim)
                .replace("{desconocido}", unknown),
        )
    }

    fn expected(&self, check: &Check) -> Option<Expected> {
        if check.name == CLOCK {
            return Some(Expected::Clock);
        }
        let open = |operation| self.annex.operations.contains(&operation);
        if check.operation.is_some_and(|operation| !open(operation)) {
            return Some(Expected::Refused(Problem::OperationNotAllowed));
        }
        if check.writes && (self.annex.mode == Mode::Consultation || self.is_kept_elsewhere()) {
            return None;
        }
        if check.expected != RELEASED {
            return Problem::from_code(&check.expected).map(Expected::Refused);
        }
        Some(match check.shows {
            Shows::Any => Expected::Released,
            Shows::None => Expected::ReleasedNothing,
            Shows::Own => Expected::ReleasedCase(self.cases.own.id),
        })
    }
}

impl Plan<'_> {
    /// Whether its own case is protected in the system of the community: then these kinds change nothing of it.
    fn is_kept_elsewhere(&self) -> bool {
        let place = Place::Municipality(self.cases.own.municipality);
        let kinds = [OrganismKind::LocalPolice, OrganismKind::StateForce];
        kinds.contains(&self.kind) && place.keeps_own_system()
    }
}

#[cfg(test)]
mod tests;
