//! What can be configured.

use risk_evaluate::Threshold;
use std::time::Duration;

/// What holds for a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    /// From where on the hook warns and CI annotates.
    pub(crate) warn_above: Threshold,
    /// From where on the hook and CI fail; never, unless somebody asked for it.
    pub(crate) fail_above: Option<Threshold>,
    pub(crate) hook: HookSettings,
}

/// How the pre-push hook behaves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HookSettings {
    /// How long a push may wait for it.
    pub(crate) budget: Duration,
    /// Whether a failure of its own stops the push.
    pub(crate) strict: bool,
    /// Whether what is to be learned is learned in the background.
    pub(crate) background: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            warn_above: Threshold::of_warnings(),
            fail_above: None,
            hook: HookSettings {
                budget: Duration::from_secs(1),
                strict: false,
                background: true,
            },
        }
    }
}
