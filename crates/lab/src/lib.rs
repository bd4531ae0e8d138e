//! Studies: the models of git-risk over published data sets, beside their baselines.
//!
//! A [`Profile`] reads a data file and translates it at the door into a [`Stream`]: changes in order of time,
//! each with its features under our names, Kamei's fourteen among them, the label of the data set, and the time of its
//! first fix if that is told. A [`Protocol`] makes of a stream the events of a run: prequential with a waiting time,
//! or a fixed split. One `risk_evaluate::Prequential` takes them; every [`Model`] predicts from what that run
//! wrote down. `risk_evaluate::Figures` judge the predictions, [`Comparison`]s and [`across`] models beside each other,
//! and [`output`] writes all of it into one folder. A [`plan`] is a study as a file.
//!
//! [`alerts`] tell how often warnings would have been given on streams, and what became of those changes; [`fixes`] how
//! far the rules can be trusted that tell which changes are fixes.
//!
//! The same study gives the same bytes: nothing here looks at a clock, and the one random baseline has a seed.
//!
//! # Example
//!
//! ```
//! use risk_evaluate::Waiting;
//! use risk_lab::{Empty, Model, Profile, Protocol, Run};
//!
//! let csv = "\
//! _id,date,bug,ns,nd,nf,entrophy,la,ld,lt,fix,ndev,age,nuc,exp,rexp,sexp
//! 1b2c,86400,0,1,1,1,0,3,1,120,0,2,4.5,7,40,6.5,12
//! 9f0e,172800,1,1,2,3,1.2,90,10,900,1,5,2.0,30,41,7.5,13
//! ";
//! let stream = Profile::Issta21.read("tiny.csv".as_ref(), csv.as_bytes(), Empty::LeftOut)?;
//! let run = Run::of(&stream, Protocol::Prequential(Waiting::default()), None)?;
//! for model in Model::usual() {
//!     let predictions = model.predictions(&run, 1)?;
//!     assert_eq!(predictions.len(), 2, "{}", model.name);
//! }
//! # Ok::<(), risk_lab::Error>(())
//! ```

pub mod alerts;
mod compare;
mod error;
pub mod extract;
mod figures;
pub mod fixes;
mod learner;
pub mod links;
mod metric;
mod model;
mod options;
pub mod output;
mod periodic;
pub mod plan;
pub mod prior;
mod protocol;
mod reader;
mod refitted;
mod sha256;
mod stream;
mod study;
mod table;

pub use compare::{Across, Comparison, Pair, across};
pub use error::{Error, Result};
pub use figures::{Block, Interval, Judgement};
pub use metric::{Better, Metric};
pub use model::{Kind, Model, Prediction, Prior, Scales};
pub use options::{Input, Location, Options};
pub use periodic::Periodic;
pub use prior::Start;
pub use protocol::{Protocol, Run};
pub use reader::Profile;
pub use stream::{Empty, Labelled, Landing, Stream};
pub use study::{Outcome, Read, Source, Study};

/// Name and version, as written into results.
pub(crate) const TOOL: &str = concat!("git-risk-lab ", env!("CARGO_PKG_VERSION"));
