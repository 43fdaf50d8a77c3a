//! The registry's text file.

use std::path::{Path, PathBuf};

use certs::identity::SHORTEST_NEW_RSA;
use domain::adhesion::User;
use domain::{
    Agreement, AgreementId, AgreementState, Annex, CertificateKey, CertificateOrigin, Organism,
    OrganismId, OrganismKind, Registry,
};
use jiff::civil::Date;
use journal::Digest;
use serde::{Deserialize, Serialize};
use store::certificates::Held;
use store::registry::import::Enrolment;

/// A file that was read whole.
pub(crate) struct RegistryFile {
    organisms: Vec<Enrolment>,
    /// Keys too short to be enrolled anew, each with its owner and its bits.
    short: Vec<Short>,
    /// Of the text.
    digest: Digest,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// It does not say what it must.
    #[error("`{0}`: {1}")]
    Invalid(PathBuf, toml::de::Error),
    /// A certificate of it cannot be used.
    #[error("certificate of `{0}`: {1}")]
    Certificate(String, certs::load::LoadError),
    /// Only the text is signed, and it names files that are not.
    #[error(
        "`{0}`: the signature does not cover the certificates of `{1}`: a signed registry names `claves`"
    )]
    Unsigned(PathBuf, OrganismId),
    /// A certificate's key has no digest that can be registered.
    #[error("certificate of `{0}`: {1}")]
    Key(String, domain::Malformed),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    organismo: Vec<OrganismText>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OrganismText {
    id: OrganismId,
    kind: OrganismKind,
    name: String,
    /// PEM files; relative to the registry's file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificados: Vec<PathBuf>,
    /// Keys by their digests, as an export writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    claves: Vec<CertificateKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    convenio: Vec<AgreementText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    usuario: Vec<User>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AgreementText {
    id: AgreementId,
    state: AgreementState,
    effective_from: Date,
    expires_on: Date,
    annex: Annex,
}

/// What becomes of the certificates that a file names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// They are read from where it says.
    Read,
    /// There may be none: the file is signed, and they are not.
    Refused,
}

/// A short key of an organism that a file names.
type Short = (OrganismId, CertificateKey, u32);

impl RegistryFile {
    /// Reads the file and the certificates it names.
    pub(crate) fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| FileError::Unreadable(path.to_path_buf(), cause))?;
        Self::of_text(path, &text, Named::Read)
    }

    /// Reads the text of the file at `path`, and the certificates it names.
    pub(crate) fn of_text(path: &Path, text: &str, named: Named) -> Result<Self, FileError> {
        let digest = Digest::of(text.as_bytes());
        let text: Text =
            toml::from_str(text).map_err(|cause| FileError::Invalid(path.to_path_buf(), cause))?;
        let base = path.parent().unwrap_or(Path::new("."));
        let has_files = |it: &&OrganismText| !it.certificados.is_empty();
        if named == Named::Refused
            && let Some(it) = text.organismo.iter().find(has_files)
        {
            return Err(FileError::Unsigned(path.to_path_buf(), it.id.clone()));
        }
        let (mut organisms, mut short) = (Vec::new(), Vec::new());
        for organism in text.organismo {
            let (enrolment, too_short) = organism.enrolment(base)?;
            organisms.push(enrolment);
            short.extend(too_short);
        }
        Ok(Self {
            organisms,
            short,
            digest,
        })
    }

    /// What is registered, in order.
    pub(crate) fn of(registry: &Registry) -> Self {
        let enrolment = |organism: &Organism| {
            let id = &organism.id;
            let keys = registry.keys().filter(|(_, owner)| *owner == id);
            let agreements = registry.agreements().filter(|it| it.organism == *id);
            let form = registry.forms().of(id);
            Enrolment {
                organism: organism.clone(),
                keys: keys.map(|(key, _)| *key).collect(),
                certificates: Vec::new(),
                agreements: agreements.cloned().collect(),
                users: form
                    .into_iter()
                    .flat_map(|it| it.users().cloned())
                    .collect(),
            }
        };
        Self {
            organisms: registry.organisms().map(enrolment).collect(),
            short: Vec::new(),
            digest: Digest::of(&[]),
        }
    }

    /// The text that reads back as this; the same for the same content.
    pub(crate) fn text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&Text {
            organismo: self.organisms.iter().map(OrganismText::of).collect(),
        })
    }

    /// Its organisms.
    pub(crate) fn enrolments(&self) -> &[Enrolment] {
        &self.organisms
    }

    /// The keys of its certificates that are too short to be enrolled anew. Of keys that stand as digests nobody knows.
    pub(crate) fn short(&self) -> &[Short] {
        &self.short
    }

    /// The digest of its text.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }
}

impl OrganismText {
    fn of(enrolment: &Enrolment) -> Self {
        Self {
            id: enrolment.organism.id.clone(),
            kind: enrolment.organism.kind,
            name: enrolment.organism.name.clone(),
            certificados: Vec::new(),
            claves: enrolment.keys.clone(),
            convenio: enrolment.agreements.iter().map(AgreementText::of).collect(),
            usuario: enrolment.users.clone(),
        }
    }

    fn enrolment(self, base: &Path) -> Result<(Enrolment, Vec<Short>), FileError> {
        let Self {
            id,
            kind,
            name,
            certificados,
            claves,
            convenio,
            usuario,
        } = self;
        let organism = Organism { id, kind, name };
        let keys = certificados
            .iter()
            .map(|path| key(&organism, &base.join(path)));
        let keys: Vec<(Held, Option<u32>)> = keys.collect::<Result<_, _>>()?;
        let short =
            |(held, bits): &(Held, Option<u32>)| Some((organism.id.clone(), held.key, (*bits)?));
        let agreements = convenio
            .into_iter()
            .map(|text| text.agreement(&organism))
            .collect();
        let too_short = keys.iter().filter_map(short).collect();
        let held: Vec<Held> = keys.into_iter().map(|(held, _)| held).collect();
        let enrolment = Enrolment {
            organism,
            keys: held.iter().map(|held| held.key).chain(claves).collect(),
            certificates: held,
            agreements,
            users: usuario,
        };
        Ok((enrolment, too_short))
    }
}

impl AgreementText {
    fn of(agreement: &Agreement) -> Self {
        Self {
            id: agreement.id.clone(),
            state: agreement.state,
            effective_from: agreement.effective_from,
            expires_on: agreement.expires_on,
            annex: agreement.annex.clone(),
        }
    }

    fn agreement(self, organism: &Organism) -> Agreement {
        let Self {
            id,
            state,
            effective_from,
            expires_on,
            annex,
        } = self;
        Agreement {
            id,
            organism: organism.id.clone(),
            state,
            effective_from,
            expires_on,
            annex,
        }
    }
}

/// The key of a certificate, and its bits where they are too few to be enrolled anew.
fn key(organism: &Organism, path: &Path) -> Result<(Held, Option<u32>), FileError> {
    let name = || organism.id.to_string();
    let broken = |cause| FileError::Certificate(name(), cause);
    let peer = certs::identity::Peer::from_file(path).map_err(broken)?;
    let bits = certs::identity::rsa_bits(path).map_err(broken)?;
    let held = server::held(&peer, CertificateOrigin::Imported);
    let held = held.map_err(|cause| FileError::Key(name(), cause))?;
    Ok((held, bits.filter(|bits| *bits < SHORTEST_NEW_RSA)))
}

#[cfg(test)]
mod tests;
