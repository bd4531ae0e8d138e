//! `git risk status`

use crate::args::{Format, StatusArgs};
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::{TOOL, worth};
use risk_history::Repository;
use risk_report::clean;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &StatusArgs,
    setup: Setup,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let engine = Engine::stored(repository, setup)?;
    if args.skipped {
        for skip in engine.replay.skipped() {
            let path = skip
                .path
                .as_ref()
                .map_or_else(String::new, |path| format!("  {}", clean(&path.to_text())));
            writeln!(out, "{}  {}{path}", skip.change, worth::reason(skip.why))?;
        }
        return Ok(());
    }
    let judged = worth::judge(&engine);
    let text = match format {
        Format::Text => risk_report::text::worth(&judged.worth),
        Format::Json => risk_report::json::worth(TOOL, &judged.worth),
    };
    Ok(out.write_all(text.as_bytes())?)
}
