//! What steers how history is followed: files of the tip, and the configuration.

use crate::TOOL;
use crate::error::{Failure, StateError};
use crate::issues;
use crate::labels::{LabelStamp, Labels};
use crate::prior;
use crate::settings::{Given, Settings};
use crate::state::{Configured, Stamp, State};
use risk_change::{Author, ChangeId};
use risk_features::Features;
use risk_history::{Identities, Repository};
use risk_replay::{Bots, Options};
use risk_szz::FixRules;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What steers how the history of a commit is followed.
pub(crate) struct Steering {
    files: risk_history::Steering,
    ignored: BTreeSet<ChangeId>,
    /// CRC-32 of `.mailmap` and of `.git-blame-ignore-revs`.
    sums: (u32, u32),
    pub(crate) settings: Settings,
    /// What people say of changes.
    pub(crate) labels: Labels,
    configured: Configured,
    rules: FixRules,
}

/// Whether a state that was made otherwise can be taken up.
pub(crate) enum Adopted {
    /// It is what it would be now.
    Yes,
    /// It is not, because this changed.
    Changed(&'static str),
    /// It was made by other rules.
    Other,
}

impl Steering {
    pub(crate) fn at(
        repository: &Repository,
        tip: &ChangeId,
        given: &Given,
    ) -> Result<Self, Failure> {
        let files = repository.steering(tip)?;
        let settings = Settings::of(&files, tip, repository, given)?;
        let sum = |file: &[u8]| crc32fast::hash(file);
        let fixes = &settings.fixes;
        let rules = FixRules::default().with_words(&fixes.words);
        let rules = rules.and_then(|rules| rules.without(&fixes.never));
        let export = issues::read(repository, tip, &settings, given)?;
        let mut configured = configured(&settings);
        let rules = rules.and_then(|rules| {
            if export.issues.is_empty() {
                return Ok(rules);
            }
            let patterns = &settings.issues.patterns;
            configured.issues = Some((patterns.clone(), issues::sum(&export.issues)));
            rules.with_issues(Arc::new(export.issues), patterns)
        });
        Ok(Self {
            ignored: files.ignored(),
            sums: (sum(&files.mailmap), sum(&files.ignore_revs)),
            configured,
            rules: rules.map_err(|error| {
                Failure::new(error)
                    .hint("look for it in .git-risk.toml and with: git config --get-regexp '^risk'")
            })?,
            files,
            settings,
            labels: Labels::of(repository)?,
        })
    }

    /// The people that the authors are.
    pub(crate) fn identities(&self) -> Identities {
        self.files.identities()
    }

    /// The commits whose lines pass through.
    pub(crate) fn ignored(&self) -> &BTreeSet<ChangeId> {
        &self.ignored
    }

    /// How history is folded.
    pub(crate) fn options(&self) -> Options {
        let szz = risk_szz::Options {
            rules: self.rules.clone(),
            ignored: self.ignored.clone(),
            exclusion: self.settings.exclusion.clone(),
            ..risk_szz::Options::default()
        };
        Options {
            szz,
            bots: self.settings.bots.clone(),
            waiting: self.settings.waiting,
            overrides: self.labels.overrides(),
        }
    }

    /// What a state is made with.
    pub(crate) fn stamp(&self) -> Stamp {
        let szz = risk_szz::Options::default();
        Stamp {
            tool: TOOL.to_owned(),
            features: Features::NAMES
                .iter()
                .map(|&name| name.to_owned())
                .collect(),
            options: format!(
                "{:?} {} {:08x}",
                szz.variant,
                szz.max_fix_files,
                prior::checksum()
            ),
            steering: self.sums,
            configured: self.configured.clone(),
            labels: LabelStamp::default(),
            cached_bytes: 0,
        }
    }

    /// Whether a state was made as it would be made now, but for labels, and however much of the cache belongs to it.
    pub(crate) fn made(&self, stamp: &Stamp) -> bool {
        let own = Stamp {
            labels: stamp.labels,
            cached_bytes: stamp.cached_bytes,
            ..self.stamp()
        };
        own == *stamp
    }

    /// Whether people say the same of its changes as when a state was made.
    pub(crate) fn has_labels_of(&self, state: &State) -> bool {
        let is_learned = |id: &ChangeId| state.replay.knows(id);
        self.labels.are_those_of(&state.stamp.labels, is_learned)
    }

    /// Makes a state that was made otherwise what it would be now, if what differs makes no difference to what was
    /// learned. What developers are called is mended.
    pub(crate) fn adopt(&self, state: &mut State) -> Result<Adopted, StateError> {
        let stamp = Stamp {
            steering: self.sums,
            configured: self.configured.clone(),
            ..state.stamp.clone()
        };
        if !self.made(&stamp) {
            return Ok(Adopted::Other);
        }
        if let Some(what) = self.difference(state)? {
            return Ok(Adopted::Changed(what));
        }
        state.stamp = stamp;
        Ok(Adopted::Yes)
    }

    /// What makes a state differ from what it would be had all this held from the start.
    ///
    /// Nothing does if `.mailmap` makes the same developers of all authors that were met, if
    /// `.git-blame-ignore-revs` differs in commits alone that were not met, and if the same files and authors of those that
    /// were met count.
    fn difference(&self, state: &mut State) -> Result<Option<&'static str>, StateError> {
        let before = &state.stamp.configured;
        let now = &self.configured;
        if before.waiting != now.waiting {
            return Ok(Some("waiting_days"));
        }
        if before.fixes != now.fixes {
            return Ok(Some("the words of [fixes]"));
        }
        if before.issues != now.issues {
            return Ok(Some("the issues of the tracker"));
        }
        let steered = state.kept.steered()?;
        if before.exclude != now.exclude {
            let excludes = |path| self.settings.exclusion.excludes(path);
            let all = state.replay.tracker.paths().iter();
            let mut counted = all.filter(|path| !steered.excluded.contains(path));
            if counted.any(excludes) || !steered.excluded.iter().all(excludes) {
                return Ok(Some("which files are left out"));
            }
        }
        if before.bots != now.bots {
            let were = Bots::new(before.bots.iter().map(String::as_str));
            let are = &self.settings.bots;
            let mut met = steered.people.authors();
            if met.any(|author| were.include(&author) != are.include(&author)) {
                return Ok(Some("who is a bot"));
            }
        }
        let mut others = steered.ignored.symmetric_difference(&self.ignored);
        if others.any(|id| state.replay.knows(id)) {
            return Ok(Some(".git-blame-ignore-revs"));
        }
        let mut people = self.files.identities();
        let tracker = &mut state.replay.tracker;
        let resolve = |author: &Author| people.resolve(author);
        let are_same = steered.people.rename(tracker, resolve);
        Ok((!are_same).then_some(".mailmap"))
    }
}

/// What of the settings changes what is learned.
fn configured(settings: &Settings) -> Configured {
    let exclusion = &settings.exclusion;
    let lines = exclusion.attribute_lines().iter();
    let patterns = exclusion.patterns().map(str::to_owned);
    let fixes = &settings.fixes;
    Configured {
        waiting: settings.waiting.days().0,
        exclude: (
            lines.map(|(_, text)| text.clone()).collect(),
            patterns.collect(),
        ),
        bots: settings.bots.patterns().map(str::to_owned).collect(),
        fixes: (fixes.words.clone(), fixes.never.clone()),
        issues: None,
    }
}
