//! How far the rules that tell fixes from other changes can be trusted, on changes that were read and labelled.
//!
//! A [`Sampled`] change has its message, what its files say to the rules, and two labels that were given apart from each
//! other. [`Fixes`] asks the rules of each, and [`Figures`] say of every [`Rule`] how many of the changes that it calls
//! fixes are some, how many of all fixes it finds, and what each exclusion throws away.
//!
//! The sample is drawn by strata, so each change stands for as many as its stratum has for each that was drawn.

mod changed;
mod figures;
mod sample;

pub use changed::{File, Mark};
pub use figures::{Agreement, Count, Exclusion, Figures, Found, Judged};
pub use sample::{Label, Sampled};

use crate::error::{Error, Result};
use crate::extract::{Input, check_names};
use crate::reader::unpacked;
use crate::sha256;
use risk_change::{Change, ChangeId};
use risk_history::Repository;
use risk_szz::{Evidence, Explanation, FixRules};
use std::path::Path;

/// What may say that a change is a fix. Key words in the subject and closing lines are one [`Evidence`], but two rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// It names the change it repairs.
    Names,
    /// It takes another change back.
    Revert,
    /// Its subject has the type `fix`.
    FixType,
    /// Its subject has a key word.
    Subject,
    /// Its body has a line such as `Fixes #123`.
    Closing,
}

impl Rule {
    /// All of them, strongest first.
    pub const ALL: [Self; 5] = [
        Self::Names,
        Self::Revert,
        Self::FixType,
        Self::Subject,
        Self::Closing,
    ];

    /// Its name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Names => "names the change",
            Self::Revert => "revert",
            Self::FixType => "fix:",
            Self::Subject => "key word in the subject",
            Self::Closing => "closing line",
        }
    }
}

/// What the rules say of a change.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The change.
    pub change: Sampled,
    /// What they say, and why.
    pub explanation: Explanation,
    /// The rules that speak for a fix, strongest first; none if it is called none.
    pub rules: Vec<Rule>,
}

/// The rules beside the labels of a sample.
#[derive(Clone, Debug)]
pub struct Fixes {
    /// Name of the file with the sample.
    pub file: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// Repositories that were asked for the files, by name; of the others the sample tells them.
    pub asked: Vec<String>,
    /// One of each change, in the order of the sample.
    pub verdicts: Vec<Verdict>,
}

impl Fixes {
    /// Asks the rules, as they are in the product unless it is configured otherwise, of every change of a sample.
    ///
    /// Files are those of the repositories that bear the name of the sample's, and are read anew into
    /// [`Sampled::changed`]; else they are those that the sample tells.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::Csv`], [`Error::MissingColumn`] and [`Error::Value`] if the sample cannot be read or has
    /// a value that is none of its column; [`Error::SameRepository`] and [`Error::NotSampled`] for repositories that
    /// cannot be meant; [`Error::History`] if one of them cannot be read.
    pub fn of(data: &Path, repositories: &[Input]) -> Result<Self> {
        check_names(repositories)?;
        let bytes = std::fs::read(data).map_err(|source| Error::Read {
            path: data.to_owned(),
            source,
        })?;
        let changes = sample::read(data, &unpacked(data, &bytes)?)?;
        for input in repositories {
            if changes.iter().all(|change| change.repository != input.name) {
                return Err(Error::NotSampled {
                    name: input.name.clone(),
                });
            }
        }
        let mut opened = Vec::new();
        for input in repositories {
            opened.push((input.name.as_str(), Repository::discover(&input.path)?));
        }
        let rules = FixRules::default();
        let verdict = |mut sampled: Sampled| {
            let repository = opened.iter().find(|(name, _)| *name == sampled.repository);
            let change = match repository {
                Some((_, repository)) => {
                    let change = repository.change(&sampled.id)?;
                    sampled.changed = changed::of(&rules, &change);
                    change
                }
                None => changed::change(sampled.id, &sampled.message, &sampled.changed),
            };
            Ok(judge(&rules, sampled, &change))
        };
        let verdicts: Result<Vec<Verdict>> = changes.into_iter().map(verdict).collect();
        let name = data.file_name().unwrap_or_default();
        Ok(Self {
            file: name.to_string_lossy().into_owned(),
            sha256: sha256::of(&bytes),
            asked: repositories.iter().map(|it| it.name.clone()).collect(),
            verdicts: verdicts?,
        })
    }

    /// The names of the repositories, in the order of the sample.
    #[must_use]
    pub fn repositories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for verdict in &self.verdicts {
            let name = verdict.change.repository.as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The figures of one repository, or of all of them as one.
    #[must_use]
    pub fn figures(&self, repository: Option<&str>) -> Figures {
        let verdicts = self.verdicts.iter();
        let is_meant = |verdict: &&Verdict| {
            repository.is_none_or(|name| name == verdict.change.repository.as_str())
        };
        let meant: Vec<&Verdict> = verdicts.filter(is_meant).collect();
        Figures::of(&meant)
    }
}

fn judge(rules: &FixRules, sampled: Sampled, change: &Change) -> Verdict {
    let explanation = rules.explain(change);
    let speak = match &explanation {
        Explanation::Fix(fix) => speaking(rules, sampled.id, &change.message, &fix.evidence),
        Explanation::NotFix { .. } => Vec::new(),
    };
    Verdict {
        change: sampled,
        explanation,
        rules: speak,
    }
}

/// The rules behind the evidence of a fix: subject and body are each asked alone what they say.
fn speaking(rules: &FixRules, id: ChangeId, message: &str, evidence: &[Evidence]) -> Vec<Rule> {
    let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
    let has_word = |message: &str| {
        let fix = rules.classify(&changed::change(id, message, &[File::any()]));
        fix.is_some_and(|fix| fix.evidence.contains(&Evidence::Keyword))
    };
    let has = |it: Evidence| evidence.contains(&it);
    // A revert quotes another message, so nothing else of it is asked.
    let closes = !has(Evidence::Revert) && has_word(&format!("a change\n\n{body}"));
    let is_in_subject = has(Evidence::Keyword) && (!closes || has_word(subject));
    let holds = |rule: &Rule| match rule {
        Rule::Names => has(Evidence::Trailer),
        Rule::Revert => has(Evidence::Revert),
        Rule::FixType => has(Evidence::Conventional),
        Rule::Subject => is_in_subject,
        Rule::Closing => closes,
    };
    Rule::ALL.into_iter().filter(holds).collect()
}
