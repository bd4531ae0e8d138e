//! A prior with where it comes from, as it is kept in a file.

use crate::error::{Error, Result};
use crate::pooled_prior::PooledPrior;
use crate::prior::Prior;
use serde::{Deserialize, Serialize};

/// What other projects have taught, with what they were.
///
/// - **Shape**: JSON; numbers have six significant digits, which is what the prior is, not an approximation of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorFile {
    /// Version of the form; [`PriorFile::FORMAT`].
    pub format: u32,
    /// What made it, with its version.
    pub made_by: String,
    /// What it was learned from, in the order of its intercepts.
    pub projects: Vec<Project>,
    /// Changes that it is worth in another project.
    pub worth: f64,
    /// What was learned.
    pub pooled: PooledPrior,
}

/// A project that a prior was learned from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// What tells its data from others: the commit up to which it was read, or the SHA-256 of its rows.
    pub version: String,
    /// Changes that were learned from.
    pub n_changes: usize,
    /// Defective ones among them.
    pub n_defective: usize,
}

impl PriorFile {
    /// Version of the form.
    pub const FORMAT: u32 = 1;

    /// Changes that a prior is worth, see [`PooledPrior`].
    pub const WORTH: f64 = 2_000.0;

    /// The prior for another project.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a form of another version, and what [`PooledPrior::prior`] refuses.
    pub fn prior(&self) -> Result<Prior> {
        if self.format != Self::FORMAT {
            return Err(Error::Parameter {
                name: "format of a prior",
                range: "1",
                value: f64::from(self.format),
            });
        }
        self.pooled.prior(self.worth)
    }
}
