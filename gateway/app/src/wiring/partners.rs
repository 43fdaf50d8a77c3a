//! Partners: those whose dialects are served, and those with systems of their own that are asked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ::contract::{Contract, Conversions};
use adapters::partner::{self, Dialect, Style};
use adapters::soap::{Binary, SoapVersion};
use domain::{MessageSecurity, OperationKind};
use peers::{Protocol, Speech, Tongue};
use server::Partner;

use super::signing::{Key, signatures};
use super::{Asked, connect_in, parsed};
use crate::config::{self, Dialects};
use crate::exit::Failure;

/// The partners of the folder of dialects.
pub(crate) fn all(
    dialects: &Dialects,
    canonical: &Arc<Contract>,
) -> Result<Vec<partner::Partner>, Failure> {
    let Some(dir) = &dialects.dir else {
        return Ok(Vec::new());
    };
    let broken = |fault| Failure::broken("dialects", fault);
    let folders = partner::folders(dir).map_err(broken)?;
    let load = |dir: &PathBuf| partner::Partner::load(dir, canonical).map_err(broken);
    folders.iter().map(load).collect()
}

/// A contract, and the way to the canonical one and back.
type Spoken = (Arc<Contract>, Arc<Conversions>);

/// Their contracts, each with the way to the canonical one and back.
pub(super) fn spoken(
    dialects: &Dialects,
    canonical: &Arc<Contract>,
) -> Result<Vec<Spoken>, Failure> {
    let partners = all(dialects, canonical)?.into_iter();
    let spoken = partners.filter_map(|partner| partner.dialect);
    Ok(spoken.map(|it| (it.contract, it.conversions)).collect())
}

/// A force with a system of its own.
pub(crate) fn force(
    force: &config::Partner,
    dialects: &Dialects,
    (contract, signing): (&Arc<Contract>, Key<'_>),
) -> Result<Partner, Failure> {
    let name = format!("partner `{}`", force.organism);
    let broken = |fault: &str| Failure::broken(&name, fault);
    let own = match &force.dialect {
        Some(slug) => {
            Some(speaker(slug, dialects, contract).map_err(|f| Failure::broken(&name, f))?)
        }
        None => None,
    };
    let usual = Asked::usual(force.timeout_ms, force.open_questions);
    let attempts = own.as_ref().map(|own| own.settings.attempts.get());
    let asked = Asked {
        attempts: attempts.unwrap_or(usual.attempts),
        ..usual
    };
    let url = match (&force.url, &force.host, &own) {
        (Some(url), None, _) => url.clone(),
        (None, Some(host), Some(own)) => {
            let address = own.settings.address(host);
            address.ok_or_else(|| broken("its folder says no address"))?
        }
        (..) => return Err(broken("it needs `url`, or `dialect` with `host`")),
    };
    let agreed = security(force, own.as_ref()).map_err(broken)?;
    let speech = Speech {
        tongue: own.as_ref().and_then(tongue),
        protocol: own.as_ref().map(protocol).unwrap_or_default(),
        signatures: Some(signatures(signing, agreed)),
        binary: binary(force, own.as_ref()).map_err(broken)?,
        addressing: own
            .as_ref()
            .and_then(|own| own.settings.protocol.addressing),
    };
    let tells = |own: &partner::Partner| {
        own.settings
            .capabilities
            .answers
            .contains(&OperationKind::Index)
    };
    // Without an index nobody knows which cases it holds: it is asked for persons only.
    let answers = answers(force, own.as_ref()).map_err(broken)?;
    let reads = answers.contains(&OperationKind::Consult) && own.as_ref().is_none_or(tells);
    let files = [&force.ca, &force.certificate, &force.key];
    Ok(Partner {
        organism: parsed("partners.organism", &force.organism)?,
        holder: connect_in(speech, (&url, files), asked, contract)
            .map_err(|e| Failure::broken(&name, e))?,
        answers,
        index_every: reads.then(|| Duration::from_millis(force.index_every_ms)),
    })
}

/// What is signed when it is asked: its folder says it, where it has one.
fn security(
    force: &config::Partner,
    own: Option<&partner::Partner>,
) -> Result<MessageSecurity, &'static str> {
    match (&force.security, own) {
        (Some(_), Some(_)) => Err("its folder says what is signed: `security` has no place here"),
        (None, Some(own)) => Ok(own.settings.security_asked.clone()),
        (told, None) => Ok(told.clone().unwrap_or_default()),
    }
}

/// How binary content travels: its folder says it, where it has one.
fn binary(force: &config::Partner, own: Option<&partner::Partner>) -> Result<Binary, &'static str> {
    match (force.binary, own) {
        (Some(_), Some(_)) => {
            Err("its folder says how binary content travels: `binary` has no place here")
        }
        (None, Some(own)) => Ok(own.settings.protocol.binary),
        (told, None) => Ok(told.unwrap_or_default()),
    }
}

/// What it is asked: what its folder says that it answers, or what the configuration says, which is no more than that;
/// cases are sent to nobody unless the configuration says so. Whoever holds cases is asked for persons too, or a hit would
/// be told "no" by default: it would be neither asked nor named among the silent.
fn answers(
    force: &config::Partner,
    own: Option<&partner::Partner>,
) -> Result<BTreeSet<OperationKind>, &'static str> {
    let (hit, consult) = (OperationKind::Hit, OperationKind::Consult);
    let usual = || match own {
        Some(own) => {
            let asked = BTreeSet::from([hit, consult, OperationKind::Search]);
            &asked & &own.settings.capabilities.answers
        }
        None => BTreeSet::from([hit, consult]),
    };
    let wanted: BTreeSet<OperationKind> = match &force.answers {
        Some(told) => told.iter().copied().collect(),
        None => usual(),
    };
    let held = [
        OperationKind::Consult,
        OperationKind::Search,
        OperationKind::Submit,
    ];
    if held.iter().any(|kind| wanted.contains(kind)) && !wanted.contains(&OperationKind::Hit) {
        return Err("it holds cases and is not asked for persons: `answers` needs `coincidencia`");
    }
    match own {
        Some(_) if wanted.is_empty() => Err("its folder says that it answers nothing"),
        Some(own) if !own.settings.capabilities.answers.is_superset(&wanted) => {
            Err("it is to answer what its folder does not say that it does")
        }
        Some(_) | None => Ok(wanted),
    }
}

fn speaker(
    slug: &str,
    dialects: &Dialects,
    contract: &Arc<Contract>,
) -> Result<partner::Partner, Failure> {
    let dir = dialects.dir.as_deref().unwrap_or(Path::new("."));
    let loaded = partner::Partner::load(&dir.join(slug), contract);
    loaded.map_err(|fault| Failure::broken("dialects", fault))
}

fn tongue(own: &partner::Partner) -> Option<Tongue> {
    let Dialect { conversions, .. } = own.dialect.as_ref()?;
    Some(Tongue {
        conversions: Arc::clone(conversions),
    })
}

fn protocol(own: &partner::Partner) -> Protocol {
    match own.settings.protocol.style {
        Style::Soap11 => Protocol::Soap(SoapVersion::V11),
        Style::Soap12 => Protocol::Soap(SoapVersion::V12),
        Style::Rest => Protocol::Rest,
    }
}

#[cfg(test)]
mod tests {
    use super::{answers, config, speaker};
    use crate::config::Dialects;
    use crate::home::Home;
    use ::contract::{Contract, Governance};
    use adapters::partner;
    use domain::OperationKind;

    const FORCE: &str = "organism = 'A99990201'\nurl = 'https://localhost/'\nca = 'a'\ncertificate = 'b'\nkey = 'c'\n";

    /// Where nothing is configured, every folder is asked what it says, and one that answers nothing is refused.
    #[test]
    fn a_folder_is_asked_what_it_says_that_it_answers() {
        let home = Home::find(None).unwrap();
        let (dir, at) = (home.partners(), home.contracts().join("viogen/2"));
        let canonical = Contract::load(&at, Governance::Required).unwrap();
        let dialects = Dialects {
            dir: Some(dir.clone()),
        };
        let force: config::Partner = toml::from_str(FORCE).unwrap();
        for folder in partner::folders(&dir).unwrap() {
            let slug = folder.file_name().unwrap().to_str().unwrap();
            let own = speaker(slug, &dialects, &canonical).unwrap();
            let mut expected = own.settings.capabilities.answers.clone();
            expected.remove(&OperationKind::Index);
            let asked = answers(&force, Some(&own));
            let outcome = if expected.is_empty() {
                Err("its folder says that it answers nothing")
            } else {
                Ok(expected)
            };
            assert_eq!(asked, outcome, "{slug}");
        }
    }

    /// What a partner without a dialect is configured to answer, and whether it may be.
    #[test]
    fn whoever_holds_cases_is_asked_for_persons() {
        for (told, expected) in [
            ("", true),
            ("answers = ['coincidencia']", true),
            (
                "answers = ['coincidencia', 'consulta', 'presentacion']",
                true,
            ),
            ("answers = ['coincidencia', 'busqueda']", true),
            ("answers = ['busqueda']", false),
            ("answers = ['consulta']", false),
            ("answers = ['presentacion']", false),
            ("answers = ['consulta', 'indice']", false),
        ] {
            let text = format!("{FORCE}{told}");
            let force: config::Partner = toml::from_str(&text).unwrap();
            let outcome = answers(&force, None);
            assert_eq!(outcome.is_ok(), expected, "{told}: {outcome:?}");
            let named = |fault: &str| fault.contains("`coincidencia`");
            assert!(outcome.err().is_none_or(named), "{told}");
        }
    }
}
