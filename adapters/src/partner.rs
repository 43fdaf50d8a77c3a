//! A partner's folder: what it speaks, and how that becomes the canonical contract.
//!
//! `adapters/partners/<slug>/` holds `partner.toml` ([`Settings`]), the contract of its own dialect in
//! `<version>/` with `mapping.toml` beside it, and pairs of messages in `fixtures/`. A partner that
//! speaks the canonical contract has neither contract nor mapping. Described in
//! `docs/src/changes/partner.md`.

mod coverage;
mod fault;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::{Contract, Conversions, Governance, Operation};
use domain::OperationKind;

pub use coverage::{Coverage, MessageCoverage};
pub use fault::{PartnerFault, PartnerFaultKind};
pub use settings::{Capabilities, OnBehalf, Protocol, Settings, Style};

/// The file that makes a folder a partner's.
const SETTINGS: &str = "partner.toml";
/// The file that joins its dialect to the canonical contract.
const MAPPING: &str = "mapping.toml";

/// A partner, as its folder describes it.
#[derive(Debug)]
pub struct Partner {
    /// The folder's name.
    pub slug: String,
    /// The folder.
    pub dir: PathBuf,
    /// What `partner.toml` says.
    pub settings: Settings,
    /// What it speaks; none when it speaks the canonical contract.
    pub dialect: Option<Dialect>,
}

/// A contract of a partner's own, with the way to the canonical one and back.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// The partner's contract.
    pub contract: Arc<Contract>,
    /// The way from it to the canonical contract, and back.
    pub conversions: Arc<Conversions>,
}

/// The partners' folders below `dir`, by name.
///
/// # Errors
/// The folder cannot be read.
pub fn folders(dir: &Path) -> Result<Vec<PathBuf>, PartnerFault> {
    let unreadable = |cause: std::io::Error| {
        let path = dir.display().to_string();
        PartnerFault::of(&path, PartnerFaultKind::Unreadable(cause.to_string()))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.join(SETTINGS).is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl Partner {
    /// Loads the folder and compiles its mapping against the canonical contract.
    ///
    /// # Errors
    /// What is wrong with it, by name.
    pub fn load(dir: &Path, canonical: &Arc<Contract>) -> Result<Self, PartnerFault> {
        let name = dir.file_name().unwrap_or_default();
        let slug = name.to_string_lossy().into_owned();
        let fail = |kind| PartnerFault::of(&slug, kind);
        let text = read(&dir.join(SETTINGS)).map_err(fail)?;
        let settings = Settings::parse(&text).map_err(fail)?;
        let dialect = dialect(dir, &slug, &settings, canonical).map_err(fail)?;
        let partner = Self {
            slug: slug.clone(),
            dir: dir.to_owned(),
            settings,
            dialect,
        };
        partner.capable(canonical).map_err(fail)?;
        Ok(partner)
    }

    /// What of the canonical contract it can give and take; none when it speaks that one.
    pub fn coverage(&self) -> Option<Coverage> {
        let dialect = self.dialect.as_ref()?;
        Some(Coverage::of(&dialect.conversions))
    }

    /// Whether every operation that it is said to ask or to answer is one that can be converted there and back.
    fn capable(&self, canonical: &Contract) -> Result<(), PartnerFaultKind> {
        let Capabilities { asks, answers, .. } = &self.settings.capabilities;
        for kind in asks {
            if !self.converts(canonical, *kind, Side::Asks) {
                return Err(PartnerFaultKind::CannotAsk(*kind));
            }
        }
        for kind in answers {
            if !self.converts(canonical, *kind, Side::Answers) {
                return Err(PartnerFaultKind::CannotAnswer(*kind));
            }
        }
        Ok(())
    }

    fn converts(&self, canonical: &Contract, kind: OperationKind, side: Side) -> bool {
        let Some(Dialect { conversions, .. }) = &self.dialect else {
            return operation(canonical, kind).is_some();
        };
        let (question, answer) = match side {
            Side::Asks => (&conversions.forth, &conversions.back),
            Side::Answers => (&conversions.back, &conversions.forth),
        };
        let asked = operation(question.from(), kind);
        let answered = operation(answer.from(), kind);
        asked.is_some_and(|it| question.speaks_of(it.request))
            && answered.is_some_and(|it| answer.speaks_of(it.response))
    }
}

/// Which side of an exchange a partner is on.
#[derive(Clone, Copy)]
enum Side {
    Asks,
    Answers,
}

fn operation(contract: &Contract, kind: OperationKind) -> Option<&Operation> {
    let mut known = contract.operations().iter();
    known.find(|operation| *operation.class == *kind.as_str())
}

fn dialect(
    dir: &Path,
    slug: &str,
    settings: &Settings,
    canonical: &Arc<Contract>,
) -> Result<Option<Dialect>, PartnerFaultKind> {
    let named = settings.contract.as_str();
    if named == canonical.id() {
        return if dir.join(MAPPING).exists() {
            Err(PartnerFaultKind::NeedlessMapping(named.to_owned()))
        } else {
            Ok(None)
        };
    }
    let version = named
        .strip_prefix(slug)
        .and_then(|rest| rest.strip_prefix('/'));
    let version = version.ok_or_else(|| PartnerFaultKind::OtherContract(named.to_owned()))?;
    let contract = Contract::load(&dir.join(version), Governance::Ungoverned)?;
    let text = read(&dir.join(MAPPING))?;
    let conversions = Conversions::parse(MAPPING, &text, canonical, &contract)?;
    Ok(Some(Dialect {
        contract,
        conversions: Arc::new(conversions),
    }))
}

fn read(path: &Path) -> Result<String, PartnerFaultKind> {
    std::fs::read_to_string(path).map_err(|cause| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        PartnerFaultKind::Unreadable(format!("`{name}`: {cause}"))
    })
}
