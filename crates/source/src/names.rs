//! File names and extensions of each language.

use crate::Language;

/// The language of a file known by its whole name.
pub(crate) fn by_name(name: &[u8]) -> Option<Language> {
    Some(match name {
        b"Makefile" | b"makefile" | b"GNUmakefile" | b"Makefile.am" | b"BSDmakefile"
        | b"Makefile.inc" | b"Kbuild" => Language::Make,
        b"CMakeLists.txt" => Language::CMake,
        b"Dockerfile" | b"Containerfile" => Language::Dockerfile,
        b"Rakefile" | b"Gemfile" | b"Vagrantfile" | b"Podfile" | b"Brewfile" | b"Guardfile" => {
            Language::Ruby
        }
        b"Jenkinsfile" => Language::Groovy,
        b"configure.in" => Language::M4,
        b"meson.build" | b"meson_options.txt" | b"meson.options" => Language::Meson,
        b"BUILD" | b"WORKSPACE" | b"BUILD.bazel" | b"WORKSPACE.bazel" | b"SConstruct"
        | b"SConscript" | b"wscript" | b"Tiltfile" => Language::Python,
        b".bashrc" | b".profile" | b".bash_profile" | b".zshrc" | b"PKGBUILD" | b"gradlew" => {
            Language::Shell
        }
        b".gitconfig" | b".gitmodules" | b".editorconfig" | b".npmrc" => Language::Ini,
        b".vimrc" | b"_vimrc" => Language::Vim,
        b"rebar.config" => Language::Erlang,
        b".emacs" | b"dune" | b"dune-project" => Language::Lisp,
        b"Cargo.lock" | b"poetry.lock" | b"Pipfile" => Language::Toml,
        b"yarn.lock" | b".clang-format" | b".clang-tidy" => Language::Yaml,
        _ if name.starts_with(b"Dockerfile.") => Language::Dockerfile,
        _ => return None,
    })
}

/// The language of an extension (without its dot), in any letter case.
pub(crate) fn by_extension(extension: &[u8]) -> Option<Language> {
    let mut lower = [0; 12];
    let lower = lower.get_mut(..extension.len())?;
    lower.copy_from_slice(extension);
    lower.make_ascii_lowercase();
    systems(lower)
        .or_else(|| scripts(lower))
        .or_else(|| data(lower))
}

fn systems(extension: &[u8]) -> Option<Language> {
    Some(match extension {
        b"c" | b"h" | b"y" | b"l" | b"yy" | b"ll" | b"xs" | b"idl" => Language::C,
        b"cc" | b"cpp" | b"cxx" | b"c++" | b"hh" | b"hpp" | b"hxx" | b"h++" | b"inl" | b"ipp"
        | b"tpp" | b"ixx" | b"cppm" | b"cu" | b"cuh" | b"ino" => Language::Cpp,
        b"m" | b"mm" => Language::ObjectiveC,
        b"cs" | b"csx" => Language::CSharp,
        b"java" => Language::Java,
        b"js" | b"jsx" | b"mjs" | b"cjs" | b"jsm" | b"es6" => Language::JavaScript,
        b"ts" | b"tsx" | b"mts" | b"cts" => Language::TypeScript,
        b"go" => Language::Go,
        b"rs" => Language::Rust,
        b"kt" | b"kts" => Language::Kotlin,
        b"swift" => Language::Swift,
        b"scala" | b"sc" | b"sbt" => Language::Scala,
        b"dart" => Language::Dart,
        b"zig" | b"zon" => Language::Zig,
        b"d" | b"di" => Language::D,
        b"groovy" | b"gradle" | b"gvy" => Language::Groovy,
        b"hs" | b"lhs" | b"hsc" => Language::Haskell,
        b"elm" => Language::Elm,
        b"ml" | b"mli" | b"mll" | b"mly" => Language::OCaml,
        b"fs" | b"fsi" | b"fsx" => Language::FSharp,
        b"erl" | b"hrl" => Language::Erlang,
        b"ex" | b"exs" => Language::Elixir,
        b"clj" | b"cljs" | b"cljc" | b"edn" => Language::Clojure,
        b"lisp" | b"lsp" | b"cl" | b"el" | b"scm" | b"ss" | b"rkt" => Language::Lisp,
        b"f" | b"for" | b"f77" | b"f90" | b"f95" | b"f03" | b"f08" => Language::Fortran,
        b"asm" | b"s" | b"nasm" => Language::Assembly,
        b"pas" | b"pp" | b"dpr" | b"lpr" => Language::Pascal,
        b"adb" | b"ads" | b"ada" => Language::Ada,
        b"nim" | b"nims" => Language::Nim,
        b"cr" => Language::Crystal,
        b"vb" | b"bas" | b"vbs" | b"frm" => Language::VisualBasic,
        b"v" | b"sv" | b"svh" | b"vh" => Language::Verilog,
        b"vhd" | b"vhdl" => Language::Vhdl,
        b"sol" => Language::Solidity,
        b"proto" => Language::Protobuf,
        _ => return None,
    })
}

fn scripts(extension: &[u8]) -> Option<Language> {
    Some(match extension {
        b"php" | b"phtml" | b"php3" | b"php4" | b"php5" | b"phpt" => Language::Php,
        b"rb" | b"rake" | b"gemspec" | b"ru" | b"podspec" => Language::Ruby,
        b"py" | b"pyi" | b"pyx" | b"pxd" | b"pyw" | b"bzl" | b"gyp" | b"gypi" => Language::Python,
        b"pl" | b"pm" | b"perl" | b"t" | b"psgi" => Language::Perl,
        b"sh" | b"bash" | b"zsh" | b"ksh" | b"fish" | b"bats" => Language::Shell,
        b"lua" => Language::Lua,
        b"r" => Language::R,
        b"jl" => Language::Julia,
        b"sql" | b"pgsql" | b"plsql" | b"pks" | b"pkb" => Language::Sql,
        b"ps1" | b"psm1" | b"psd1" => Language::PowerShell,
        b"bat" | b"cmd" => Language::Batch,
        b"tcl" | b"tk" | b"exp" => Language::Tcl,
        b"awk" => Language::Awk,
        b"vim" => Language::Vim,
        b"m4" | b"ac" => Language::M4,
        b"mk" | b"mak" | b"make" => Language::Make,
        b"cmake" => Language::CMake,
        b"dockerfile" => Language::Dockerfile,
        b"nix" => Language::Nix,
        b"tf" | b"hcl" | b"tfvars" => Language::Hcl,
        b"vue" => Language::Vue,
        b"svelte" => Language::Svelte,
        b"graphql" | b"gql" => Language::GraphQl,
        _ => return None,
    })
}

fn data(extension: &[u8]) -> Option<Language> {
    Some(match extension {
        b"html" | b"htm" | b"xhtml" | b"erb" | b"ejs" | b"hbs" | b"jinja" | b"jinja2" | b"j2"
        | b"twig" | b"tmpl" | b"mustache" => Language::Html,
        b"xml" | b"xsl" | b"xslt" | b"xsd" | b"svg" | b"xaml" | b"csproj" | b"vcxproj"
        | b"fsproj" | b"vbproj" | b"props" | b"targets" | b"plist" | b"resx" | b"wxs" => {
            Language::Xml
        }
        b"css" => Language::Css,
        b"scss" | b"sass" | b"less" | b"styl" => Language::Scss,
        b"yaml" | b"yml" => Language::Yaml,
        b"toml" => Language::Toml,
        b"ini" | b"cfg" | b"conf" | b"properties" | b"desktop" | b"service" => Language::Ini,
        b"json" | b"jsonc" | b"json5" | b"webmanifest" => Language::Json,
        b"md" | b"markdown" | b"mdx" | b"mkd" | b"qmd" | b"rmd" => Language::Markdown,
        b"rst" | b"rest" => Language::Rst,
        b"adoc" | b"asciidoc" | b"asc" => Language::AsciiDoc,
        b"tex" | b"sty" | b"bib" | b"texi" | b"texinfo" => Language::Tex,
        _ => return None,
    })
}
