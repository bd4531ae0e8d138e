//! Labels that people gave, for people.

use super::{BOLD, DIM, PLAIN, line};
use crate::page::{columns, pad};
use crate::{Account, GivenLabel, Page, Relabelled, clean};
use risk_change::Timestamp;

/// A reason takes no less than this, as long as there are columns that can be left out.
const LEAST_REASON: usize = 20;

/// All labels, one line each, in the order given.
pub fn labels(labels: &[GivenLabel], page: Page) -> String {
    let mut out = String::new();
    if labels.is_empty() {
        let text = "nobody has labelled a change yet; git risk label REV clean --why TEXT does";
        page.flow(&mut out, "", 2, PLAIN, text);
        return out;
    }
    let name_of = |label: &GivenLabel| clean(label.name()).into_owned();
    let width = labels.iter().map(|it| columns(&name_of(it))).max();
    let width = width.unwrap_or(0).clamp(2, 24);
    // The change, its label and the reason are always told.
    let in_full = page.has(10 + 2 + 9 + 2 + 4 + 2 + 10 + 2 + width + 2 + LEAST_REASON);
    let cells = |commit: &str, label: &str, kept_in: &str, day: &str, by: &str| {
        let rest = if in_full {
            format!("{kept_in:<4}  {day:<10}  {}  ", pad(by, width))
        } else {
            String::new()
        };
        format!("{commit:<10}  {label:<9}  {rest}")
    };
    let head = cells("commit", "label", "in", "on", "by");
    line(&mut out, format_args!("{BOLD}{head}why{BOLD:#}"));
    for label in labels {
        let (style, later) = if label.holds {
            (PLAIN, "")
        } else {
            (DIM, "not in force, there is a later one: ")
        };
        let day = Timestamp(label.at).day();
        let cells = cells(
            short(&label.commit),
            label.label,
            label.kept_in,
            &day,
            &name_of(label),
        );
        let lead = format!("{style}{cells}{style:#}");
        let text = format!("{later}{}", why(label));
        page.flow(&mut out, &lead, columns(&lead), style, &text);
    }
    out
}

/// What was done, one line for each change.
pub fn relabelled(relabelled: &Relabelled, page: Page) -> String {
    let mut out = String::new();
    let mut tell = |label: &GivenLabel, text: &str| {
        let lead = format!("{}  ", short(&label.commit));
        page.flow(&mut out, &lead, columns(&lead), PLAIN, text);
    };
    for label in &relabelled.added {
        let before = relabelled.gone.iter().find(|it| it.commit == label.commit);
        let before = before.map_or(String::new(), |it| format!("; before: {}", said(it)));
        tell(label, &format!("labelled {}{before}", label.label));
    }
    for label in &relabelled.gone {
        if !relabelled.added.iter().any(|it| it.commit == label.commit) {
            let kind = if label.kept_in == "note" {
                "note"
            } else {
                "label"
            };
            tell(label, &format!("{kind} taken back: {}", said(label)));
        }
    }
    for label in &relabelled.kept {
        tell(label, &format!("unchanged: {}", said(label)));
    }
    if !(relabelled.added.is_empty() && relabelled.gone.is_empty()) {
        let text = "learned with the next score, or now by: git risk train";
        page.flow(&mut out, "", 2, DIM, text);
    }
    out
}

/// What a person says of a change, beside what was found.
pub(super) fn given(out: &mut String, account: &Account, page: Page) {
    let Some(given) = &account.given else {
        return;
    };
    let found = account.found.map_or(String::new(), |found| {
        let by: Vec<&str> = account
            .repaired_by
            .iter()
            .map(|link| short(&link.commit))
            .collect();
        let by = if by.is_empty() {
            String::new()
        } else {
            format!(" (repaired by {})", by.join(", "))
        };
        format!("; found: {found}{by}")
    });
    let text = format!("labelled {}{found}", said(given));
    page.flow(out, "  ", 4, PLAIN, &text);
}

/// "clean by Ann on 2026-11-25: the fix is about something else"
fn said(label: &GivenLabel) -> String {
    let day = Timestamp(label.at).day();
    let why = why(label);
    let why = if why.is_empty() {
        why
    } else {
        format!(": {why}")
    };
    format!("{} by {} on {day}{why}", label.label, clean(label.name()))
}

/// The reason in one line.
fn why(label: &GivenLabel) -> String {
    clean(&label.why.replace('\n', " ")).into_owned()
}

fn short(commit: &str) -> &str {
    &commit[..commit.len().min(10)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(digit: &str, label: &'static str) -> GivenLabel {
        GivenLabel {
            commit: digit.repeat(40),
            label,
            why: "first\nsecond \u{1b}[31m".to_owned(),
            by: "Ann Lee <ann@example.org>".to_owned(),
            at: 0,
            known_at: 0,
            kept_in: "file",
            holds: true,
        }
    }

    #[test]
    fn a_reason_is_one_harmless_line() {
        let said = said(&label("a", "clean"));
        assert_eq!(
            said,
            "clean by Ann Lee on 1970-01-01: first second \u{fffd}[31m"
        );
        let mut nobody = label("a", "clean");
        (nobody.by, nobody.why) = (String::new(), String::new());
        assert_eq!(super::said(&nobody), "clean by somebody on 1970-01-01");
    }

    #[test]
    fn what_was_done_is_told_once_for_each_change() {
        let told = relabelled(
            &Relabelled {
                added: vec![label("a", "clean"), label("b", "clean")],
                gone: vec![label("b", "defective"), label("c", "defective")],
                kept: vec![label("d", "clean")],
            },
            Page::default(),
        );
        let heads: Vec<&str> = told
            .lines()
            .take(4)
            .map(|line| line.split(" by ").next().unwrap())
            .collect();
        assert_eq!(
            heads,
            [
                "aaaaaaaaaa  labelled clean",
                "bbbbbbbbbb  labelled clean; before: defective",
                "cccccccccc  label taken back: defective",
                "dddddddddd  unchanged: clean",
            ]
        );
        assert!(told.contains("git risk train"), "{told}");
        let kept = vec![label("d", "clean")];
        let nothing = relabelled(
            &Relabelled {
                kept,
                ..Relabelled::default()
            },
            Page::default(),
        );
        assert_eq!(nothing.lines().count(), 1);
    }
}
