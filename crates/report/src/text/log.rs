//! Changes as `git log --oneline` lists them, with their risk.

use super::pictures::{lying, sparkline};
use super::{BOLD, DIM, PLAIN, caveat, colour, line, percent};
use crate::page::{columns, pad};
use crate::{Page, ScoredChange, Worth, clean};
use risk_change::Timestamp;
use std::fmt::Write;

/// Columns of a bar.
const BAR: usize = 8;

/// A full bar stands for so many times the base rate at least.
const LEAST_FULL: f64 = 3.0;

/// Columns of a name.
const NAME: usize = 18;

/// A subject takes no less than this, as long as there are columns that can be left out.
const LEAST_SUBJECT: usize = 30;

/// Changes, the newest first: a picture of all, then a line for each.
pub fn log(scores: &[ScoredChange], worth: &Worth, page: Page) -> String {
    let mut out = String::new();
    let highest = scores.iter().map(|it| it.probability).fold(0.0, f64::max);
    // Harmless changes among themselves have no long bars.
    let most = highest
        .max(LEAST_FULL * worth.base_rate.unwrap_or(0.0))
        .max(0.01);
    if scores.len() > 1 {
        picture(&mut out, scores, most, page);
    }
    let fixed = 6 + 2 + 10 + 2;
    let has = |more: usize| page.has(fixed + more + LEAST_SUBJECT);
    let (with_bar, with_day) = (has(BAR + 1), has(BAR + 1 + 12));
    let with_name = has(BAR + 1 + 12 + NAME + 2);
    for score in scores {
        let style = colour(score.band);
        let mut lead = format!("{style}{:>6}{style:#}  ", percent(score.probability));
        if with_bar {
            let bar = lying(score.probability / most, BAR, page);
            lead = format!("{style}{:>6} {bar}{style:#}  ", percent(score.probability));
        }
        let id = score.commit.as_deref().unwrap_or("pending");
        lead.push_str(&pad(&id[..id.len().min(10)], 10));
        lead.push_str("  ");
        if with_day {
            let day = Timestamp(score.committed_at).day();
            write!(lead, "{DIM}{day}{DIM:#}  ").expect("writing to a string cannot fail");
        }
        if with_name {
            let name = clean(&score.author);
            lead.push_str(&pad(&page.cut(&name, NAME), NAME));
            lead.push_str("  ");
        }
        let fate = match score.label {
            "defective" => "fixed later: ",
            _ => "",
        };
        let subject = clean(&score.subject);
        let room = page.room(columns(&lead) + fate.len());
        let subject = page.cut(&subject, room);
        line(
            &mut out,
            format_args!("{lead}{BOLD}{fate}{BOLD:#}{subject}"),
        );
    }
    caveat(&mut out, worth, page);
    out
}

/// The risk of all of them, oldest first as time runs.
fn picture(out: &mut String, scores: &[ScoredChange], most: f64, page: Page) {
    let highest = scores.iter().map(|it| it.probability).fold(0.0, f64::max);
    let values: Vec<Option<f64>> = scores.iter().rev().map(|it| Some(it.probability)).collect();
    let least = scores.iter().map(|it| it.probability).fold(1.0, f64::min);
    let spark = sparkline(&values, (0.0, most), page.room(2).min(72), page);
    line(out, format_args!("  {spark}"));
    let fixed = scores.iter().filter(|it| it.label == "defective").count();
    let text = format!(
        "{} changes, from the oldest to the newest: {} to {}; a fix followed {fixed} of them so far",
        scores.len(),
        percent(least),
        percent(highest)
    );
    page.flow(out, "  ", 2, PLAIN, &text);
    line(out, format_args!(""));
}
