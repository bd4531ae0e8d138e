//! What `.gitattributes` says about generated and vendored files.

use crate::glob::PathPattern;
use rustc_hash::FxHashMap;

/// The attributes that leave a file out, as GitHub's linguist knows them.
const NAMES: [&str; 2] = ["linguist-generated", "linguist-vendored"];

/// Longer lines are not read, as in git.
const LONGEST_LINE: usize = 2_048;

const BLANKS: &[u8] = b" \t\r\n";

/// The lines of a `.gitattributes` that say which files are generated or vendored.
///
/// Git's rules hold: of the lines that fit a path the last one that sets the attribute counts, macros
/// (`[attr]name …`) stand for what they set. The attribute leaves a file out if it is set or `true`; `-name`, `!name`
/// and `name=false` take it back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    /// Places of the two attributes and of macros that lead to them, by name.
    names: FxHashMap<Vec<u8>, usize>,
    rules: Vec<Rule>,
    /// For each name what it stands for as a macro.
    macros: Vec<Vec<(usize, Value)>>,
    /// The lines that count, with their numbers from 1.
    pub(crate) lines: Vec<(usize, String)>,
}

#[derive(Clone, Debug)]
struct Rule {
    pattern: PathPattern,
    values: Vec<(usize, Value)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Set,
    /// Unset, not specified, or anything but `true`.
    Other,
}

/// A line that could be read.
struct Line<'t> {
    number: usize,
    text: &'t [u8],
    is_macro: bool,
    name: Vec<u8>,
    values: Vec<(&'t [u8], Value)>,
}

impl Attributes {
    /// Reads the text of a `.gitattributes`. What git does not understand says nothing, as for git.
    pub(crate) fn new(text: &[u8]) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let lines = text.split(|&byte| byte == b'\n').enumerate();
        let lines: Vec<Line> = lines
            .filter_map(|(at, text)| Line::read(at + 1, text))
            .collect();
        let mut own = Self::default();
        for name in NAMES {
            own.enter(name.as_bytes());
        }
        own.follow_macros(&lines);
        own.macros = vec![Vec::new(); own.names.len()];
        for line in &lines {
            let values = own.of_interest(line);
            if line.is_macro {
                let Some(place) = own.place(&line.name) else {
                    continue;
                };
                own.macros[place] = values;
            } else {
                if values.is_empty() {
                    continue;
                }
                let Some(pattern) = PathPattern::parse(&line.name) else {
                    continue;
                };
                own.rules.push(Rule { pattern, values });
            }
            let text = String::from_utf8_lossy(line.text).trim().to_owned();
            own.lines.push((line.number, text));
        }
        own
    }

    /// Whether a path is generated or vendored.
    pub(crate) fn mark(&self, path: &[u8]) -> bool {
        if self.rules.is_empty() {
            return false;
        }
        let mut known: Vec<Option<Value>> = vec![None; self.names.len()];
        for rule in self.rules.iter().rev() {
            if rule.pattern.matches(path) {
                self.fill(&mut known, &rule.values);
            }
        }
        known[..NAMES.len()].contains(&Some(Value::Set))
    }

    /// Enters values that are not known yet, the last first, with what they stand for.
    ///
    /// A macro may stand for a macro and so on, as deep as the file is long: so those are put on a list.
    fn fill(&self, known: &mut [Option<Value>], values: &[(usize, Value)]) {
        let mut open: Vec<(usize, Value)> = values.to_vec();
        while let Some((name, value)) = open.pop() {
            if known[name].is_none() {
                known[name] = Some(value);
                if value == Value::Set {
                    open.extend_from_slice(&self.macros[name]);
                }
            }
        }
    }

    /// Finds out which macros lead to the two names, however many stand in between.
    fn follow_macros(&mut self, lines: &[Line<'_>]) {
        // Lines of macros by the names that they set.
        let mut setting: FxHashMap<&[u8], Vec<&Line<'_>>> = FxHashMap::default();
        for line in lines.iter().filter(|line| line.is_macro) {
            for (name, _) in &line.values {
                setting.entry(name).or_default().push(line);
            }
        }
        let mut open: Vec<Vec<u8>> = NAMES.map(|name| name.as_bytes().to_vec()).to_vec();
        while let Some(name) = open.pop() {
            for line in setting.remove(name.as_slice()).unwrap_or_default() {
                if self.place(&line.name).is_none() {
                    self.enter(&line.name);
                    open.push(line.name.clone());
                }
            }
        }
    }

    fn enter(&mut self, name: &[u8]) {
        let place = self.names.len();
        self.names.insert(name.to_vec(), place);
    }

    fn place(&self, name: &[u8]) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// What a line says about names that count.
    fn of_interest(&self, line: &Line<'_>) -> Vec<(usize, Value)> {
        let values = line.values.iter();
        values
            .filter_map(|&(name, value)| Some((self.place(name)?, value)))
            .collect()
    }
}

impl<'t> Line<'t> {
    /// Reads a line; `None` if it says nothing.
    fn read(number: usize, text: &'t [u8]) -> Option<Self> {
        if text.len() >= LONGEST_LINE {
            return None;
        }
        let start = text.iter().position(|byte| !BLANKS.contains(byte))?;
        let line = &text[start..];
        if line.starts_with(b"#") {
            return None;
        }
        let (mut name, mut rest) = unquoted(line).unwrap_or_else(|| {
            let (name, rest) = word(line);
            (name.to_vec(), rest)
        });
        let mut is_macro = false;
        if let Some(own) = name.strip_prefix(b"[attr]")
            && !own.is_empty()
        {
            is_macro = true;
            name = own.to_vec();
            if !is_name(&name) {
                return None;
            }
        } else if name.starts_with(b"!") {
            return None;
        }
        let mut values = Vec::new();
        loop {
            let blanks = rest.iter().take_while(|byte| BLANKS.contains(byte)).count();
            rest = &rest[blanks..];
            if rest.is_empty() {
                break;
            }
            let (entry, after) = word(rest);
            rest = after;
            let end = entry.iter().position(|&byte| byte == b'=');
            let (name, text) = entry.split_at(end.unwrap_or(entry.len()));
            let (name, value) = match name {
                [b'-' | b'!', name @ ..] => (name, Value::Other),
                name if text.is_empty() || text == b"=true" => (name, Value::Set),
                name => (name, Value::Other),
            };
            // Git drops the line with a name that it does not allow.
            if !is_name(name) {
                return None;
            }
            values.push((name, value));
        }
        Some(Self {
            number,
            text,
            is_macro,
            name,
            values,
        })
    }
}

/// The text up to the next blank, and the rest.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| BLANKS.contains(byte));
    text.split_at(end.unwrap_or(text.len()))
}

/// Whether git allows an attribute of this name.
fn is_name(name: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    !name.is_empty()
        && !name.starts_with(b"-")
        && !name.starts_with(b"builtin_")
        && name.iter().all(is_part)
}

/// A name in quotes, as in C, and the rest after them; `None` if there is none.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (&code, after) = rest.split_first()?;
                rest = after;
                name.push(match code {
                    b'a' => 7,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    b'\\' | b'"' => code,
                    b'0'..=b'3' => {
                        let digit = |at: usize| {
                            let digit = rest.get(at).filter(|it| (b'0'..=b'7').contains(*it));
                            digit.map(|it| it - b'0')
                        };
                        let byte = (code - b'0') << 6 | digit(0)? << 3 | digit(1)?;
                        rest = &rest[2..];
                        byte
                    }
                    _ => return None,
                });
            }
            byte => name.push(byte),
        }
    }
}
