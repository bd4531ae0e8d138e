//! Online and static logistic models, causal scaling and a threshold: pure numbers.
//!
//! A row of raw features is extended by [`Derived`] (logarithms and ratios), put on comparable scales by
//! [`Standardiser`] and [`Ranks`] — together a [`Preparation`] — and given to a [`Classifier`]:
//! [`BayesLogistic`] learns one [`Label`] at a time, [`StaticLogistic`] learns the first thousand and
//! then stays as it is. A [`LabelFreeThreshold`] says from which probability on a change is flagged.
//!
//! Everything is a value that can be saved and comes back bit for bit. Nothing here knows git, a clock,
//! a file, or randomness.
//!
//! # Example
//!
//! ```
//! use risk_learn::{BayesLogistic, Classifier, Label, Preparation};
//!
//! let names = ["ns", "nd", "nf", "entropy", "la", "ld", "lt", "fix", "ndev", "age", "nuc", "exp", "rexp", "sexp"];
//! let mut preparation = Preparation::new(&names)?;
//! let mut model = BayesLogistic::informed(&preparation);
//!
//! let raw = [1.0, 1.0, 2.0, 0.9, 30.0, 4.0, 210.0, 0.0, 3.0, 12.5, 9.0, 40.0, 7.5, 22.0];
//! let z: Vec<f64> = preparation.transform(&raw)?.into_iter().map(f64::from).collect();
//! preparation.absorb(&raw)?;                                 // only now is the change part of the past
//!
//! let before = model.predict_proba_one(&z);                  // 23 %: the first change is average
//! model.learn_one(&z, Label::Defective, 1.0);                // when its label is known, later
//! assert!(model.predict_proba_one(&z) > before);
//! # Ok::<(), risk_learn::Error>(())
//! ```

mod bayes_logistic;
mod blend;
mod calibration;
#[cfg(test)]
mod checks;
mod classifier;
mod contributions;
mod derived;
mod error;
mod fix_latency;
mod newton;
mod preparation;
mod rank;
mod ridge_logistic;
mod scale;
mod soft_rows;
mod static_logistic;
mod symmetric;
mod threshold;

pub use bayes_logistic::{BayesLogistic, BayesLogisticParams, BayesLogisticValidParams};
pub use blend::Blend;
pub use calibration::{Calibration, SoftScore};
pub use classifier::{Classifier, Label};
pub use contributions::Contributions;
pub use derived::{Derived, KAMEI};
pub use error::{Error, Result};
pub use fix_latency::{FixLatency, LatencyCurve};
pub use preparation::{Preparation, Scaling};
pub use rank::Ranks;
pub use ridge_logistic::{RidgeFit, RidgeLogistic, RidgeLogisticParams, RidgeLogisticValidParams};
pub use scale::Standardiser;
pub use soft_rows::SoftRows;
pub use static_logistic::StaticLogistic;
pub use threshold::LabelFreeThreshold;
