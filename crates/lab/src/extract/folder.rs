//! Many repositories in one folder: a partition each, and `manifest.json` that tells which are complete.
//!
//! ```text
//! DIR/manifest.json
//! DIR/repo=curl/part.csv
//! DIR/repo=git/part.csv
//! ```
//!
//! The manifest is written anew after each partition, and each file under another name first. So what it lists is
//! there as a whole, whenever the work was broken off, and the next run goes on with what is not listed.

use super::input::{Input, check_names};
use super::rows::{Rows, open, tip_of};
use super::{Format, Options};
use crate::TOOL;
use crate::error::{Error, Result};
use crate::sha256;
use risk_change::{ChangeId, Issues};
use risk_features::Features;
use risk_history::Progress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Version of the manifest and of the columns beside the features.
const FORMAT: u32 = 1;

const MANIFEST: &str = "manifest.json";

/// One file of rows, and what it was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Partition {
    /// The file, from the folder on.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// The commit that the rows go up to.
    pub tip: String,
    /// Commits followed, merges and all else that is not scored included.
    pub n_commits: usize,
    /// Rows: changes that are scored.
    pub n_rows: usize,
    /// Defective ones among them.
    pub n_defective: usize,
    /// Those without a label yet.
    pub n_unverified: usize,
    /// Name and version of the tool.
    pub tool: String,
    /// How fixes were linked.
    pub szz: String,
    /// Days of silence after which a change counts as clean.
    pub waiting_days: f64,
    /// Names of the features.
    pub features: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    partitions: BTreeMap<String, Partition>,
}

/// What became of one repository.
#[derive(Debug)]
pub enum Became {
    /// Its rows were written.
    Made(Partition),
    /// They were there already.
    Kept(Partition),
    /// There are none, or none that are new.
    Failed(Error),
}

/// How a run goes about its work; nothing of it shows in what is written.
pub struct Work<'a> {
    /// Threads, those of all repositories together; at least one for each under way.
    pub threads: usize,
    /// Gives what is told how far the repository of a name has come.
    pub progress: &'a (dyn Fn(&str) -> Box<dyn Progress> + Sync),
}

/// Brings a folder up to date with some repositories, several at a time; what came of each, in their order.
///
/// A partition is left alone if it is listed for the same tip, form, options and version of the tool, and its bytes
/// are those that were written. Partitions of other repositories stay.
///
/// # Errors
///
/// [`Error::SameRepository`]; [`Error::Occupied`] if the folder holds something else, [`Error::Manifest`] if it was
/// written by another version; [`Error::Write`]. What is wrong with one repository is told in its place.
pub fn fill(
    folder: &Path,
    inputs: &[Input],
    options: &Options,
    format: Format,
    work: &Work<'_>,
) -> Result<Vec<Became>> {
    check_names(inputs)?;
    let manifest = Mutex::new(begin(folder)?);
    let n_workers = work.threads.clamp(1, inputs.len().max(1));
    let reading = (work.threads / n_workers).max(1);
    let one = |input: &Input| {
        let listed = locked(&manifest).partitions.get(&input.name).cloned();
        let task = Task {
            folder,
            input,
            options,
            format,
        };
        let became = task
            .bring_up_to_date(listed.as_ref(), reading, work)
            .unwrap_or_else(Became::Failed);
        let Became::Made(made) = &became else {
            return became;
        };
        let mut manifest = locked(&manifest);
        manifest.partitions.insert(input.name.clone(), made.clone());
        match manifest.write(folder) {
            Ok(()) => became,
            Err(error) => Became::Failed(error),
        }
    };
    Ok(each(inputs, n_workers, &one))
}

/// What `one` makes of each, in their order.
///
/// On threads of their own: one of a pool that waits for the pool of a reading would take up the next repository
/// meanwhile, and hold both.
fn each(
    inputs: &[Input],
    n_workers: usize,
    one: &(dyn Fn(&Input) -> Became + Sync),
) -> Vec<Became> {
    let next = AtomicUsize::new(0);
    let became: Mutex<BTreeMap<usize, Became>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..n_workers {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(place) else {
                        break;
                    };
                    let came = one(input);
                    locked(&became).insert(place, came);
                }
            });
        }
    });
    let became = became.into_inner().expect(NO_PANIC);
    became.into_values().collect()
}

const NO_PANIC: &str = "because no thread panics while it holds the lock";

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect(NO_PANIC)
}

/// The manifest of a folder that is there, or of a new one.
fn begin(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    match fs::read(&path) {
        Ok(bytes) => {
            let manifest: Option<Manifest> = serde_json::from_slice(&bytes).ok();
            let manifest = manifest.filter(|manifest| manifest.format == FORMAT);
            manifest.ok_or(Error::Manifest { path })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            crate::output::prepare(folder)?;
            let manifest = Manifest {
                format: FORMAT,
                partitions: BTreeMap::new(),
            };
            // From now on the folder is known to be ours, even if nothing gets complete.
            manifest.write(folder)?;
            Ok(manifest)
        }
        Err(source) => Err(Error::Read { path, source }),
    }
}

impl Manifest {
    fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self);
        let text = text.expect("the manifest is plain text and finite numbers") + "\n";
        put(&folder.join(MANIFEST), text.as_bytes())
    }
}

/// One repository to be done.
struct Task<'a> {
    folder: &'a Path,
    input: &'a Input,
    options: &'a Options,
    format: Format,
}

impl Task<'_> {
    fn bring_up_to_date(
        &self,
        listed: Option<&Partition>,
        threads: usize,
        work: &Work<'_>,
    ) -> Result<Became> {
        let repository = open(&self.input.path)?;
        let tip = tip_of(&repository, self.options)?;
        if let Some(listed) = listed
            && self.is_current(listed, tip)
        {
            return Ok(Became::Kept(listed.clone()));
        }
        let progress = (work.progress)(&self.input.name);
        let rows = Rows::up_to(&repository, tip, self.options, threads, &*progress)?;
        let file = self.file();
        let path = self.folder.join(&file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::Write {
                path: parent.to_owned(),
                source,
            })?;
        }
        let partition = Partition {
            sha256: super::write(&path, self.format, &rows.columns())?,
            ..Partition::of(&rows, file, self.options)
        };
        if let Some(before) = listed.filter(|before| before.file != partition.file) {
            // In another form; what is not there need not go.
            let _ = fs::remove_file(self.folder.join(&before.file));
        }
        Ok(Became::Made(partition))
    }

    /// The file of the partition, from the folder on.
    fn file(&self) -> String {
        format!("repo={}/part.{}", self.input.name, self.format.extension())
    }

    /// Whether a partition is what would be made now, and is there.
    fn is_current(&self, listed: &Partition, tip: ChangeId) -> bool {
        let wanted = Partition {
            sha256: listed.sha256.clone(),
            n_commits: listed.n_commits,
            n_rows: listed.n_rows,
            n_defective: listed.n_defective,
            n_unverified: listed.n_unverified,
            ..Partition::begun(tip, self.file(), self.options)
        };
        let sum = || fs::read(self.folder.join(&listed.file)).map(|bytes| sha256::of(&bytes));
        wanted == *listed && sum().is_ok_and(|sum| sum == listed.sha256)
    }
}

impl Partition {
    /// What is known before anything is read.
    fn begun(tip: ChangeId, file: String, options: &Options) -> Self {
        let szz = risk_szz::Options::default();
        Self {
            file,
            sha256: String::new(),
            tip: tip.to_hex(),
            n_commits: 0,
            n_rows: 0,
            n_defective: 0,
            n_unverified: 0,
            tool: TOOL.to_owned(),
            szz: format!(
                "{:?}, at most {} files{}",
                options.variant,
                szz.max_fix_files,
                options.issues.as_deref().map(told).unwrap_or_default()
            ),
            waiting_days: options.waiting.days().0,
            features: Features::NAMES.iter().map(ToString::to_string).collect(),
        }
    }

    /// What was made of some rows; the checksum is put in when they are written.
    pub(super) fn of(rows: &Rows, file: String, options: &Options) -> Self {
        Self {
            n_commits: rows.n_commits(),
            n_rows: rows.len(),
            n_defective: rows.n_defective(),
            n_unverified: rows.n_unverified(),
            ..Self::begun(rows.tip(), file, options)
        }
    }
}

/// Which issues were known, as far as rows depend on them.
fn told(issues: &Issues) -> String {
    let mut text = String::new();
    for (key, issue) in issues.iter() {
        let created = issue.created.map(|at| at.0);
        text.extend([key, &format!(" {:?} {created:?}\n", issue.kind)]);
    }
    format!(
        ", {} issues {}",
        issues.len(),
        &sha256::of(text.as_bytes())[..16]
    )
}

/// Writes a file under another name and then gives it its own, so that it is never there in part.
pub fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
}
