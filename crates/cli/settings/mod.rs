//! What can be configured, and what holds.
//!
//! Defaults come first, then `.gitattributes` and `.git-risk.toml` of the *base*, the commit that a change is compared
//! with: a change cannot lower its own grade. Git's configuration (`risk.*`) overrides them, `git -c` overrides that.
//! A list is added to by each place that names it.

mod apply;
mod entry;
mod file;
mod given;
mod keys;
pub(crate) mod time;

pub(crate) use entry::{Entry, Origin};
pub(crate) use given::Given;
pub(crate) use keys::Key;

use crate::error::Failure;
use crate::issues;
use file::{File, unknown};
use keys::{Definition, canonical};
use risk_change::ChangeId;
use risk_evaluate::release::criteria;
use risk_evaluate::{Bands, Threshold, Waiting};
use risk_history::{Repository, Steering};
use risk_replay::Bots;
use risk_source::Exclusion;
use std::fmt::Write;
use std::time::Duration;

/// The file of a commit.
pub(crate) const FILE: &str = ".git-risk.toml";

/// What holds for a run.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// From where on the hook warns and CI annotates.
    pub(crate) warn_above: Threshold,
    /// From where on the hook and CI fail; never, unless somebody asked for it.
    pub(crate) fail_above: Option<Threshold>,
    /// From which lift on a band begins.
    pub(crate) bands: Bands,
    /// After how long silence counts as clean.
    pub(crate) waiting: Waiting,
    /// Files that do not count.
    pub(crate) exclusion: Exclusion,
    /// Whose changes are followed, but neither scored nor learned from.
    pub(crate) bots: Bots,
    pub(crate) fixes: FixSettings,
    pub(crate) issues: IssueSettings,
    pub(crate) release: ReleaseSettings,
    pub(crate) hook: HookSettings,
    /// All that was written somewhere, the weakest first.
    pub(crate) entries: Vec<Entry>,
}

/// Which changes are fixes beside those that the built-in rules find.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FixSettings {
    /// Patterns of words that mark a fix.
    pub(crate) words: Vec<String>,
    /// Patterns of subjects that are never those of a fix.
    pub(crate) never: Vec<String>,
}

/// The issues of a tracker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IssueSettings {
    /// The export as it is written; empty for none. Where it is depends on where that is written.
    pub(crate) file: String,
    /// Patterns of keys in messages; the built-in ones if there is none.
    pub(crate) patterns: Vec<String>,
    /// Names of types and labels that mean a bug.
    pub(crate) bug: Vec<String>,
    /// Names of those that mean something else.
    pub(crate) other: Vec<String>,
    /// Names of those that say that a customer found it.
    pub(crate) customer: Vec<String>,
}

/// From where on a release is ready.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReleaseSettings {
    /// Share of the defects to be expected that has to be found.
    pub(crate) found: f64,
    /// Share of its peak to which the weekly number of fixes has to fall.
    pub(crate) weekly: f64,
}

/// How the pre-push hook behaves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HookSettings {
    /// How long a push may wait for it.
    pub(crate) budget: Duration,
    /// Whether a failure of its own stops the push.
    pub(crate) strict: bool,
    /// Whether what is to be learned is learned in the background.
    pub(crate) background: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            warn_above: Threshold::of_warnings(),
            fail_above: None,
            bands: Bands::default(),
            waiting: Waiting::default(),
            exclusion: Exclusion::default(),
            bots: Bots::default(),
            fixes: FixSettings::default(),
            issues: IssueSettings::default(),
            release: ReleaseSettings {
                found: criteria::FOUND,
                weekly: criteria::WEEKLY,
            },
            hook: HookSettings {
                budget: Duration::from_secs(1),
                strict: false,
                background: true,
            },
            entries: Vec::new(),
        }
    }
}

impl Settings {
    /// What holds where changes are compared with `base`: the settled tip, or the base of a range.
    ///
    /// # Errors
    ///
    /// A key that there is not, or a value that it does not take, with where it stands; and if `base` cannot be read.
    pub(crate) fn read(
        repository: &Repository,
        base: &ChangeId,
        given: &Given,
    ) -> Result<Self, Failure> {
        Self::of(&repository.steering(base)?, base, repository, given)
    }

    /// What holds where there is no base: what was given with the call, and git's configuration.
    pub(crate) fn without_base(repository: &Repository, given: &Given) -> Result<Self, Failure> {
        let none = ChangeId::from_bytes(&[0; 20]).expect("an id has 20 bytes");
        Self::of(&Steering::default(), &none, repository, given)
    }

    /// As [`read`](Self::read), with the files of the base that were read before.
    pub(crate) fn of(
        steering: &Steering,
        base: &ChangeId,
        repository: &Repository,
        given: &Given,
    ) -> Result<Self, Failure> {
        let mut entries = match (&given.file, &steering.configuration) {
            (Some((path, text)), _) => {
                let path = path.clone();
                let origin = move |line| Origin::Named {
                    path: path.clone(),
                    line,
                };
                let origin = &origin;
                File { text, origin }.read()?
            }
            (None, Some(text)) => {
                let origin = |line| committed(FILE, base, line);
                let origin = &origin;
                File { text, origin }.read().map_err(mended_later)?
            }
            (None, None) => Vec::new(),
        };
        entries.extend(of_git(repository, given)?);
        entries.extend(of_call(given));
        apply::apply(&steering.attributes, entries).map_err(mended_later)
    }

    /// What names the export of issues that holds, if one does.
    pub(crate) fn issues_entry(&self) -> Option<&Entry> {
        issues_entry(&self.entries)
    }

    /// What was configured, for `--verbose`.
    pub(crate) fn told(&self) -> String {
        if self.entries.is_empty() {
            return "nothing is configured".to_owned();
        }
        let told =
            |entry: &Entry| format!("{} = {} ({})", entry.key.name(), entry.value, entry.origin);
        let all: Vec<String> = self.entries.iter().map(told).collect();
        format!("configured: {}", all.join(", "))
    }

    /// How the value of a key is written in the file.
    pub(crate) fn written(&self, key: Key) -> String {
        let threshold = |it: &Threshold| entry::quoted(&it.to_string());
        let list = |items: &[String]| file::list(items.iter().map(String::as_str));
        match key {
            Key::WarnAbove => threshold(&self.warn_above),
            Key::FailAbove => self
                .fail_above
                .as_ref()
                .map_or_else(|| entry::quoted(apply::NEVER), threshold),
            Key::WaitingDays => self.waiting.days().0.to_string(),
            Key::Exclude => file::list(self.exclusion.patterns()),
            Key::Bots => file::list(self.bots.patterns()),
            Key::BandsTypical => self.bands.typical().to_string(),
            Key::BandsElevated => self.bands.elevated().to_string(),
            Key::BandsHigh => self.bands.high().to_string(),
            Key::FixesWords => list(&self.fixes.words),
            Key::FixesNever => list(&self.fixes.never),
            Key::IssuesFile => entry::quoted(&self.issues.file),
            Key::IssuesPatterns => list(&self.issues.patterns),
            Key::IssuesBug => list(&self.issues.bug),
            Key::IssuesOther => list(&self.issues.other),
            Key::IssuesCustomer => list(&self.issues.customer),
            Key::ReleaseFound => self.release.found.to_string(),
            Key::ReleaseWeekly => self.release.weekly.to_string(),
            Key::HookBudget => entry::quoted(&time::written(self.hook.budget)),
            Key::HookStrict => self.hook.strict.to_string(),
            Key::HookBackground => self.hook.background.to_string(),
        }
    }
}

/// A file beside a `.gitattributes`, without a repository around them.
#[cfg(fuzzing)]
pub(crate) fn read_alone(text: &[u8], attributes: &[u8]) -> Result<(), Failure> {
    let none = ChangeId::from_bytes(&[0; 20]).expect("an id has 20 bytes");
    let origin = |line| committed(FILE, &none, line);
    let origin = &origin;
    let entries = File { text, origin }.read()?;
    apply::apply(attributes, entries).map(drop)
}

/// A name and a value of git's configuration, without a repository around them.
#[cfg(fuzzing)]
pub(crate) fn check_alone(name: &str, value: Option<&str>) -> Result<(), Failure> {
    let origin = Origin::Environment;
    let Some(key) = Key::of_git(name) else {
        let known = Key::ALL.map(|key| key.definition().git);
        return Err(unknown(origin, name, &known));
    };
    apply::check(&[of_key(key, value.map(str::to_owned), origin)])
}

/// Says how to go on until a committed file is mended, if that is what is wrong.
fn mended_later(failure: Failure) -> Failure {
    if failure.message.starts_with(FILE) {
        failure.hint("it acts until it is mended on the main branch; --config FILE takes its place")
    } else {
        failure
    }
}

/// A line of a file of a commit.
pub(crate) fn committed(file: &'static str, commit: &ChangeId, line: usize) -> Origin {
    Origin::Committed {
        file,
        commit: commit.short(),
        line,
    }
}

/// What git's configuration and the environment say, the weakest first.
fn of_git(repository: &Repository, given: &Given) -> Result<Vec<Entry>, Failure> {
    let entry = |(name, value, origin): (String, Option<String>, Origin)| {
        let Some(key) = Key::of_git(&name) else {
            let known = Key::ALL.map(|key| key.definition().git);
            return Err(unknown(origin, &name, &known));
        };
        Ok(of_key(key, value, origin))
    };
    written_in_git(repository, given)?.map(entry).collect()
}

/// What the options of the call say.
fn of_call(given: &Given) -> Option<Entry> {
    let path = given.issues.as_ref()?;
    Some(Entry {
        key: Key::IssuesFile,
        value: entry::Written::Text(path.to_string_lossy().into_owned()),
        origin: Origin::Call,
    })
}

/// The last entry that names an export of issues, unless it says that there is none.
fn issues_entry(entries: &[Entry]) -> Option<&Entry> {
    let last = entries.iter().rfind(|entry| entry.key == Key::IssuesFile);
    last.filter(|entry| entry.text().is_ok_and(|text| !text.is_empty()))
}

fn of_key(key: Key, value: Option<String>, origin: Origin) -> Entry {
    let value = value.map_or(entry::Written::Flag(true), entry::Written::Text);
    Entry { key, value, origin }
}

/// Names and values as they are written, whether or not there are such keys.
fn written_in_git(
    repository: &Repository,
    given: &Given,
) -> Result<impl Iterator<Item = (String, Option<String>, Origin)>, Failure> {
    let configured = repository.configured("risk")?.into_iter();
    let configured = configured.map(|it| {
        let origin = Origin::Git {
            level: it.level,
            file: it.file,
            is_included: it.is_included,
        };
        (it.key, it.value, origin)
    });
    let own = given.environment.iter();
    let own = own.filter(|(name, _)| canonical(name).starts_with("risk."));
    let own = own.map(|(name, value)| (name.clone(), value.clone(), Origin::Environment));
    Ok(configured.chain(own))
}

/// Whether git's configuration asks the hook to be strict, whatever else is wrong with what is configured.
pub(crate) fn is_strict(repository: &Repository, given: &Given) -> bool {
    let Ok(written) = written_in_git(repository, given) else {
        return false;
    };
    let own = written.filter(|(name, ..)| Key::of_git(name) == Some(Key::HookStrict));
    let last = own.last();
    // Who wrote something else than yes or no did not mean no.
    last.is_some_and(|(_, value, origin)| {
        let entry = of_key(Key::HookStrict, value, origin);
        entry.flag().unwrap_or(true)
    })
}

/// All that was given beside the files of the base and that the answer to `git risk score` depends on, as text.
///
/// With the same text, and at the same commit, the answer is the same. No object is read.
///
/// # Errors
///
/// As [`Settings::read`], for what git's configuration and the environment say.
pub(crate) fn beside_the_base(repository: &Repository, given: &Given) -> Result<String, Failure> {
    let mut entries = of_git(repository, given)?;
    entries.extend(of_call(given));
    apply::check(&entries)?;
    let mut text = String::new();
    for Entry { key, value, .. } in entries.iter().filter(|it| it.key.shapes_scores()) {
        let Definition { name, .. } = key.definition();
        writeln!(text, "{name} = {value}").expect("writing to a string cannot fail");
    }
    if let Some((path, file)) = &given.file {
        text.push_str("--config\n");
        text.push_str(&String::from_utf8_lossy(file));
        let path = path.clone();
        let origin = move |line| Origin::Named {
            path: path.clone(),
            line,
        };
        let origin = &origin;
        // They are weaker than the others.
        let named = File { text: file, origin }.read()?;
        entries.splice(0..0, named);
    }
    if let Some(entry) = issues_entry(&entries) {
        let held = issues::beside_the_base(entry, repository, given);
        writeln!(text, "{held}").expect("writing to a string cannot fail");
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
