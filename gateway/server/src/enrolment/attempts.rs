//! How often one address may try, and all together: counted by the minute, in memory of bounded size.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// What was counted in the minute that runs.
#[derive(Default)]
struct Minute {
    number: i64,
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

/// Counts attempts.
pub(crate) struct Attempts {
    of_one: u32,
    of_all: u32,
    minute: Mutex<Minute>,
}

/// Whether one more attempt is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is.
    Admitted,
    /// The first of a minute that is not: worth an entry of evidence.
    RefusedNow,
    /// Another one that is not: only counted, so that a flood cannot fill the journal.
    RefusedAgain,
}

impl Attempts {
    pub(crate) fn new(of_one: u32, of_all: u32) -> Self {
        Self {
            of_one,
            of_all,
            minute: Mutex::default(),
        }
    }

    /// Counts an attempt from an address at `now`, in seconds since the epoch.
    pub(crate) fn admit(&self, address: IpAddr, now: i64) -> Admission {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.div_euclid(60);
        if minute.number != number {
            *minute = Minute {
                number,
                ..Minute::default()
            };
        }
        let address = network(address);
        if let Some(own) = minute.by_address.get_mut(&address)
            && *own >= self.of_one
        {
            // Only its own count: one address alone must not shut out all the others.
            *own = own.saturating_add(1);
            return refused(*own, self.of_one);
        }
        minute.all = minute.all.saturating_add(1);
        if minute.all > self.of_all {
            // Nothing more is remembered of addresses: the memory is bounded by the limit.
            return refused(minute.all, self.of_all);
        }
        let own = minute.by_address.entry(address).or_insert(0);
        *own = own.saturating_add(1);
        Admission::Admitted
    }
}

fn refused(count: u32, limit: u32) -> Admission {
    if count == limit.saturating_add(1) {
        Admission::RefusedNow
    } else {
        Admission::RefusedAgain
    }
}

/// Whoever has one address of IPv6 has a whole /64. An address of IPv4 is one however it is written.
fn network(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Admission::{Admitted, RefusedAgain, RefusedNow};
    use super::*;

    #[test]
    fn by_address_by_minute_and_in_all() {
        let attempts = Attempts::new(2, 5);
        let steps = [
            ("192.0.2.1", 0, Admitted),
            ("192.0.2.1", 59, Admitted),
            ("192.0.2.1", 59, RefusedNow),
            ("192.0.2.1", 59, RefusedAgain),
            ("192.0.2.1", 59, RefusedAgain),
            // What one address tries beyond its own limit takes nothing from the others.
            ("192.0.2.2", 59, Admitted),
            ("192.0.2.2", 59, Admitted),
            ("192.0.2.2", 59, RefusedNow),
            ("192.0.2.3", 59, Admitted),
            ("192.0.2.3", 59, RefusedNow),
            ("192.0.2.4", 59, RefusedAgain),
            ("192.0.2.1", 59, RefusedAgain),
            ("192.0.2.1", 60, Admitted),
            ("::ffff:192.0.2.1", 60, Admitted),
            ("2001:db8::1", 60, Admitted),
            ("2001:db8::2", 60, Admitted),
            ("2001:db8::3", 60, RefusedNow),
            ("2001:db8:0:1::3", 60, Admitted),
        ];
        check(&attempts, &steps);
        check(&Attempts::new(0, 0), &[("192.0.2.1", 0, RefusedNow)]);
    }

    fn check(attempts: &Attempts, steps: &[(&str, i64, Admission)]) {
        for (step, (address, now, expected)) in steps.iter().enumerate() {
            let address = address.parse().unwrap();
            assert_eq!(attempts.admit(address, *now), *expected, "step {step}");
        }
    }
}
