//! A fix for people: the evidence, the candidates, the lines.

use super::{BOLD, DIM, PLAIN, head, line, percent};
use crate::page::columns;
use crate::{CandidateChange, Page, Repair, clean};
use risk_change::Timestamp;
use std::fmt::Write;

/// Lines of source shown at most; the JSON has all.
const LINES: usize = 40;
/// Candidates shown at most.
const CANDIDATES: usize = 12;
/// Files without a traced line shown at most.
const FILES: usize = 10;

/// Why a change counts as a fix, and what it is held to repair.
pub fn repair(repair: &Repair, page: Page) -> String {
    let mut out = String::new();
    head(&mut out, Some(&repair.commit), &repair.subject, page);
    line(&mut out, format_args!(""));
    let verdict = if repair.is_fix {
        "counts as a fix"
    } else {
        "does not count as a fix"
    };
    let matched = repair.matched.as_deref().map_or(String::new(), |text| {
        format!(": \u{201c}{}\u{201d}", clean(text))
    });
    let text = format!("{verdict} ({}{matched})", repair.why_fix);
    page.flow(&mut out, "  ", 4, PLAIN, &text);
    if let Some(earlier) = &repair.repeats {
        let text = format!("repeats {}, which is linked in its place", short(earlier));
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    for named in &repair.named {
        let text = format!(
            "names {} {} ({})",
            short(&named.commit),
            clean(&named.subject),
            named.evidence
        );
        page.flow(&mut out, "  ", 4, PLAIN, &text);
    }
    if let Some(why) = &repair.unlinked {
        page.flow(
            &mut out,
            "  ",
            4,
            PLAIN,
            &format!("not linked by lines: {why}"),
        );
    }
    candidates(&mut out, repair, page);
    lines(&mut out, repair, page);
    untraced(&mut out, repair, page);
    out
}

fn candidates(out: &mut String, repair: &Repair, page: Page) {
    if repair.candidates.is_empty() {
        return;
    }
    let rule = match repair.least_weight {
        Some(least) => format!(
            "linked is the most probable one, from {} on",
            percent(least)
        ),
        None => format!("by variant {}", repair.variant),
    };
    line(
        out,
        format_args!("\n{BOLD}  candidates{BOLD:#}  {DIM}{rule}{DIM:#}"),
    );
    for candidate in repair.candidates.iter().take(CANDIDATES) {
        of_candidate(out, candidate, page);
    }
    more(out, repair.candidates.len(), CANDIDATES, "candidates");
}

fn of_candidate(out: &mut String, candidate: &CandidateChange, page: Page) {
    let style = if candidate.is_kept { BOLD } else { PLAIN };
    let start = format!(
        "    {style}{:>5}  {}  {}{style:#}  ",
        percent(candidate.weight),
        short(&candidate.commit),
        Timestamp(candidate.committed_at).day()
    );
    let subject = clean(&candidate.subject);
    let room = page.room(columns(&start));
    line(out, format_args!("{start}{}", page.cut(&subject, room)));
    let mut told = vec![candidate.verdict.clone()];
    told.extend(candidate.signs.iter().cloned());
    page.flow(out, "           ", 13, DIM, &told.join("; "));
}

fn lines(out: &mut String, repair: &Repair, page: Page) {
    if repair.lines.is_empty() {
        return;
    }
    line(out, format_args!("\n{BOLD}  lines it takes away{BOLD:#}"));
    let mut path = None;
    for it in repair.lines.iter().take(LINES) {
        if path != Some(&it.path) {
            let shown = clean(&it.path);
            let room = page.room(4);
            line(out, format_args!("    {}", page.cut_path(&shown, room)));
            path = Some(&it.path);
        }
        let origin = it.origin.as_deref().map_or("unknown   ", short);
        let why = if it.is_traced {
            ""
        } else {
            it.treatment.as_str()
        };
        let start = format!("    {:>6}  {origin:<10}  {why:<14}  ", it.line);
        let text = it.text.as_deref().unwrap_or("");
        let text = clean(text).replace('\t', "    ");
        let room = page.room(columns(&start));
        let style = if it.is_traced { PLAIN } else { DIM };
        let shown = page.cut(text.trim_end(), room);
        line(out, format_args!("{style}{start}{shown}{style:#}"));
    }
    more(out, repair.lines.len(), LINES, "lines");
}

fn untraced(out: &mut String, repair: &Repair, page: Page) {
    if repair.untraced.is_empty() {
        return;
    }
    line(
        out,
        format_args!("\n{BOLD}  files without a line to trace{BOLD:#}"),
    );
    for file in repair.untraced.iter().take(FILES) {
        let text = format!("{} ({})", clean(&file.path), file.why);
        page.flow(out, "    ", 6, PLAIN, &text);
    }
    more(out, repair.untraced.len(), FILES, "files");
}

fn more(out: &mut String, n: usize, shown: usize, what: &str) {
    if n > shown {
        let rest = n - shown;
        let _ = writeln!(
            out,
            "    {DIM}and {rest} more {what}: --format json has all{DIM:#}"
        );
    }
}

fn short(id: &str) -> &str {
    &id[..id.len().min(10)]
}
