//! Warnings by what landed together.

use super::Standing;
use risk_learn::Label;

/// Warnings counted by landing: changes that came to the main branch at one moment, as with one merge.
///
/// That is the nearest that a history comes to a push. In a project that merges branches it is a branch; where commits
/// land one by one it is a commit, and nothing is known of how they were pushed.
///
/// A landing is warned about if one of its changes is, and fixed if one of them is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Landings {
    /// Landings of which a change is judged.
    pub n: usize,
    /// Those of several changes.
    pub n_several: usize,
    /// Those followed by a fix.
    pub n_defective: usize,
    /// Those warned about.
    pub n_warned: usize,
    /// Of these, those followed by a fix.
    pub n_warned_defective: usize,
}

impl Landings {
    pub(super) fn of(changes: &[Standing], judged: &[usize], weights: &[f64]) -> Self {
        let pairs: Vec<(&Standing, bool)> = judged
            .iter()
            .zip(weights)
            .map(|(place, weight)| (&changes[*place], *weight > 0.0))
            .collect();
        let mut landings = Self::default();
        // Arrivals are in order of time, so what landed at one moment stands together.
        for landing in pairs.chunk_by(|a, b| a.0.at == b.0.at) {
            let defective = landing
                .iter()
                .any(|(change, _)| change.label.is_some_and(Label::is_defective));
            let warned = landing.iter().any(|(_, warned)| *warned);
            landings.n += 1;
            landings.n_several += usize::from(landing.len() > 1);
            landings.n_defective += usize::from(defective);
            landings.n_warned += usize::from(warned);
            landings.n_warned_defective += usize::from(warned && defective);
        }
        landings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use risk_change::Timestamp;

    #[test]
    fn what_landed_together_is_warned_about_once() {
        let change = |at, label| Standing {
            at: Timestamp(at),
            probability: 0.5,
            percentile: None,
            lift: None,
            size_percentile: None,
            size_lift: None,
            label: Some(label),
            days_to_fix: None,
        };
        let (good, bad) = (Label::Clean, Label::Defective);
        let changes = [
            change(1, good),
            change(1, bad),
            change(1, good),
            change(2, good),
            change(3, bad),
            change(3, good),
        ];
        let weights = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
        let landings = Landings::of(&changes, &[0, 1, 2, 3, 4, 5], &weights);
        assert_eq!(
            landings,
            Landings {
                n: 3,
                n_several: 2,
                n_defective: 2,
                n_warned: 2,
                n_warned_defective: 1,
            }
        );
    }
}
