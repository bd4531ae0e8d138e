//! What can be asked of a study of the rules that tell fixes.

use super::input;
use clap::Args;
use risk_lab::extract::Input;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct FixesArgs {
    /// A sample of changes with the labels of two readings, such as data/fix-messages/messages.csv
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Repositories to read the files of the changes from, by the name that the sample has for them [default: the files
    /// are those that the sample tells]
    #[arg(long, num_args = 1.., value_name = "[NAME=]PATH", value_parser = input)]
    pub(crate) repo: Vec<Input>,
    /// A folder for the results: a new or empty one, or one with results of an earlier such study, which are replaced
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
