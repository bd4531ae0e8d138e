//! Where the remaining risk sits, for people.

use super::pictures::lying;
use super::{BOLD, DIM, PLAIN, line, thousands};
use crate::page::{columns, pad};
use crate::{DirectoryExperts, Expert, FileRisk, Hotspots, Page, clean};

const BAR: usize = 10;

/// Who wrote less than this share of the lines is named only if nobody wrote more.
const WORTH_NAMING: f64 = 0.05;

/// A path takes no less than this, as long as there are columns that can be left out.
const LEAST_PATH: usize = 28;

/// The files or directories that carry most of it.
pub fn hotspots(hotspots: &Hotspots, page: Page) -> String {
    let mut out = String::new();
    let tree = &hotspots.tree;
    let text = format!(
        "{BOLD}{:.1} defects{BOLD:#} are to be expected, unseen so far, in {} lines of {} files",
        tree.risk,
        thousands(tree.lines as usize),
        thousands(tree.n_files)
    );
    page.flow(&mut out, "", 0, PLAIN, &text);
    line(&mut out, format_args!(""));
    let rows: Vec<Row> = if hotspots.of_directories {
        let directories = tree.directories.iter();
        directories
            .map(|it| Row::of_directory(it, hotspots))
            .collect()
    } else {
        let files = tree.files.iter();
        files.map(|it| Row::of_file(it, hotspots)).collect()
    };
    table(&mut out, &rows, hotspots.of_directories, page);
    out
}

/// What is told of a file or directory.
struct Row {
    risk: f64,
    lines: u64,
    /// The part of it that is young, or that nobody active wrote.
    part: f64,
    path: String,
    knows: String,
}

impl Row {
    fn of_file(file: &FileRisk, hotspots: &Hotspots) -> Self {
        Self {
            risk: file.risk,
            lines: file.lines,
            part: file.young as f64 / file.lines.max(1) as f64,
            path: clean(&file.path).into_owned(),
            knows: experts(&file.experts, hotspots),
        }
    }

    fn of_directory(directory: &DirectoryExperts, hotspots: &Hotspots) -> Self {
        let path = match directory.path.as_str() {
            "" => "./".to_owned(),
            path => format!("{}/", clean(path)),
        };
        Self {
            risk: directory.risk,
            lines: directory.lines,
            part: directory.orphaned,
            path,
            knows: experts(&directory.experts, hotspots),
        }
    }
}

fn experts(experts: &[Expert], hotspots: &Hotspots) -> String {
    let first = experts.iter().take(1);
    let more = experts.iter().skip(1).filter(|it| it.share >= WORTH_NAMING);
    let told = first.chain(more).map(|expert| {
        let name = hotspots
            .people
            .get(expert.person)
            .map_or("", String::as_str);
        let gone = if expert.active { "" } else { ", not active" };
        format!("{} ({:.0} %{gone})", clean(name), expert.share * 100.0)
    });
    told.collect::<Vec<_>>().join(", ")
}

fn table(out: &mut String, rows: &[Row], of_directories: bool, page: Page) {
    let most = rows.iter().map(|row| row.risk).fold(0.0, f64::max);
    let numbers = 6 + 1 + BAR + 2 + 9 + 2 + 6 + 2;
    let widest = rows.iter().map(|row| columns(&row.path)).max().unwrap_or(0);
    let with_bar = page.has(numbers + LEAST_PATH);
    let room = page.room(if with_bar { numbers } else { 8 });
    // What is left beside the path goes to those who know it.
    let path_width = widest
        .min(if page.has(100) { room / 2 } else { room })
        .max(1);
    let knows = room.saturating_sub(path_width + 2);
    let with_knows = page.width.is_none() || knows >= 20;
    let part = if of_directories { "left" } else { "young" };
    let lead = |risk: &str, bar: &str, lines: &str, part: &str| {
        if with_bar {
            format!("{risk:>6} {bar}  {lines:>9}  {part:>6}  ")
        } else {
            format!("{risk:>6}  ")
        }
    };
    let head = lead("risk", &" ".repeat(BAR), "lines", part);
    let file = if of_directories { "directory" } else { "file" };
    let who = if with_knows { "who wrote it" } else { "" };
    let path = pad(file, if with_knows { path_width } else { 0 });
    line(out, format_args!("{BOLD}{head}{path}  {who}{BOLD:#}"));
    for row in rows {
        let lead = lead(
            &format!("{:.2}", row.risk),
            &lying(row.risk / most, BAR, page),
            &thousands(row.lines as usize),
            &format!("{:.0} %", row.part * 100.0),
        );
        let path = page.cut_path(&row.path, path_width);
        if with_knows {
            let knows = page.cut(&row.knows, knows);
            let path = pad(&path, path_width);
            line(out, format_args!("{lead}{path}  {DIM}{knows}{DIM:#}"));
        } else {
            line(out, format_args!("{lead}{path}"));
        }
    }
    line(out, format_args!(""));
    let text = if of_directories {
        "risk: defects to be expected in its lines. left: share of its lines by people without a change in the last year."
    } else {
        "risk: defects to be expected in its lines. young: share of its lines from the last year."
    };
    page.flow(out, "  ", 2, PLAIN, text);
}
