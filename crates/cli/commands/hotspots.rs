//! `git risk hotspots`

use crate::args::{Format, HotspotsArgs};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::{TOOL, overview, worth};
use risk_history::Repository;
use std::io::Write;

pub(crate) fn run(
    repository: Repository,
    args: &HotspotsArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let tip = engine::settled(&repository, setup.tell)?;
    let mut engine = Engine::up_to(repository, &tip, false, setup)?;
    engine.make_whole()?;
    let judged = worth::judge(&engine);
    let folder = args.folder.as_deref().map(|folder| {
        let folder = folder.trim_start_matches("./");
        folder.trim_end_matches('/')
    });
    let folder = folder.filter(|it| !["", "."].contains(it));
    let mut hotspots = overview::hotspots(&engine, &judged, folder, setup.tell)?;
    if let (Some(folder), 0) = (folder, hotspots.tree.n_files) {
        return Err(
            Failure::new(format_args!("no file that counts is in a folder {folder}"))
                .hint("it is named from the top of the repository, as src/net"),
        );
    }
    let tree = &mut hotspots.tree;
    tree.directories.sort_by(|a, b| b.risk.total_cmp(&a.risk));
    tree.directories.truncate(args.max_count);
    tree.files.truncate(args.max_count);
    hotspots.of_directories = args.directories;
    let text = match format {
        Format::Text => risk_report::text::hotspots(&hotspots, out.page()),
        Format::Json => risk_report::json::hotspots(TOOL, &hotspots),
    };
    Ok(out.write_all(text.as_bytes())?)
}
