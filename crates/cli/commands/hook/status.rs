//! `git risk hook status`

use crate::TOOL;
use crate::args::{Format, Global};
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::hooks::disk;
use crate::hooks::git::on_path;
use crate::hooks::survey::{Found, Survey};
use crate::settings::Settings;
use crate::tell::Tell;
use risk_report::json::SCHEMA_VERSION;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is told about the hook of a repository.
#[derive(Serialize)]
struct Status {
    schema_version: u32,
    tool: &'static str,
    /// Whether a push is looked at.
    installed: bool,
    traces: Vec<Trace>,
    /// A hook that made room and that nothing of ours runs any more.
    left_over: Option<String>,
    /// Whether pushes can be looked at in this repository at all.
    refused: Option<String>,
    git: Git,
    /// `None` if there is none, or if pre-commit builds its own.
    calls: Option<Called>,
    #[serde(skip)]
    by_framework: bool,
    /// `None` if they cannot be read.
    settings: Option<InForce>,
    /// Why not, if so.
    misconfigured: Option<String>,
    state: Learned,
    next: Option<String>,
}

#[derive(Serialize)]
struct Trace {
    way: &'static str,
    path: String,
    /// Why it is not run, if so.
    idle: Option<String>,
    #[serde(skip)]
    phrase: &'static str,
}

#[derive(Serialize)]
struct Git {
    version: String,
    configured_hooks: bool,
    hooks: String,
    /// Whether others use that folder too.
    shared: bool,
    manager: Option<&'static str>,
}

/// The git-risk that a hook finds.
#[derive(Serialize)]
struct Called {
    path: String,
    /// `None` if it does not say.
    version: Option<String>,
    on_path: bool,
}

#[derive(Serialize)]
struct InForce {
    warn_above: String,
    fail_above: Option<String>,
    budget_seconds: f64,
    strict: bool,
    background: bool,
}

#[derive(Serialize)]
struct Learned {
    tip: Option<String>,
    /// Commits of the main branch that are still to be learned; `None` if nothing is kept that could go on.
    behind: Option<usize>,
    /// Why it cannot be used, if so.
    problem: Option<String>,
}

pub(crate) fn run(global: &Global, out: &mut dyn Write) -> Result<(), Failure> {
    let status = look(global)?;
    if global.format.plain() == Format::Json {
        let text = serde_json::to_string_pretty(&status).expect("because all keys are text");
        return Ok(writeln!(out, "{text}")?);
    }
    tell(&status, out)
}

/// The command to run next, if there is one.
pub(crate) fn next(global: &Global) -> Option<String> {
    look(global).ok()?.next
}

fn look(global: &Global) -> Result<Status, Failure> {
    let survey = Survey::of(&global.repo)?;
    let refused = crate::open(&global.repo).err();
    let installed = survey.running().is_some();
    let by_framework = survey.running().is_some_and(Found::is_built_by_framework);
    let calls = if by_framework { None } else { called(&survey) };
    let state = learned(global);
    let (settings, misconfigured) = match settings(global) {
        Ok(settings) => (Some(in_force(&settings)), None),
        Err(failure) => (None, Some(failure.message)),
    };
    let next = if refused.is_some() {
        None
    } else if misconfigured.is_some() {
        Some("git risk config --explain")
    } else if !installed && survey.is_shared && !survey.git.has_configured_hooks() {
        Some("git risk hook install --shared")
    } else if !installed {
        Some("git risk hook install")
    } else if state.behind != Some(0) {
        Some("git risk train")
    } else {
        None
    };
    let traces = survey.found.iter().map(|found| Trace {
        way: found.way.name(),
        path: text(&found.path),
        idle: found.idle.clone(),
        phrase: found.way.phrase(),
    });
    Ok(Status {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        installed,
        traces: traces.collect(),
        left_over: survey.left_over().as_deref().map(text),
        refused: refused.map(|failure| failure.message),
        git: Git {
            version: survey.git.version_text.clone(),
            configured_hooks: survey.git.has_configured_hooks(),
            hooks: text(&survey.hooks),
            shared: survey.is_shared,
            manager: survey.manager.name(),
        },
        calls,
        by_framework,
        settings,
        misconfigured,
        state,
        next: next.map(str::to_owned),
    })
}

fn text(path: &Path) -> String {
    risk_report::clean(&path.to_string_lossy()).into()
}

/// The git-risk that the hook would find now.
fn called(survey: &Survey) -> Option<Called> {
    let named = on_path("git-risk");
    let on_path = named.is_some();
    let path = named.or_else(|| written_fallback(survey))?;
    Some(Called {
        version: version_of(&path),
        path: text(&path),
        on_path,
    })
}

/// Where the hook looks if there is none on the `PATH`.
fn written_fallback(survey: &Survey) -> Option<PathBuf> {
    let path = survey.fallback().ok().flatten();
    path.filter(|path| disk::is_executable(path))
}

/// What a program says about its version.
fn version_of(path: &Path) -> Option<String> {
    let own = std::env::current_exe().ok()?;
    if own.canonicalize().ok() == path.canonicalize().ok() {
        return Some(env!("CARGO_PKG_VERSION").to_owned());
    }
    let said = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let said = String::from_utf8(said.ok()?.stdout).ok()?;
    let version = said.trim().strip_prefix("git-risk ")?;
    Some(risk_report::clean(version).into())
}

/// What holds for a push, as `git risk hook run` finds it.
fn settings(global: &Global) -> Result<Settings, Failure> {
    let repository = crate::open(&global.repo)?;
    let given = crate::given(global.config.as_deref(), global.issues.as_deref())?;
    match repository.settled() {
        Ok(base) => Settings::read(&repository, &base, given),
        Err(_) => Ok(Settings::default()),
    }
}

fn in_force(settings: &Settings) -> InForce {
    InForce {
        warn_above: settings.warn_above.to_string(),
        fail_above: settings.fail_above.as_ref().map(ToString::to_string),
        budget_seconds: settings.hook.budget.as_secs_f64(),
        strict: settings.hook.strict,
        background: settings.hook.background,
    }
}

fn learned(global: &Global) -> Learned {
    let look = || -> Result<Learned, Failure> {
        let repository = crate::open(&global.repo)?;
        let setup = Setup {
            threads: 1,
            tell: Tell::new(global).if_verbose(),
            distrust: false,
            given: crate::given(global.config.as_deref(), global.issues.as_deref())?,
        };
        let engine = Engine::stored(repository, setup)?;
        let tip = engine.replay.tip();
        let settled = engine.repository.settled()?;
        let behind = match &tip {
            Some(tip) if engine.repository.is_reachable(tip) => {
                Some(engine.repository.list(tip, &settled)?.len())
            }
            _ => None,
        };
        Ok(Learned {
            tip: tip.map(|tip| tip.to_hex()),
            problem: behind
                .is_none()
                .then(|| "history was rewritten since it was learned".to_owned()),
            behind,
        })
    };
    look().unwrap_or_else(|failure| Learned {
        tip: None,
        behind: None,
        problem: Some(failure.message),
    })
}

fn tell(status: &Status, out: &mut dyn Write) -> Result<(), Failure> {
    let installed = if status.installed {
        "pushes from this repository are looked at"
    } else {
        "pushes from this repository are not looked at"
    };
    writeln!(out, "{installed}")?;
    let mut line = |name: &str, text: &str| writeln!(out, "  {name:<9} {text}");
    let runs = |trace: &&Trace| trace.idle.is_none();
    for trace in &status.traces {
        line("hook", &trace.path)?;
        let idle = trace.idle.as_ref();
        line(
            "",
            &idle.map_or_else(
                || trace.phrase.to_owned(),
                |idle| format!("not run: {idle}"),
            ),
        )?;
    }
    if status.traces.iter().filter(runs).count() > 1 {
        line(
            "",
            "each of them runs; git risk hook uninstall and install leave one",
        )?;
    }
    if let Some(path) = &status.left_over {
        line(
            "left over",
            &format!("{path}, the hook that was there before; nothing runs it"),
        )?;
    }
    if let Some(why) = &status.refused {
        line("refused", why)?;
    }
    match &status.calls {
        Some(called) => {
            let version = called.version.as_deref().unwrap_or("(says no version)");
            let by = if called.on_path {
                "on the PATH"
            } else {
                "not on the PATH; where it was at the installation"
            };
            line(
                "calls",
                &format!("git-risk {version} at {} ({by})", called.path),
            )?;
        }
        None if status.by_framework => line("calls", "the git-risk that pre-commit has built")?,
        None => line(
            "calls",
            "no git-risk: put it on the PATH, or pushes are not looked at",
        )?,
    }
    if let Some(settings) = &status.settings {
        line("warns at", &settings.warn_above)?;
        let fails = settings.fail_above.as_deref();
        line(
            "stops at",
            fails.unwrap_or("nothing: a push always goes on"),
        )?;
        let strict = if settings.strict {
            "; a failure of its own stops the push (strict)"
        } else {
            ""
        };
        line("budget", &format!("{} s{strict}", settings.budget_seconds))?;
    }
    if let Some(why) = &status.misconfigured {
        line("settings", &format!("cannot be read: {why}"))?;
    }
    let state = &status.state;
    let learned = match (&state.tip, state.behind) {
        (Some(tip), Some(0)) => format!("up to {}, all there is", &tip[..10]),
        (Some(tip), Some(1)) => format!("up to {}, 1 commit behind", &tip[..10]),
        (Some(tip), Some(behind)) => format!("up to {}, {behind} commits behind", &tip[..10]),
        _ => state.problem.clone().unwrap_or_default(),
    };
    line("learned", &learned)?;
    if let Some(next) = &status.next {
        writeln!(out, "next: {next}")?;
    }
    Ok(())
}
