//! What is asked of a study.

use crate::compare::Pair;
use crate::error::{Error, Result};
use crate::extract::Format;
use crate::model::Model;
use crate::prior::Start;
use crate::protocol::Protocol;
use crate::reader::Profile;
use crate::stream::Empty;
use risk_change::Days;
use std::path::PathBuf;

/// What is asked of a study, beside its streams.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Heading of the summary.
    pub title: String,
    /// The command that asks for the study, without folders.
    pub command: String,
    /// Name and SHA-256 of the study file that asks for it, if one does.
    pub plan: Option<(String, String)>,
    /// The protocols, each run on every stream.
    pub protocols: Vec<Protocol>,
    /// Where git-risk begins.
    pub start: Start,
    /// The models, in the order of results.
    pub models: Vec<Model>,
    /// Which models are compared.
    pub pairs: Vec<Pair>,
    /// Seed of the random baseline and of the bootstrap.
    pub seed: u64,
    /// Draws of the bootstrap; 0 leaves its intervals out.
    pub draws: usize,
    /// Form of the predictions.
    pub predictions: Format,
}

/// A stream that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name in results.
    pub name: String,
    /// Where it is from.
    pub location: Location,
    /// What becomes of changes without a file.
    pub empty: Empty,
    /// How old a change must be at the end of the stream to be judged; days from 0 on.
    pub maturity: Days,
    /// Only this many changes from the start; `None` takes all.
    pub first: Option<usize>,
}

/// Where a stream is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A data file.
    Data {
        /// The file, packed by gzip or not.
        path: PathBuf,
        /// Its format.
        profile: Profile,
    },
    /// A repository, which is read as `extract` does.
    Repository {
        /// The repository, or a folder in it.
        path: PathBuf,
    },
}

impl Options {
    /// Draws of the bootstrap if a study does not say how many.
    pub const DRAWS: usize = 1_000;

    /// The pairs that are compared if a study does not say which: git-risk beside `la` and `static`, and each model
    /// that goes on learning beside the one that stopped; as far as both are there.
    #[must_use]
    pub fn usual_pairs(models: &[Model]) -> Vec<Pair> {
        let place = |name: &str| models.iter().position(|model| model.name == name);
        USUAL
            .into_iter()
            .filter_map(|(model, other)| {
                Some(Pair {
                    model: place(model)?,
                    other: place(other)?,
                })
            })
            .collect()
    }

    /// Checks what could not be told from each part alone.
    ///
    /// # Errors
    ///
    /// [`Error::SameModel`] for two models of one name.
    pub fn check(&self) -> Result<()> {
        for (place, model) in self.models.iter().enumerate() {
            if self.models[..place].iter().any(|it| it.name == model.name) {
                return Err(Error::SameModel {
                    name: model.name.clone(),
                });
            }
        }
        Ok(())
    }
}

const USUAL: [(&str, &str); 5] = [
    ("git-risk", "la"),
    ("git-risk", "static"),
    ("git-risk", "static-frozen"),
    ("batch", "static"),
    ("online", "online-stopped"),
];

impl Input {
    /// A data file, called by its name without extensions.
    #[must_use]
    pub fn data(path: PathBuf, profile: Profile, empty: Empty, maturity: Days) -> Self {
        Self {
            name: profile.stream_name(&path),
            location: Location::Data { path, profile },
            empty,
            maturity,
            first: None,
        }
    }
}
