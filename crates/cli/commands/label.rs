//! `git risk label`

use crate::args::{Format, LabelArgs};
use crate::engine::Setup;
use crate::error::Failure;
use crate::labels::{self, Fate, Given, Labels, Place, file, note};
use crate::output::Output;
use crate::steering::Steering;
use crate::{TOOL, now, scoring, settings};
use risk_change::{ChangeId, Timestamp};
use risk_history::Repository;
use risk_replay::Replay;
use risk_report::{GivenLabel, Relabelled};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

pub(crate) fn run(
    repository: &Repository,
    args: &LabelArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let done = if let Some(revision) = &args.remove {
        remove(repository, revision)?
    } else if let Some(path) = &args.import {
        import(&Labelled::of(repository, setup.given)?, path)?
    } else if let (Some(revision), Some(label), Some(why)) = (&args.revision, args.label, &args.why)
    {
        let place = if args.note { Place::Note } else { Place::File };
        give(
            &Labelled::of(repository, setup.given)?,
            revision,
            label,
            why,
            place,
        )?
    } else {
        return list(repository, setup, format, out);
    };
    let text = match format {
        Format::Text => risk_report::text::relabelled(&done, out.page()),
        Format::Json => risk_report::json::relabelled(TOOL, &done),
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn list(
    repository: &Repository,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let labels = Labels::of(repository)?;
    labels.tell_not_understood(&|text| setup.tell.note(text));
    let all: Vec<GivenLabel> = labels
        .all()
        .into_iter()
        .map(|(given, holds)| given.tell(holds))
        .collect();
    let text = match format {
        Format::Text => risk_report::text::labels(&all, out.page()),
        Format::Json => risk_report::json::labels(TOOL, &all),
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// What can be labelled: the changes that are scored, by what is configured.
struct Labelled<'r> {
    repository: &'r Repository,
    /// A fold before the first commit, which knows what counts.
    fold: Replay,
    /// The committer date of the last commit of the settled history.
    settled_at: Timestamp,
}

impl<'r> Labelled<'r> {
    fn of(repository: &'r Repository, given: &settings::Given) -> Result<Self, Failure> {
        let settled = repository.settled()?;
        let steering = Steering::at(repository, &settled, given)?;
        let (_, settled_at, _) = repository.header(&settled)?;
        Ok(Self {
            repository,
            fold: Replay::new(steering.options()),
            settled_at,
        })
    }

    /// Why a commit cannot be labelled, if so.
    fn refusal(&self, id: &ChangeId) -> Result<Option<&'static str>, Failure> {
        let change = self.repository.change(id)?;
        let is_scored = self.fold.is_scored(&change);
        Ok((!is_scored).then(|| scoring::unscored_by(&self.fold, &change)))
    }
}

fn give(
    among: &Labelled<'_>,
    revision: &str,
    label: Fate,
    why: &str,
    place: Place,
) -> Result<Relabelled, Failure> {
    let repository = among.repository;
    let commit = repository.resolve(revision)?;
    if let Some(reason) = among.refusal(&commit)? {
        return Err(Failure::new(format_args!(
            "{} cannot be labelled: {reason}",
            commit.short()
        ))
        .hint(format!(
            "a label is about one change; git risk score {revision} tells what there is to label"
        )));
    }
    let why = labels::tidied(why);
    if why.is_empty() {
        return Err(Failure::new("--why is empty")
            .hint("say how you know: whoever reads the label later has nothing else to go by"));
    }
    let me = repository.user().ok_or_else(|| {
        Failure::new("git does not know who you are, and a label bears a name")
            .hint("git config --global user.name \"Your Name\"")
            .hint("git config --global user.email you@example.org")
    })?;
    let now = now();
    let labels = Labels::of(repository)?;
    let before = labels.get(&commit);
    let mut given = Given {
        commit,
        label,
        why,
        by: format!("{} <{}>", me.name, me.email),
        at: now,
        known_at: now.min(among.settled_at),
        place,
    };
    if let Some(before) = before {
        // It holds in place of the earlier one, whatever clocks say; and what was said already was known already.
        given.at = now.max(Timestamp(before.at.0.saturating_add(1)));
        if before.label == label {
            given.known_at = before.known_at;
        }
    }
    match place {
        Place::Note => note::write(repository, &given)?,
        Place::File => {
            let given = given.clone();
            file::edit(repository, |labels| labels.insert(commit, given))?;
        }
    }
    Ok(Relabelled {
        added: vec![given.tell(true)],
        gone: before
            .map(|before| before.tell(false))
            .into_iter()
            .collect(),
        ..Relabelled::default()
    })
}

fn remove(repository: &Repository, revision: &str) -> Result<Relabelled, Failure> {
    // A commit that is gone, as after a rebase, still has a name.
    let commit = match ChangeId::from_hex(revision) {
        Some(id) => id,
        None => repository.resolve(revision)?,
    };
    let labels = Labels::of(repository)?;
    let of = labels.all().into_iter().map(|(given, _)| given);
    let of: Vec<&Given> = of.filter(|given| given.commit == commit).collect();
    if of.is_empty() {
        let failure = Failure::new(format_args!("nobody has labelled {}", commit.short()));
        return Err(failure.hint("git risk label lists what people said"));
    }
    for given in &of {
        match given.place {
            Place::Note => note::remove(repository, &commit)?,
            Place::File => {
                file::edit(repository, |labels| labels.remove(&commit))?;
            }
        }
    }
    Ok(Relabelled {
        gone: of.into_iter().map(|given| given.tell(false)).collect(),
        ..Relabelled::default()
    })
}

/// What `git risk label --format json` writes, as far as it is needed here.
#[derive(Deserialize)]
struct Exported {
    schema_version: u32,
    labels: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    commit: String,
    label: Fate,
    why: String,
    by: String,
    at: i64,
    known_at: i64,
}

/// Takes over the labels of a file, all or none. Of two labels of a change the later one is kept.
fn import(among: &Labelled<'_>, path: &Path) -> Result<Relabelled, Failure> {
    let repository = among.repository;
    let name = path.display();
    let offered = read(path)?;
    let mut refused = Vec::new();
    for commit in offered.keys() {
        let reason = match repository.resolve(&commit.to_hex()) {
            Err(risk_history::Error::UnknownRevision { .. }) => {
                Some("it is not in this repository")
            }
            Err(error) => return Err(error.into()),
            Ok(_) => among.refusal(commit)?,
        };
        refused.extend(reason.map(|reason| format!("{}: {reason}", commit.short())));
    }
    if !refused.is_empty() {
        let failure = Failure::new(format_args!(
            "{} of the {} labels in {name} are of commits that cannot be labelled here; none was taken over",
            refused.len(),
            offered.len()
        ));
        let n_more = refused.len().saturating_sub(MOST_REFUSED);
        refused.truncate(MOST_REFUSED);
        let refused = refused.into_iter();
        let failure = refused.fold(failure, Failure::hint);
        let failure = if n_more > 0 {
            failure.hint(format!("and {n_more} more"))
        } else {
            failure
        };
        return Err(failure.hint("fetch these commits, or take their labels out of the file"));
    }
    let others = Labels::of(repository)?;
    let tell = |given: &Given| given.tell(others.outranks_note(given));
    file::edit(repository, |labels| {
        let mut done = Relabelled::default();
        for (commit, given) in offered {
            let before = labels.get(&commit);
            if let Some(before) = before
                && before.at >= given.at
            {
                done.kept.push(tell(before));
                continue;
            }
            done.gone.extend(before.map(|before| before.tell(false)));
            done.added.push(tell(&given));
            labels.insert(commit, given);
        }
        done
    })
}

/// How many commits a message names at most.
const MOST_REFUSED: usize = 10;

/// The labels of an export; of two of a change, the later one.
fn read(path: &Path) -> Result<BTreeMap<ChangeId, Given>, Failure> {
    let name = path.display();
    let unread =
        |error: std::io::Error| Failure::new(format_args!("{name} could not be read: {error}"));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map_err(unread)?;
    } else {
        bytes = std::fs::read(path).map_err(unread)?;
    }
    let foreign = |what: &dyn std::fmt::Display| {
        Failure::new(format_args!("{name} holds no labels: {what}"))
            .hint("git risk label --format json writes what can be imported")
    };
    let exported: Exported = serde_json::from_slice(&bytes).map_err(|error| foreign(&error))?;
    if exported.schema_version != risk_report::json::SCHEMA_VERSION {
        let version = exported.schema_version;
        return Err(foreign(&format_args!("its schema_version is {version}")));
    }
    let mut labels: BTreeMap<ChangeId, Given> = BTreeMap::new();
    for entry in exported.labels {
        let commit = ChangeId::from_hex(&entry.commit).ok_or_else(|| {
            foreign(&format_args!(
                "'{}' is not the full id of a commit",
                entry.commit
            ))
        })?;
        let given = Given {
            commit,
            label: entry.label,
            why: labels::tidied(&entry.why),
            by: labels::tidied(&entry.by).replace('\n', " "),
            at: Timestamp(entry.at),
            known_at: Timestamp(entry.known_at),
            place: Place::File,
        };
        let known = labels.get(&commit);
        if known.is_none_or(|known| known.at < given.at) {
            labels.insert(commit, given);
        }
    }
    Ok(labels)
}
