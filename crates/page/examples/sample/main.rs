//! Writes pages of made repositories into a folder, for tests in a browser and for people who work on the page:
//! `cargo run -p risk-page --example sample -- FOLDER`. Behind the folder, further arguments are overviews as JSON,
//! `NAME.json`, of which pages are made as well.

mod dice;
mod made;
mod odd;
mod ready;
mod risky;

use made::Made;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const TOOL: &str = "git-risk 0.1.0";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("say into which folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    for (name, overview) in [
        ("normal", Made::default().overview()),
        ("large", Made::large().overview()),
        ("young", odd::young()),
        ("hostile", odd::hostile()),
    ] {
        fs::write(
            folder.join(format!("{name}.html")),
            risk_page::html(TOOL, &overview),
        )?;
        fs::write(
            folder.join(format!("{name}.json")),
            risk_report::json::overview(TOOL, &overview),
        )?;
    }
    fs::write(folder.join("live.html"), risk_page::live(TOOL, None))?;
    fs::write(
        folder.join("live-one.html"),
        risk_page::live(TOOL, Some("normal")),
    )?;
    for json in arguments {
        let json = Path::new(&json);
        let name = json.file_stem().ok_or("a file has a name")?;
        let page = risk_page::from_json(&fs::read_to_string(json)?)?;
        fs::write(folder.join(name).with_extension("html"), page)?;
    }
    Ok(())
}
