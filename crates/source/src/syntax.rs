//! How each language writes comments and strings.

use crate::Language;

/// Where a block comment may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anywhere outside strings and line comments.
    Anywhere,
    /// At the start of a line, followed by a letter (`=begin`, `=pod`); it ends with the line of its end.
    LineStart,
    /// Anywhere, but it is a comment only if it is the first thing of its line; else it is a string.
    Statement,
}

/// A pair of delimiters that may be lines apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) open: &'static [u8],
    pub(crate) close: &'static [u8],
    pub(crate) nested: bool,
    pub(crate) place: Place,
}

/// What a single quote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Apostrophe {
    /// A delimiter of strings.
    String,
    /// A delimiter of one character (`'"'`), or something else (`'a` in Rust, `1'000` in C++, `x'` in Haskell).
    Character,
    /// Nothing that matters.
    Plain,
}

/// Comments and strings of a language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syntax {
    /// What starts a comment that ends with the line.
    pub(crate) line: &'static [&'static [u8]],
    /// What looks like the start of a line comment and is none (attributes of PHP); empty if nothing.
    pub(crate) no_line: &'static [u8],
    pub(crate) blocks: &'static [Block],
    /// Delimiters of strings besides the apostrophe.
    pub(crate) quotes: &'static [u8],
    pub(crate) apostrophe: Apostrophe,
}

const fn block(open: &'static [u8], close: &'static [u8]) -> Block {
    Block {
        open,
        close,
        nested: false,
        place: Place::Anywhere,
    }
}

const fn nested(open: &'static [u8], close: &'static [u8]) -> Block {
    Block {
        nested: true,
        ..block(open, close)
    }
}

const fn placed(open: &'static [u8], close: &'static [u8], place: Place) -> Block {
    Block {
        place,
        ..block(open, close)
    }
}

const fn syntax(
    line: &'static [&'static [u8]],
    blocks: &'static [Block],
    quotes: &'static [u8],
    apostrophe: Apostrophe,
) -> Syntax {
    Syntax {
        line,
        no_line: b"",
        blocks,
        quotes,
        apostrophe,
    }
}

const STARS: &[Block] = &[block(b"/*", b"*/")];
const NESTED_STARS: &[Block] = &[nested(b"/*", b"*/")];
const MARKUP: &[Block] = &[block(b"<!--", b"-->")];
const DOCSTRINGS: &[Block] = &[
    placed(b"\"\"\"", b"\"\"\"", Place::Statement),
    placed(b"'''", b"'''", Place::Statement),
];
const PARENS: &[Block] = &[nested(b"(*", b"*)")];
const BRACES: &[Block] = &[nested(b"{-", b"-}")];

const C_LIKE: Syntax = syntax(&[b"//"], STARS, b"\"", Apostrophe::Character);
const NESTING: Syntax = syntax(&[b"//"], NESTED_STARS, b"\"", Apostrophe::Character);
const SCRIPT: Syntax = syntax(&[b"//"], STARS, b"\"`", Apostrophe::String);
const HASH: Syntax = syntax(&[b"#"], &[], b"\"", Apostrophe::String);
const TAGS: Syntax = syntax(&[], MARKUP, b"", Apostrophe::Plain);
const PHP: Syntax = Syntax {
    no_line: b"#[",
    ..syntax(&[b"//", b"#"], STARS, b"\"", Apostrophe::String)
};
const COMPONENT: Syntax = syntax(
    &[b"//"],
    &[block(b"<!--", b"-->"), block(b"/*", b"*/")],
    b"\"`",
    Apostrophe::Plain,
);

impl Syntax {
    /// Whether a word can start a line comment (`dnl`, `rem`).
    pub(crate) fn has_word_marker(&self) -> bool {
        self.line.iter().any(|it| it[0].is_ascii_alphabetic())
    }

    /// The comments and strings of a language.
    pub(crate) fn of(language: Language) -> Self {
        Self::of_slashes(language)
            .or_else(|| Self::of_delimiters(language))
            .unwrap_or_else(|| Self::of_lines(language))
    }

    /// Languages with the block comments of C.
    fn of_slashes(language: Language) -> Option<Self> {
        use Apostrophe::{Character, Plain, String};
        Some(match language {
            Language::C
            | Language::Cpp
            | Language::ObjectiveC
            | Language::CSharp
            | Language::Java
            | Language::Protobuf
            | Language::Solidity => C_LIKE,
            Language::Go => syntax(&[b"//"], STARS, b"\"`", Character),
            Language::JavaScript | Language::TypeScript | Language::Groovy => SCRIPT,
            Language::Rust | Language::Kotlin | Language::Swift | Language::Scala => NESTING,
            Language::Dart => syntax(&[b"//"], NESTED_STARS, b"\"", String),
            Language::D => syntax(
                &[b"//"],
                const { &[block(b"/*", b"*/"), nested(b"/+", b"+/")] },
                b"\"`",
                Character,
            ),
            Language::Zig => syntax(&[b"//"], &[], b"\"", Character),
            Language::Json | Language::Verilog => syntax(&[b"//"], STARS, b"\"", Plain),
            Language::Css => syntax(&[], STARS, b"\"", String),
            Language::Scss => syntax(&[b"//"], STARS, b"\"", String),
            Language::Php => PHP,
            Language::Hcl => syntax(&[b"#", b"//"], STARS, b"\"", Plain),
            Language::Nix => syntax(&[b"#"], STARS, b"\"", Plain),
            Language::Assembly => syntax(&[b";", b"//", b"@", b"!"], STARS, b"\"", Character),
            Language::Sql => syntax(&[b"--"], STARS, b"\"", String),
            _ => return None,
        })
    }

    /// Languages with other block comments.
    fn of_delimiters(language: Language) -> Option<Self> {
        use Apostrophe::{Character, Plain, String};
        Some(match language {
            Language::Python => syntax(&[b"#"], DOCSTRINGS, b"\"", String),
            Language::GraphQl => syntax(
                &[b"#"],
                const { &[placed(b"\"\"\"", b"\"\"\"", Place::Statement)] },
                b"\"",
                Plain,
            ),
            Language::Elixir => syntax(
                &[b"#"],
                const { &[placed(b"\"\"\"", b"\"\"\"", Place::Statement)] },
                b"\"",
                Character,
            ),
            Language::Ruby => syntax(
                &[b"#"],
                const { &[placed(b"\n=begin", b"\n=end", Place::LineStart)] },
                b"\"`",
                String,
            ),
            Language::Perl => syntax(
                &[b"#"],
                const { &[placed(b"\n=", b"\n=cut", Place::LineStart)] },
                b"\"`",
                String,
            ),
            Language::Julia => syntax(
                &[b"#"],
                const {
                    &[
                        nested(b"#=", b"=#"),
                        placed(b"\"\"\"", b"\"\"\"", Place::Statement),
                    ]
                },
                b"\"",
                Character,
            ),
            Language::PowerShell => {
                syntax(&[b"#"], const { &[block(b"<#", b"#>")] }, b"\"", String)
            }
            Language::CMake => syntax(&[b"#"], const { &[block(b"#[[", b"]]")] }, b"\"", Plain),
            Language::Nim => syntax(&[b"#"], const { &[nested(b"#[", b"]#")] }, b"\"", Character),
            Language::Lua => syntax(&[b"--"], const { &[block(b"--[[", b"]]")] }, b"\"", String),
            Language::Haskell | Language::Elm => syntax(&[b"--"], BRACES, b"\"", Character),
            Language::OCaml => syntax(&[], PARENS, b"\"", Character),
            Language::FSharp => syntax(&[b"//"], PARENS, b"\"", Character),
            Language::Pascal => syntax(
                &[b"//"],
                const { &[block(b"(*", b"*)"), block(b"{", b"}")] },
                b"",
                String,
            ),
            Language::Lisp => syntax(&[b";"], const { &[nested(b"#|", b"|#")] }, b"\"", Plain),
            Language::Html | Language::Xml | Language::Markdown => TAGS,
            Language::Vue | Language::Svelte => COMPONENT,
            _ => return None,
        })
    }

    /// Languages with line comments alone.
    fn of_lines(language: Language) -> Self {
        use Apostrophe::{Character, Plain, String};
        match language {
            Language::Clojure => syntax(&[b";"], &[], b"\"", Plain),
            Language::Erlang | Language::Tex => syntax(&[b"%"], &[], b"\"", Plain),
            Language::Ada | Language::Vhdl => syntax(&[b"--"], &[], b"\"", Character),
            Language::Fortran => syntax(&[b"!"], &[], b"\"", String),
            Language::Batch => syntax(
                &[b"::", b"rem ", b"REM ", b"Rem ", b"@rem "],
                &[],
                b"\"",
                Plain,
            ),
            Language::VisualBasic => syntax(&[b"'"], &[], b"\"", Plain),
            Language::Vim => syntax(&[b"\""], &[], b"", String),
            Language::Ini => syntax(&[b"#", b";"], &[], b"\"", Plain),
            Language::M4 => syntax(&[b"#", b"dnl"], &[], b"", Plain),
            Language::Rst => syntax(&[], &[], b"", Plain),
            Language::AsciiDoc => syntax(&[b"//"], &[], b"", Plain),
            // Awk, Make, R, shells, YAML and the like.
            _ => HASH,
        }
    }
}
