//! How much room a text has, and how it is made to fit.

use anstyle::Style;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a text is laid out for.
///
/// The default is endless and can show every character: nothing is cut or wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Columns of the terminal; `None` where lines may be as long as they like.
    pub width: Option<usize>,
    /// Whether whoever reads sees ASCII alone, so that what was cut is marked by `..`; all else is translated by
    /// [`ascii`](crate::ascii) when it is written.
    pub plain: bool,
}

/// Below this many columns indentation is made smaller.
const NARROW: usize = 60;

/// What is left of a text that is cut is never less than this, however narrow the page.
const LEAST: usize = 8;

impl Page {
    /// What remains of a line beside `used` columns.
    pub(crate) fn room(self, used: usize) -> usize {
        self.width
            .map_or(usize::MAX, |width| width.saturating_sub(used).max(LEAST))
    }

    /// Whether lines of so many columns fit.
    pub(crate) fn has(self, columns: usize) -> bool {
        self.width.is_none_or(|width| columns <= width)
    }

    /// Whether no line of a finished text is too long.
    pub fn holds(self, text: &str) -> bool {
        self.width.is_none() || text.lines().all(|line| self.has(columns(line)))
    }

    /// Lines of a terminal that a finished text takes.
    pub fn n_rows(self, text: &str) -> usize {
        let width = self.width.unwrap_or(usize::MAX).max(1);
        text.lines()
            .map(|line| columns(line).div_ceil(width).max(1))
            .sum()
    }

    fn mark(self) -> &'static str {
        if self.plain { ".." } else { "…" }
    }

    /// The beginning of a text, in `room` columns.
    pub(crate) fn cut(self, text: &str, room: usize) -> Cow<'_, str> {
        if text.width() <= room {
            return Cow::Borrowed(text);
        }
        let mark = self.mark();
        let kept = fitting(text, room.saturating_sub(mark.width()));
        Cow::Owned(format!("{}{mark}", text[..kept].trim_end()))
    }

    /// The end of a path, in `room` columns: its last part says most.
    pub(crate) fn cut_path(self, path: &str, room: usize) -> Cow<'_, str> {
        if path.width() <= room {
            return Cow::Borrowed(path);
        }
        let mark = self.mark();
        let room = room.saturating_sub(mark.width());
        let mut from = path.len();
        let mut used = 0;
        for (at, c) in path.char_indices().rev() {
            used += c.width().unwrap_or(0);
            if used > room {
                break;
            }
            // A combining character does not begin what is left: what it stands on is gone.
            if c.width() != Some(0) {
                from = at;
            }
        }
        // Whole directories, if that does not cost much.
        let rest = &path[from..];
        let slash = rest.find('/').filter(|at| *at * 3 <= rest.len());
        Cow::Owned(format!("{mark}{}", &rest[slash.unwrap_or(0)..]))
    }

    /// Writes text of one style behind `lead`, and goes on below it, `hang` columns in, where a line is full.
    pub(crate) fn flow(self, out: &mut String, lead: &str, hang: usize, style: Style, text: &str) {
        let mut begun = columns(lead);
        out.push_str(lead);
        let hang = self.hang(hang);
        let mut rest = text;
        loop {
            let room = self.room(begun);
            let (line, next) = split(rest, room);
            writeln!(out, "{style}{line}{style:#}").expect("writing to a string cannot fail");
            if next.is_empty() {
                return;
            }
            rest = next;
            begun = hang;
            out.push_str(&" ".repeat(hang));
        }
    }

    /// Indentation, less of it where that would leave little room.
    pub(crate) fn hang(self, hang: usize) -> usize {
        match self.width {
            Some(width) if width < NARROW => hang.min(width / 3),
            _ => hang,
        }
    }
}

/// Columns that a text takes on a terminal; colours take none.
pub(crate) fn columns(text: &str) -> usize {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().map_or(0, UnicodeWidthStr::width);
    let styled = parts.map(|part| part.split_once('m').map_or(0, |(_, rest)| rest.width()));
    first + styled.sum::<usize>()
}

/// A text with blanks behind it up to `width` columns.
pub(crate) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Bytes of the longest beginning of a text that takes no more than `room` columns.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > room {
            return at;
        }
    }
    text.len()
}

/// What fits into a line of `room` columns, at a blank if there is one, and what does not.
fn split(text: &str, room: usize) -> (&str, &str) {
    // Of a long text no more is measured than can fit, if it is of joined signs, which are narrower than their parts.
    let may_fit = || fitting(text, room.saturating_mul(8)) == text.len();
    if room == usize::MAX || may_fit() && text.width() <= room {
        return (text, "");
    }
    let most = fitting(text, room).max(text.chars().next().map_or(0, char::len_utf8));
    let blank = if text[most..].starts_with(' ') {
        Some(most)
    } else {
        let blanks = text[..most].rmatch_indices(' ').map(|(at, _)| at);
        // A number and its sign stay together.
        let mut ends = blanks.filter(|at| *at > 0 && !text[at + 1..].starts_with('%'));
        ends.next()
    };
    let end = blank.unwrap_or(most);
    (text[..end].trim_end(), text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(width: usize) -> Page {
        Page {
            width: Some(width),
            plain: false,
        }
    }

    #[test]
    fn wide_and_combining_characters_count_as_they_are_shown() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("修正する"), 8);
        assert_eq!(columns("e\u{301}t\u{301}"), 2);
        assert_eq!(columns("\u{1b}[1mabc\u{1b}[0m d"), 5);
        assert_eq!(pad("修正", 6), "修正  ");
        assert_eq!(pad("too long", 3), "too long");
    }

    #[test]
    fn what_is_cut_fits_and_says_so() {
        let page = page(80);
        assert_eq!(page.cut("fits", 4), "fits");
        assert_eq!(page.cut("does not fit", 9), "does not…");
        assert_eq!(page.cut("修正する", 8), "修正する");
        // Half of a wide character is none.
        assert_eq!(page.cut("修正する", 6), "修正…");
        assert_eq!(
            page.cut("e\u{301}e\u{301}e\u{301}e\u{301}", 3),
            "e\u{301}e\u{301}…"
        );
        let plain = Page {
            plain: true,
            ..page
        };
        assert_eq!(plain.cut("does not fit", 9), "does no..");
        for room in 2..20 {
            let text = "a修e\u{301} long 正 text する";
            assert!(columns(&page.cut(text, room)) <= room, "{room}");
            assert!(columns(&plain.cut(text, room)) <= room, "{room}");
            assert!(columns(&page.cut_path(text, room)) <= room, "{room}");
        }
    }

    #[test]
    fn of_a_path_the_end_is_kept() {
        let page = page(80);
        let path = "crates/report/src/text/backtest.rs";
        assert_eq!(page.cut_path(path, 40), path);
        assert_eq!(page.cut_path(path, 21), "…/text/backtest.rs");
        assert_eq!(page.cut_path(path, 8), "…test.rs");
        assert_eq!(page.cut_path("目录/文件名.rs", 9), "…件名.rs");
    }

    #[test]
    fn lines_are_broken_at_blanks_and_go_on_below() {
        let flowed = |width, text: &str| {
            let mut out = String::new();
            page(width).flow(&mut out, "  id  ", 6, Style::new(), text);
            out
        };
        assert_eq!(flowed(80, "a few words"), "  id  a few words\n");
        assert_eq!(
            flowed(18, "a few words more"),
            "  id  a few words\n      more\n"
        );
        assert_eq!(
            flowed(17, "a few words more"),
            "  id  a few words\n     more\n"
        );
        assert_eq!(
            flowed(18, "some words 10 %"),
            "  id  some words\n      10 %\n"
        );
        // A word without a blank is broken where the line ends.
        assert_eq!(
            flowed(18, "修正する文字列です"),
            "  id  修正する文字\n      列です\n"
        );
        let endless = Page::default();
        let mut out = String::new();
        endless.flow(&mut out, "", 4, Style::new(), &"word ".repeat(100));
        assert_eq!(out.lines().count(), 1);
    }

    #[test]
    fn rows_are_those_of_the_terminal() {
        assert_eq!(page(10).n_rows("1234567890\n\n12345678901\n"), 4);
        assert_eq!(Page::default().n_rows("1234567890\n\n12345678901\n"), 3);
        assert!(page(10).holds("1234567890\n"));
        assert!(!page(10).holds("ok\n12345678901\n"));
    }
}
