//! The services of others that are fronted.

use ::contract::{ContextSource, Contract, Territory};
use domain::{OrganismKind, Problem, Purpose, RiskLevel};
use peers::{Protocol, Speech};
use server::Foreign;

use super::signing::{Key, signatures};
use super::texts::load;
use super::{Asked, connect_in, parsed};
use crate::config::{self, Config};
use crate::exit::Failure;

/// The services of others, each with the way to ask it.
pub(crate) fn all(config: &Config, key: Key<'_>) -> Result<Vec<Foreign>, Failure> {
    let services = config.services.iter();
    services.map(|service| one(service, key)).collect()
}

/// One service of others.
pub(crate) fn one(service: &config::Service, key: Key<'_>) -> Result<Foreign, Failure> {
    let contract = load(&service.contract)?;
    let name = format!("service `{}/{}`", contract.name(), contract.version());
    if contract.fronting().is_none() {
        return Err(Failure::Broken(format!(
            "{name}: the folder has no governance file"
        )));
    }
    let files = [&service.ca, &service.certificate, &service.key];
    let speech = Speech {
        tongue: None,
        protocol: Protocol::default(),
        signatures: Some(signatures(key, service.security.clone())),
        binary: service.binary,
        addressing: None,
    };
    let asked = Asked::usual(service.timeout_ms, service.open_questions);
    let holder = connect_in(speech, (&service.url, files), asked, &contract)
        .map_err(|e| Failure::broken(&name, e))?;
    terms(&contract).map_err(|word| Failure::broken(&name, word))?;
    Ok(Foreign {
        holder,
        holder_id: parsed("services.organism", &service.organism)?,
        contract,
    })
}

/// Whether the words of the governance file are words of ours: levels, purposes, kinds, problems.
fn terms(contract: &Contract) -> Result<(), String> {
    fn word<T: std::str::FromStr>(what: &str, text: &str) -> Result<(), String> {
        let read = text.parse::<T>().map(drop);
        read.map_err(|_| format!("`{text}` is no {what}"))
    }
    let terms = contract.operations().iter().flat_map(|it| &it.terms);
    for terms in terms {
        let told = match &terms.context {
            ContextSource::Header => None,
            ContextSource::Body(told) => Some(told.purposes.values()),
        };
        let purposes = terms.purposes.iter().chain(told.into_iter().flatten());
        purposes
            .into_iter()
            .try_for_each(|it| word::<Purpose>("purpose", it))?;
    }
    let Some(fronting) = contract.fronting() else {
        return Ok(());
    };
    if let Some(level) = &fronting.level {
        word::<RiskLevel>("level", level)?;
    }
    if let Territory::Without { kinds, .. } = &fronting.territory {
        kinds
            .iter()
            .try_for_each(|kind| word::<OrganismKind>("kind of organism", kind))?;
    }
    let problems = fronting
        .fault
        .iter()
        .flat_map(|fault| fault.problems.values());
    for code in problems {
        Problem::from_code(code).ok_or_else(|| format!("`{code}` is no problem"))?;
    }
    Ok(())
}
