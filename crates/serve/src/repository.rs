//! The repositories that are served, each with its name and the last report of it.

use crate::encoded::Encoded;
use crate::failure::Failure;
use crate::problem::Problem;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tokio::time::Instant;

/// A repository that is served.
#[derive(Debug)]
pub(crate) struct Repository {
    /// In addresses: letters, digits, `.`, `_` and `-`, not beginning with `.`.
    pub(crate) name: String,
    /// Its working tree, or else its git directory.
    pub(crate) path: PathBuf,
    /// Paths that are not to be told, each with what stands in its place.
    pub(crate) known: Vec<(String, String)>,
    /// The page, made when it is first asked for.
    pub(crate) page: OnceLock<Encoded>,
    standing: Mutex<Standing>,
}

/// How it stands with the report of a repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// The last one that could be made.
    pub(crate) report: Option<Arc<Report>>,
    /// Why the last attempt failed, fit to be told; `None` if it did not.
    pub(crate) error: Option<String>,
    /// Attempts that failed since the last one that did not.
    pub(crate) failures: u32,
    /// Whether one is being made.
    pub(crate) refreshing: bool,
    /// When somebody last looked whether something came.
    pub(crate) looked_at: Option<Instant>,
}

/// A report as it was made.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) body: Encoded,
    /// Full id of the last commit.
    pub(crate) tip: String,
    /// Seconds since 1970, UTC.
    pub(crate) made_at: i64,
    /// How long it took.
    pub(crate) took_seconds: f64,
}

/// What can be said of a repository in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// There is a report, and nothing speaks against it.
    Ready,
    /// The first one is being made.
    Loading,
    /// The last attempt failed; there may be an earlier report.
    Failed,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Loading => "loading",
            Self::Failed => "failed",
        }
    }
}

impl Standing {
    pub(crate) fn state(&self) -> State {
        match (&self.error, &self.report) {
            (Some(_), _) => State::Failed,
            (None, Some(_)) => State::Ready,
            (None, None) => State::Loading,
        }
    }
}

impl Repository {
    fn open(path: &Path, taken: &mut BTreeSet<String>) -> Result<Self, Failure> {
        let opened = risk_history::Repository::discover(path)
            .map_err(|error| Failure::unopened(path, &error))?;
        let place = opened.workdir().unwrap_or(opened.common_dir());
        // Without a slash at its end, as it is told in messages.
        let place: PathBuf = std::path::absolute(place)?.components().collect();
        let name = unique(&named(&place), taken);
        let mut known = Vec::new();
        for path in [
            Some(place.clone()),
            place.canonicalize().ok(),
            opened.common_dir().canonicalize().ok(),
            Some(path.to_owned()),
        ] {
            let text = path.map(|path| path.to_string_lossy().into_owned());
            let text = text.map(|text| text.trim_end_matches(['/', '\\']).to_owned());
            // A relative one, as `.`, would be found in the midst of words.
            known.extend(text.filter(|text| Path::new(text).is_absolute()));
        }
        // The longest first: one may begin another.
        known.sort_by_key(|path| std::cmp::Reverse(path.len()));
        Ok(Self {
            known: known.into_iter().map(|path| (path, name.clone())).collect(),
            name,
            path: place,
            page: OnceLock::new(),
            standing: Mutex::default(),
        })
    }

    /// The last report that could be made.
    pub(crate) fn report(&self) -> Result<Arc<Report>, Problem> {
        let standing = self.standing();
        match (&standing.report, &standing.error) {
            (Some(report), _) => Ok(Arc::clone(report)),
            (None, None) => Err(Problem::not_yet()),
            (None, Some(error)) => Err(Problem::no_report(error)),
        }
    }

    /// How it stands now.
    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing
            .lock()
            .expect("no task panics while it holds this")
    }
}

/// Opens the repositories at these paths, or the one around the working directory.
pub(crate) fn open_all(paths: &[PathBuf]) -> Result<Vec<Arc<Repository>>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let mut taken = BTreeSet::new();
    paths
        .iter()
        .map(|path| Repository::open(path, &mut taken).map(Arc::new))
        .collect()
}

/// What a repository is called by its folder.
fn named(place: &Path) -> String {
    let folder = place
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let folder = folder.unwrap_or_default();
    // A git directory without a working tree: `name.git`, or `name/.git`.
    let folder = match folder.strip_suffix(".git") {
        Some("") => place
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        Some(name) => name.to_owned(),
        None => folder,
    };
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = folder
        .chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .take(80)
        .collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() {
        "repository".to_owned()
    } else {
        name.to_owned()
    }
}

/// The name, with a number behind it if it is taken.
fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut numbered = name.to_owned();
    for number in 2.. {
        if taken.insert(numbered.clone()) {
            break;
        }
        numbered = format!("{name}-{number}");
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_the_folder_and_harmless() {
        for (path, expected) in [
            ("/src/bugbug", "bugbug"),
            ("/src/bugbug.git", "bugbug"),
            ("/src/bugbug/.git", "bugbug"),
            ("/src/über-uns_2.0", "über-uns_2.0"),
            ("/src/a b?c#d%2f<x>", "a-b-c-d-2f-x"),
            ("/src/..hidden", "hidden"),
            ("/src/???", "repository"),
            ("/", "repository"),
        ] {
            assert_eq!(named(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn no_two_have_the_same_name() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = ["a", "a", "b", "a", "a-2"]
            .iter()
            .map(|name| unique(name, &mut taken))
            .collect();
        assert_eq!(names, ["a", "a-2", "b", "a-3", "a-2-2"]);
    }
}
