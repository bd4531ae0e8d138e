//! From where on something is said about a change.

use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Conditions on a score that must all hold, such as `p90 x2.5`.
///
/// Written as words with spaces between them, each of another kind:
///
/// | word | holds if |
/// |---|---|
/// | `p90` | the percentile among the previous 1,000 changes is 90 or more |
/// | `x2.5` | changes of this percentile were defective 2.5 times as often as the average, or more ([`Lift`](crate::Lift)) |
/// | `40%` | the probability is 40 % or more |
///
/// A condition on what is not known (no percentile, no lift) does not hold: too little is known to speak.
///
/// - **Known at**: arrival, if percentile and lift are those of the arrival.
///
/// ```
/// use risk_evaluate::{Standpoint, Threshold};
///
/// let threshold: Threshold = "p90 x2.5".parse()?;
/// let at = |percentile, lift| Standpoint { probability: 0.3, percentile: Some(percentile), lift };
/// assert!(threshold.is_reached(&at(90.0, Some(2.6))));
/// assert!(!threshold.is_reached(&at(89.9, Some(2.6))));
/// assert!(!threshold.is_reached(&at(99.0, None)));
/// assert_eq!(threshold.to_string(), "p90 x2.5");
/// # Ok::<(), risk_evaluate::ThresholdError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    percentile: Option<f64>,
    lift: Option<f64>,
    probability: Option<f64>,
}

/// Where a change stands, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standpoint {
    /// P(Defective), in [0, 1].
    pub probability: f64,
    /// Mid-rank among the previous 1,000 changes, in percent.
    pub percentile: Option<f64>,
    /// Defect rate at this percentile over the base rate.
    pub lift: Option<f64>,
}

/// Why a text is no threshold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ThresholdError {
    /// Nothing is written.
    #[error(
        "a threshold is written as p90 (percentile), x2.5 (times the average) or 40% (probability)"
    )]
    Empty,
    /// A word that is no condition.
    #[error(
        "{word:?} is no threshold; write p90 (percentile), x2.5 (times the average) or 40% (probability)"
    )]
    Word {
        /// As written.
        word: String,
    },
    /// A number outside what it measures.
    #[error(
        "{word:?} is out of range: percentiles and probabilities go from 0 to 100, x from 0 on"
    )]
    Range {
        /// As written.
        word: String,
    },
    /// Two conditions of one kind.
    #[error("{word:?} is the second condition of its kind")]
    Twice {
        /// As written.
        word: String,
    },
}

impl Threshold {
    /// Whether all conditions hold.
    #[must_use]
    pub fn is_reached(&self, at: &Standpoint) -> bool {
        let holds = |least: Option<f64>, value: Option<f64>| {
            least.is_none_or(|least| value.is_some_and(|value| value >= least))
        };
        holds(self.percentile, at.percentile)
            && holds(self.lift, at.lift)
            && holds(self.probability, Some(at.probability * 100.0))
    }

    /// The default of warnings: among the riskiest tenth, where that meant 2.5 times the usual defects or more.
    #[must_use]
    pub fn of_warnings() -> Self {
        Self {
            percentile: Some(90.0),
            lift: Some(2.5),
            probability: None,
        }
    }
}

impl FromStr for Threshold {
    type Err = ThresholdError;

    fn from_str(text: &str) -> Result<Self, ThresholdError> {
        let mut threshold = Self::default();
        for word in text.split_whitespace() {
            let own = || word.to_owned();
            let (place, number, most) = if let Some(number) = word.strip_prefix(['p', 'P']) {
                (&mut threshold.percentile, number, 100.0)
            } else if let Some(number) = word.strip_prefix(['x', 'X', '×']) {
                (&mut threshold.lift, number, f64::MAX)
            } else if let Some(number) = word.strip_suffix('%') {
                (&mut threshold.probability, number, 100.0)
            } else {
                return Err(ThresholdError::Word { word: own() });
            };
            let is_plain = number.starts_with(|it: char| it.is_ascii_digit() || it == '-');
            let Some(number) = number.parse().ok().filter(|_| is_plain) else {
                return Err(ThresholdError::Word { word: own() });
            };
            if !(0.0..=most).contains(&number) {
                return Err(ThresholdError::Range { word: own() });
            }
            if place.replace(number).is_some() {
                return Err(ThresholdError::Twice { word: own() });
            }
        }
        if threshold == Self::default() {
            return Err(ThresholdError::Empty);
        }
        Ok(threshold)
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            self.percentile.map(|at| format!("p{at}")),
            self.lift.map(|at| format!("x{at}")),
            self.probability.map(|at| format!("{at}%")),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> ThresholdError {
        text.parse::<Threshold>().unwrap_err()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["p90", "x2.5", "40%", "p99.5 x3 12.5%"] {
            assert_eq!(text.parse::<Threshold>().unwrap().to_string(), text);
        }
        let written = Threshold::of_warnings().to_string();
        assert_eq!(written.parse(), Ok(Threshold::of_warnings()));
        assert_eq!("x2 p80".parse(), "p80 ×2".parse::<Threshold>());
    }

    #[test]
    fn what_is_no_threshold_is_refused() {
        assert_eq!(refused("  "), ThresholdError::Empty);
        for word in ["90", "high", "p", "x", "%", "pinf", "xnan", "p1e", "p+3"] {
            assert_eq!(refused(word), ThresholdError::Word { word: word.into() });
        }
        for word in ["p101", "120%", "x-1", "p-1", "xinf"] {
            assert!(matches!(
                refused(word),
                ThresholdError::Range { .. } | ThresholdError::Word { .. }
            ));
        }
        assert_eq!(
            refused("p90 p95"),
            ThresholdError::Twice { word: "p95".into() }
        );
    }

    #[test]
    fn all_conditions_must_hold_and_what_is_unknown_does_not() {
        let both: Threshold = "p90 20%".parse().unwrap();
        let at = |percentile, probability| Standpoint {
            probability,
            percentile,
            lift: None,
        };
        assert!(both.is_reached(&at(Some(90.0), 0.2)));
        assert!(!both.is_reached(&at(Some(90.0), 0.19)));
        assert!(!both.is_reached(&at(None, 0.9)));
        let never: Threshold = "p90 x0".parse().unwrap();
        assert!(!never.is_reached(&at(Some(99.0), 0.9)), "no lift is known");
    }
}
