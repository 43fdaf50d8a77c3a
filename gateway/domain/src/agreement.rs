//! Agreements (`convenio`): what an organism may do, where, and until when.
//!
//! Ley 40/2015 arts. 47 to 53: effective once registered and published, extinguished by expiry or by resolution.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};

use crate::text::{identifier, is_token, words};
use crate::{
    HandOver, MessageSecurity, OperationKind, OrganismId, Purpose, Quotas, RiskLevel, Territory,
};

identifier! {
    /// The identifier of an agreement, such as its number in the state register: 1 to 40 characters of
    /// `A-Z a-z 0-9 . _ / -`.
    AgreementId is "an agreement identifier" if |text| is_token(text, 40, b"._/-")
}

identifier! {
    /// A contract and its version, such as `viogen/2`: two parts of `A-Z a-z 0-9 . _ -` joined by `/`, 80
    /// characters at most.
    ContractName is "a contract and its version" if |text| is_contract(text)
}

words! {
    /// How a local force takes part.
    Mode is "a mode of participation" {
        /// Reads only.
        Consultation = "consulta",
        /// Contributes what it comes to know.
        Collaboration = "colaboracion",
        /// Is in charge of cases of its own.
        FollowUp = "seguimiento",
    }
}

words! {
    /// Where an agreement is on its way from first draft to extinction, in the order of local police; which states an
    /// organism goes through is in [`crate::adhesion::Template`].
    AgreementState is "a state of an agreement" {
        /// Being written.
        Draft = "borrador",
        /// The local security board has ratified the protocol.
        ProtocolRatified = "protocoloRatificado",
        /// The letter to the Secretary of State has gone out.
        RequestSent = "solicitudEnviada",
        /// The form with the first users has arrived.
        UsersFormReceived = "usuariosRecibidos",
        /// The first users are trained.
        TrainingDone = "formacionRealizada",
        /// Both sides have signed.
        Signed = "firmado",
        /// Entered in the state register of agreements.
        Registered = "inscrito",
        /// Published: in effect between its two dates.
        Effective = "vigente",
        /// Access stopped for the time being.
        Suspended = "suspendido",
        /// In effect, with a later last day agreed.
        ExtensionAgreed = "prorrogado",
        /// Its term has ended.
        Expired = "expirado",
        /// Ended before its term.
        Resolved = "resuelto",
    }
}

/// An agreement between the ministry and an organism.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Agreement {
    /// Its identifier.
    pub id: AgreementId,
    /// The organism that joins by it.
    pub organism: OrganismId,
    /// Where it is in its life.
    pub state: AgreementState,
    /// The first day of effect.
    pub effective_from: Date,
    /// The last day of effect; access closes at midnight of the day after, in Madrid.
    pub expires_on: Date,
    /// What it grants.
    pub annex: Annex,
}

/// What an agreement grants.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// The kinds of operation.
    pub operations: BTreeSet<OperationKind>,
    /// The purposes.
    pub purposes: BTreeSet<Purpose>,
    /// Where the cases must belong.
    pub territory: Territory,
    /// The highest level of risk of a case it may see.
    pub max_risk: RiskLevel,
    /// How the organism takes part.
    pub mode: Mode,
    /// The organisms it may act for, itself aside.
    #[serde(default)]
    pub on_behalf_of: BTreeSet<OrganismId>,
    /// The services of others that it opens, each by its contract; none unless named.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub services: BTreeSet<ContractName>,
    /// The contract that the organism speaks; the one that the gateway decides on if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractName>,
    /// How long it keeps a part of a case whose victim has moved away.
    #[serde(default)]
    pub hand_over: HandOver,
    /// How much it may ask in a day; whatever is not named is not limited, exceptional access aside,
    /// which is closed unless both its quotas are named.
    #[serde(default)]
    pub quotas: Quotas,
    /// How its messages, and those it is answered, are signed.
    #[serde(default, skip_serializing_if = "MessageSecurity::is_none")]
    pub security: MessageSecurity,
}

fn is_contract(text: &str) -> bool {
    let parts = text.split_once('/');
    text.len() <= 80
        && parts.is_some_and(|(name, version)| {
            is_token(name, 80, b"._-") && is_token(version, 80, b"._-")
        })
}

/// How an agreement stands at an instant; access is open only while effective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// In effect.
    Effective,
    /// Published, but its first day has not come.
    NotYet,
    /// Suspended.
    Suspended,
    /// Its last day has passed.
    Expired,
    /// Not yet published.
    NotPublished,
    /// Ended before its term.
    Resolved,
}

impl Standing {
    /// Whether access is open, or will be once its day has come.
    pub fn opens(self) -> bool {
        match self {
            Self::Effective | Self::NotYet => true,
            Self::Suspended | Self::Expired | Self::NotPublished | Self::Resolved => false,
        }
    }
}

impl Agreement {
    /// How the agreement stands at `now`, by the calendar of Madrid: it closes at midnight by itself.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.state {
            AgreementState::Draft
            | AgreementState::ProtocolRatified
            | AgreementState::RequestSent
            | AgreementState::UsersFormReceived
            | AgreementState::TrainingDone
            | AgreementState::Signed
            | AgreementState::Registered => Standing::NotPublished,
            AgreementState::Suspended => Standing::Suspended,
            AgreementState::Expired => Standing::Expired,
            AgreementState::Resolved => Standing::Resolved,
            AgreementState::Effective | AgreementState::ExtensionAgreed => {
                self.by_date(day_in_madrid(now))
            }
        }
    }

    fn by_date(&self, today: Date) -> Standing {
        if today < self.effective_from {
            Standing::NotYet
        } else if today > self.expires_on {
            Standing::Expired
        } else {
            Standing::Effective
        }
    }
}

/// The civil date in Madrid at an instant: by it terms begin and end, and requests are of today.
pub fn day_in_madrid(at: Timestamp) -> Date {
    in_madrid(at).date()
}

/// The wall clock of Madrid at an instant.
pub(crate) fn in_madrid(at: Timestamp) -> Zoned {
    // The bundled database, so that the verdict does not depend on the machine's own. It holds
    // Madrid (a test says so); were it missing, summer time all year closes early, never late.
    static MADRID: LazyLock<TimeZone> = LazyLock::new(|| {
        TimeZoneDatabase::bundled()
            .get("Europe/Madrid")
            .unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(2)))
    });
    at.to_zoned(MADRID.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    fn agreement(state: AgreementState) -> Agreement {
        Agreement {
            id: "CONV-1".parse().unwrap(),
            organism: "L01130473".parse().unwrap(),
            state,
            effective_from: "2026-01-15".parse().unwrap(),
            expires_on: "2026-07-31".parse().unwrap(),
            annex: Annex {
                operations: [OperationKind::Consult].into(),
                purposes: [Purpose::Protection].into(),
                territory: Territory::from_iter(["13047".parse::<Place>().unwrap()]),
                max_risk: RiskLevel::Medium,
                mode: Mode::FollowUp,
                on_behalf_of: BTreeSet::new(),
                services: BTreeSet::new(),
                contract: Some("viogen/1".parse().unwrap()),
                hand_over: HandOver::default(),
                quotas: Quotas::default(),
                security: crate::MessageSecurity::NONE,
            },
        }
    }

    #[test]
    fn it_opens_and_closes_at_midnight_in_madrid() {
        let effective = agreement(AgreementState::Effective);
        let table = [
            // Winter: an hour ahead of UTC.
            ("2026-01-14T22:59:59.999999Z", Standing::NotYet),
            ("2026-01-14T23:00:00Z", Standing::Effective),
            // Both sides of the change to summer time, and of the hour that is skipped.
            ("2026-03-29T00:59:59Z", Standing::Effective),
            ("2026-03-29T01:00:00Z", Standing::Effective),
            // Summer: two hours ahead.
            ("2026-07-31T21:59:59.999999Z", Standing::Effective),
            ("2026-07-31T22:00:00Z", Standing::Expired),
        ];
        for (now, expected) in table {
            assert_eq!(effective.standing(now.parse().unwrap()), expected, "{now}");
        }
    }

    #[test]
    fn midnight_follows_the_change_of_the_hour() {
        // The last Sundays of March and October: the day before ends by the old offset.
        let table = [
            ("2026-03-28", "2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z"),
            ("2026-03-29", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"),
            ("2026-10-24", "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z"),
            ("2026-10-25", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
        ];
        for (last_day, before, after) in table {
            let agreement = Agreement {
                expires_on: last_day.parse().unwrap(),
                ..agreement(AgreementState::Effective)
            };
            assert_eq!(
                agreement.standing(before.parse().unwrap()),
                Standing::Effective,
                "{before}"
            );
            assert_eq!(
                agreement.standing(after.parse().unwrap()),
                Standing::Expired,
                "{after}"
            );
        }
    }

    #[test]
    fn only_two_states_are_open() {
        let within = "2026-05-01T12:00:00Z".parse().unwrap();
        let open: Vec<_> = AgreementState::ALL
            .iter()
            .filter(|state| agreement(**state).standing(within) == Standing::Effective)
            .collect();
        assert_eq!(
            open,
            [&AgreementState::Effective, &AgreementState::ExtensionAgreed]
        );
    }

    #[test]
    fn the_bundled_database_holds_madrid() {
        assert!(TimeZoneDatabase::bundled().get("Europe/Madrid").is_ok());
    }

    #[test]
    fn a_contract_has_a_name_and_a_version() {
        for (text, expected) in [
            ("viogen/2", true),
            ("a.b_c-d/2025.1", true),
            ("viogen", false),
            ("viogen/", false),
            ("/2", false),
            ("viogen/2/3", false),
            ("vio gen/2", false),
        ] {
            assert_eq!(text.parse::<ContractName>().is_ok(), expected, "{text}");
        }
    }

    #[test]
    fn an_annex_without_contract_speaks_the_gateways_own() {
        let written = toml::to_string(&agreement(AgreementState::Effective)).unwrap();
        let silent = written.replace("contract = \"viogen/1\"\n", "");
        assert_ne!(silent, written);
        let read = toml::from_str::<Agreement>(&silent).unwrap();
        assert_eq!(read.annex.contract, None);
    }

    #[test]
    fn an_annex_without_a_window_has_the_usual_one() {
        let written = toml::to_string(&agreement(AgreementState::Effective)).unwrap();
        let without = written.replace("hand_over = 15\n", "");
        assert_ne!(written, without);
        let read: Agreement = toml::from_str(&without).unwrap();
        assert_eq!(read.annex.hand_over, HandOver { days: 15 });
    }

    #[test]
    fn an_annex_reads_back() {
        let written = toml::to_string(&agreement(AgreementState::Effective)).unwrap();
        assert_eq!(
            toml::from_str::<Agreement>(&written).unwrap(),
            agreement(AgreementState::Effective)
        );
        let unknown = written.replace("max_risk", "max_rsk");
        assert!(toml::from_str::<Agreement>(&unknown).is_err());
    }
}
