//! `git risk train`

use crate::args::{Format, TrainArgs};
use crate::commands::hook::background_ended;
use crate::commands::status;
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::state::Folder;
use crate::worth;
use risk_history::Repository;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &TrainArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let folder = Folder::of(repository.common_dir());
    let tip = match &args.revision {
        Some(revision) => repository.resolve(revision)?,
        None => engine::settled(&repository, setup.tell)?,
    };
    let engine = Engine::up_to(repository, &tip, args.fresh, setup)?;
    let judged = worth::judge(&engine);
    let text = status::learned(&engine, &judged, format, out.page());
    out.write_all(text.as_bytes())?;
    if let Some(why) = engine.unkept() {
        return Err(why.clone());
    }
    background_ended(&folder);
    Ok(())
}
