//! Patterns of paths, as `.gitattributes` has them.

/// A pattern for the paths of files, by git's rules for attributes.
///
/// A pattern without a slash is matched against the name of the file, one with a slash against the whole path, from
/// the root. `*` and `?` do not pass a slash, `**/` stands for any folders, `/**` for all that is in one. A pattern
/// that fits a folder does not fit what is in it.
#[derive(Clone, Debug)]
pub(crate) struct PathPattern {
    target: Target,
    /// What must stand there as it is.
    start: Vec<u8>,
    rest: Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Name,
    Path,
}

/// What follows the start of a pattern.
#[derive(Clone, Debug)]
enum Rest {
    /// A star and bytes that end the name.
    EndsWith(Vec<u8>),
    Steps(Vec<Step>),
}

#[derive(Clone, Debug)]
enum Step {
    Byte(u8),
    /// Any byte but a slash.
    AnyOne,
    /// One of these, a bit for each byte; never a slash.
    One(Box<[u64; 4]>),
    /// Any bytes but slashes.
    Run,
    /// Any bytes.
    All,
    /// Nothing, or folders with the slash after them.
    Folders,
}

impl PathPattern {
    /// Reads a pattern; `None` if it fits no file: a folder (`name/`), an open bracket, a backslash at the end.
    pub(crate) fn parse(pattern: &[u8]) -> Option<Self> {
        if pattern.is_empty() || pattern.ends_with(b"/") {
            return None;
        }
        let is_special = |byte: &u8| b"*?[\\".contains(byte);
        if !pattern.contains(&b'/') {
            // Git compares such an end as it is, and so even a backslash in it.
            let end = pattern.strip_prefix(b"*");
            let end = end.filter(|end| !end.iter().any(is_special));
            return Some(Self {
                target: Target::Name,
                start: Vec::new(),
                rest: match end {
                    Some(end) => Rest::EndsWith(end.to_vec()),
                    None => Rest::Steps(steps(pattern)?),
                },
            });
        }
        let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
        let at = pattern.iter().position(is_special);
        // Git reads what follows the plain start as a pattern of its own, so that `a**` is `a` with `**` after it.
        let (start, rest) = pattern.split_at(at.unwrap_or(pattern.len()));
        Some(Self {
            target: Target::Path,
            start: start.to_vec(),
            rest: Rest::Steps(steps(rest)?),
        })
    }

    /// Whether it fits the path of a file.
    pub(crate) fn matches(&self, path: &[u8]) -> bool {
        let text = match self.target {
            Target::Path => path,
            Target::Name => path.rsplit(|&byte| byte == b'/').next().unwrap_or(path),
        };
        let Some(text) = text.strip_prefix(self.start.as_slice()) else {
            return false;
        };
        match &self.rest {
            Rest::EndsWith(end) => text.ends_with(end),
            Rest::Steps(steps) => follow(steps, text),
        }
    }
}

/// The steps of a pattern; `None` if nothing can fit it.
fn steps(pattern: &[u8]) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        at += 1;
        match byte {
            b'*' => {
                let n_more = pattern[at..].iter().take_while(|&&it| it == b'*').count();
                let begins = at == 1 || pattern[at - 2] == b'/';
                at += n_more;
                let next = &pattern[at..];
                let ends = next.is_empty() || next.starts_with(b"/") || next.starts_with(b"\\/");
                if n_more == 0 || !begins || !ends {
                    steps.push(Step::Run);
                } else if next.starts_with(b"/") {
                    steps.push(Step::Folders);
                    at += 1;
                } else {
                    steps.push(Step::All);
                }
            }
            b'?' => steps.push(Step::AnyOne),
            b'[' => {
                let (set, end) = set(pattern, at)?;
                steps.push(set);
                at = end;
            }
            b'\\' => {
                steps.push(Step::Byte(*pattern.get(at)?));
                at += 1;
            }
            plain => steps.push(Step::Byte(plain)),
        }
    }
    Some(steps)
}

fn one(fits: impl Fn(u8) -> bool) -> Step {
    let mut bits = Box::new([0_u64; 4]);
    for byte in (0..=u8::MAX).filter(|&byte| byte != b'/' && fits(byte)) {
        bits[usize::from(byte / 64)] |= 1 << (byte % 64);
    }
    Step::One(bits)
}

/// What stands in brackets, of which the first ends before `at`; and where the pattern goes on.
fn set(pattern: &[u8], mut at: usize) -> Option<(Step, usize)> {
    let is_negated = matches!(pattern.get(at)?, b'!' | b'^');
    at += usize::from(is_negated);
    let mut members = [false; 256];
    let mut before: Option<u8> = None;
    let mut is_first = true;
    loop {
        let byte = *pattern.get(at)?;
        if byte == b']' && !is_first {
            break;
        }
        is_first = false;
        at += 1;
        let follows = |at: usize| pattern.get(at).copied();
        before = match (byte, before) {
            (b'\\', _) => {
                let byte = follows(at)?;
                at += 1;
                members[usize::from(byte)] = true;
                Some(byte)
            }
            (b'-', Some(low)) if follows(at).is_some_and(|it| it != b']') => {
                let mut high = follows(at)?;
                at += 1;
                if high == b'\\' {
                    high = follows(at)?;
                    at += 1;
                }
                for byte in low..=high {
                    members[usize::from(byte)] = true;
                }
                None
            }
            (b'[', _) if follows(at) == Some(b':') => {
                let len = pattern[at + 1..].iter().position(|&it| it == b']')?;
                let name = &pattern[at + 1..at + 1 + len];
                if let Some(name) = name.strip_suffix(b":") {
                    let class = class(name)?;
                    for byte in 0..=u8::MAX {
                        members[usize::from(byte)] |= class(byte);
                    }
                    at += len + 2;
                    None
                } else {
                    members[usize::from(b'[')] = true;
                    Some(b'[')
                }
            }
            (byte, _) => {
                members[usize::from(byte)] = true;
                Some(byte)
            }
        };
    }
    let step = one(|byte| members[usize::from(byte)] != is_negated);
    Some((step, at + 1))
}

/// A class of characters by its name, in ASCII alone.
fn class(name: &[u8]) -> Option<fn(u8) -> bool> {
    Some(match name {
        b"alnum" => |it| it.is_ascii_alphanumeric(),
        b"alpha" => |it| it.is_ascii_alphabetic(),
        b"blank" => |it| it == b' ' || it == b'\t',
        b"cntrl" => |it| it.is_ascii_control(),
        b"digit" => |it| it.is_ascii_digit(),
        b"graph" => |it| it.is_ascii_graphic(),
        b"lower" => |it| it.is_ascii_lowercase(),
        b"print" => |it| it.is_ascii_graphic() || it == b' ',
        b"punct" => |it| it.is_ascii_punctuation(),
        b"space" => |it| b" \t\n\r\x0b\x0c".contains(&it),
        b"upper" => |it| it.is_ascii_uppercase(),
        b"xdigit" => |it| it.is_ascii_hexdigit(),
        _ => return None,
    })
}

/// Whether the steps lead through the whole text: all ways at once, so that no pattern takes long.
fn follow(steps: &[Step], text: &[u8]) -> bool {
    let enter = |open: &mut [bool], mut at: usize| {
        open[at] = true;
        while let Some(Step::Run | Step::All | Step::Folders) = steps.get(at) {
            at += 1;
            open[at] = true;
        }
    };
    let mut open = vec![false; steps.len() + 1];
    let mut next = open.clone();
    enter(&mut open, 0);
    for &byte in text {
        next.fill(false);
        let mut is_any = false;
        for (at, step) in steps.iter().enumerate().filter(|(at, _)| open[*at]) {
            let (stays, passes) = match step {
                Step::Byte(own) => (false, *own == byte),
                Step::AnyOne => (false, byte != b'/'),
                Step::One(bits) => (false, bits[usize::from(byte / 64)] >> (byte % 64) & 1 == 1),
                Step::Run => (byte != b'/', false),
                Step::All => (true, false),
                Step::Folders => (true, byte == b'/'),
            };
            // Within folders nothing else may begin before their slash.
            match step {
                Step::Folders => next[at] = true,
                _ if stays => enter(&mut next, at),
                _ => {}
            }
            if passes {
                enter(&mut next, at + 1);
            }
            is_any |= stays || passes;
        }
        if !is_any {
            return false;
        }
        std::mem::swap(&mut open, &mut next);
    }
    open[steps.len()]
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    fn fits(pattern: &str, path: &str) -> bool {
        let pattern = PathPattern::parse(pattern.as_bytes());
        pattern.is_some_and(|it| it.matches(path.as_bytes()))
    }

    #[test]
    fn a_pattern_without_a_slash_is_for_names_and_one_with_a_slash_for_paths() {
        for (pattern, path, is_fit) in [
            ("*.pb.go", "api/v1/a.pb.go", true),
            ("a.go", "x/a.go", true),
            ("vendor", "vendor/a.go", false),
            ("vendor/*", "vendor/a.go", true),
            ("vendor/*", "vendor/x/a.go", false),
            ("vendor/**", "vendor/x/a.go", true),
            ("vendor/", "vendor/a.go", false),
            ("/a.go", "a.go", true),
            ("/a.go", "x/a.go", false),
            ("x/a.go", "y/x/a.go", false),
            ("**/x/a.go", "y/x/a.go", true),
            ("**/x/a.go", "x/a.go", true),
            ("**/x/a.go", "yx/a.go", false),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "axb", false),
            ("[a-c]?.rs", "b1.rs", true),
            ("[!a-c]?.rs", "b1.rs", false),
            ("[[:digit:]]", "7", true),
            ("[", "[", false),
            ("a\\", "a\\", false),
            ("\\*", "*", true),
        ] {
            assert_eq!(fits(pattern, path), is_fit, "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_with_many_stars_is_quick() {
        let pattern = "*a".repeat(60) + "/x";
        assert!(!fits(&pattern, &("a".repeat(2_000) + "/y")));
    }
}
