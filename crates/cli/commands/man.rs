//! `git risk man`

use crate::args::{Cli, ManArgs};
use crate::error::Failure;
use crate::manual;
use clap::CommandFactory;
use std::fs;
use std::io::Write;

pub(crate) fn run(args: &ManArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let pages = manual::pages(Cli::command());
    if let Some(folder) = &args.out {
        fs::create_dir_all(folder).map_err(|error| Failure::unwritten(folder, &error))?;
        for page in &pages {
            let path = folder.join(page.file());
            fs::write(&path, &page.roff).map_err(|error| Failure::unwritten(&path, &error))?;
        }
        return Ok(());
    }
    let mut name = vec!["git-risk"];
    name.extend(args.command.iter().map(String::as_str));
    let name = name.join("-");
    let page = pages.iter().find(|page| page.name == name);
    let page = page.ok_or_else(|| {
        Failure::new(format_args!("there is no page {name}")).hint("git risk -h lists the commands")
    })?;
    Ok(out.write_all(page.roff.as_bytes())?)
}
