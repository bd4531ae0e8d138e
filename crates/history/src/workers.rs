//! Threads with a repository handle each.

use crate::error::Error;
use crate::objects::{Loose, Objects};
use git2::Repository;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A pool whose workers read the same repository, each through a handle of its own.
pub(crate) struct Workers {
    pool: rayon::ThreadPool,
    git_dir: PathBuf,
    loose: Arc<Loose>,
    threads: usize,
    checks: bool,
}

impl Workers {
    pub(crate) fn new(
        git_dir: &Path,
        loose: &Arc<Loose>,
        threads: usize,
        checks: bool,
    ) -> Result<Self, Error> {
        let threads = threads.max(1);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|source| Error::Threads { threads, source })?;
        Ok(Self {
            pool,
            git_dir: git_dir.to_path_buf(),
            loose: Arc::clone(loose),
            threads,
            checks,
        })
    }

    /// Runs `work` on every worker; each takes numbers below `n_jobs` until there are none left.
    ///
    /// Results come back in no order: what order they need must be among them.
    pub(crate) fn map<T: Send>(
        &self,
        n_jobs: usize,
        work: impl Fn(&Objects<'_>, &dyn Fn() -> Option<usize>) -> Result<Vec<T>, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Ok(Vec::new()));
        let take = || {
            let job = next.fetch_add(1, Ordering::Relaxed);
            (job < n_jobs).then_some(job)
        };
        self.pool.scope(|scope| {
            for _ in 0..self.threads.min(n_jobs) {
                scope.spawn(|_| {
                    let part = Repository::open(&self.git_dir)
                        .and_then(|repository| {
                            let objects =
                                Objects::open(&repository, Arc::clone(&self.loose), self.checks)?;
                            Ok(work(&objects, &take))
                        })
                        .unwrap_or_else(|source| {
                            Err(Error::Git {
                                doing: "opening the repository",
                                source,
                            })
                        });
                    if part.is_err() {
                        // Nobody needs the rest.
                        next.store(n_jobs, Ordering::Relaxed);
                    }
                    let mut all = results
                        .lock()
                        .expect("no worker panics while it holds the results");
                    match (&mut *all, part) {
                        (Ok(all), Ok(part)) => all.extend(part),
                        (all @ Ok(_), Err(error)) => *all = Err(error),
                        (Err(_), _) => {}
                    }
                });
            }
        });
        results
            .into_inner()
            .expect("no worker panics while it holds the results")
    }
}
