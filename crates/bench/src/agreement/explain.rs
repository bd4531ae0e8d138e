//! Why git names another commit for a line: the first step at which the two part, and what is seen there.

use super::git::{self, Origin};
use super::ours::{self, At, Step};
use super::reading::Reading;
use risk_change::{ChangeId, FileChange, FileKind, Position, RepoPath, SkipReason};
use risk_testkit::hermetic;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What is seen at the step where the two part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Blame follows the file to a source that here is the source of another file.
    SourceSharedWithAnother,
    /// Blame follows the file to a source that was found for no file here.
    SourceOnlyForGit,
    /// Blame follows the file to a source because it is asked for alone; the limit kept all from being compared.
    SourceOverLimit,
    /// Both follow the file, each to another source.
    OtherSource,
    /// Here the file is followed, blame ends with it.
    SourceOnlyHere,
    /// A merge: blame has a source in one of the parents that is none here.
    MergeSourceOnlyForGit,
    /// A merge: here is a source in one of the parents that blame does not have.
    MergeSourceOnlyHere,
    /// A merge: same sources, the line is taken from another parent.
    MergeOtherParent,
    /// Same versions are compared, and hunks are those of the counts, which blame places otherwise.
    HunksOfTheCounts,
    /// Same versions are compared, and their hunks differ from both kinds that git has.
    HunksElsewhere,
    /// Here the file has a version without lines: binary, a submodule, too large.
    NoLines(Kind),
    /// No step differs from git's, yet the ends do.
    SameSteps,
    /// The line could not be followed on our side to where the fold had it.
    NotTheFold,
}

/// Why a version has no lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A NUL among its first bytes.
    Binary,
    /// It could not be read.
    Unread,
    /// Another version of it is a commit of another repository.
    Submodule,
    /// It has lines, but not as many as the edit says.
    Misfit,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::SourceSharedWithAnother => {
                "rename: blame takes a source that another file took here"
            }
            Self::SourceOnlyForGit => "rename: blame has a source, here is none",
            Self::SourceOverLimit => "rename: blame has a source, here the limit was met",
            Self::OtherSource => "rename: blame has another source",
            Self::SourceOnlyHere => "rename: here is a source, blame has none",
            Self::MergeSourceOnlyForGit => "merge: blame has a source in a parent, here is none",
            Self::MergeSourceOnlyHere => "merge: here is a source in a parent, blame has none",
            Self::MergeOtherParent => "merge: same sources, another parent",
            Self::HunksOfTheCounts => "hunks: blame places them otherwise than the counts",
            Self::HunksElsewhere => "hunks: those of neither",
            Self::NoLines(Kind::Binary) => "no lines: behind a binary version",
            Self::NoLines(Kind::Unread) => "no lines: behind an unreadable version",
            Self::NoLines(Kind::Submodule) => "no lines: behind a submodule",
            Self::NoLines(Kind::Misfit) => "no lines: versions do not fit",
            Self::SameSteps => "not explained: all steps are git's",
            Self::NotTheFold => {
                "not explained: following a line alone ends elsewhere than the fold"
            }
        };
        f.write_str(words)
    }
}

/// What git says of the lines of a file at a commit, by both.
type Steps = BTreeMap<(Position, RepoPath), Arc<Vec<Origin>>>;

/// Finds causes, and remembers what git said about each step.
pub struct Explainer<'a> {
    reading: &'a Reading,
    steps: Mutex<Steps>,
}

impl<'a> Explainer<'a> {
    /// Explains lines of a reading.
    pub fn new(reading: &'a Reading) -> Self {
        Self {
            reading,
            steps: Mutex::default(),
        }
    }

    /// Follows a line until our step is not git's. `ends` is where the fold says that the line comes from.
    pub fn explain(&self, start: At, ends: Option<Position>) -> (Cause, String) {
        let history = &self.reading.history;
        let mut at = start;
        loop {
            let Some((here, file)) = ours::last_touched(history, &at) else {
                return (Cause::NotTheFold, self.words(&at));
            };
            let step = ours::step(&file, here.line);
            let theirs = self.git_step(&here);
            let parents = &history.parents[here.commit as usize];
            let same = match (&step, theirs.get(here.line as usize)) {
                (Step::Unknown, _) | (_, None) => false,
                (Step::Own, Some(origin)) => origin.commit == self.reading.hex(here.commit),
                (Step::Parent { nth, path, line }, Some(origin)) => {
                    let parent = self.reading.hex(parents[*nth]);
                    origin.commit == parent && origin.path == *path && origin.line == *line
                }
            };
            if !same {
                let cause = self.judge(&here, &file, &step, &theirs);
                let said = theirs.get(here.line as usize);
                return (cause, self.parting(&here, &step, said));
            }
            match step {
                Step::Parent { nth, path, line } => {
                    at = At {
                        commit: parents[nth],
                        path,
                        line,
                    };
                }
                Step::Own | Step::Unknown => {
                    let is_fold = ends == Some(here.commit);
                    let cause = if is_fold {
                        Cause::SameSteps
                    } else {
                        Cause::NotTheFold
                    };
                    return (cause, self.words(&here));
                }
            }
        }
    }

    fn git_step(&self, at: &At) -> Arc<Vec<Origin>> {
        let key = (at.commit, at.path.clone());
        if let Some(known) = self.steps.lock().expect("no panics").get(&key) {
            return Arc::clone(known);
        }
        let change = &self.reading.history.changes[at.commit as usize];
        let parents: Vec<String> = change.parents.iter().map(ChangeId::to_hex).collect();
        let found = git::step(&self.reading.path, &change.id.to_hex(), &parents, &at.path);
        let found = Arc::new(found);
        let mut steps = self.steps.lock().expect("no panics");
        steps.insert(key, Arc::clone(&found));
        found
    }

    fn judge(&self, at: &At, file: &FileChange, step: &Step, theirs: &[Origin]) -> Cause {
        if *step == Step::Unknown {
            return Cause::NoLines(match file.kind {
                FileKind::Binary => Kind::Binary,
                FileKind::Unread => Kind::Unread,
                FileKind::Submodule => Kind::Submodule,
                FileKind::Text => Kind::Misfit,
            });
        }
        let change = &self.reading.history.changes[at.commit as usize];
        let parents: Vec<String> = change.parents.iter().map(ChangeId::to_hex).collect();
        let ours = ours::sources(file);
        let mut git: Vec<(usize, RepoPath)> = Vec::new();
        for origin in theirs {
            let nth = parents.iter().position(|parent| *parent == origin.commit);
            let source = nth.map(|nth| (nth, origin.path.clone()));
            git.extend(source.filter(|source| !git.contains(source)));
        }
        let only_git = git.iter().find(|source| !ours.contains(source));
        let only_here = match step {
            Step::Parent { nth, path, .. } => !git.contains(&(*nth, path.clone())),
            _ => false,
        };
        if change.is_merge() {
            return match (only_git, only_here) {
                (Some(_), _) => Cause::MergeSourceOnlyForGit,
                (None, true) => Cause::MergeSourceOnlyHere,
                (None, false) => self.hunks(at, file, step, theirs),
            };
        }
        match only_git {
            Some(_) if !ours.is_empty() => Cause::OtherSource,
            Some((_, path)) => {
                let is_taken = |other: &FileChange| other.old_path.as_ref() == Some(path);
                let is_over = self.reading.history.skipped.iter().any(|skipped| {
                    skipped.change == change.id && skipped.why == SkipReason::RenameLimit
                });
                if change.files.iter().any(is_taken) {
                    Cause::SourceSharedWithAnother
                } else if is_over {
                    Cause::SourceOverLimit
                } else {
                    Cause::SourceOnlyForGit
                }
            }
            None if only_here && file.old_path.is_some() && git.is_empty() => Cause::SourceOnlyHere,
            None => self.hunks(at, file, step, theirs),
        }
    }

    /// Sources are the same: asks git how it compares the versions with and without lines around.
    fn hunks(&self, at: &At, file: &FileChange, step: &Step, theirs: &[Origin]) -> Cause {
        let change = &self.reading.history.changes[at.commit as usize];
        let new = format!("{}:{}", change.id.to_hex(), at.path.to_text());
        let (mut as_counts, mut as_blame) = (true, true);
        for (nth, path) in ours::sources(file) {
            let edit = match nth.checked_sub(1).map(|k| &file.other_parents[k]) {
                None => &file.edit,
                Some(risk_change::OtherParent::Differs { edit, .. }) => edit,
                Some(_) => continue,
            };
            let old = format!("{}:{}", change.parents[nth].to_hex(), path.to_text());
            let ours: Vec<(u32, u32)> = edit
                .hunks
                .iter()
                .map(|hunk| (hunk.new_start, hunk.new_len))
                .collect();
            as_blame &= added_runs(&self.reading.path, &old, &new, 0) == ours;
            as_counts &= added_runs(&self.reading.path, &old, &new, 3) == ours;
        }
        let said = theirs.get(at.line as usize);
        let is_own = |origin: &Origin| origin.commit == change.id.to_hex();
        match step {
            // The versions are compared as blame does, so the choice between parents differs.
            _ if as_blame && change.is_merge() => Cause::MergeOtherParent,
            Step::Parent { .. } if as_blame && said.is_some_and(is_own) => Cause::SourceOnlyHere,
            _ if as_counts => Cause::HunksOfTheCounts,
            _ => Cause::HunksElsewhere,
        }
    }

    fn words(&self, at: &At) -> String {
        let commit = &self.reading.hex(at.commit)[..12];
        format!("{commit}:{} line {}", at.path.to_text(), at.line + 1)
    }

    fn parting(&self, at: &At, step: &Step, theirs: Option<&Origin>) -> String {
        let own = self.reading.hex(at.commit);
        let git = match theirs {
            None => "cannot blame it".to_owned(),
            Some(origin) if origin.commit == own => "its own".to_owned(),
            Some(Origin { commit, path, line }) => {
                format!("{}:{} line {}", &commit[..12], path.to_text(), line + 1)
            }
        };
        let here = match step {
            Step::Own => "its own".to_owned(),
            Step::Unknown => "unknown".to_owned(),
            Step::Parent { nth, path, line } => {
                let commit = self.reading.history.parents[at.commit as usize][*nth];
                let path = path.clone();
                self.words(&At {
                    commit,
                    path,
                    line: *line,
                })
            }
        };
        format!("parting at {}: here {here}, git {git}", self.words(at))
    }
}

/// The runs of lines (start, length) that git says are new between two blobs, with `context` lines around.
///
/// Without context git leaves out what both end with before it compares, which may give other hunks.
fn added_runs(repo: &Path, old: &str, new: &str, context: u32) -> Vec<(u32, u32)> {
    let mut command = hermetic("git", repo);
    command.args(["diff", "--no-ext-diff", "--no-textconv", "--text"]);
    command.args(["--diff-algorithm=default", "--inter-hunk-context=0"]);
    command.arg(format!("-U{context}")).args([old, new]);
    let output = command.output().expect("git is on PATH");
    let mut runs = Vec::new();
    let (mut line, mut run, mut is_body): (u32, Option<(u32, u32)>, bool) = (0, None, false);
    for text in output.stdout.split(|&byte| byte == b'\n') {
        if text.starts_with(b"@@ ") {
            runs.extend(run.take());
            is_body = true;
            line = new_start(text);
            continue;
        }
        match text.first().filter(|_| is_body) {
            Some(b'+') => {
                let (start, n) = run.unwrap_or((line, 0));
                run = Some((start, n + 1));
                line += 1;
            }
            Some(b'-') => run = run.or(Some((line, 0))),
            Some(b' ') => {
                runs.extend(run.take());
                line += 1;
            }
            _ => {}
        }
    }
    runs.extend(run);
    runs
}

/// The first line of the new version, from 0, in `@@ -a,b +c,d @@`.
fn new_start(head: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(head);
    let range = text.split(' ').find_map(|part| part.strip_prefix('+'));
    let mut parts = range.unwrap_or_default().split(',');
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let (start, len) = (
        number(parts.next()).unwrap_or(0),
        number(parts.next()).unwrap_or(1),
    );
    // Git numbers an empty range by the line before it.
    if len == 0 { start } else { start - 1 }
}
