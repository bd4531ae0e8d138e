//! Keeps the report of one repository up to date.

use crate::child::{ChildError, Program};
use crate::encoded::Encoded;
use crate::fingerprint::Fingerprint;
use crate::harmless::without_paths;
use crate::log::{self, Log};
use crate::repository::{Report, Repository};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

/// After a failure it is tried again, though nothing changed: each time after twice as long, up to this.
const MAX_PAUSE: Duration = Duration::from_secs(600);

/// What keeps one repository up to date.
pub(crate) struct Refresh {
    pub(crate) repository: Arc<Repository>,
    pub(crate) program: Arc<Program>,
    /// Shared by all repositories.
    pub(crate) at_once: Arc<Semaphore>,
    pub(crate) every: Duration,
    pub(crate) log: Log,
}

/// What is read of a report. All of it has to be JSON all the same.
#[derive(Deserialize)]
struct Gist {
    made_at: i64,
    repository: Place,
}

#[derive(Deserialize)]
struct Place {
    tip: String,
}

/// What failed, for us and for those who ask.
struct Failed {
    /// With the paths of this machine.
    message: String,
}

impl From<ChildError> for Failed {
    fn from(error: ChildError) -> Self {
        Self {
            message: error.to_string(),
        }
    }
}

impl Refresh {
    /// Looks, refreshes if something came, and looks again later.
    pub(crate) async fn forever(self) {
        let mut made_with = None;
        let mut retry_at = None;
        loop {
            let seen = self.look().await;
            self.repository.standing().looked_at = Some(Instant::now());
            let is_due = retry_at.is_some_and(|at| at <= Instant::now());
            match seen {
                Ok(seen) if made_with.as_ref() != Some(&seen) || is_due => {
                    let result = self.once().await;
                    let after = self.look().await.ok();
                    made_with = Some(seen.made_by(after.as_ref()));
                    retry_at = self.settle(result);
                }
                Ok(_) => {}
                Err(failed) => {
                    made_with = None;
                    // It is looked at again soon, so it is told once.
                    if self.repository.standing().error.is_none() {
                        retry_at = self.settle(Err(failed));
                    }
                }
            }
            sleep(self.every).await;
        }
    }

    async fn look(&self) -> Result<Fingerprint, Failed> {
        let (path, watched) = (self.repository.path.clone(), self.program.watched.clone());
        let looked = tokio::task::spawn_blocking(move || Fingerprint::of(&path, &watched)).await;
        match looked {
            Ok(looked) => looked.map_err(|error| Failed {
                message: error.to_string(),
            }),
            Err(error) => Err(Failed {
                message: format!("the repository could not be looked at: {error}"),
            }),
        }
    }

    /// Has one report made, when it is this repository's turn.
    async fn once(&self) -> Result<Report, Failed> {
        let turn = self.at_once.acquire().await;
        let _turn = turn.expect("because it is never closed");
        {
            let mut standing = self.repository.standing();
            standing.refreshing = true;
            if standing.report.is_none() && standing.failures == 0 {
                self.log
                    .note(&format!("{}: learning …", self.repository.name));
            }
        }
        let since = Instant::now();
        let answer = self
            .program
            .answer(&self.repository.path, &["report"], self.program.time_limit)
            .await?;
        // Packing takes a while; others are answered meanwhile.
        let packed = tokio::task::spawn_blocking(move || {
            let gist: Gist = serde_json::from_slice(&answer).map_err(ChildError::Garbled)?;
            Ok::<_, ChildError>((gist, Encoded::json(answer)))
        });
        let (gist, body) = packed.await.map_err(|error| Failed {
            message: format!("the report could not be packed: {error}"),
        })??;
        Ok(Report {
            body,
            tip: gist.repository.tip,
            made_at: gist.made_at,
            took_seconds: since.elapsed().as_secs_f64(),
        })
    }

    /// Takes up what came out, and says when to try again.
    fn settle(&self, result: Result<Report, Failed>) -> Option<Instant> {
        let name = &self.repository.name;
        let mut standing = self.repository.standing();
        standing.refreshing = false;
        match result {
            Ok(report) => {
                self.log.note(&format!(
                    "{name}: made in {:.1} s, {} kB, up to {:.10}",
                    report.took_seconds,
                    report.body.plain.len() / 1000,
                    report.tip
                ));
                standing.report = Some(Arc::new(report));
                standing.error = None;
                standing.failures = 0;
                None
            }
            Err(Failed { message }) => {
                standing.failures = standing.failures.saturating_add(1);
                standing.error = Some(without_paths(&message, &self.repository.known));
                let pause = self
                    .every
                    .saturating_mul(1 << standing.failures.min(10))
                    .min(MAX_PAUSE.max(self.every));
                log::trouble(&format!("{name}: {message}"));
                Some(Instant::now() + pause)
            }
        }
    }
}
