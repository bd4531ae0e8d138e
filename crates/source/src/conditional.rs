//! Whether a line opens a branch or a loop.

use crate::Language;
use crate::classes::{character_len, close_of, starts_line_comment};
use crate::syntax::{Apostrophe, Place, Syntax};

/// Whether a line of code opens a branch or a loop: a key word of the language, `&&`, `||` or `? :`.
///
/// Key words are whole words outside strings and comments of the line, and no members (`x.match`). The
/// question mark counts after white space, in languages that have the operator. Always `false` without
/// a language and for languages that are not code. A line inside a comment of several lines must not be
/// asked about.
///
/// Not seen: `a?b:c` without spaces, jumps of assemblers, strings that began on an earlier line.
pub fn is_conditional(language: Option<Language>, line: &[u8]) -> bool {
    let Some(language) = language.filter(|language| language.is_code()) else {
        return false;
    };
    let syntax = Syntax::of(language);
    let words = words(language);
    let mut i = 0;
    while i < line.len() {
        let byte = line[i];
        // Most of a line: blanks and words. A comment can start with a word only in a few languages.
        if byte == b' ' || byte == b'\t' {
            i += 1;
            continue;
        }
        let rest = &line[i..];
        let before = i.checked_sub(1).map(|at| line[at]);
        if is_word(byte) && !(syntax.has_word_marker() && starts_line_comment(syntax, rest)) {
            let len = rest.iter().take_while(|&&it| is_word(it)).count();
            let is_member = matches!(before, Some(b'.' | b'$' | b'@' | b'-'));
            if !is_member && words.has(&rest[..len]) {
                return true;
            }
            i += len;
            continue;
        }
        let is_marker = byte != b'#' || before.is_none_or(|it| it.is_ascii_whitespace());
        if is_marker && starts_line_comment(syntax, rest) {
            return false;
        }
        let block = syntax
            .blocks
            .iter()
            .find(|block| block.place == Place::Anywhere && rest.starts_with(block.open));
        if let Some(block) = block {
            match close_of(*block, &rest[block.open.len()..]) {
                Some(end) => i += block.open.len() + end,
                None => return false,
            }
        } else if syntax.quotes.contains(&byte)
            || byte == b'\'' && syntax.apostrophe == Apostrophe::String
        {
            i += string_len(rest);
        } else if byte == b'\'' && syntax.apostrophe == Apostrophe::Character {
            i += character_len(rest);
        } else if is_operator(language, &line[..i], rest) {
            return true;
        } else {
            i += 1;
        }
    }
    false
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Length of a string that starts here, up to the end of the line if it does not end before.
fn string_len(rest: &[u8]) -> usize {
    let mut i = 1;
    while i < rest.len() {
        if rest[i] == b'\\' {
            i += 1;
        } else if rest[i] == rest[0] {
            return i + 1;
        }
        i += 1;
    }
    rest.len()
}

fn is_operator(language: Language, before: &[u8], rest: &[u8]) -> bool {
    let after_space = before.last().is_none_or(u8::is_ascii_whitespace);
    if rest.starts_with(b"&&") {
        // In C++ `T&&` is a type.
        return language != Language::Cpp || after_space;
    }
    if rest.starts_with(b"||") {
        let operand = before.trim_ascii_end();
        return match language {
            Language::Sql | Language::Fortran => false, // It joins strings.
            // A closure without parameters follows these.
            Language::Rust => {
                !operand.ends_with(b"move") && !matches!(operand.last(), Some(b'(' | b',' | b'='))
            }
            _ => true,
        };
    }
    rest.starts_with(b"?") && after_space && has_ternary(language)
}

fn has_ternary(language: Language) -> bool {
    !matches!(
        language,
        Language::Rust
            | Language::Go
            | Language::Python
            | Language::Sql
            | Language::Shell
            | Language::Zig
    )
}

/// The key words of a language that open branches and loops.
struct Words {
    words: &'static [&'static str],
    any_case: bool,
}

impl Words {
    fn has(&self, word: &[u8]) -> bool {
        // Most words are no key words by their length alone.
        if !(2..=8).contains(&word.len()) {
            return false;
        }
        self.words.iter().any(|known| {
            known.as_bytes() == word || self.any_case && known.as_bytes().eq_ignore_ascii_case(word)
        })
    }
}

fn words(language: Language) -> Words {
    let any_case = matches!(
        language,
        Language::Ada
            | Language::Batch
            | Language::CMake
            | Language::Fortran
            | Language::Pascal
            | Language::PowerShell
            | Language::Sql
            | Language::Vhdl
            | Language::VisualBasic
    );
    let words: &[&str] = match language {
        Language::C | Language::ObjectiveC | Language::Assembly => {
            &["if", "for", "while", "case", "ifdef", "ifndef", "elif"]
        }
        Language::Cpp => &[
            "if", "for", "while", "case", "catch", "ifdef", "ifndef", "elif",
        ],
        Language::Rust => &["if", "for", "while", "loop", "match"],
        Language::Go => &["if", "for", "case", "select", "switch"],
        Language::Python => &["if", "elif", "for", "while", "except", "and", "or"],
        Language::Ruby | Language::Crystal | Language::Elixir => &[
            "if", "elsif", "unless", "for", "while", "until", "case", "when", "rescue", "and",
            "or", "cond",
        ],
        Language::Perl => &[
            "if", "elsif", "unless", "for", "foreach", "while", "until", "and", "or",
        ],
        Language::Shell => &["if", "elif", "for", "while", "until", "case", "select"],
        Language::Lua | Language::Julia | Language::Nim | Language::Zig => &[
            "if", "elseif", "elif", "for", "while", "until", "repeat", "case", "catch", "except",
            "switch", "when", "and", "or",
        ],
        Language::Kotlin => &["if", "for", "while", "when", "catch"],
        Language::Swift => &["if", "for", "while", "case", "guard", "switch", "catch"],
        Language::Scala => &["if", "for", "while", "case", "match", "catch"],
        Language::Haskell | Language::Elm | Language::OCaml | Language::FSharp => &[
            "if", "elif", "case", "match", "for", "while", "when", "function", "catch",
        ],
        Language::Erlang => &["if", "case", "receive", "catch", "when"],
        Language::Clojure | Language::Lisp => &[
            "if", "when", "unless", "cond", "case", "loop", "while", "dolist", "dotimes", "and",
            "or",
        ],
        Language::Make | Language::M4 | Language::CMake | Language::Meson => &[
            "if", "ifeq", "ifneq", "ifdef", "ifndef", "elseif", "elif", "foreach", "while", "for",
            "case", "ifelse", "AS_IF", "AS_CASE",
        ],
        Language::Sql => &["if", "case", "when", "while", "loop", "for", "elsif"],
        Language::Php => &[
            "if", "elseif", "for", "foreach", "while", "case", "match", "catch",
        ],
        _ => &[
            "if", "elif", "elseif", "elsif", "for", "foreach", "while", "until", "case", "switch",
            "catch",
        ],
    };
    Words { words, any_case }
}

#[cfg(test)]
mod tests {
    use super::is_conditional;
    use crate::Language;

    #[test]
    fn branches_and_loops_are_seen() {
        for (language, line) in [
            (Language::C, "\tif (!x)\n"),
            (Language::C, "} else if (x) {"),
            (Language::C, "case FOO:"),
            (Language::C, "#ifdef DEBUG"),
            (Language::C, "x = y && z;"),
            (Language::C, "x = y ? 1 : 0;"),
            (Language::C, "'\"'; if (x)"),
            (Language::Cpp, "catch (...) {"),
            (Language::Cpp, "a && b"),
            (Language::Rust, "match x {"),
            (Language::Rust, "    || y"),
            (Language::Rust, "fn f<'a>(x: &'a str) { if x {"),
            (Language::Python, "    except ValueError:"),
            (Language::Shell, "if test $# -gt 1"),
            (Language::Ruby, "return unless x"),
            (Language::Sql, "CASE WHEN a THEN b"),
            (Language::Make, "ifeq ($(X),1)"),
            (Language::C, "/* note */ while (1)"),
        ] {
            assert!(is_conditional(Some(language), line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn words_in_strings_comments_and_names_are_not() {
        for (language, line) in [
            (Language::C, "int iffy = format(match);"),
            (Language::C, "puts(\"if not\");"),
            (Language::C, "x(); // if needed"),
            (Language::C, "x(); /* if needed"),
            (Language::Cpp, "void f(T&& x);"),
            (Language::Rust, "spawn(|| work());"),
            (Language::Rust, "let f = move || work();"),
            (Language::Rust, "let x = y()?;"),
            (Language::Python, "match = re.match(x)"),
            (Language::Shell, "echo done # if any"),
            (Language::JavaScript, "x.case = 'if';"),
            (Language::Sql, "SELECT a || b"),
            (Language::Markdown, "if you like"),
            (Language::C, ""),
        ] {
            assert!(!is_conditional(Some(language), line.as_bytes()), "{line}");
        }
        assert!(!is_conditional(None, b"if (x)"));
    }
}
