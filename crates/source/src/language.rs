//! The languages that are told apart.

use crate::names;
use risk_change::RepoPath;
use serde::{Deserialize, Serialize};

/// Language of a file, as far as its comments and branches are concerned.
///
/// A closed set: what is not in it is unknown, and of an unknown file only blank lines are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Ada.
    Ada,
    /// `AsciiDoc`.
    AsciiDoc,
    /// Assembler of any machine.
    Assembly,
    /// AWK.
    Awk,
    /// Batch files of Windows.
    Batch,
    /// C, with yacc, lex and Objective-C, whose comments are the same.
    C,
    /// `CMake`.
    CMake,
    /// Clojure.
    Clojure,
    /// C++, CUDA included.
    Cpp,
    /// Crystal.
    Crystal,
    /// C#.
    CSharp,
    /// CSS.
    Css,
    /// D.
    D,
    /// Dart.
    Dart,
    /// Dockerfiles.
    Dockerfile,
    /// Elixir.
    Elixir,
    /// Elm.
    Elm,
    /// Erlang.
    Erlang,
    /// Fortran in free or fixed form.
    Fortran,
    /// F#.
    FSharp,
    /// Go.
    Go,
    /// GraphQL schemas and queries.
    GraphQl,
    /// Groovy, Gradle and Jenkinsfiles.
    Groovy,
    /// Haskell.
    Haskell,
    /// Configuration language of Terraform.
    Hcl,
    /// HTML and its templates.
    Html,
    /// INI files, properties, git's own configuration.
    Ini,
    /// Java.
    Java,
    /// JavaScript, JSX included.
    JavaScript,
    /// JSON.
    Json,
    /// Julia.
    Julia,
    /// Kotlin.
    Kotlin,
    /// Lisp, Scheme, Emacs Lisp, Racket.
    Lisp,
    /// Lua.
    Lua,
    /// m4 and Autoconf.
    M4,
    /// Make.
    Make,
    /// Markdown.
    Markdown,
    /// Meson.
    Meson,
    /// Nim.
    Nim,
    /// Nix.
    Nix,
    /// Objective-C and Objective-C++.
    ObjectiveC,
    /// `OCaml`.
    OCaml,
    /// Pascal and Delphi.
    Pascal,
    /// Perl.
    Perl,
    /// PHP.
    Php,
    /// `PowerShell`.
    PowerShell,
    /// Protocol buffers.
    Protobuf,
    /// Python and Starlark.
    Python,
    /// R.
    R,
    /// reStructuredText.
    Rst,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// Scala.
    Scala,
    /// Sass, SCSS and Less.
    Scss,
    /// Shell scripts.
    Shell,
    /// Solidity.
    Solidity,
    /// SQL.
    Sql,
    /// Svelte components.
    Svelte,
    /// Swift.
    Swift,
    /// Tcl.
    Tcl,
    /// TeX and Texinfo.
    Tex,
    /// TOML.
    Toml,
    /// TypeScript, TSX included.
    TypeScript,
    /// Verilog and `SystemVerilog`.
    Verilog,
    /// VHDL.
    Vhdl,
    /// Vim script.
    Vim,
    /// Visual Basic.
    VisualBasic,
    /// Vue components.
    Vue,
    /// XML and its dialects.
    Xml,
    /// YAML.
    Yaml,
    /// Zig.
    Zig,
}

impl Language {
    /// The language of a file, by its name alone.
    ///
    /// The extension is what follows the last dot, in any letter case; names without one (`Makefile`)
    /// and some with one (`CMakeLists.txt`) are known whole. A last `.in` is looked through
    /// (`config.h.in` is C). Interpreter lines of scripts are not looked at. `None` if unknown.
    pub fn of(path: &RepoPath) -> Option<Self> {
        let name = path.file_name();
        names::by_name(name).or_else(|| {
            let (stem, extension) = split_extension(name);
            if extension == b"in" {
                let (_, inner) = split_extension(stem);
                return names::by_name(stem).or_else(|| names::by_extension(inner));
            }
            names::by_extension(extension)
        })
    }

    /// Whether it is a programming language or a build script, whose lines can hold a defect.
    ///
    /// Mark-up, style sheets, data and configuration formats are not; components that mix them with
    /// code (Vue, Svelte) are.
    pub fn is_code(self) -> bool {
        !matches!(
            self,
            Self::AsciiDoc
                | Self::Css
                | Self::Html
                | Self::Ini
                | Self::Json
                | Self::Markdown
                | Self::Rst
                | Self::Scss
                | Self::Tex
                | Self::Toml
                | Self::Xml
                | Self::Yaml
        )
    }
}

/// Splits a file name at its last dot; a dot at the start of the name starts no extension.
pub(crate) fn split_extension(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().rposition(|&byte| byte == b'.') {
        Some(at) if at > 0 => (&name[..at], &name[at + 1..]),
        _ => (name, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::Language;
    use risk_change::RepoPath;

    #[test]
    fn the_extension_follows_the_last_dot() {
        for (path, language) in [
            ("jquery.min.js", Some(Language::JavaScript)),
            ("src/lib.rs", Some(Language::Rust)),
            ("types/index.d.ts", Some(Language::TypeScript)),
            ("App.KT", Some(Language::Kotlin)),
            ("a/Makefile", Some(Language::Make)),
            ("Makefile.am", Some(Language::Make)),
            ("Makefile.in", Some(Language::Make)),
            ("config.h.in", Some(Language::C)),
            ("Dockerfile", Some(Language::Dockerfile)),
            ("Dockerfile.debian", Some(Language::Dockerfile)),
            ("CMakeLists.txt", Some(Language::CMake)),
            ("configure.ac", Some(Language::M4)),
            ("build.gradle.kts", Some(Language::Kotlin)),
            ("t/t0001.sh", Some(Language::Shell)),
            ("x.S", Some(Language::Assembly)),
            ("analysis.R", Some(Language::R)),
            ("notes.txt", None),
            (".py", None),
            ("rs", None),
            ("dir.rs/file", None),
            ("a.", None),
            ("", None),
        ] {
            assert_eq!(Language::of(&RepoPath::from(path)), language, "{path}");
        }
    }

    #[test]
    fn build_scripts_are_code_and_data_is_not() {
        for language in [Language::Make, Language::Vue, Language::Sql, Language::M4] {
            assert!(language.is_code(), "{language:?}");
        }
        for language in [Language::Yaml, Language::Markdown, Language::Css] {
            assert!(!language.is_code(), "{language:?}");
        }
    }
}
