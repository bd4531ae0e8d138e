//! Scores that are drawn.

/// Scores drawn evenly from `[0, 1)`.
///
/// - **Source**: `SplitMix64`, Steele, Lea and Flood, OOPSLA 2014.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_are_those_of_the_published_generator() {
        // First output for seed 1234567 in the reference implementation: 6457827717110365317.
        let first = Dice::new(1_234_567).roll();
        assert_eq!(
            first,
            (6_457_827_717_110_365_317_u64 >> 11) as f64 / 2f64.powi(53)
        );
        let mut dice = Dice::new(1);
        let mean = (0..100_000).map(|_| dice.roll()).sum::<f64>() / 100_000.0;
        assert!((mean - 0.5).abs() < 0.01);
    }
}
