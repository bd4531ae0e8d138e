//! Chance with a seed.

/// Numbers that look drawn and follow from a seed.
///
/// - **Source**: `SplitMix64`, Steele, Lea and Flood, OOPSLA 2014.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next whole number, any of `u64` alike.
    pub fn whole(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number, evenly from `[0, 1)`.
    pub fn roll(&mut self) -> f64 {
        (self.whole() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next whole number below `n`, alike up to one part in 2⁶⁴ / n.
    ///
    /// # Panics
    ///
    /// If `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "there is a number below n");
        // The high half of a product is the number scaled to `0 .. n`.
        ((u128::from(self.whole()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_are_those_of_the_published_generator() {
        // First output for seed 1234567 in the reference implementation.
        assert_eq!(Dice::new(1_234_567).whole(), 6_457_827_717_110_365_317);
        let mut dice = Dice::new(1);
        let mean = (0..100_000).map(|_| dice.roll()).sum::<f64>() / 100_000.0;
        assert!((mean - 0.5).abs() < 0.01);
    }

    #[test]
    fn every_number_below_comes_as_often() {
        let mut dice = Dice::new(3);
        let mut seen = [0_u32; 7];
        for _ in 0..70_000 {
            seen[dice.below(7)] += 1;
        }
        assert!(seen.iter().all(|n| (9_500..10_500).contains(n)), "{seen:?}");
    }
}
