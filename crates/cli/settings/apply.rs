//! From what was written to what holds.

use super::entry::{Entry, Written};
use super::keys::Key;
use super::{Settings, time};
use crate::error::Failure;
use risk_evaluate::{Bands, Threshold, Waiting};
use risk_replay::Bots;
use risk_source::Exclusion;
use risk_szz::FixRules;
use std::error::Error;

/// What switches a threshold off.
pub(crate) const NEVER: &str = "never";

/// The longest waiting time: a century.
const MAX_DAYS: f64 = 36_500.0;

/// What holds by entries, the weakest first, and by the `.gitattributes` of the base.
pub(crate) fn apply(attributes: &[u8], entries: Vec<Entry>) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    let defaults = settings.bands;
    let mut bands = [defaults.typical(), defaults.elevated(), defaults.high()];
    let (mut exclude, mut bots) = (Vec::new(), Vec::new());
    for entry in &entries {
        match entry.key {
            Key::WarnAbove => settings.warn_above = threshold(entry)?,
            Key::FailAbove if matches!(&entry.value, Written::Text(text) if text == NEVER) => {
                settings.fail_above = None;
            }
            Key::FailAbove => settings.fail_above = Some(threshold(entry)?),
            Key::WaitingDays => settings.waiting = waiting(entry)?,
            Key::Exclude => add(&mut exclude, entry, check_pattern)?,
            Key::Bots => add(&mut bots, entry, |_| Ok(()))?,
            Key::BandsTypical => bands[0] = entry.number()?,
            Key::BandsElevated => bands[1] = entry.number()?,
            Key::BandsHigh => bands[2] = entry.number()?,
            Key::FixesWords => add(&mut settings.fixes.words, entry, check_words)?,
            Key::FixesNever => add(&mut settings.fixes.never, entry, check_words)?,
            Key::IssuesFile => entry.text()?.clone_into(&mut settings.issues.file),
            Key::IssuesPatterns => add(&mut settings.issues.patterns, entry, check_keys)?,
            Key::IssuesBug => add(&mut settings.issues.bug, entry, |_| Ok(()))?,
            Key::IssuesOther => add(&mut settings.issues.other, entry, |_| Ok(()))?,
            Key::IssuesCustomer => add(&mut settings.issues.customer, entry, |_| Ok(()))?,
            Key::ReleaseFound => settings.release.found = share(entry)?,
            Key::ReleaseWeekly => settings.release.weekly = share(entry)?,
            Key::HookBudget => {
                let budget = time::read(entry.text()?);
                settings.hook.budget = budget.ok_or_else(|| entry.refuse(None))?;
            }
            Key::HookStrict => settings.hook.strict = entry.flag()?,
            Key::HookBackground => settings.hook.background = entry.flag()?,
        }
    }
    settings.bands = Bands::new(bands[0], bands[1], bands[2]).map_err(|error| {
        let is_of_bands = |entry: &&Entry| entry.key.name().starts_with("bands.");
        let last = entries.iter().rfind(is_of_bands);
        last.map_or_else(
            || Failure::new(&error),
            |it| it.refuse(Some(&error.to_string())),
        )
    })?;
    let patterns = exclude.iter().map(String::as_str);
    settings.exclusion = Exclusion::new(attributes, patterns).map_err(|error| {
        Failure::new(error)
            .hint("look for it in .git-risk.toml and with: git config --get-regexp '^risk'")
    })?;
    settings.bots = Bots::new(bots.iter().map(String::as_str));
    settings.entries = entries;
    Ok(settings)
}

/// Whether each entry alone can be used.
pub(crate) fn check(entries: &[Entry]) -> Result<(), Failure> {
    // Bands may rely on those of the file, so each is looked at by itself.
    let alone = entries
        .iter()
        .filter(|it| !it.key.name().starts_with("bands."));
    apply(b"", alone.cloned().collect())?;
    for entry in entries
        .iter()
        .filter(|it| it.key.name().starts_with("bands."))
    {
        entry.number()?;
    }
    Ok(())
}

fn threshold(entry: &Entry) -> Result<Threshold, Failure> {
    let text = entry.text()?;
    text.parse()
        .map_err(|error: risk_evaluate::ThresholdError| entry.refuse(Some(&error.to_string())))
}

fn share(entry: &Entry) -> Result<f64, Failure> {
    let share = entry.number()?;
    let share = Some(share).filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| entry.refuse(None))
}

fn waiting(entry: &Entry) -> Result<Waiting, Failure> {
    let days = entry.number()?;
    let waiting = Some(days).filter(|days| *days <= MAX_DAYS);
    let waiting = waiting.and_then(|days| Waiting::new(risk_change::Days(days)).ok());
    waiting.ok_or_else(|| entry.refuse(None))
}

/// Adds an item to a list; an empty one in git's configuration takes all before it away, as for git's own lists.
fn add(
    list: &mut Vec<String>,
    entry: &Entry,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Failure> {
    let text = entry.text()?;
    if text.is_empty() && entry.is_of_git() {
        list.clear();
        return Ok(());
    }
    if text.trim_start_matches('!').is_empty() {
        return Err(entry.refuse(Some("it is empty")));
    }
    check(text).map_err(|why| entry.refuse(Some(&why)))?;
    list.push(text.to_owned());
    Ok(())
}

fn check_pattern(text: &str) -> Result<(), String> {
    let checked = Exclusion::new(b"", [text]);
    checked.map(drop).map_err(|error| error.why.to_owned())
}

fn check_words(text: &str) -> Result<(), String> {
    FixRules::check(text).map_err(|error| complaint(&error))
}

fn check_keys(text: &str) -> Result<(), String> {
    FixRules::check_issue_pattern(text).map_err(|error| complaint(&error))
}

/// The last line of a regular expression's complaint says what is wrong, the ones before it point at the place.
fn complaint(error: &risk_szz::Error) -> String {
    let source = error.source().map(ToString::to_string);
    let why = source.as_deref().and_then(|it| it.lines().last());
    why.map_or_else(|| error.to_string(), str::to_owned)
}
