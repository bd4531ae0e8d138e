//! What can be refused before the maths begins.

use thiserror::Error;

/// The result of an operation of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why parameters, rows or names were refused.
#[derive(Debug, Error)]
pub enum Error {
    /// A parameter lies outside its range.
    #[error("use {value} as {name}: it must be {range}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// What is allowed.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// A row has another number of columns than the model or preparation was made for.
    #[error("use a row of {found} columns where {expected} are expected")]
    RowLength {
        /// Columns of the model or preparation.
        expected: usize,
        /// Columns of the row.
        found: usize,
    },
    /// The names of the features differ from those the preparation was made for.
    #[error(
        "use features [{}] with a model of [{}]",
        found.join(" "),
        expected.join(" ")
    )]
    Names {
        /// Features of the model, in order.
        expected: Vec<String>,
        /// Features given, in order.
        found: Vec<String>,
    },
    /// One of Kamei's fourteen features is not among the names.
    #[error("derive ratios without feature `{name}`")]
    MissingFeature {
        /// The feature that is missing.
        name: &'static str,
    },
    /// A name occurs twice.
    #[error("tell apart two features named `{name}`")]
    RepeatedFeature {
        /// The name.
        name: String,
    },
    /// The numbers of values, soft labels and weights do not fit together.
    #[error(
        "use {n_values} values in rows of {n_features} columns with {n_targets} soft labels and {n_weights} weights"
    )]
    Lengths {
        /// Values of all rows.
        n_values: usize,
        /// Columns of a row.
        n_features: usize,
        /// Soft labels.
        n_targets: usize,
        /// Weights.
        n_weights: usize,
    },
    /// No row has a positive weight.
    #[error("fit a model to no rows")]
    NoRows,
    /// The soft labels are all clean or all defective, so that no finite intercept fits them best.
    #[error(
        "fit a model to one class: {defective} defective and {clean} clean labels, decayed and softened"
    )]
    OneClass {
        /// Sum of the weights times the soft labels.
        defective: f64,
        /// Sum of the weights times what is missing of the soft labels to 1.
        clean: f64,
    },
    /// The minimum was not reached.
    #[error(
        "fit the batch model in {n_steps} steps: the gradient is still {gradient} for each unit of weight"
    )]
    NotConverged {
        /// Steps made.
        n_steps: u32,
        /// Largest absolute entry of the gradient, divided by the sum of the weights.
        gradient: f64,
    },
    /// Records and targets of a data set do not fit together.
    #[error("read the data set")]
    DataSet(#[from] linfa::Error),
    /// The static fit failed.
    #[error("fit the static model")]
    Batch(#[from] linfa_logistic::error::Error),
}
