//! Who takes part in the demonstration, and by which agreements.

use std::collections::BTreeSet;

use certs::testpki::{Files, TestOrganism};
use domain::{
    Agreement, AgreementState, Annex, HandOver, MessageSecurity, Mode, OperationKind, Organism,
    OrganismKind, Purpose, RiskLevel, SignedPart, Signing, Territory,
};
use jiff::civil::Date;

use crate::exit::Failure;
use store::registry::import::Enrolment;

/// One organism of the demonstration.
pub(super) struct Member {
    /// The name of its certificate's files.
    pub slug: &'static str,
    /// Its identifier.
    pub id: &'static str,
    nif: &'static str,
    name: &'static str,
    kind: OrganismKind,
    mode: Mode,
    territory: &'static str,
    max_risk: RiskLevel,
    contract: Option<&'static str>,
}

/// The local police of Herencia (Ciudad Real), which speaks REST.
pub(super) const HERENCIA: Member = Member {
    slug: "herencia",
    id: "L01130473",
    nif: "P1304700A",
    name: "Policía Local de Herencia (demostración)",
    kind: OrganismKind::LocalPolice,
    mode: Mode::FollowUp,
    territory: "13047",
    max_risk: RiskLevel::Medium,
    contract: None,
};

/// Mossos d'Esquadra, which speaks SOAP. The code has the right shape and is not the real one.
pub(super) const MOSSOS: Member = Member {
    slug: "mossos",
    id: "A09990001",
    nif: "Q9999001H",
    name: "Mossos d'Esquadra (demostración)",
    kind: OrganismKind::RegionalForce,
    mode: Mode::FollowUp,
    territory: "CA09",
    max_risk: RiskLevel::Extreme,
    contract: None,
};

/// Policía Nacional, through which a case of Toledo comes in. The code is not the real one.
pub(super) const NATIONAL: Member = Member {
    slug: "nacional",
    id: "E99990001",
    nif: "S9999001J",
    name: "Policía Nacional (demostración)",
    kind: OrganismKind::StateForce,
    mode: Mode::FollowUp,
    territory: "ES",
    max_risk: RiskLevel::Extreme,
    contract: None,
};

/// Another system of Mossos d'Esquadra, which speaks the dialect invented for them. The code is not a real one.
pub(super) const SIAV: Member = Member {
    slug: "siav",
    id: "A09990002",
    nif: "Q9999002J",
    name: "Mossos d'Esquadra, en su dialecto (demostración)",
    kind: OrganismKind::RegionalForce,
    mode: Mode::FollowUp,
    territory: "CA09",
    max_risk: RiskLevel::Extreme,
    contract: Some("mossos/1"),
};

/// Everyone.
pub(super) const CAST: [&Member; 4] = [&HERENCIA, &MOSSOS, &NATIONAL, &SIAV];

/// The services of others that every member's agreement opens.
const SERVICES: &[&str] = &["padron/1"];

impl Member {
    /// What the test PKI makes a certificate of.
    pub(super) fn certified(&self) -> TestOrganism {
        TestOrganism {
            slug: self.slug.to_owned(),
            dir3: self.id.to_owned(),
            nif: self.nif.to_owned(),
            name: self.name.to_owned(),
        }
    }

    /// Its entry in the registry: one key, one agreement in effect for the year around `today`.
    pub(super) fn enrolment(&self, files: &Files, today: Date) -> Result<Enrolment, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::broken(self.id, e);
        let peer = files.peer().map_err(|e| failed(&e))?;
        let id = self.id.parse().map_err(|e: domain::Malformed| failed(&e))?;
        let organism = Organism {
            id,
            kind: self.kind,
            name: self.name.to_owned(),
        };
        let agreement = Agreement {
            id: format!("DEMO-{}", self.id)
                .parse()
                .map_err(|e: domain::Malformed| failed(&e))?,
            organism: organism.id.clone(),
            state: AgreementState::Effective,
            effective_from: Date::new(today.year(), 1, 1).map_err(|e| failed(&e))?,
            expires_on: Date::new(today.year() + 1, 12, 31).map_err(|e| failed(&e))?,
            annex: self.annex()?,
        };
        let held = server::held(&peer, domain::CertificateOrigin::Imported);
        let held = held.map_err(|e| failed(&e))?;
        Ok(Enrolment {
            organism,
            keys: vec![held.key],
            certificates: vec![held],
            agreements: vec![agreement],
            users: Vec::new(),
        })
    }

    /// The regional force may sign its messages whole; the state force leaves the context out, as software does
    /// that knows only body and timestamp.
    fn security(&self) -> MessageSecurity {
        let signing = |unsigned: &[SignedPart]| MessageSecurity {
            requests: Signing::Optional,
            answers: Signing::Optional,
            unsigned: unsigned.iter().copied().collect(),
            ..MessageSecurity::NONE
        };
        match self.kind {
            OrganismKind::RegionalForce => signing(&[]),
            OrganismKind::StateForce => signing(&[SignedPart::Context]),
            OrganismKind::LocalPolice
            | OrganismKind::Court
            | OrganismKind::Prison
            | OrganismKind::CoordinationUnit
            | OrganismKind::Ministry => MessageSecurity::NONE,
        }
    }

    fn annex(&self) -> Result<Annex, Failure> {
        let place = self
            .territory
            .parse()
            .map_err(|e| Failure::broken(self.id, e))?;
        let services: Result<_, domain::Malformed> =
            SERVICES.iter().map(|service| service.parse()).collect();
        let contract = self.contract.map(str::parse).transpose();
        Ok(Annex {
            operations: [
                OperationKind::Hit,
                OperationKind::Consult,
                OperationKind::Search,
                OperationKind::Submit,
            ]
            .into(),
            purposes: [Purpose::Protection, Purpose::RiskAssessment].into(),
            territory: Territory::from_iter([place]),
            max_risk: self.max_risk,
            mode: self.mode,
            on_behalf_of: BTreeSet::new(),
            hand_over: HandOver::default(),
            quotas: domain::Quotas::default(),
            security: self.security(),
            services: services.map_err(|e| Failure::broken(self.id, e))?,
            contract: contract.map_err(|e: domain::Malformed| Failure::broken(self.id, e))?,
        })
    }
}
