//! `git risk report`

use crate::args::{Format, ReportArgs};
use crate::commands::release;
use crate::engine::{Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::overview::since::{Earlier, Reported};
use crate::overview::{Asked, overview};
use crate::state::Folder;
use crate::{TOOL, formats, now, worth};
use risk_change::Days;
use risk_history::Repository;
use risk_report::Overview;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) fn run(
    repository: Repository,
    args: &ReportArgs,
    setup: Setup,
    format: Format,
    out: &mut Output,
) -> Result<(), Failure> {
    let (tip, branch) = repository.settled_by()?;
    let named = args
        .since
        .as_ref()
        .map(|name| Ok::<_, Failure>(Earlier::named(&repository.resolve(name)?, name)))
        .transpose()?;
    let reported = Folder::of(repository.common_dir()).file("reported");
    let before = Reported::read(&reported);
    let mut engine = Engine::up_to(repository, &tip, false, setup)?;
    engine.make_whole()?;
    let judged = worth::judge(&engine);
    let learned = engine.replay.tip().unwrap_or(tip);
    let asked = Asked {
        recent: Days(f64::from(args.days)),
        top: args.top,
        earlier: named.or_else(|| before.before(&tip).cloned()),
        release: release::under_way(&engine, learned, setup)?,
        branch,
    };
    let overview = overview(&engine, &judged, asked, now(), setup.tell)?;
    setup
        .tell
        .detail(|| "what the page shows is gathered".to_owned());
    let text = match format {
        Format::Text => risk_page::html(TOOL, &overview),
        Format::Json => risk_report::json::overview(TOOL, &overview),
    };
    let file = match (&args.out, format) {
        (Some(file), _) if file == Path::new("-") => None,
        (Some(file), _) => Some(file.clone()),
        (None, Format::Text) => Some(file_name(&overview)),
        (None, Format::Json) => None,
    };
    let Some(file) = file else {
        return Ok(out.write_all(text.as_bytes())?);
    };
    formats::replace(&file, &text)?;
    // Data is fetched again and again by machines; what a person was shown is what the next report goes on from.
    if format == Format::Text
        && let Err(error) = before.remember(&overview, &reported)
    {
        setup.tell.note(&format!(
            "what this report showed cannot be remembered, so the next one will not tell what changed since: {error}"
        ));
    }
    writeln!(out, "{}", told(&overview, &file, text.len()))?;
    Ok(())
}

/// The file that is written unless another is named: characters that mean something to a shell or a file system are left
/// out of the name of the repository.
fn file_name(overview: &Overview) -> PathBuf {
    let is_plain = |c: &char| c.is_alphanumeric() || "-_.".contains(*c);
    let name: String = overview.repository.name.chars().filter(is_plain).collect();
    let name = name.trim_start_matches(['-', '.']);
    PathBuf::from(if name.is_empty() {
        "risk.html".to_owned()
    } else {
        format!("{name}-risk.html")
    })
}

/// What was written, in a line.
fn told(overview: &Overview, file: &Path, bytes: usize) -> String {
    format!(
        "{}: {} changes, the {} riskiest recent ones with reasons, {} files ({} kB)",
        file.display(),
        overview.changes.total,
        overview.riskiest.len(),
        overview.tree.n_files,
        bytes.div_ceil(1_000)
    )
}
