//! `git risk explain`

use crate::TOOL;
use crate::args::{ExplainArgs, Format};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::scoring;
use crate::worth;
use risk_history::Repository;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &ExplainArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let id = repository.resolve(&args.revision)?;
    let settled = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &settled, false, setup)?;
    let judged = worth::judge(&engine);
    let kept = engine.look_ahead(&id)?;
    let position = engine
        .replay
        .position_of(&id)
        .expect("all that leads to it was followed");
    engine.make_whole()?;
    let account = scoring::account(&engine, &judged, position, kept)?;
    let text = match format {
        Format::Text => risk_report::text::account(&account, &judged.worth, out.page()),
        Format::Json => risk_report::json::account(TOOL, &judged.worth, &account),
    };
    Ok(out.write_all(text.as_bytes())?)
}
