//! `git risk hook install`

use super::status;
use crate::args::{Format, Global};
use crate::error::Failure;
use crate::hooks::git::on_path;
use crate::hooks::script::{self, Role, Runner, Search};
use crate::hooks::survey::{Found, LEFTHOOK_LOCAL, Manager, Survey, Way};
use crate::hooks::{disk, removal};
use clap::Args;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct InstallArgs {
    /// As a file, also where git has configured hooks: for programs that bring an older git
    #[arg(long)]
    pub(crate) file: bool,
    /// Also into a folder of hooks that this repository shares with others
    #[arg(long)]
    pub(crate) shared: bool,
}

pub(crate) fn run(args: &InstallArgs, global: &Global, out: &mut dyn Write) -> Result<(), Failure> {
    // A hook that could only ever refuse is not installed.
    crate::open(&global.repo)?;
    let mut survey = Survey::of(&global.repo)?;
    let is_wanted =
        |found: &Found| found.idle.is_none() && !(args.file && found.way == Way::Configured);
    let by_configuration = survey.git.has_configured_hooks() && !args.file;
    let mut told = Vec::new();
    if let Some(found) = survey.found.iter().find(|found| is_wanted(found)) {
        told.push(if refresh(&survey, found)? {
            format!("brought up to date: {}", found.path.display())
        } else {
            format!("already installed: {}", found.path.display())
        });
        told.push(format!("  {}", found.way.phrase()));
    } else {
        if survey.hooks.exists() && !survey.hooks.is_dir() && !by_configuration {
            return Err(switched_off(&survey));
        }
        if survey.is_shared && !args.shared && !by_configuration {
            return Err(is_shared(&survey));
        }
        if !survey.found.is_empty() {
            let is_ours = |found: &&Found| {
                found.way != Way::ByHand && (args.shared || !survey.is_of_others_too(found))
            };
            for found in survey.found.iter().filter(is_ours) {
                told.extend(removal::take_away(&survey.git, found)?);
                let why = found.idle.as_deref().unwrap_or("a file was asked for");
                told.push(format!("removed from {}: {why}", found.path.display()));
            }
            survey = Survey::of(&global.repo)?;
        }
        install(&survey, args)?;
        survey = Survey::of(&global.repo)?;
        let own = |found: &&Found| found.way != Way::ByHand;
        let found = survey.running().or_else(|| survey.found.iter().find(own));
        let found = found.expect("because it was installed just now");
        told.push(format!("installed: {}", found.path.display()));
        told.push(format!("  {}", found.way.phrase()));
        if let Some(idle) = &found.idle {
            told.push(format!("  not run yet: {idle}"));
        }
        told.extend(shared_with_others(&survey, found)?);
    }
    if global.format.plain() == Format::Json {
        return status::run(global, out);
    }
    for line in told {
        writeln!(out, "{}", risk_report::clean(&line))?;
    }
    if !global.quiet
        && let Some(next) = status::next(global)
    {
        writeln!(out, "next: {next}")?;
    }
    Ok(())
}

fn switched_off(survey: &Survey) -> Failure {
    Failure::new(format_args!(
        "git looks for hooks in {}, which is no folder: hooks are switched off here",
        survey.hooks.display()
    ))
    .hint("git config --show-origin core.hooksPath tells where that is set")
}

fn is_shared(survey: &Survey) -> Failure {
    let folder = survey.hooks.display();
    Failure::new(format_args!(
        "git looks for hooks in {folder}, which is neither in this repository nor in its working tree, so others use \
         it too (core.hooksPath)"
    ))
    .hint("for all repositories that use it: git risk hook install --shared")
    .hint(format!(
        "for this one alone, which then leaves those of {folder} aside: git config --local core.hooksPath {}",
        survey.own_hooks.display()
    ))
}

/// Writes what there would be now in place of what an earlier version wrote; whether that made a difference.
fn refresh(survey: &Survey, found: &Found) -> Result<bool, Failure> {
    let fallback = fallback(survey, found.path.as_path());
    let fallback = fallback.as_deref();
    if found.way == Way::Configured {
        let command = script::configured(fallback);
        let now = survey
            .configured
            .as_ref()
            .and_then(|it| it.command.as_ref());
        let is_new = now != Some(&command);
        if is_new {
            survey.git.configure(&command)?;
        }
        return Ok(is_new);
    }
    let text = disk::read(&found.path)?.unwrap_or_default();
    let Search::Found(marked) = script::search(&text) else {
        return Ok(false);
    };
    let block = match &found.way {
        Way::Script(role) => script::block(*role, survey.slot().1, fallback),
        _ => script::lefthook(fallback),
    };
    let is_new = marked.block() != block.as_bytes();
    if is_new {
        disk::rewrite(&found.path, &marked.with(block.as_bytes()))?;
    }
    Ok(is_new)
}

fn install(survey: &Survey, args: &InstallArgs) -> Result<(), Failure> {
    if survey.git.has_configured_hooks() && !args.file {
        let fallback = this_binary();
        return survey
            .git
            .configure(&script::configured(fallback.as_deref()));
    }
    if survey.manager == Manager::Lefthook {
        return with_lefthook(survey);
    }
    let (slot, runner) = survey.slot();
    let fallback = fallback(survey, &slot);
    let fallback = fallback.as_deref();
    if !disk::is_there(&slot) {
        let folder = slot.parent().unwrap_or(&survey.hooks);
        let made_folder = !folder.exists();
        fs::create_dir_all(folder).map_err(disk::failed(folder, "made"))?;
        let block = script::block(Role::Own { made_folder }, runner, fallback);
        return disk::write_new(&slot, &script::file(&block));
    }
    let text = disk::read(&slot)?;
    let can_hold = |text: &Vec<u8>| match runner {
        Runner::Sh => true,
        Runner::Start => {
            script::is_shell(text) && !disk::is_link(&slot) && disk::is_executable(&slot)
        }
    };
    if let Some(text) = text.filter(can_hold) {
        let block = script::block(Role::Guest, runner, fallback);
        return disk::rewrite(&slot, &script::insert(&text, &block));
    }
    make_room(&slot, fallback)
}

/// Renames the hook that is there, and puts one in its place that runs it first.
fn make_room(slot: &Path, fallback: Option<&Path>) -> Result<(), Failure> {
    let before = slot.with_file_name(script::BEFORE);
    let folder = slot.with_file_name(script::BEFORE_FOLDER);
    if slot.is_dir() {
        return Err(Failure::new(format_args!("{} is a folder", slot.display()))
            .hint("git runs no hook from there; move it away"));
    }
    for place in [&before, &folder] {
        if disk::is_there(place) {
            return Err(Failure::new(format_args!(
                "{} is in the way: the hook that is there now would get this name",
                place.display()
            ))
            .hint("see what it is, and move it away; nothing was changed"));
        }
    }
    // What is started by way of a link often asks by which name it was called.
    let linked = cfg!(unix) && disk::is_link(slot);
    let block = script::block(Role::Beside { linked }, Runner::Start, fallback);
    if linked {
        disk::link_below(&folder, "pre-push", script::BEFORE)?;
    }
    disk::rename(slot, &before)?;
    disk::write_new(slot, &script::file(&block)).inspect_err(|_| {
        // As it was; the first error is the one to tell.
        let _ = fs::rename(&before, slot);
        let _ = fs::remove_file(folder.join("pre-push"));
        let _ = fs::remove_dir(&folder);
    })
}

/// What people write into a configuration of their own.
const LEFTHOOK_COMMAND: &str = "\
pre-push:
  commands:
    git-risk:
      use_stdin: true
      run: git-risk hook run '{1}' '{2}'";

fn with_lefthook(survey: &Survey) -> Result<(), Failure> {
    let fallback = this_binary();
    if let Some(file) = survey.foreign_lefthook() {
        let file = file.display();
        let mut failure = Failure::new(format_args!(
            "lefthook runs the hooks here, and {file} is yours: git-risk does not edit it"
        ))
        .hint("add this command to its hook pre-push:");
        for line in LEFTHOOK_COMMAND.lines() {
            failure = failure.hint(line);
        }
        return Err(failure);
    }
    let top = survey.toplevel.as_deref().ok_or_else(|| {
        Failure::new(
            "lefthook runs the hooks here, and there is no working tree for its configuration",
        )
    })?;
    let file = top.join(LEFTHOOK_LOCAL);
    let text = script::lefthook(fallback.as_deref());
    fs::write(&file, text).map_err(disk::failed(&file, "written"))
}

/// What to say about a file that others may come to share.
fn shared_with_others(survey: &Survey, found: &Found) -> Result<Option<String>, Failure> {
    Ok(match &found.way {
        Way::Lefthook if !survey.git.ignores(&found.path)? => Some(format!(
            "{LEFTHOOK_LOCAL} is for this clone alone: put it into .gitignore, as lefthook advises"
        )),
        Way::Script(_) if survey.is_committed => Some(
            "this file is in the working tree: commit it, and everybody who has git-risk is warned; leave it, and it is \
             for you alone"
                .to_owned(),
        ),
        _ => None,
    })
}

/// Where git-risk is now, for a hook that is on this machine alone.
fn fallback(survey: &Survey, path: &Path) -> Option<PathBuf> {
    let tree = survey.is_committed && path.parent() != Some(&survey.own_hooks);
    let is_configuration = path
        .file_name()
        .is_some_and(|name| name == "config" || name == LEFTHOOK_LOCAL);
    if tree && !is_configuration {
        return None;
    }
    this_binary()
}

/// Where this binary is: by the name that lasts when it is upgraded, if there is one.
fn this_binary() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let named = on_path("git-risk").filter(|named| {
        named.is_absolute() && named.canonicalize().ok() == own.canonicalize().ok()
    });
    Some(named.unwrap_or(own))
}
