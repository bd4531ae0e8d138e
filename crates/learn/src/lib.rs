//! Online, batch and static logistic models, causal scaling, latency, calibration and a threshold: pure numbers.
//!
//! A row of raw features is extended by [`Derived`] (logarithms and ratios), put on comparable scales by
//! [`Standardiser`] and [`Ranks`] — together a [`Preparation`] — and given to a [`Classifier`]:
//! [`BayesLogistic`] learns one [`Label`] at a time, [`StaticLogistic`] learns the first thousand and
//! then stays as it is. A [`LabelFreeThreshold`] says from which probability on a change is flagged.
//!
//! Labels come late: a change without a fix is not clean, it has only not been fixed yet. [`FixLatency`] learns
//! how long fixes take, and its [`LatencyCurve`] says how probable a defect still is after so many days of
//! silence. With these as soft labels ([`SoftRows`]) a [`RidgeLogistic`] is fitted to all changes from time to
//! time; [`Blend`] is the mean of it and the online model, with exact [`Contributions`] like each of them, and
//! [`Calibration`] puts probabilities right.
//!
//! For a split in time, where all labels of a first part are known, [`SplinesAndTrees`] is fitted to rows of a
//! [`BatchPreparation`]: the mean of a ridge model on a [`SplineBasis`], of [`BoostedTrees`] and of [`ExtraTrees`].
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
//!
//! With labels that are known in part:
//!
//! ```
//! use linfa::ParamGuard;
//! use risk_learn::{BayesLogistic, Blend, FixLatency, RidgeLogisticParams, SoftRows};
//!
//! let mut latency = FixLatency::new();
//! latency.learn_one(0.0, 45.0)?;                             // arrived on day 0, fixed on day 45
//! let today = latency.curve(200.0);
//! let said = [0.31, 0.22, 0.12];                             // the probabilities at the three arrivals
//!
//! let rows = [1.5, 0.2, -0.3, -1.0, 0.4, 0.1];               // three changes of two columns
//! let labels = [1.0, today.defective_if_unfixed(said[1], 150.0), today.defective_if_unfixed(said[2], 20.0)];
//! let weights = [200.0, 150.0, 20.0].map(|age: f64| 0.5f64.powf(age / 730.0));
//! let params = RidgeLogisticParams::new(2).check()?;
//! let batch = params.fit(&SoftRows::new(2, &rows, &labels, &weights)?, None)?.model;
//!
//! let online = BayesLogistic::new(2);
//! let blend = Blend::new(&online, Some(&batch))?;
//! assert!(blend.predict_proba_one(&[1.5, 0.2]) > blend.predict_proba_one(&[-1.0, 0.2]));
//! # Ok::<(), risk_learn::Error>(())
//! ```

mod batch_preparation;
mod bayes_logistic;
mod blend;
mod boosted_trees;
mod calibration;
#[cfg(test)]
mod checks;
mod classifier;
mod conjugate;
mod contributions;
mod derived;
mod error;
mod extra_trees;
mod fix_latency;
mod newton;
mod pooled_prior;
mod preparation;
mod prior;
mod prior_file;
mod rank;
mod ridge_logistic;
mod scale;
mod scatter;
mod soft_rows;
mod spline_basis;
mod splines_and_trees;
mod static_logistic;
mod surroundings;
mod symmetric;
mod threshold;
mod tree;

pub use batch_preparation::BatchPreparation;
pub use bayes_logistic::{BayesLogistic, BayesLogisticParams, BayesLogisticValidParams};
pub use blend::Blend;
pub use boosted_trees::{BoostedTrees, BoostedTreesParams, BoostedTreesValidParams};
pub use calibration::{Calibration, SoftScore};
pub use classifier::{Classifier, Label};
pub use contributions::Contributions;
pub use derived::{Derived, KAMEI};
pub use error::{Error, Result};
pub use extra_trees::ExtraTrees;
pub use fix_latency::{FixLatency, LatencyCurve};
pub use pooled_prior::PooledPrior;
pub use preparation::{Preparation, Scaling};
pub use prior::Prior;
pub use prior_file::{PriorFile, Project};
pub use rank::Ranks;
pub use ridge_logistic::{RidgeFit, RidgeLogistic, RidgeLogisticParams, RidgeLogisticValidParams};
pub use scale::Standardiser;
pub use soft_rows::SoftRows;
pub use spline_basis::SplineBasis;
pub use splines_and_trees::SplinesAndTrees;
pub use static_logistic::StaticLogistic;
pub use surroundings::Surroundings;
pub use threshold::LabelFreeThreshold;
