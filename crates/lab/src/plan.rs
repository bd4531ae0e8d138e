//! A study file: all that is asked of a study, in TOML.
//!
//! ```toml
//! title = "Dynamic against static"
//! seed = 1
//! prior = "other-streams"
//! draws = 1000
//! maturity = 365
//! waiting = [90, 365]
//! split = [0.8]
//! models = ["la", "static", "git-risk"]
//! compare = [["git-risk", "la"], ["monthly", "static"]]
//!
//! [[model]]
//! name = "monthly"
//! kind = "batch"
//! window = 2000
//! every = 250
//!
//! [[stream]]
//! data = "go.csv.gz"
//! profile = "issta21"
//!
//! [[stream]]
//! name = "mine"
//! repository = "../mine"
//! ```
//!
//! Paths are from the folder of the file. What is not said is as on the command line. Keys that are not known are
//! refused, and so are those that do not belong to a kind of model.

use crate::compare::Pair;
use crate::error::{Error, Result};
use crate::extract::Format;
use crate::model::{Kind, Model, Prior, Scales};
use crate::options::{Input, Location, Options};
use crate::prior::Start;
use crate::protocol::Protocol;
use crate::reader::Profile;
use crate::sha256;
use crate::stream::Empty;
use risk_change::Days;
use risk_evaluate::{Maturity, Waiting};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    title: Option<String>,
    prior: Option<String>,
    seed: Option<u64>,
    draws: Option<usize>,
    predictions: Option<FormatWord>,
    maturity: Option<f64>,
    empty: Option<EmptyWord>,
    waiting: Option<Vec<f64>>,
    #[serde(default)]
    split: Vec<f64>,
    models: Option<Vec<String>>,
    #[serde(default)]
    model: Vec<ModelTable>,
    compare: Option<Vec<(String, String)>>,
    stream: Vec<StreamTable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum EmptyWord {
    LeftOut,
    Kept,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FormatWord {
    Csv,
    Parquet,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelTable {
    name: String,
    kind: KindWord,
    scales: Option<ScalesWord>,
    window: Option<usize>,
    every: Option<usize>,
    prior: Option<PriorWord>,
    stop: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KindWord {
    La,
    Random,
    GitRisk,
    Static,
    Batch,
    SplinesAndTrees,
    Online,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ScalesWord {
    Running,
    Frozen,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PriorWord {
    None,
    Informed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamTable {
    name: Option<String>,
    data: Option<PathBuf>,
    profile: Option<String>,
    repository: Option<PathBuf>,
    empty: Option<EmptyWord>,
    maturity: Option<f64>,
    first: Option<usize>,
}

/// The streams and options of a study file.
///
/// # Errors
///
/// [`Error::Read`], [`Error::Plan`] for what is no such file, with the known keys where one is not;
/// [`Error::Unknown`], [`Error::Range`] and [`Error::Table`] for what it says of models and streams, and
/// [`Error::SameModel`].
pub fn read(path: &Path) -> Result<(Vec<Input>, Options)> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let plan: Plan = toml::from_str(&text).map_err(|source| Error::Plan {
        path: path.to_owned(),
        source,
    })?;
    let file = File { path };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.into_owned();
    let models = file.models(&plan)?;
    let options = Options {
        protocols: file.protocols(&plan)?,
        pairs: match &plan.compare {
            None => Options::usual_pairs(&models),
            Some(pairs) => file.pairs(pairs, &models)?,
        },
        models,
        start: file.start(plan.prior.as_deref())?,
        seed: plan.seed.unwrap_or(1),
        draws: plan.draws.unwrap_or(Options::DRAWS),
        predictions: match plan.predictions {
            None | Some(FormatWord::Csv) => Format::Csv,
            Some(FormatWord::Parquet) => Format::Parquet,
        },
        command: format!("git-risk-lab study {name}"),
        plan: Some((name, sha256::of(text.as_bytes()))),
        title: plan.title.clone().unwrap_or_else(|| "Study".to_owned()),
    };
    options.check()?;
    let inputs = plan.stream.iter().map(|table| file.stream(table, &plan));
    Ok((inputs.collect::<Result<_>>()?, options))
}

/// The study file that is read, for paths and messages.
struct File<'a> {
    path: &'a Path,
}

impl File<'_> {
    fn table(&self, what: String) -> Error {
        let path = self.path.to_owned();
        Error::Table { path, what }
    }

    fn unknown(&self, what: &'static str, found: &str, known: Vec<String>) -> Error {
        Error::Unknown {
            path: self.path.to_owned(),
            what,
            found: found.to_owned(),
            known,
        }
    }

    /// Where git-risk begins: `size`, `other-streams`, or what is in a file, below the folder of the study file.
    fn start(&self, prior: Option<&str>) -> Result<Start> {
        Start::asked(prior, |path| self.below(path))
    }

    fn below(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn protocols(&self, plan: &Plan) -> Result<Vec<Protocol>> {
        let mut protocols = Vec::new();
        let usual = [Waiting::default().days().0];
        let waiting = match &plan.waiting {
            Some(waiting) => waiting.as_slice(),
            None if plan.split.is_empty() => &usual,
            None => &[],
        };
        for days in waiting {
            protocols.push(Protocol::Prequential(Waiting::new(Days(*days))?));
        }
        for part in &plan.split {
            if !(*part > 0.0 && *part < 1.0) {
                return Err(Error::Split { split: *part });
            }
            protocols.push(Protocol::Split(*part));
        }
        if protocols.is_empty() {
            return Err(self.table("there is no protocol: `waiting` is empty".to_owned()));
        }
        Ok(protocols)
    }

    fn models(&self, plan: &Plan) -> Result<Vec<Model>> {
        let mut models = match &plan.models {
            None if plan.model.is_empty() => Model::usual(),
            None => Vec::new(),
            Some(names) => {
                let model = |name: &String| {
                    let known = || Model::known().into_iter().map(|it| it.name).collect();
                    Model::of_name(name).ok_or_else(|| self.unknown("the model", name, known()))
                };
                names.iter().map(model).collect::<Result<_>>()?
            }
        };
        for table in &plan.model {
            models.push(self.model(table)?);
        }
        Ok(models)
    }

    fn model(&self, table: &ModelTable) -> Result<Model> {
        let given = [
            ("scales", table.scales.is_some()),
            ("window", table.window.is_some()),
            ("every", table.every.is_some()),
            ("prior", table.prior.is_some()),
            ("stop", table.stop.is_some()),
        ];
        let (kind, own): (Kind, &[&str]) = match table.kind {
            KindWord::La => (Kind::La, &[]),
            KindWord::Random => (Kind::Random, &[]),
            KindWord::GitRisk => (Kind::GitRisk, &[]),
            KindWord::Static => {
                let scales = match table.scales {
                    None | Some(ScalesWord::Running) => Scales::Running,
                    Some(ScalesWord::Frozen) => Scales::Frozen,
                };
                (Kind::Static { scales }, &["scales"])
            }
            KindWord::Batch => {
                let window = self.positive("window", table.window.unwrap_or(1_000))?;
                let every = self.positive("every", table.every.unwrap_or(500))?;
                (Kind::Batch { window, every }, &["window", "every"])
            }
            KindWord::SplinesAndTrees => {
                let every = self.positive("every", table.every.unwrap_or(2_000))?;
                (Kind::SplinesAndTrees { every }, &["every"])
            }
            KindWord::Online => {
                let prior = match table.prior {
                    None | Some(PriorWord::Informed) => Prior::Informed,
                    Some(PriorWord::None) => Prior::None,
                };
                let stop = table.stop;
                (Kind::Online { prior, stop }, &["prior", "stop"])
            }
        };
        if let Some((key, _)) = given.iter().find(|(key, is)| *is && !own.contains(key)) {
            let keys = [&["name", "kind"], own].concat();
            return Err(self.table(format!(
                "the model `{}` has no `{key}`; what it has is {}",
                table.name,
                keys.join(", ")
            )));
        }
        Ok(Model {
            name: table.name.clone(),
            kind,
        })
    }

    fn positive(&self, key: &'static str, value: usize) -> Result<usize> {
        if value > 0 {
            return Ok(value);
        }
        Err(Error::Range {
            path: self.path.to_owned(),
            key,
            value: 0.0,
            range: "1 or more",
        })
    }

    fn pairs(&self, pairs: &[(String, String)], models: &[Model]) -> Result<Vec<Pair>> {
        let place = |name: &String| {
            let place = models.iter().position(|model| model.name == *name);
            place.ok_or_else(|| {
                let known = models.iter().map(|model| model.name.clone()).collect();
                self.unknown("the compared model", name, known)
            })
        };
        let both = pairs.iter().map(|(model, other)| {
            Ok(Pair {
                model: place(model)?,
                other: place(other)?,
            })
        });
        both.collect()
    }

    fn stream(&self, table: &StreamTable, plan: &Plan) -> Result<Input> {
        let below = |path: &PathBuf| self.below(path);
        let (location, name) = match (&table.data, &table.profile, &table.repository) {
            (Some(data), Some(profile), None) => {
                let known = Profile::of_name(profile).ok_or_else(|| {
                    let known = Profile::ALL.map(|profile| profile.name().to_owned());
                    self.unknown("the profile", profile, known.to_vec())
                })?;
                let path = below(data);
                let name = known.stream_name(&path);
                let profile = known;
                (Location::Data { path, profile }, Some(name))
            }
            (None, None, Some(repository)) => {
                let path = below(repository);
                (Location::Repository { path }, None)
            }
            _ => {
                return Err(self.table(
                    "each [[stream]] has either `data` and `profile`, or `repository`".to_owned(),
                ));
            }
        };
        let name = match (&table.name, name, &location) {
            (Some(name), _, _) => name.clone(),
            (None, Some(name), _) => name,
            (None, None, Location::Repository { path } | Location::Data { path, .. }) => {
                crate::extract::Input::parse(&path.to_string_lossy())?.name
            }
        };
        let maturity = table.maturity.or(plan.maturity).unwrap_or(0.0);
        Ok(Input {
            name,
            location,
            empty: match table.empty.or(plan.empty) {
                None | Some(EmptyWord::LeftOut) => Empty::LeftOut,
                Some(EmptyWord::Kept) => Empty::Kept,
            },
            maturity: Maturity::new(Days(maturity))?.days(),
            first: table.first,
        })
    }
}

#[cfg(test)]
mod tests;
