//! linfa's traits: one pass over a data set, row by row in order.
//!
//! Deviations from what linfa's own models do: targets are [`Label`]s, data-set weights are used,
//! predictions are probabilities in `f64`, and the order of the rows matters a little, since each label
//! is absorbed at the mean that the earlier ones left.

use super::{BayesLogistic, BayesLogisticValidParams};
use crate::classifier::{Classifier, Label};
use crate::error::{Error, Result};
use linfa::DatasetBase;
use linfa::dataset::AsSingleTargets;
use linfa::traits::{Fit, FitWith, PredictInplace};
use ndarray::{Array1, ArrayBase, Data, Ix2};

impl<D: Data<Elem = f64>, T: AsSingleTargets<Elem = Label>> Fit<ArrayBase<D, Ix2>, T, Error>
    for BayesLogisticValidParams
{
    type Object = BayesLogistic;

    fn fit(&self, dataset: &DatasetBase<ArrayBase<D, Ix2>, T>) -> Result<BayesLogistic> {
        absorb(self.start(), dataset)
    }
}

impl<'a, D: Data<Elem = f64>, T: AsSingleTargets<Elem = Label>>
    FitWith<'a, ArrayBase<D, Ix2>, T, Error> for BayesLogisticValidParams
{
    type ObjectIn = Option<BayesLogistic>;
    type ObjectOut = BayesLogistic;

    fn fit_with(
        &self,
        model: Option<BayesLogistic>,
        dataset: &'a DatasetBase<ArrayBase<D, Ix2>, T>,
    ) -> Result<BayesLogistic> {
        absorb(model.unwrap_or_else(|| self.start()), dataset)
    }
}

fn absorb<D: Data<Elem = f64>, T: AsSingleTargets<Elem = Label>>(
    mut model: BayesLogistic,
    dataset: &DatasetBase<ArrayBase<D, Ix2>, T>,
) -> Result<BayesLogistic> {
    let (records, targets) = (dataset.records(), dataset.targets().as_single_targets());
    if records.ncols() != model.n_features() {
        return Err(Error::RowLength {
            expected: model.n_features(),
            found: records.ncols(),
        });
    }
    if records.nrows() != targets.len() {
        return Err(linfa::Error::MismatchedShapes(records.nrows(), targets.len()).into());
    }
    for (i, (row, label)) in records.rows().into_iter().zip(targets).enumerate() {
        let weight = dataset.weights().map_or(1.0, |w| f64::from(w[i]));
        model.learn_one(&row.to_vec(), *label, weight);
    }
    Ok(model)
}

impl<D: Data<Elem = f64>> PredictInplace<ArrayBase<D, Ix2>, Array1<f64>> for BayesLogistic {
    fn predict_inplace(&self, x: &ArrayBase<D, Ix2>, y: &mut Array1<f64>) {
        assert_eq!(x.nrows(), y.len(), "there is one place for each row");
        for (row, p) in x.rows().into_iter().zip(y.iter_mut()) {
            *p = self.predict_proba_one(&row.to_vec());
        }
    }

    fn default_target(&self, x: &ArrayBase<D, Ix2>) -> Array1<f64> {
        Array1::zeros(x.nrows())
    }
}
