//! What git-risk says about single commits: asked when somebody wants to know, and remembered.

use crate::child::{ChildError, Program};
use crate::encoded::Encoded;
use crate::fingerprint::Fingerprint;
use crate::harmless::without_paths;
use crate::problem::Problem;
use crate::repository::Repository;
use crate::routes::{MAX_REVISION, Question, is_revision};
use hyper::StatusCode;
use serde::de::IgnoredAny;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Questions that are worked on at once.
const AT_ONCE: usize = 2;

/// Questions that are worked on or wait for it; more are sent away.
const MAX_WAITING: usize = 16;

/// A question that takes longer is given up.
const LIMIT: Duration = Duration::from_secs(60);

/// Answers that are remembered: so many, and so many bytes.
const MAX_KEPT: usize = 256;
const MAX_KEPT_BYTES: usize = 32 << 20;

/// What an answer depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    repository: String,
    question: Question,
    /// Full id.
    commit: String,
    seen: Fingerprint,
}

/// Asks and remembers.
pub(crate) struct Questions {
    program: Arc<Program>,
    waiting: Semaphore,
    running: Semaphore,
    /// Those that were asked for last are at the end.
    kept: Mutex<VecDeque<(Key, Arc<Encoded>)>>,
}

impl Questions {
    pub(crate) fn new(program: Arc<Program>) -> Self {
        Self {
            program,
            waiting: Semaphore::new(MAX_WAITING),
            running: Semaphore::new(AT_ONCE),
            kept: Mutex::default(),
        }
    }

    /// What git-risk says about a commit.
    pub(crate) async fn answer(
        &self,
        repository: &Arc<Repository>,
        question: Question,
        revision: String,
    ) -> Result<Arc<Encoded>, Problem> {
        if !is_revision(&revision) {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "this is not the name of one commit",
                format!(
                    "write an id, a branch or a tag, with ~ and ^ behind it if need be, in at most {MAX_REVISION} bytes"
                ),
            ));
        }
        // What was learned by then is what the answer goes by; without it each question would learn.
        repository.report()?;
        let busy = |_| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many questions wait for an answer",
                "ask again later",
            )
            .later(5)
        };
        let _place = self.waiting.try_acquire().map_err(busy)?;
        let key = self.key(repository, question, revision).await?;
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let running = self.running.acquire().await;
        let _running = running.expect("because it is never closed");
        // It may have been asked by somebody else meanwhile.
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let asked = [question.command(), key.commit.as_str()];
        let limit = LIMIT.min(self.program.time_limit);
        let answer = self.program.answer(&repository.path, &asked, limit).await;
        let answer = answer.and_then(|answer| {
            serde_json::from_slice::<IgnoredAny>(&answer).map_err(ChildError::Garbled)?;
            Ok(Arc::new(Encoded::json(answer)))
        });
        let answer = answer.map_err(|error| unanswered(&error, repository))?;
        self.remember(key, Arc::clone(&answer));
        Ok(answer)
    }

    async fn key(
        &self,
        repository: &Arc<Repository>,
        question: Question,
        revision: String,
    ) -> Result<Key, Problem> {
        let asked = Arc::clone(repository);
        let watched = self.program.watched.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let commit = risk_history::Repository::discover(&asked.path)?.resolve(&revision)?;
            let seen = Fingerprint::of(&asked.path, &watched)?.without_learned();
            Ok(Key {
                repository: asked.name.clone(),
                question,
                commit: commit.to_string(),
                seen,
            })
        });
        let failed = |message: String| {
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                without_paths(&message, &repository.known),
                "the log of the server may tell more",
            )
        };
        let looked = looked.await.map_err(|error| failed(error.to_string()))?;
        looked.map_err(|error: risk_history::Error| match error {
            risk_history::Error::UnknownRevision { .. }
            | risk_history::Error::AmbiguousRevision { .. } => Problem::new(
                StatusCode::NOT_FOUND,
                without_paths(&error.to_string(), &repository.known),
                "git log --oneline --all lists what there is",
            ),
            error => failed(error.to_string()),
        })
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Key, Arc<Encoded>)>> {
        self.kept
            .lock()
            .expect("no task panics while it holds this")
    }

    fn remembered(&self, key: &Key) -> Option<Arc<Encoded>> {
        let mut kept = self.kept();
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at)?;
        let answer = Arc::clone(&found.1);
        kept.push_back(found);
        Some(answer)
    }

    fn remember(&self, key: Key, answer: Arc<Encoded>) {
        let mut kept = self.kept();
        kept.retain(|(known, _)| *known != key);
        kept.push_back((key, answer));
        let mut bytes: usize = kept.iter().map(|(_, answer)| answer.size()).sum();
        while kept.len() > MAX_KEPT || bytes > MAX_KEPT_BYTES {
            let Some((_, oldest)) = kept.pop_front() else {
                break;
            };
            bytes -= oldest.size();
        }
    }
}

fn unanswered(error: &ChildError, repository: &Repository) -> Problem {
    let message = without_paths(&error.to_string(), &repository.known);
    match error {
        ChildError::Refused { .. } => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            message,
            "ask about a commit that changes the content of files",
        ),
        ChildError::Late { .. } => Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            message,
            "ask git risk itself, which waits",
        ),
        _ => Problem::new(
            StatusCode::BAD_GATEWAY,
            message,
            "see that git-risk and git-risk-serve are of the same version",
        ),
    }
}
