//! What is known of changes everywhere.

use crate::preparation::Preparation;

/// Prior mean of the weight of each prepared column: 0.4 for the two columns of `log(la)`, else 0.
///
/// Larger changes are defective more often; nothing else holds in all projects.
///
/// - Source: the strength of lines added alone: Zeng et al., ISSTA 2021. How the value was chosen:
///   [`BayesLogisticParams::informed`](crate::BayesLogisticParams::informed).
pub(crate) fn weight_means(preparation: &Preparation) -> Vec<f64> {
    preparation
        .names()
        .iter()
        .map(|name| if name.ends_with(" log(la)") { 0.4 } else { 0.0 })
        .collect()
}
