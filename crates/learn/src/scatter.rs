//! Numbers that look drawn and are not.

/// A number that looks like any other: the mixing function of `SplitMix64`.
///
/// - **Source**: Steele, Lea and Flood, OOPSLA 2014.
pub(crate) fn scattered(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A fixed sequence of scattered numbers, another one for each `start`.
///
/// The same on every machine and in every run: choices that must not follow a pattern are made by it, none by chance.
pub(crate) struct Sequence {
    start: u64,
    n_taken: u64,
}

impl Sequence {
    pub(crate) fn new(start: u64) -> Self {
        Self {
            start: scattered(start),
            n_taken: 0,
        }
    }

    /// The next number, spread evenly over `0 .. n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.part() * n as f64) as usize).min(n - 1)
    }

    /// The next number, spread evenly over `[0, 1)`.
    pub(crate) fn part(&mut self) -> f64 {
        let number = scattered(self.start.wrapping_add(self.n_taken));
        self.n_taken += 1;
        (number >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_number_is_that_of_the_published_generator() {
        // First output for seed 0 in the reference implementation.
        assert_eq!(scattered(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn numbers_are_spread_evenly_and_differ_by_start() {
        let mut sequence = Sequence::new(3);
        let mut counts = [0; 7];
        (0..70_000).for_each(|_| counts[sequence.below(7)] += 1);
        assert!(
            counts.iter().all(|n| (9_500..10_500).contains(n)),
            "{counts:?}"
        );
        let first = |start| Sequence::new(start).part();
        assert!(first(1) != first(2) && first(1) == first(1));
    }
}
