//! `git risk report`

use crate::args::{Format, ReportArgs};
use crate::engine::{self, Engine, Setup};
use crate::error::Failure;
use crate::output::Output;
use crate::overview::since::{Earlier, Reported};
use crate::overview::{Asked, overview};
use crate::state::Folder;
use crate::{TOOL, now, worth};
use risk_change::Days;
use risk_history::Repository;
use std::io::Write;

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
    let asked = Asked {
        recent: Days(f64::from(args.days)),
        top: args.top,
        earlier: named.or_else(|| before.before(&tip).cloned()),
        branch,
    };
    let overview = overview(&engine, &judged, &asked, now(), setup.tell)?;
    let json = risk_report::json::overview(TOOL, &overview);
    out.write_all(json.as_bytes())?;
    Ok(())
}
