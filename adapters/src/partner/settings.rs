//! `partner.toml`: who the partner is, and how one speaks with it.

use std::collections::BTreeSet;
use std::num::NonZeroU8;

use domain::{ContractName, MessageSecurity, OperationKind, OrganismKind};
use serde::Deserialize;

use super::fault::PartnerFaultKind;
use crate::soap::{AddressingVersion, Binary};

/// What stands in an address where each installation puts the partner's host.
const HOST: &str = "{host}";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name, as its language writes it.
    pub name: String,
    /// What it is; its organism must be registered as that.
    pub kind: OrganismKind,
    /// The contract that it speaks: the canonical one, or its own in a folder of that version.
    pub contract: ContractName,
    /// How its messages travel.
    pub protocol: Protocol,
    /// What is signed when it asks; its agreement must say the same.
    #[serde(default = "unsigned")]
    pub security: MessageSecurity,
    /// What is signed when it is asked: `requests` by the gateway, `answers` by the partner.
    #[serde(default = "unsigned")]
    pub security_asked: MessageSecurity,
    /// What it asks and what it answers.
    pub capabilities: Capabilities,
    /// How often it is asked in all what changes nothing, when the connection breaks.
    #[serde(default = "twice")]
    pub attempts: NonZeroU8,
}

/// How messages travel to a partner that is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Which protocol.
    pub style: Style,
    /// Where it is asked, with `{host}` in place of its host; none for a partner that only asks.
    pub address: Option<String>,
    /// How binary content travels to it, and may come back.
    #[serde(default)]
    pub binary: Binary,
    /// How what it is asked is addressed; not at all if nothing is said.
    pub addressing: Option<AddressingVersion>,
}

/// The protocols that partners speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Style {
    /// SOAP 1.1.
    #[serde(rename = "soap-1.1")]
    Soap11,
    /// SOAP 1.2.
    #[serde(rename = "soap-1.2")]
    Soap12,
    /// REST with JSON.
    #[serde(rename = "rest")]
    Rest,
}

impl Style {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Soap11 => "soap-1.1",
            Self::Soap12 => "soap-1.2",
            Self::Rest => "rest",
        }
    }
}

/// What a partner asks and what it answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// What it asks of the federation.
    pub asks: BTreeSet<OperationKind>,
    /// What it answers, when it holds cases.
    #[serde(default)]
    pub answers: BTreeSet<OperationKind>,
    /// Whether it acts on behalf of other forces; which ones, its agreement says.
    #[serde(default)]
    pub on_behalf_of: OnBehalf,
}

/// Whether a partner speaks for others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnBehalf {
    /// Only for itself.
    #[default]
    Nobody,
    /// For others, too.
    Others,
}

impl Protocol {
    /// Refuses over REST what only SOAP has.
    fn check(&self) -> Result<(), PartnerFaultKind> {
        if self.style != Style::Rest {
            return Ok(());
        }
        if self.binary == Binary::Mtom {
            return Err(PartnerFaultKind::Binary);
        }
        match self.addressing {
            Some(AddressingVersion::V10) => Err(PartnerFaultKind::Addressing),
            None => Ok(()),
        }
    }
}

fn twice() -> NonZeroU8 {
    NonZeroU8::MIN.saturating_add(1)
}

fn unsigned() -> MessageSecurity {
    MessageSecurity::NONE
}

impl Settings {
    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> Result<Self, PartnerFaultKind> {
        let settings: Self =
            toml::from_str(text).map_err(|fault| PartnerFaultKind::Settings(fault.to_string()))?;
        if let Some(address) = &settings.protocol.address
            && !(address.starts_with("https://") && address.contains(HOST))
        {
            return Err(PartnerFaultKind::Address(address.clone()));
        }
        settings.protocol.check()?;
        if !settings.security_asked.is_none() && settings.capabilities.answers.is_empty() {
            return Err(PartnerFaultKind::NeverAsked);
        }
        Ok(settings)
    }

    /// The address at which it is asked when it is reached by `host`.
    pub fn address(&self, host: &str) -> Option<String> {
        let address = self.protocol.address.as_ref()?;
        Some(address.replace(HOST, host))
    }
}
