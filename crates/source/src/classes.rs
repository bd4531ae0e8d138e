//! Whether lines are code, blank or only comments.

use crate::Language;
use crate::space::trim_start;
use crate::syntax::{Apostrophe, Block, Place, Syntax};
use memchr::memmem::{self, Finder};
use memchr::{memchr, memrchr};
use risk_change::LineClass;

/// Classes of the wanted lines of a text, in the order they are asked for.
///
/// `line_starts[i]` is the offset in bytes of line `i`, which ends where line `i + 1` starts or the text
/// ends; `wanted` are ascending line numbers from 0. A line is a comment if nothing else stands on it:
/// line comments, and block comments even if they began many lines before. White space alone is blank
/// wherever it stands. Without a language lines are blank or code. A number past the last line is blank.
///
/// Block comments are looked for by their delimiters from the start of the text. A delimiter counts
/// unless it stands after the start of a line comment or inside a string *of the same line*. A
/// triple-quoted string (Python, Elixir, Julia, GraphQL) is a comment if it is the first thing of its
/// line, which is where documentation stands. So these are judged wrongly:
/// - delimiters inside strings or templates of several lines, regular expressions and here-documents;
/// - a triple-quoted argument on a line of its own (taken for a comment);
/// - C's `#if 0` and line comments continued by a backslash (taken for code);
/// - fixed-form Fortran's `C` in the first column, block comments of Lua and `CMake` with `=` between the
///   brackets, and languages embedded in others.
pub fn line_classes(
    language: Option<Language>,
    text: &[u8],
    line_starts: &[u32],
    wanted: impl Iterator<Item = u32>,
) -> Vec<LineClass> {
    let mut wanted = wanted.peekable();
    if wanted.peek().is_none() {
        return Vec::new();
    }
    let bounds = |line: u32| {
        let start = line_starts.get(line as usize).map(|&at| at as usize);
        let end = line_starts.get(line as usize + 1).map(|&at| at as usize);
        let end = end.unwrap_or(text.len()).min(text.len());
        (start.unwrap_or(text.len()).min(end), end)
    };
    let Some(syntax) = language.map(Syntax::of) else {
        return wanted
            .map(|line| {
                let (start, end) = bounds(line);
                if trim_start(&text[start..end]).is_empty() {
                    LineClass::Blank
                } else {
                    LineClass::Code
                }
            })
            .collect();
    };
    let mut scanner = Scanner::new(text, syntax);
    wanted
        .map(|line| {
            let (start, end) = bounds(line);
            scanner.class(start, end)
        })
        .collect()
}

/// A stretch of text from the start of an opening delimiter to the end of its closing one.
#[derive(Clone, Copy)]
struct Region {
    start: usize,
    end: usize,
    is_comment: bool,
}

/// Walks over the delimited regions of a text, never further than the lines asked for need.
struct Scanner<'t> {
    text: &'t [u8],
    syntax: Syntax,
    /// Finders of the opening and the closing delimiter of each kind, made once a text.
    finders: [Option<[Finder<'static>; 2]>; 2],
    /// Next opening delimiter of each kind at or after `cursor`, or before it if it must be looked up.
    found: [usize; 2],
    cursor: usize,
    /// How far the current line was scanned for strings, and the string that is open there.
    scanned: usize,
    quote: Option<u8>,
    /// Start of the last block of which it was asked whether it is the first thing of its line.
    asked: Option<usize>,
    region: Region,
}

/// No further region.
const NOWHERE: usize = usize::MAX;

impl<'t> Scanner<'t> {
    fn new(text: &'t [u8], syntax: Syntax) -> Self {
        let finder = |index: usize| {
            let block = syntax.blocks.get(index)?;
            Some([block.open, block.close].map(Finder::new))
        };
        // A block that opens with a line end can also open at the very start, where none precedes it.
        let first = Region {
            start: 0,
            end: 0,
            is_comment: false,
        };
        let mut scanner = Self {
            text,
            syntax,
            finders: [finder(0), finder(1)],
            found: [NOWHERE; 2],
            cursor: 0,
            scanned: 0,
            quote: None,
            asked: None,
            region: first,
        };
        for index in 0..syntax.blocks.len() {
            scanner.look_up(index);
        }
        if let Some(block) = opens_at_start(syntax, text) {
            scanner.enter_lines(0, block);
        }
        scanner
    }

    fn class(&mut self, start: usize, end: usize) -> LineClass {
        let line = &self.text[start..end];
        if trim_start(line).is_empty() {
            return LineClass::Blank;
        }
        while self.region.end <= start {
            self.advance();
        }
        let Region {
            start: from,
            end: until,
            is_comment,
        } = self.region;
        if from >= start {
            class_outside(self.syntax, line, false)
        } else if !is_comment {
            LineClass::Code
        } else if until >= end {
            LineClass::Comment
        } else {
            class_outside(self.syntax, &self.text[until..end], true)
        }
    }

    /// Moves to the next region after the current one.
    fn advance(&mut self) {
        loop {
            for index in 0..self.syntax.blocks.len() {
                if self.found[index] < self.cursor {
                    self.look_up(index);
                }
            }
            let index = usize::from(self.found[1] < self.found[0]);
            let at = self.found[index];
            if at == NOWHERE {
                self.region = Region {
                    start: NOWHERE,
                    end: NOWHERE,
                    is_comment: false,
                };
                return;
            }
            let block = self.syntax.blocks[index];
            if block.place == Place::LineStart {
                let next = self.text.get(at + block.open.len());
                if is_pod(block, next) {
                    self.enter_lines(at + 1, block);
                    return;
                }
                self.cursor = at + 1;
            } else if let Some(after) = self.hidden(at) {
                self.cursor = after;
            } else {
                self.enter(at, index);
                return;
            }
        }
    }

    fn look_up(&mut self, index: usize) {
        let rest = self.text.get(self.cursor..).unwrap_or(&[]);
        let found = self.finders[index]
            .as_ref()
            .and_then(|[open, _]| open.find(rest));
        self.found[index] = found.map_or(NOWHERE, |at| self.cursor + at);
    }

    /// Starts a region whose delimiters stand alone on their lines.
    fn enter_lines(&mut self, start: usize, block: Block) {
        let close = memmem::find(&self.text[start..], block.close).map(|at| start + at + 1);
        let end = close.map_or(self.text.len(), |at| line_end(self.text, at));
        self.region = Region {
            start,
            end,
            is_comment: true,
        };
        // The line end that closes the region may open the next one.
        self.cursor = end.saturating_sub(1).max(start + 1);
        self.scanned = end;
        self.quote = None;
    }

    fn enter(&mut self, start: usize, index: usize) {
        let block = self.syntax.blocks[index];
        let inside = start + block.open.len();
        let end = self.finders[index].as_ref().and_then(|[open, close]| {
            let rest = &self.text[inside..];
            let n_open = |text: &[u8]| open.find_iter(text).count();
            Some(inside + close_with(block, rest, |text| close.find(text), n_open)?)
        });
        let end = end.unwrap_or(self.text.len());
        let is_comment = block.place != Place::Statement || {
            // What lies before the last one is not looked at again: of several on a line only the first is its first thing.
            let asked = self.asked.replace(start);
            let from = asked.unwrap_or(0);
            let line = memrchr(b'\n', &self.text[from..start]).map(|at| from + at + 1);
            let line = line.or_else(|| asked.is_none().then_some(0));
            line.is_some_and(|line| {
                let before = trim_start(&self.text[line..start]);
                before.len() <= 2 && before.iter().all(u8::is_ascii_alphabetic)
            })
        };
        self.region = Region {
            start,
            end,
            is_comment,
        };
        self.cursor = end;
        self.scanned = end;
        self.quote = None;
    }

    /// If a delimiter stands in a string or after the start of a line comment: where to look on.
    fn hidden(&mut self, at: usize) -> Option<usize> {
        if let Some(line) = memrchr(b'\n', &self.text[self.scanned.min(at)..at]) {
            self.scanned = self.scanned.min(at) + line + 1;
            self.quote = None;
        }
        let mut i = self.scanned;
        while i < at {
            let byte = self.text[i];
            if let Some(open) = self.quote {
                if byte == b'\\' {
                    i += 1;
                } else if byte == open {
                    self.quote = None;
                }
            } else if byte == b'\\' {
                i += 1;
            } else if self.syntax.quotes.contains(&byte) {
                self.quote = Some(byte);
            } else if byte == b'\'' {
                match self.syntax.apostrophe {
                    Apostrophe::String => self.quote = Some(byte),
                    Apostrophe::Character => i += character_len(&self.text[i..]) - 1,
                    Apostrophe::Plain => {}
                }
            } else if starts_line_comment(self.syntax, &self.text[i..]) {
                return Some(line_end(self.text, at));
            }
            i += 1;
        }
        self.scanned = i;
        (self.quote.is_some() || i > at).then_some(at + 1)
    }
}

/// Class of the rest of a line whose start is in no block; `commented` if a comment stands before it.
fn class_outside(syntax: Syntax, line: &[u8], mut commented: bool) -> LineClass {
    let mut rest = line;
    if opens_at_start(syntax, line).is_some() {
        return LineClass::Comment;
    }
    loop {
        rest = trim_start(rest);
        if rest.is_empty() {
            return if commented {
                LineClass::Comment
            } else {
                LineClass::Blank
            };
        }
        let opened = syntax.blocks.iter().find_map(|block| {
            let inside = match block.place {
                Place::Anywhere => rest.strip_prefix(block.open),
                Place::LineStart => None,
                Place::Statement => {
                    let letters = rest
                        .iter()
                        .take_while(|it| it.is_ascii_alphabetic())
                        .count();
                    (letters <= 2).then(|| rest[letters..].strip_prefix(block.open))?
                }
            };
            inside.map(|inside| (block, inside))
        });
        if let Some((block, inside)) = opened {
            let Some(end) = close_of(*block, inside) else {
                return LineClass::Comment;
            };
            rest = &inside[end..];
            commented = true;
        } else if starts_line_comment(syntax, rest) {
            return LineClass::Comment;
        } else {
            return LineClass::Code;
        }
    }
}

/// The block of whole lines that a line (or text) opens with its first byte.
fn opens_at_start(syntax: Syntax, line: &[u8]) -> Option<Block> {
    syntax.blocks.iter().copied().find(|&block| {
        block.place == Place::LineStart
            && line.starts_with(&block.open[1..])
            && is_pod(block, line.get(block.open.len() - 1))
    })
}

/// Whether a delimiter at the start of a line is a keyword: `=pod` is, `= 1` and `=begins` are not.
fn is_pod(block: Block, next: Option<&u8>) -> bool {
    if block.open.ends_with(b"=") {
        next.is_some_and(u8::is_ascii_alphabetic)
    } else {
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    }
}

/// Whether a line comment starts here.
pub(crate) fn starts_line_comment(syntax: Syntax, rest: &[u8]) -> bool {
    syntax.line.iter().any(|marker| rest.starts_with(marker))
        && (syntax.no_line.is_empty() || !rest.starts_with(syntax.no_line))
}

/// Offset after the delimiter that closes a block, given the text after the one that opened it.
pub(crate) fn close_of(block: Block, inside: &[u8]) -> Option<usize> {
    let find_close = |text: &[u8]| memmem::find(text, block.close);
    let n_open = |text: &[u8]| memmem::find_iter(text, block.open).count();
    close_with(block, inside, find_close, n_open)
}

fn close_with(
    block: Block,
    inside: &[u8],
    find_close: impl Fn(&[u8]) -> Option<usize>,
    n_open: impl Fn(&[u8]) -> usize,
) -> Option<usize> {
    let mut at = 0;
    let mut depth = 1;
    loop {
        let close = at + find_close(&inside[at..])?;
        if block.nested {
            depth += n_open(&inside[at..close]);
        }
        at = close + block.close.len();
        depth -= 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Length of a character literal that starts here with an apostrophe; 1 if it is none.
pub(crate) fn character_len(rest: &[u8]) -> usize {
    match rest {
        [_, b'\\', _, tail @ ..] => tail
            .iter()
            .take(10)
            .position(|&byte| byte == b'\'')
            .map_or(1, |at| at + 4),
        [_, _, b'\'', ..] => 3,
        _ => 1,
    }
}

fn line_end(text: &[u8], from: usize) -> usize {
    memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at + 1)
}

#[cfg(test)]
mod tests;
