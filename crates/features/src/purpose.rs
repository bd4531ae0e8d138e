//! Purpose: what a change says it is for.

/// What a change is for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Purpose {
    /// Whether the change fixes a defect, as the caller judged from its message and issue.
    ///
    /// - Units and range: 0 or 1; NaN while the message is not known.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "FIX".
    pub fix: f64,
}

impl Purpose {
    pub(crate) fn of(is_fix: bool) -> Self {
        Self {
            fix: f64::from(u8::from(is_fix)),
        }
    }
}
