//! Quotas (`cuotas`): how much an organism and each of its officers may ask in a day, by the calendar of Madrid.
//!
//! ENS (RD 311/2022) op.mon.3: use beyond the usual is limited, and told before it comes to that.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use crate::agreement::{day_in_madrid, in_madrid};
use crate::text::{Malformed, serde_as_text, words};

words! {
    /// Whose use is limited.
    Bearer is "the bearer of a quota" {
        /// The organism as a whole.
        Organism = "organismo",
        /// One officer of it.
        Officer = "funcionario",
    }
}

words! {
    /// What is limited.
    Measure is "a measure of a quota" {
        /// How many requests.
        Requests = "peticiones",
        /// How many different persons or cases they are about.
        Persons = "personas",
        /// How many of them out of the ordinary hours.
        OutOfHours = "fueraDeHorario",
        /// How many exceptional accesses.
        Exceptional = "accesosExcepcionales",
    }
}

/// One quota among those of an agreement; as text `funcionario.personas`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit {
    /// Whose.
    pub bearer: Bearer,
    /// Of what.
    pub measure: Measure,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.bearer, self.measure)
    }
}

impl FromStr for Limit {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new("a quota", text);
        let (bearer, measure) = text.split_once('.').ok_or_else(malformed)?;
        Ok(Self {
            bearer: bearer.parse().map_err(|_| malformed())?,
            measure: measure.parse().map_err(|_| malformed())?,
        })
    }
}

serde_as_text!(Limit);

/// The quotas of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// From how many per cent of a quota on an alarm is raised.
    pub alarm_percent: u8,
    /// The ordinary hours.
    pub hours: Hours,
    /// Those of the organism as a whole.
    pub organism: Daily,
    /// Those of each officer.
    pub officer: Daily,
}

/// What one bearer may use in a day; what is absent is not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Daily {
    /// Requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u32>,
    /// Different persons or cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persons: Option<u32>,
    /// Requests out of the ordinary hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_hours: Option<u32>,
    /// Exceptional accesses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exceptional: Option<u32>,
}

/// The ordinary hours of a day, from the first instant until before the last; they may span midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// When they begin.
    pub from: Time,
    /// When they have ended.
    pub until: Time,
}

impl Default for Hours {
    /// The whole day: nothing is out of hours unless the agreement says when that is.
    fn default() -> Self {
        Self {
            from: Time::midnight(),
            until: Time::midnight(),
        }
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            alarm_percent: 80,
            hours: Hours::default(),
            organism: Daily::default(),
            officer: Daily::default(),
        }
    }
}

/// How much was used, or is used by one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Requests.
    pub requests: u64,
    /// Different persons or cases.
    pub persons: u64,
    /// Requests out of the ordinary hours.
    pub out_of_hours: u64,
    /// Exceptional accesses.
    pub exceptional: u64,
}

/// What a bearer has used today, and how much of that is of this request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// In all, this request included.
    pub total: Amount,
    /// By this request.
    pub added: Amount,
}

/// What organism and officer have used today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The organism as a whole.
    pub organism: Tally,
    /// The officer.
    pub officer: Tally,
}

impl Amount {
    const fn of(&self, measure: Measure) -> u64 {
        match measure {
            Measure::Requests => self.requests,
            Measure::Persons => self.persons,
            Measure::OutOfHours => self.out_of_hours,
            Measure::Exceptional => self.exceptional,
        }
    }
}

impl Daily {
    /// How much of it there is; none when it is not limited.
    pub const fn of(&self, measure: Measure) -> Option<u32> {
        match measure {
            Measure::Requests => self.requests,
            Measure::Persons => self.persons,
            Measure::OutOfHours => self.out_of_hours,
            Measure::Exceptional => self.exceptional,
        }
    }
}

impl Hours {
    /// Whether an instant is within them, by the wall clock of Madrid.
    pub fn contain(&self, at: Timestamp) -> bool {
        let time = in_madrid(at).time();
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

impl Quotas {
    /// Whether anything is limited at all; if not, nothing is counted.
    pub fn limit_anything(&self) -> bool {
        Bearer::ALL
            .iter()
            .any(|bearer| limits(*bearer).any(|limit| self.of(limit).is_some()))
    }

    /// Whether the agreement opens exceptional access: it names how often, for officer and organism.
    pub fn open_exceptional(&self) -> bool {
        self.officer.exceptional.is_some() && self.organism.exceptional.is_some()
    }

    /// The first quota that a request goes beyond, the officer's before the organism's.
    pub fn exceeded(&self, usage: &Usage) -> Option<Limit> {
        let beyond = |limit: &Limit| {
            let tally = usage.of(limit.bearer);
            let used = tally.added.of(limit.measure) > 0;
            let most = self.of(*limit).map(u64::from);
            used && most.is_some_and(|most| tally.total.of(limit.measure) > most)
        };
        let officer = limits(Bearer::Officer);
        officer.chain(limits(Bearer::Organism)).find(beyond)
    }

    /// The first quota of persons that is used up: whoever searches is shown persons it cannot name before.
    pub fn exhausted(&self, usage: &Usage) -> Option<Limit> {
        let limit = |bearer| Limit {
            bearer,
            measure: Measure::Persons,
        };
        let full = |limit: &Limit| {
            let most = self.of(*limit).map(u64::from);
            most.is_some_and(|most| usage.of(limit.bearer).total.persons >= most)
        };
        [Bearer::Officer, Bearer::Organism]
            .map(limit)
            .into_iter()
            .find(full)
    }

    /// The quotas of which this request, and none before it, has reached the share that raises an alarm.
    pub fn near(&self, usage: &Usage) -> Vec<Limit> {
        let reached = |limit: &Limit| {
            let Some(most) = self.of(*limit) else {
                return false;
            };
            let tally = usage.of(limit.bearer);
            let (total, added) = (tally.total.of(limit.measure), tally.added.of(limit.measure));
            let share = u64::from(most) * u64::from(self.alarm_percent.min(100));
            let threshold = share.div_ceil(100).max(1);
            total.saturating_sub(added) < threshold && threshold <= total
        };
        let all = Bearer::ALL.iter().flat_map(|bearer| limits(*bearer));
        all.filter(reached).collect()
    }

    pub(crate) fn of(&self, limit: Limit) -> Option<u32> {
        match limit.bearer {
            Bearer::Organism => self.organism.of(limit.measure),
            Bearer::Officer => self.officer.of(limit.measure),
        }
    }
}

impl Usage {
    /// What one of them has used.
    pub const fn of(&self, bearer: Bearer) -> &Tally {
        match bearer {
            Bearer::Organism => &self.organism,
            Bearer::Officer => &self.officer,
        }
    }
}

fn limits(bearer: Bearer) -> impl Iterator<Item = Limit> {
    let measures = Measure::ALL.iter();
    measures.map(move |measure| Limit {
        bearer,
        measure: *measure,
    })
}

/// The day on which a request counts.
pub fn day(at: Timestamp) -> Date {
    day_in_madrid(at)
}

/// How many seconds until the quotas of a day begin anew: until midnight in Madrid, one at least.
pub fn until_tomorrow(at: Timestamp) -> u32 {
    let now = in_madrid(at);
    let midnight = now.tomorrow().and_then(|day| day.start_of_day());
    let left = midnight.map_or(DAY, |midnight| {
        midnight.timestamp().as_second() - at.as_second()
    });
    u32::try_from(left).unwrap_or(1).max(1)
}

/// Seconds.
const DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(text: &str) -> Quotas {
        toml::from_str(text).unwrap()
    }

    fn usage(officer: (u64, u64), organism: (u64, u64)) -> Usage {
        let tally = |(total, added)| Tally {
            total: Amount {
                requests: total,
                persons: total,
                ..Amount::default()
            },
            added: Amount {
                requests: added,
                persons: added,
                ..Amount::default()
            },
        };
        Usage {
            officer: tally(officer),
            organism: tally(organism),
        }
    }

    fn told(limits: &[Limit]) -> String {
        let words: Vec<String> = limits.iter().map(ToString::to_string).collect();
        words.join(" ")
    }

    #[test]
    fn a_day_ends_at_midnight_in_madrid() {
        for (at, seconds) in [
            ("2026-03-02T22:59:59Z", 1),
            ("2026-03-02T22:59:59.9Z", 1),
            ("2026-03-02T23:00:00Z", 86_400),
            // The clocks go forward, and back.
            ("2026-03-28T23:00:00Z", 82_800),
            ("2026-10-24T22:00:00Z", 90_000),
        ] {
            assert_eq!(until_tomorrow(at.parse().unwrap()), seconds, "{at}");
        }
    }

    #[test]
    fn beyond_at_and_near_a_quota() {
        let officer = "[officer]\nrequests = 10\n";
        let both = "[officer]\npersons = 10\n[organism]\npersons = 20\n";
        for (text, officer, organism, exceeded, exhausted, near) in [
            ("", (999, 1), (999, 1), "", "", ""),
            (officer, (7, 1), (999, 1), "", "", ""),
            (officer, (8, 1), (999, 1), "", "", "funcionario.peticiones"),
            (officer, (9, 1), (999, 1), "", "", ""),
            (officer, (10, 1), (999, 1), "", "", ""),
            (officer, (11, 1), (999, 1), "funcionario.peticiones", "", ""),
            // One that uses nothing more goes beyond nothing, whatever was used before.
            (officer, (11, 0), (999, 0), "", "", ""),
            (both, (10, 1), (15, 1), "", "funcionario.personas", ""),
            (
                both,
                (9, 9),
                (16, 9),
                "",
                "",
                "organismo.personas funcionario.personas",
            ),
            (both, (3, 1), (20, 1), "", "organismo.personas", ""),
            (
                both,
                (3, 1),
                (21, 1),
                "organismo.personas",
                "organismo.personas",
                "",
            ),
            (
                both,
                (11, 1),
                (21, 1),
                "funcionario.personas",
                "funcionario.personas",
                "",
            ),
            (
                "alarm_percent = 100\n[officer]\nrequests = 0\n",
                (1, 1),
                (1, 1),
                "funcionario.peticiones",
                "",
                "funcionario.peticiones",
            ),
        ] {
            let (quotas, usage) = (quotas(text), usage(officer, organism));
            let case = format!("{text} {officer:?} {organism:?}");
            let one = |limit: Option<Limit>| told(limit.as_slice());
            assert_eq!(one(quotas.exceeded(&usage)), exceeded, "{case}");
            assert_eq!(one(quotas.exhausted(&usage)), exhausted, "{case}");
            assert_eq!(told(&quotas.near(&usage)), near, "{case}");
        }
    }

    #[test]
    fn hours_are_those_of_the_wall_clock_of_madrid() {
        let day = r#"hours = { from = "07:00", until = "22:00" }"#;
        let night = r#"hours = { from = "22:00", until = "06:30" }"#;
        for (text, at, ordinary) in [
            ("", "2026-07-01T02:00:00Z", true),
            (day, "2026-07-01T04:59:59Z", false),
            (day, "2026-07-01T05:00:00Z", true),
            (day, "2026-07-01T19:59:59Z", true),
            (day, "2026-07-01T20:00:00Z", false),
            (day, "2026-01-01T05:59:59Z", false),
            (day, "2026-01-01T06:00:00Z", true),
            (night, "2026-07-01T19:59:59Z", false),
            (night, "2026-07-01T20:00:00Z", true),
            (night, "2026-07-01T04:29:59Z", true),
            (night, "2026-07-01T04:30:00Z", false),
        ] {
            let hours = quotas(text).hours;
            assert_eq!(hours.contain(at.parse().unwrap()), ordinary, "{text} {at}");
        }
    }

    #[test]
    fn quotas_read_back_and_misspelt_ones_do_not() {
        let text = "alarm_percent = 50\nhours = { from = \"07:00\", until = \"22:00\" }\n[organism]\nexceptional = 5\n[officer]\nrequests = 3\nexceptional = 1\n";
        let read = quotas(text);
        let written = toml::to_string(&read).unwrap();
        assert_eq!(quotas(&written), read);
        assert!(read.limit_anything() && read.open_exceptional());
        assert!(!Quotas::default().limit_anything());
        for (text, open) in [
            ("[officer]\nexceptional = 1\n", false),
            ("[organism]\nexceptional = 1\n", false),
        ] {
            assert_eq!(quotas(text).open_exceptional(), open, "{text}");
        }
        assert!(toml::from_str::<Quotas>("[officer]\nrequest = 3\n").is_err());
        assert!("funcionario".parse::<Limit>().is_err());
        assert_eq!(
            "organismo.accesosExcepcionales".parse::<Limit>().unwrap(),
            Limit {
                bearer: Bearer::Organism,
                measure: Measure::Exceptional
            }
        );
    }
}
