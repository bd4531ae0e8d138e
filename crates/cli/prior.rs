//! What git-risk knows of a repository before its first change.

use risk_evaluate::Prequential;
use risk_features::Features;
use risk_learn::{Preparation, PriorFile};
use std::sync::LazyLock;

/// What other repositories have taught; `models/README.md` tells which, how it was made, and what it is good for.
const SHIPPED: &str = include_str!("../../models/changes.json");

/// The prior that is part of this program, read once.
pub(crate) fn shipped() -> &'static PriorFile {
    static READ: LazyLock<PriorFile> = LazyLock::new(|| {
        serde_json::from_str(SHIPPED).expect("a test reads the prior that is shipped")
    });
    &READ
}

/// What a state must have been started with.
pub(crate) fn checksum() -> u32 {
    crc32fast::hash(SHIPPED.as_bytes())
}

/// Stands before the first change, with what the prior knows.
pub(crate) fn start() -> Prequential {
    let made = || -> Result<Prequential, risk_evaluate::Error> {
        let preparation = Preparation::standardised(&Features::NAMES)?;
        Prequential::start(preparation, &shipped().prior()?)
    };
    made().expect("a test starts with the prior that is shipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_prior_is_for_the_features_of_this_version() {
        let learning = start();
        let model = learning.live().model();
        assert_eq!(model.weights(), shipped().pooled.weights());
        assert!(shipped().projects.len() > 1);
    }

    #[test]
    fn a_prior_of_other_features_is_refused() {
        let names = [&Features::NAMES[..], &["other"]].concat();
        let preparation = Preparation::standardised(&names).unwrap();
        let refused = Prequential::start(preparation, &shipped().prior().unwrap());
        let message = std::error::Error::source(&refused.unwrap_err())
            .unwrap()
            .to_string();
        assert!(message.contains("log(other)"), "{message}");
    }
}
