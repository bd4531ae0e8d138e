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
    /// Records and targets of a data set do not fit together.
    #[error("read the data set")]
    DataSet(#[from] linfa::Error),
    /// The batch fit failed.
    #[error("fit the batch model")]
    Batch(#[from] linfa_logistic::error::Error),
}
