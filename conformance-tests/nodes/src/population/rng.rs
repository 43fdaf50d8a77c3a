//! A small generator of pseudo-random numbers (`SplitMix64`): the same seed gives the same population everywhere.

/// A stream of numbers, fixed by the seed and by what the stream is for.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

/// Weyl increment and mixing constants of `SplitMix64` (Steele, Lea, Flood, 2014).
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rng {
    /// The stream of this seed for this purpose, for example a table and a row number.
    pub(crate) fn new(seed: u64, purpose: &[u64]) -> Rng {
        let state = purpose
            .iter()
            .fold(mix(seed ^ STEP), |state, part| mix(state ^ mix(*part)));
        Rng(state)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `limit`, or zero when there is none below it.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(limit);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A position in a list of this length.
    pub(crate) fn position(&mut self, length: usize) -> usize {
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(limit)).unwrap_or(0)
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the items.
    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.position(items.len()))
    }

    /// Puts the items in a random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.position(last + 1));
        }
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn a_stream_depends_on_seed_and_purpose_only() {
        let first = |seed, purpose: &[u64]| Rng::new(seed, purpose).next();
        assert_eq!(first(1, &[2, 3]), first(1, &[2, 3]));
        assert_ne!(first(1, &[2, 3]), first(2, &[2, 3]));
        assert_ne!(first(1, &[2, 3]), first(1, &[3, 2]));
    }

    #[test]
    fn numbers_stay_below_the_limit_and_reach_every_value() {
        let mut rng = Rng::new(7, &[]);
        let mut seen = [0; 5];
        (0..1000).for_each(|_| seen[rng.position(5)] += 1);
        assert!(
            seen.iter().all(|count| (150..250).contains(count)),
            "{seen:?}"
        );
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        Rng::new(7, &[]).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
