//! `git risk hook run`

use super::background::{Learning, Place};
use super::look::{self, Found, Look, Told};
use super::push::Push;
use super::shown::{Fate, Shown};
use crate::args::Global;
use crate::engine::{Remedy, Setup};
use crate::error::Failure;
use crate::settings::{self, HookSettings, Settings, time};
use crate::tell::Tell;
use crate::terminal::Reader;
use clap::Args;
use risk_evaluate::Threshold;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    /// The name of the remote, as git tells it
    #[arg(value_name = "REMOTE")]
    remote: Option<OsString>,
    /// Its URL; not looked at
    #[arg(value_name = "URL")]
    url: Option<OsString>,
    /// Stop the push if a commit stands as high: p99 (percentile), x4 (times the average), 60% (probability), or
    /// several of these [default: never]
    #[arg(long, value_name = "THRESHOLD")]
    fail_above: Option<Threshold>,
    /// How long the push may wait, as 1s or 500ms [default: 1s]
    #[arg(long, value_name = "TIME", value_parser = budget)]
    budget: Option<Duration>,
    /// Stop the push also if it could not be looked at
    #[arg(long)]
    strict: bool,
}

fn budget(text: &str) -> Result<Duration, String> {
    time::read(text).ok_or_else(|| "write a time from 1ms to 10min, as in 500ms".to_owned())
}

/// What a call that cannot be understood ends with, if it is one of this command; `None` if it is another one.
///
/// A script of a hook may be older or newer than this binary, which is no reason to stop a push.
pub(super) fn misused(error: &clap::Error, call: &[OsString]) -> Option<ExitCode> {
    let is_ours = call.windows(2).any(|pair| pair == ["hook", "run"]);
    if !is_ours || !error.use_stderr() {
        return None;
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let first = risk_report::clean(first.strip_prefix("error: ").unwrap_or(first)).into_owned();
    let outcome = Outcome {
        failed: Some(format!(
            "{first} (git risk hook run -h lists what it takes)"
        )),
        settings: Settings {
            hook: HookSettings {
                strict: call.iter().any(|it| it == "--strict"),
                ..Settings::default().hook
            },
            ..Settings::default()
        },
        ..Outcome::default()
    };
    Some(outcome.end())
}

/// What the thread that looks has to say.
enum Said {
    /// Which repository it is, and what holds there.
    Here(Place, Box<Settings>),
    /// What is to be learned.
    Behind(Option<Remedy>),
    /// It is strict, and nothing else is known of what holds.
    Strict,
    /// The command that shows what is pushed.
    See(String),
    Found(Found),
    Failed(Failure),
}

/// How it came out.
struct Outcome {
    place: Option<Place>,
    settings: Settings,
    see: Option<String>,
    /// What is to be learned, as far as that is known: what is not known to be there is.
    behind: Option<Remedy>,
    found: Found,
    /// What went wrong on our side.
    failed: Option<String>,
    /// Whether notes are not wanted; warnings are.
    quiet: bool,
}

impl Default for Outcome {
    fn default() -> Self {
        Self {
            place: None,
            settings: Settings::default(),
            see: None,
            behind: Some(Remedy::Learn),
            found: Found::default(),
            failed: None,
            quiet: false,
        }
    }
}

/// Looks at a push, in a thread that nobody waits for when the time is over.
///
/// It only reads, so that it can be left at any moment.
pub(super) fn run(global: &Global, args: &RunArgs) -> ExitCode {
    let begun = now();
    // What a panic says is of no use to somebody who pushes; that there was one is told.
    std::panic::set_hook(Box::new(|_| {}));
    let (say, said) = mpsc::channel();
    let task = Task {
        repo: global.repo.clone(),
        config: global.config.clone(),
        issues: global.issues.clone(),
        threads: crate::threads(global),
        tell: Tell::new(global).if_verbose(),
        args: args.clone(),
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    let thread = thread.spawn(move || {
        let last = task.run(&say).map_or_else(Said::Failed, Said::Found);
        // Nobody may be listening any more.
        let _ = say.send(last);
    });
    let mut settings = Settings::default();
    args.put_into(&mut settings);
    let mut outcome = Outcome {
        settings,
        quiet: global.quiet,
        ..Outcome::default()
    };
    match thread {
        Ok(_) => outcome.wait(&said, begun),
        Err(error) => outcome.failed = Some(format!("no thread could be started: {error}")),
    }
    outcome.end()
}

impl RunArgs {
    /// What was typed holds before what was configured.
    fn put_into(&self, settings: &mut Settings) {
        settings.fail_above = self.fail_above.or(settings.fail_above);
        settings.hook.budget = self.budget.unwrap_or(settings.hook.budget);
        settings.hook.strict |= self.strict;
    }
}

/// What the thread needs.
struct Task {
    repo: PathBuf,
    config: Option<PathBuf>,
    issues: Option<PathBuf>,
    threads: usize,
    tell: Tell,
    args: RunArgs,
}

impl Task {
    fn run(&self, say: &Sender<Said>) -> Result<Found, Failure> {
        let remote = self.args.remote.as_deref().map(OsStr::to_string_lossy);
        let push = Push::told(remote.as_deref(), |name| std::env::var_os(name))?;
        if push.updates.is_empty() {
            return Ok(Found::default());
        }
        let open = || crate::open(&self.repo);
        let repository = open()?;
        let place = Place::of(&repository, self.config.as_deref(), self.issues.as_deref());
        let given = crate::given(self.config.as_deref(), self.issues.as_deref())?;
        // A repository whose own branch has no commit yet can still push others: it has no base to be judged by.
        let settled = repository.settled().ok();
        let settings = match &settled {
            Some(base) => Settings::read(&repository, base, given),
            None => Settings::without_base(&repository, given),
        };
        if settings.is_err() && settings::is_strict(&repository, given) {
            let _ = say.send(Said::Strict);
        }
        let mut settings = settings?;
        self.args.put_into(&mut settings);
        // Whoever left does not need to know.
        let _ = say.send(Said::Here(place.clone(), Box::new(settings.clone())));
        let (outgoing, see) = look::outgoing(&repository, &push, settled.as_ref())?;
        let _ = say.send(Said::See(see.clone()));
        let look = Look {
            settings: &settings,
            setup: Setup {
                threads: self.threads,
                tell: self.tell,
                distrust: false,
                given,
            },
            settled,
            folder: &place.folder(),
            open: &open,
            behind: &|remedy| drop(say.send(Said::Behind(remedy))),
        };
        look.at(repository, &outgoing, &see)
    }
}

impl Outcome {
    fn wait(&mut self, said: &Receiver<Said>, begun: Instant) {
        loop {
            let left = self.settings.hook.budget.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return self.skip();
            }
            match said.recv_timeout(left) {
                Ok(Said::Here(place, settings)) => {
                    self.place = Some(place);
                    self.settings = *settings;
                }
                Ok(Said::Strict) => self.settings.hook.strict = true,
                Ok(Said::See(see)) => self.see = Some(see),
                Ok(Said::Behind(remedy)) => self.behind = remedy,
                Ok(Said::Found(found)) => {
                    self.found = found;
                    return;
                }
                Ok(Said::Failed(failure)) => {
                    self.failed = Some(failure.in_a_line());
                    return;
                }
                Err(RecvTimeoutError::Timeout) => return self.skip(),
                Err(RecvTimeoutError::Disconnected) => {
                    let defect = "git-risk has a defect; git risk score may say more";
                    self.failed = Some(defect.to_owned());
                    return;
                }
            }
        }
    }

    fn skip(&mut self) {
        let budget = time::written(self.settings.hook.budget);
        let mut why = format!("it takes longer than {budget}, which risk.hook.budget sets");
        let remedy = self.behind.filter(|_| self.place.is_some());
        if remedy.is_none() {
            let see = self.see.as_deref().unwrap_or("git risk score");
            write!(why, "; {see} looks at it").expect("writing to a string cannot fail");
        }
        self.found = Found {
            unchecked: Some(why),
            remedy,
            told: None,
        };
    }

    /// Says what is to be said, remembers it, and starts what is to be learned.
    fn end(self) -> ExitCode {
        let reader = Reader::of_stderr();
        let mut text = String::new();
        let mut stops = false;
        if let Some(told) = &self.found.told {
            stops = told.n_stopping > 0;
            text = risk_report::text::push(&told.warning, width(&reader));
            self.close(&mut text, told);
        }
        let note = match &self.failed {
            Some(failed) => Some(format!("not checked: {failed}")),
            None => self.learn(),
        };
        let is_unchecked = self.failed.is_some() || self.found.unchecked.is_some();
        let is_refused = is_unchecked && self.settings.hook.strict;
        if let Some(note) = note.filter(|_| !self.quiet || is_refused) {
            let note = note.replace(['\n', '\r'], " ");
            let more = if is_refused {
                "; the push was stopped, as strict asks (git push --no-verify goes on)"
            } else {
                ""
            };
            writeln!(text, "git-risk: {note}{more}").expect("writing to a string cannot fail");
        }
        // Whoever reads us may be gone; that is no reason to stop a push.
        let shown = crate::tell::write(&reader, &text);
        if let (Ok(()), Some(told), Some(place)) = (shown, &self.found.told, &self.place) {
            // What cannot be remembered is told again.
            let _ = Shown::remember(&place.folder(), &told.marks);
        }
        if stops {
            ExitCode::from(1)
        } else if is_refused {
            ExitCode::from(2)
        } else {
            ExitCode::SUCCESS
        }
    }

    /// The last lines of a warning: how to go on.
    fn close(&self, text: &mut String, told: &Told) {
        let commit = |mark: &super::shown::Mark| mark.commit.short();
        let stopping: Vec<String> = told
            .marks
            .iter()
            .filter(|mark| mark.fate == Fate::Stopped)
            .take(3)
            .map(commit)
            .collect();
        let first = told.marks.first().map(commit).unwrap_or_default();
        let line = match (self.settings.fail_above, stopping.is_empty()) {
            (Some(limit), false) => {
                let more = told.n_stopping - stopping.len();
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                format!(
                    "The push was stopped: {}{more} reached the limit that was set, {limit}.\n\
                     More: git risk explain {first}. To let it through: git risk hook acknowledge, and push again.\n\
                     git push --no-verify goes on without looking.\n",
                    stopping.join(", ")
                )
            }
            _ => format!(
                "More: git risk explain {first}. The push goes on, and this is not told again.\n"
            ),
        };
        text.push_str(&line);
    }

    /// Starts to learn if that is needed; what is to be said about it and about what was not looked at.
    fn learn(&self) -> Option<String> {
        let failure = self.place.as_ref().and_then(Place::failure);
        let learning = match (&self.place, self.found.remedy, failure) {
            (_, _, Some(failure)) => Some(Learning::Failed(failure)),
            (_, None, None) => None,
            (Some(place), Some(remedy), None) if self.settings.hook.background => {
                Some(place.learn(remedy == Remedy::LearnAnew))
            }
            _ => Some(Learning::Off),
        };
        let see = self.see.as_deref();
        note(self.found.unchecked.as_deref(), learning.as_ref(), see)
    }
}

/// One line on what was not looked at and on how what is learned catches up; `None` if there is nothing to say.
fn note(unchecked: Option<&str>, learning: Option<&Learning>, see: Option<&str>) -> Option<String> {
    let failed = |why: &str| format!("learning in the background failed: {why}");
    let Some(unchecked) = unchecked else {
        // What was looked at catches up without a word.
        return match learning {
            Some(Learning::Failed(why)) => Some(failed(why) + "; try git risk train"),
            _ => None,
        };
    };
    let see = see.unwrap_or("git risk score");
    let then = format!(", then {see} looks at it");
    let rest = match learning {
        None => String::new(),
        Some(Learning::Started) => format!("; learning in the background now{then}"),
        Some(Learning::Running) => format!("; learning in the background is under way{then}"),
        Some(Learning::Off) => format!("; git risk train learns it{then}"),
        Some(Learning::Failed(why)) => format!("; {}; try git risk train", failed(why)),
        Some(Learning::FailedBefore) => {
            format!("; learning in the background failed, try git risk train{then}")
        }
        Some(Learning::NotStarted(why)) => format!(
            "; learning in the background could not be started ({why}), try git risk train{then}"
        ),
    };
    Some(format!("not checked: {unchecked}{rest}"))
}

/// The columns of a line on the terminal.
fn width(reader: &Reader) -> usize {
    reader.page.width.map_or(100, |width| width.min(100))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary is the one place that looks at the clock"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_dies_is_a_failure_and_one_that_is_late_is_left() {
        let (say, said) = mpsc::channel::<Said>();
        drop(say);
        let mut outcome = Outcome::default();
        outcome.wait(&said, now());
        assert!(outcome.failed.is_some_and(|why| why.contains("defect")));
        let (_say, said) = mpsc::channel::<Said>();
        let mut outcome = Outcome::default();
        outcome.settings.hook.budget = Duration::from_millis(1);
        outcome.wait(&said, now());
        assert!(outcome.failed.is_none());
        assert_eq!(
            outcome.found.unchecked.as_deref(),
            Some(
                "it takes longer than 1ms, which risk.hook.budget sets; git risk score looks at it"
            )
        );
    }

    #[test]
    fn what_was_looked_at_catches_up_without_a_word() {
        let failed = Learning::Failed("no space".to_owned());
        for quiet in [Learning::Started, Learning::Running, Learning::Off] {
            assert_eq!(note(None, Some(&quiet), Some("x")), None);
        }
        assert_eq!(note(None, None, None), None);
        let told = note(None, Some(&failed), None);
        assert!(told.is_some_and(|told| told.contains("no space")));
        let started = note(
            Some("why"),
            Some(&Learning::Started),
            Some("git risk score a..b"),
        );
        let expected = "not checked: why; learning in the background now, then git risk score a..b looks at it";
        assert_eq!(started.as_deref(), Some(expected));
    }
}
