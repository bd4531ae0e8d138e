//! What a push is told about its changes: little, and nothing that one cannot act on.

use super::{BOLD, DIM, WORTH_SAYING, clean, colour, percent, thousands, told, whole_percent};
use crate::advice::{carries_much, worth_a_look};
use crate::page::columns;
use crate::{Followed, PushWarning, ScoredChange, advice, json};

/// Groups of features that are named.
const REASONS: usize = 2;

/// The least width that lines are wrapped for.
const NARROWEST: usize = 40;

/// The changes of a push that stand out, the riskiest first, in lines of at most `width` columns.
pub fn push(warning: &PushWarning, width: usize) -> String {
    let mut page = Page {
        text: String::new(),
        width: width.max(NARROWEST),
    };
    let n = warning.riskiest.len() + warning.n_more;
    let stand_out = match (n, warning.n_outgoing) {
        (1, 1) => "the outgoing commit stands out".to_owned(),
        (1, all) => format!("1 of {} outgoing commits stands out", thousands(all)),
        (n, all) if n == all => format!("all {} outgoing commits stand out", thousands(n)),
        (n, all) => format!(
            "{} of {} outgoing commits stand out",
            thousands(n),
            thousands(all)
        ),
    };
    page.put("", "git-risk: ", &stand_out);
    for score in &warning.riskiest {
        page.text.push('\n');
        page.change(score);
    }
    if warning.n_more > 0 {
        let more = format!(
            "and {} more: {}",
            thousands(warning.n_more),
            clean(&warning.see)
        );
        page.text.push('\n');
        page.put("", "", &more);
    }
    page.text.push('\n');
    if let Some(followed) = &warning.followed {
        page.put("", "", &in_figures(followed));
    }
    page.text
}

/// "Of the last 143 changes here that stood as high, 31 needed a fix (22 %); of all changes 7.1 % do."
fn in_figures(followed: &Followed) -> String {
    let rate = followed.n_fixed as f64 / followed.n as f64;
    let usual = followed.base_rate.map_or(String::new(), |rate| {
        format!("; of all changes {} did", percent(rate))
    });
    format!(
        "Of the last {} changes here that stood as high, {} needed a fix ({}){usual}.",
        followed.n,
        followed.n_fixed,
        percent(rate)
    )
}

struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn change(&mut self, score: &ScoredChange) {
        let id = score.commit.as_deref().unwrap_or_default();
        let id = &id[..id.len().min(10)];
        let subject = clean(&score.subject);
        self.styled(&format!("{BOLD}{id}{BOLD:#}  "), id.len() + 2, &subject);
        let style = colour(score.band);
        let band = score.band.map_or(String::new(), |band| {
            format!(", {style}{}{style:#}", json::band(band))
        });
        let rank = score.percentile.map_or(String::new(), |percentile| {
            format!(
                ", riskier than {} of the previous 1,000 changes",
                whole_percent(percentile)
            )
        });
        let likely = format!(
            "{} likely to need a fix later{band}{rank}",
            percent(score.probability)
        );
        self.put("  ", "", &likely);
        let raising = score
            .reasons
            .iter()
            .filter(|it| it.log_odds >= WORTH_SAYING);
        let reasons =
            raising.filter_map(|it| Some(format!("{}: {}", it.group, told(it.telling()?))));
        self.list("why", reasons.take(REASONS));
        self.list("where", place(score));
        self.list("lower it", advice(score));
    }

    /// Entries below each other, the first behind their title.
    fn list(&mut self, title: &str, entries: impl IntoIterator<Item = String>) {
        for (at, entry) in entries.into_iter().enumerate() {
            let title = if at == 0 { title } else { "" };
            self.put("  ", &format!("{title:<9} "), &entry);
        }
    }

    fn put(&mut self, margin: &str, title: &str, text: &str) {
        let length = margin.len() + columns(title);
        self.styled(&format!("{margin}{DIM}{title}{DIM:#}"), length, text);
    }

    /// Words behind a title of so many columns, wrapped and set in by as many.
    fn styled(&mut self, title: &str, length: usize, text: &str) {
        self.text.push_str(title);
        let mut column = length;
        for (at, word) in text.split(' ').enumerate() {
            let n = columns(word);
            if at > 0 && column + 1 + n > self.width {
                self.text.push('\n');
                self.text.extend(std::iter::repeat_n(' ', length));
                column = length;
            } else if at > 0 {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += n;
        }
        self.text.push('\n');
    }
}

/// The file that weighs most with the hunk of it that does; if all files weigh little, that they do.
fn place(score: &ScoredChange) -> Option<String> {
    let file = worth_a_look(score).next()?;
    let path = clean(&file.path);
    let n_files = score.files.len() + score.n_more_files;
    let without = file.probability_without.filter(|_| n_files > 1);
    if let Some(p) = without.filter(|p| !carries_much(score, *p)) {
        let p = percent(p);
        return Some(format!(
            "spread over {} files: still {p} without {path}",
            thousands(n_files)
        ));
    }
    Some(match file.hunks.first() {
        Some(hunk) if file.hunks.len() > 1 => format!(
            "{path}, most of it at line {} (+{} -{})",
            hunk.line, hunk.added, hunk.deleted
        ),
        Some(hunk) => format!("{path}:{} (+{} -{})", hunk.line, hunk.added, hunk.deleted),
        None => path.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fact, FileShare, HunkShare, Reason};
    use risk_evaluate::Band;

    fn scored(id: char, subject: &str) -> ScoredChange {
        ScoredChange {
            commit: Some(id.to_string().repeat(40)),
            subject: subject.to_owned(),
            author: "Ann".to_owned(),
            committed_at: 0,
            probability: 0.54,
            band: Some(Band::High),
            lift: Some(6.6),
            percentile: Some(97.9),
            flagged: true,
            recorded: false,
            label: "unverified",
            label_by: "found",
            intercept: 0.0,
            reasons: vec![Reason {
                group: "size of the change",
                log_odds: 0.8,
                facts: vec![Fact {
                    feature: "la",
                    meaning: "lines added",
                    unit: "lines".to_owned(),
                    value: Some(168.0),
                    typical: Some(4.0),
                    log_odds: 0.5,
                }],
            }],
            files: vec![FileShare {
                path: "src/a\u{1b}b.rs".to_owned(),
                added: 160,
                deleted: 0,
                probability_without: Some(0.2),
                hunks: vec![HunkShare {
                    line: 12,
                    added: 160,
                    deleted: 0,
                    probability_without: None,
                }],
            }],
            n_more_files: 0,
            left_out: Vec::new(),
        }
    }

    #[test]
    fn what_is_as_usual_is_no_reason() {
        let mut score = scored('a', "Add it");
        let mut usual = score.reasons[0].clone();
        (usual.group, usual.log_odds) = ("commit message", 0.9);
        usual.facts[0].value = usual.facts[0].typical;
        assert_eq!(usual.telling(), None);
        score.reasons.insert(0, usual);
        let shown = plain(&push(
            &PushWarning {
                riskiest: vec![score],
                ..warning(1)
            },
            100,
        ));
        assert!(!shown.contains("commit message"), "{shown}");
        assert!(shown.contains("why       size of the change: lines added: 168 (usually 4)"));
    }

    #[test]
    fn where_no_file_weighs_much_that_is_told() {
        let mut score = scored('a', "Add it");
        let mut other = score.files[0].clone();
        other.path = "docs/b.md".to_owned();
        other.probability_without = Some(0.5);
        score.files.insert(0, other);
        score.n_more_files = 19;
        let where_of = |score: &ScoredChange| place(score).unwrap_or_default();
        assert_eq!(
            where_of(&score),
            "spread over 21 files: still 50 % without docs/b.md"
        );
        score.files[0].probability_without = Some(0.48);
        assert_eq!(where_of(&score), "docs/b.md:12 (+160 -0)");
    }

    /// Without its colours.
    fn plain(text: &str) -> String {
        let mut parts = text.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        let rest = parts.filter_map(|part| Some(part.split_once('m')?.1));
        first + &rest.collect::<String>()
    }

    fn warning(n_outgoing: usize) -> PushWarning {
        PushWarning {
            riskiest: vec![scored('a', "Add it")],
            n_more: 0,
            n_outgoing,
            see: "git risk score base..tip".to_owned(),
            followed: Some(Followed {
                n: 143,
                n_fixed: 31,
                base_rate: Some(0.071),
            }),
        }
    }

    #[test]
    fn a_change_that_stands_out_is_told_with_reason_place_and_remedy() {
        let text = plain(&push(&warning(3), 100));
        let expected = "git-risk: 1 of 3 outgoing commits stands out

aaaaaaaaaa  Add it
  54 % likely to need a fix later, high, riskier than 97 % of the previous 1,000 changes
  why       size of the change: lines added: 168 (usually 4)
  where     src/a\u{fffd}b.rs:12 (+160 -0)
  lower it  push src/a\u{fffd}b.rs on its own: without it 20 % instead of 54 %
            push it in smaller steps: lines added 168 (usually 4)

Of the last 143 changes here that stood as high, 31 needed a fix (22 %); of all changes 7.1 % did.
";
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let mut many = warning(9);
        many.n_more = 5;
        many.riskiest.push(scored('b', &"long ".repeat(30)));
        for width in [10, 40, 64] {
            let text = plain(&push(&many, width));
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(longest.is_some_and(|n| n <= width.max(NARROWEST)), "{text}");
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(words(&text), words(&plain(&push(&many, 1_000))));
        }
    }

    #[test]
    fn how_many_stand_out_is_said_in_plain_words() {
        let first = |n_more, n_outgoing| {
            let mut it = warning(n_outgoing);
            it.n_more = n_more;
            plain(&push(&it, 100)).lines().next().map(str::to_owned)
        };
        let told = |words: &str| Some(format!("git-risk: {words}"));
        assert_eq!(first(0, 1), told("the outgoing commit stands out"));
        assert_eq!(first(2, 3), told("all 3 outgoing commits stand out"));
        assert_eq!(
            first(3, 1_234),
            told("4 of 1,234 outgoing commits stand out")
        );
    }
}
