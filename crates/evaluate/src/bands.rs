//! Four words for how unusual a change is.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// How much riskier than usual a change is, in four words.
///
/// By the [lift](crate::Lift::lift), the defect rate at the change's percentile over the base rate; [`Bands`] says from where
/// on: unless told otherwise below 0.75 low, below 1.5 typical, below 2.5 elevated, from 2.5 on high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Band {
    /// Clearly fewer defects than usual.
    Low,
    /// About as many as usual.
    Typical,
    /// Clearly more than usual.
    Elevated,
    /// Many times the usual.
    High,
}

/// The lifts from which on a change is typical, elevated and high.
///
/// - Units and range: times the base rate; finite, not negative, each higher than the one before.
///
/// ```
/// use risk_evaluate::{Band, Bands};
///
/// let bands = Bands::default();
/// assert_eq!(bands.band(0.7), Band::Low);
/// assert_eq!(bands.band(2.5), Band::High);
/// assert_eq!(Bands::new(0.5, 2.0, 4.0)?.band(2.5), Band::Elevated);
/// assert!(Bands::new(0.5, 0.5, 4.0).is_err());
/// # Ok::<(), risk_evaluate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    typical: f64,
    elevated: f64,
    high: f64,
}

impl Bands {
    /// Bands that begin at these lifts.
    ///
    /// # Errors
    ///
    /// [`Error::Bands`] if one is negative or not finite, or does not rise above the one before.
    pub fn new(typical: f64, elevated: f64, high: f64) -> Result<Self> {
        // Each comparison fails for NaN.
        if 0.0 <= typical && typical < elevated && elevated < high && high.is_finite() {
            Ok(Self {
                typical,
                elevated,
                high,
            })
        } else {
            Err(Error::Bands {
                typical,
                elevated,
                high,
            })
        }
    }

    /// The band of a lift.
    #[must_use]
    pub fn band(&self, lift: f64) -> Band {
        if lift < self.typical {
            Band::Low
        } else if lift < self.elevated {
            Band::Typical
        } else if lift < self.high {
            Band::Elevated
        } else {
            Band::High
        }
    }

    /// Lift from which a change is typical.
    #[must_use]
    pub fn typical(&self) -> f64 {
        self.typical
    }

    /// Lift from which a change is elevated.
    #[must_use]
    pub fn elevated(&self) -> f64 {
        self.elevated
    }

    /// Lift from which a change is high.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }
}

impl Default for Bands {
    /// Typical from 0.75 on, as a quarter fewer defects is the least a reader would notice; elevated from 1.5 and high
    /// from 2.5 on.
    fn default() -> Self {
        Self {
            typical: 0.75,
            elevated: 1.5,
            high: 2.5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_that_do_not_rise_are_refused() {
        for (typical, elevated, high) in [
            (-0.1, 1.0, 2.0),
            (1.0, 1.0, 2.0),
            (0.5, 2.0, 1.0),
            (0.5, 1.0, f64::INFINITY),
            (f64::NAN, 1.0, 2.0),
            (0.5, f64::NAN, 2.0),
        ] {
            assert!(Bands::new(typical, elevated, high).is_err());
        }
        let default = Bands::default();
        let same = Bands::new(default.typical(), default.elevated(), default.high());
        assert_eq!(same.unwrap(), default);
    }

    #[test]
    fn a_band_begins_at_its_lift() {
        let bands = Bands::new(0.0, 1.0, 3.0).unwrap();
        let found = [0.0, 0.99, 1.0, 2.99, 3.0, 99.0].map(|lift| bands.band(lift));
        let (typical, elevated, high) = (Band::Typical, Band::Elevated, Band::High);
        assert_eq!(found, [typical, typical, elevated, elevated, high, high]);
    }
}
