//! Times and spans.

use serde::{Deserialize, Serialize};
use std::ops::Sub;

/// A moment: seconds since 1970-01-01 UTC, negative before.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

/// A span of time in days of 86,400 seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Days(pub f64);

impl Timestamp {
    /// The moment `span` later, saturating at the ends of time.
    #[must_use]
    pub fn plus(self, span: Days) -> Self {
        Self(self.0.saturating_add((span.0 * 86_400.0) as i64))
    }
}

impl Sub for Timestamp {
    type Output = Days;

    #[expect(
        clippy::suspicious_arithmetic_impl,
        reason = "the quotient turns seconds into days"
    )]
    /// The span from `earlier` to `self`, negative if `earlier` is later.
    fn sub(self, earlier: Self) -> Days {
        Days(self.0.saturating_sub(earlier.0) as f64 / 86_400.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Days, Timestamp};

    #[test]
    fn spans_are_in_days_and_saturate() {
        assert_eq!(Timestamp(86_400 * 3) - Timestamp(86_400), Days(2.0));
        assert_eq!(Timestamp(0).plus(Days(0.5)), Timestamp(43_200));
        assert_eq!(Timestamp(i64::MAX).plus(Days(1.0)), Timestamp(i64::MAX));
        assert!((Timestamp(i64::MIN) - Timestamp(i64::MAX)).0.is_finite());
    }
}
