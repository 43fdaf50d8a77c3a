//! What a list of dossiers shows of each.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::adhesion::act::Outcome;
use crate::adhesion::dossier::{Dossier, state_at};
use crate::adhesion::template::Need;
use crate::adhesion::warning::Warning;
use crate::{
    AgreementId, AgreementState, Organism, RiskLevel, StaffId, Territory, day_in_madrid, fold,
};

/// What a dossier waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wait {
    /// The next step of its template.
    #[serde(rename = "paso")]
    Step(AgreementState),
    /// Its annex.
    #[serde(rename = "anexo")]
    Annex,
    /// Its last day.
    #[serde(rename = "plazo")]
    Term,
    /// A passed run of the conformance profile.
    #[serde(rename = "conformidad")]
    Conformance,
    /// That its activation is proposed.
    #[serde(rename = "activacion")]
    Activation,
    /// That another approves what someone has proposed.
    #[serde(rename = "aprobacion")]
    Approval {
        /// The word of what is proposed.
        #[serde(rename = "propuesta")]
        proposal: String,
        /// Who proposed it.
        #[serde(rename = "por")]
        by: StaffId,
    },
    /// That its suspension ends, one way or the other.
    #[serde(rename = "reanudacion")]
    Resumption,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(state) => write!(f, "el paso `{state}`"),
            Self::Annex => f.write_str("el anexo"),
            Self::Term => f.write_str("el último día de vigencia"),
            Self::Conformance => f.write_str("las pruebas de conformidad"),
            Self::Activation => f.write_str("la propuesta de activación"),
            Self::Approval { proposal, by } => {
                write!(f, "la aprobación de `{proposal}`, propuesta por {by}")
            }
            Self::Resumption => f.write_str("la reanudación o la resolución"),
        }
    }
}

/// What a list shows of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The agreement.
    pub id: AgreementId,
    /// The organism.
    pub organism: Organism,
    /// How many entries there are.
    pub version: u32,
    /// The state of the last entry.
    pub state: AgreementState,
    /// Since when.
    pub since: Timestamp,
    /// The first day of effect.
    pub effective_from: Option<Date>,
    /// The last day of effect.
    pub expires_on: Option<Date>,
    /// The territory of its annex; that of the town hall before it has one.
    pub territory: Territory,
    /// The highest level of its annex.
    pub max_risk: Option<RiskLevel>,
    /// What it waits for, first the first; nothing while it is simply in effect.
    pub waits: Vec<Wait>,
}

impl Summary {
    /// The state at an instant: terms end by themselves.
    pub fn state_at(&self, now: Timestamp) -> AgreementState {
        state_at(self.state, self.expires_on, now)
    }

    /// How many days ago it came into its state.
    pub fn age_days(&self, now: Timestamp) -> i64 {
        let entered = match (self.state_at(now), self.expires_on) {
            (AgreementState::Expired, Some(last)) => last,
            _ => day_in_madrid(self.since),
        };
        let age = day_in_madrid(now).since(entered);
        age.map_or(0, |span| i64::from(span.get_days()).max(0))
    }

    /// How near its end is, while it has effect.
    pub fn warning(&self, now: Timestamp) -> Option<Warning> {
        self.effective_from?;
        Warning::on(day_in_madrid(now), self.lapses_on()?)
    }

    /// The last day before it expires by itself; none in a state that no term ends.
    pub fn lapses_on(&self) -> Option<Date> {
        match self.state {
            AgreementState::Effective
            | AgreementState::ExtensionAgreed
            | AgreementState::Suspended => self.expires_on,
            AgreementState::Draft
            | AgreementState::ProtocolRatified
            | AgreementState::RequestSent
            | AgreementState::UsersFormReceived
            | AgreementState::TrainingDone
            | AgreementState::Signed
            | AgreementState::Registered
            | AgreementState::Expired
            | AgreementState::Resolved => None,
        }
    }

    /// The day from which a warning stands, until it lapses.
    pub fn warns_from(&self) -> Option<Date> {
        self.effective_from?;
        Some(Warning::TwelveMonths.begins(self.lapses_on()?))
    }

    /// What a search looks through: the organism, the agreement and the names of the places, folded.
    pub fn searched(&self) -> String {
        let organism = &self.organism;
        let mut text = format!("{} {} {}", organism.name, organism.id, self.id);
        for place in self.territory.places() {
            text.push(' ');
            text.push_str(place.name().unwrap_or_default());
        }
        fold::folded(&text)
    }
}

impl Dossier {
    /// What a list shows of it.
    pub fn summary(&self) -> Summary {
        Summary {
            id: self.file.id.clone(),
            organism: self.file.organism.clone(),
            version: self.version(),
            state: self.state,
            since: self.since,
            effective_from: self.effective_from,
            expires_on: self.expires_on,
            territory: self.territory(),
            max_risk: self.annex.as_ref().map(|annex| annex.max_risk),
            waits: self.waits(),
        }
    }

    fn territory(&self) -> Territory {
        if let Some(annex) = &self.annex {
            return annex.territory.clone();
        }
        let town = self.file.organism.id.town_hall_of();
        town.into_iter().map(crate::Place::Municipality).collect()
    }

    /// What it waits for, first the first.
    pub fn waits(&self) -> Vec<Wait> {
        if let Some(pending) = &self.pending {
            return vec![Wait::Approval {
                proposal: pending.proposal.word().to_owned(),
                by: pending.by.clone(),
            }];
        }
        if self.state == AgreementState::Suspended {
            return vec![Wait::Resumption];
        }
        if self.effective_from.is_some() {
            return Vec::new();
        }
        let step = self.template().after(self.state).map(|step| step.to);
        let conforms = self.conformance == Some(Outcome::Passed)
            || (self.conformance.is_none() && self.template().conformance == Need::Optional);
        let mut waits: Vec<Wait> = step
            .filter(|to| *to != AgreementState::Effective)
            .map(Wait::Step)
            .into_iter()
            .collect();
        waits.extend(self.annex.is_none().then_some(Wait::Annex));
        waits.extend(self.expires_on.is_none().then_some(Wait::Term));
        waits.extend((!conforms).then_some(Wait::Conformance));
        if waits.is_empty() {
            waits.push(Wait::Activation);
        }
        waits
    }
}
