//! How probable a link is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The probability that a link is right, to a ten-thousandth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Weight(u16);

impl Weight {
    /// That of a link that a message tells, and of all that a published variant keeps.
    pub const CERTAIN: Self = Self(10_000);

    /// The weight next to a probability; what is below 0 or above 1 counts as 0 or 1.
    pub fn of(probability: f64) -> Self {
        Self((probability.clamp(0.0, 1.0) * 10_000.0).round() as u16)
    }

    /// The probability, 0 to 1.
    pub fn probability(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4}", self.probability())
    }
}

#[cfg(test)]
mod tests {
    use super::Weight;

    #[test]
    fn a_weight_is_a_probability_to_four_places() {
        for (given, kept, text) in [
            (0.0, 0.0, "0.0000"),
            (1.0, 1.0, "1.0000"),
            (0.123_449, 0.1234, "0.1234"),
            (0.123_451, 0.1235, "0.1235"),
            (-1.0, 0.0, "0.0000"),
            (2.0, 1.0, "1.0000"),
            (f64::NAN, 0.0, "0.0000"),
        ] {
            let weight = Weight::of(given);
            assert_eq!(weight.probability(), kept, "{given}");
            assert_eq!(weight.to_string(), text, "{given}");
        }
        assert_eq!(Weight::of(1.0), Weight::CERTAIN);
    }
}
