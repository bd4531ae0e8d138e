//! What a file is for, by the conventions of its path.

use crate::Language;
use crate::language::split_extension;
use risk_change::RepoPath;

/// Whether a file is test code or test data, by the conventions of many ecosystems.
///
/// Directories: `t`, `test`, `tests`, `testing`, `testdata`, `testsuite`, `spec`, `specs`, `__tests__`,
/// `__mocks__`, `unittests`, `e2e`, and names that end so (`FooTests`, `foo-tests`, `Foo.Tests`). Names:
/// `test_x`, `x_test`, `x.test.ts`, `x_spec.rb`, `x.spec.js`, `XTest.java`, `XTests.cs`, `XSpec.scala`,
/// `TestX.java`, `conftest.py`. Tests written into a source file (Rust) are not seen.
pub fn is_test(path: &RepoPath) -> bool {
    let name = path.file_name();
    is_test_name(name)
        || path
            .directory()
            .split(|&byte| byte == b'/')
            .any(is_test_directory)
}

fn is_test_directory(part: &[u8]) -> bool {
    const WHOLE: [&[u8]; 17] = [
        b"t",
        b"test",
        b"tests",
        b"testing",
        b"testdata",
        b"test-data",
        b"test_data",
        b"testsuite",
        b"testcases",
        b"spec",
        b"specs",
        b"__tests__",
        b"__mocks__",
        b"__snapshots__",
        b"unittest",
        b"unittests",
        b"e2e",
    ];
    const CAMEL: [&[u8]; 3] = [b"Test", b"Tests", b"TestData"];
    const JOINED: [&[u8]; 2] = [b"test", b"tests"];
    WHOLE.iter().any(|known| known.eq_ignore_ascii_case(part))
        || CAMEL.iter().any(|end| part.ends_with(end))
        || JOINED.iter().any(|end| ends_with_word(part, end))
        || starts_with_word(part, b"test")
}

fn is_test_name(name: &[u8]) -> bool {
    const CAMEL: [&[u8]; 6] = [
        b"Test",
        b"Tests",
        b"TestCase",
        b"TestSuite",
        b"Spec",
        b"Specs",
    ];
    const JOINED: [&[u8]; 4] = [b"test", b"tests", b"spec", b"unittest"];
    const WHOLE: [&[u8]; 4] = [b"test", b"tests", b"conftest", b"testlib"];
    let (stem, extension) = split_extension(name);
    if extension.is_empty() {
        return starts_with_word(stem, b"test");
    }
    WHOLE.iter().any(|known| known.eq_ignore_ascii_case(stem))
        || CAMEL
            .iter()
            .any(|end| stem.ends_with(end) && stem.len() > end.len())
        || JOINED.iter().any(|end| ends_with_word(stem, end))
        || starts_with_word(stem, b"test")
        || stem
            .strip_prefix(b"Test")
            .is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_uppercase))
}

/// Whether a name ends with a word that is set off by `_`, `-` or `.`, in any letter case.
fn ends_with_word(name: &[u8], word: &[u8]) -> bool {
    name.len().checked_sub(word.len() + 1).is_some_and(|at| {
        matches!(name[at], b'_' | b'-' | b'.') && name[at + 1..].eq_ignore_ascii_case(word)
    })
}

/// Whether a name starts with a word that is set off by `_` or `-`, in any letter case.
fn starts_with_word(name: &[u8], word: &[u8]) -> bool {
    name.len() > word.len()
        && matches!(name[word.len()], b'_' | b'-')
        && name[..word.len()].eq_ignore_ascii_case(word)
}

/// Whether a file is documentation.
///
/// Everything below `doc`, `docs`, `documentation`, `man` or `manual` in the root, and what is not code in
/// such directories further down; mark-up formats of documentation; `*.txt` outside tests, except the
/// build's own (`CMakeLists.txt`, `requirements.txt`); manual pages (`git.1`); and the known names without
/// the extension of code (`README`, `CHANGES`, `LICENSE`, `AUTHORS`, …), in any letter case.
pub fn is_docs(path: &RepoPath) -> bool {
    const NAMES: [&[u8]; 26] = [
        b"authors",
        b"bugs",
        b"changelog",
        b"changes",
        b"code_of_conduct",
        b"contributing",
        b"contributors",
        b"copying",
        b"copyright",
        b"credits",
        b"faq",
        b"hacking",
        b"history",
        b"install",
        b"licence",
        b"license",
        b"maintainers",
        b"news",
        b"notice",
        b"readme",
        b"relnotes",
        b"release-notes",
        b"releases",
        b"security",
        b"thanks",
        b"todo",
    ];
    let name = path.file_name();
    let (stem, extension) = split_extension(name);
    let language = Language::of(path);
    let is_code = language.is_some_and(Language::is_code);
    if is_docs_directory(path.subsystem()) {
        return true;
    }
    if is_code {
        return false;
    }
    match language {
        Some(Language::Markdown | Language::Rst | Language::AsciiDoc | Language::Tex) => {
            return true;
        }
        Some(_) => {}
        None => {
            if extension.eq_ignore_ascii_case(b"txt") {
                return !is_test(path) && !is_build_text(stem);
            }
            let is_manual = matches!(extension, [b'1'..=b'9'] | [b'1'..=b'9', b'a'..=b'z']);
            let known = [
                b"pod".as_slice(),
                b"org",
                b"textile",
                b"man",
                b"mdoc",
                b"rtf",
                b"docx",
            ];
            if known.iter().any(|it| it.eq_ignore_ascii_case(extension)) || is_manual {
                return true;
            }
            let word = stem.split(|&byte| byte == b'.').next().unwrap_or(stem);
            let word = word.strip_suffix(b"-MIT").unwrap_or(word);
            let word = word.strip_suffix(b"-APACHE").unwrap_or(word);
            if NAMES.iter().any(|it| it.eq_ignore_ascii_case(word)) {
                return true;
            }
        }
    }
    path.directory()
        .split(|&byte| byte == b'/')
        .any(is_docs_directory)
}

fn is_docs_directory(part: &[u8]) -> bool {
    const NAMES: [&[u8]; 7] = [
        b"doc",
        b"docs",
        b"documentation",
        b"man",
        b"manual",
        b"manpages",
        b"relnotes",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(part))
}

fn is_build_text(stem: &[u8]) -> bool {
    let known = [
        b"CMakeLists".as_slice(),
        b"meson_options",
        b"robots",
        b"constraints",
    ];
    known.contains(&stem) || stem.starts_with(b"requirements") || stem.ends_with(b"requirements")
}

/// Whether a file configures the build, the tests' runner, continuous integration or the tools around.
///
/// Make, `CMake`, m4, Meson, Docker; manifests and lock files of package managers; project files of
/// Visual Studio and Gradle; `.github`, `.circleci` and the like; dot files of tools in the root.
pub fn is_build(path: &RepoPath) -> bool {
    const NAMES: [&[u8]; 38] = [
        b"Cargo.toml",
        b"Cargo.lock",
        b"build.rs",
        b"package.json",
        b"package-lock.json",
        b"yarn.lock",
        b"pnpm-lock.yaml",
        b"bower.json",
        b"lerna.json",
        b"tsconfig.json",
        b"pom.xml",
        b"build.xml",
        b"ivy.xml",
        b"setup.py",
        b"setup.cfg",
        b"pyproject.toml",
        b"tox.ini",
        b"noxfile.py",
        b"Pipfile",
        b"Pipfile.lock",
        b"poetry.lock",
        b"go.mod",
        b"go.sum",
        b"Rakefile",
        b"Gemfile",
        b"Gemfile.lock",
        b"composer.json",
        b"composer.lock",
        b"mix.exs",
        b"mix.lock",
        b"build.sbt",
        b"dune",
        b"dune-project",
        b"configure",
        b"autogen.sh",
        b"Package.swift",
        b"gradlew",
        b"WORKSPACE",
    ];
    const DIRECTORIES: [&[u8]; 7] = [
        b".github",
        b".gitlab",
        b".circleci",
        b".buildkite",
        b".travis",
        b".azure-pipelines",
        b".ci",
    ];
    let name = path.file_name();
    let (stem, extension) = split_extension(name);
    if NAMES.contains(&name) || DIRECTORIES.contains(&path.subsystem()) {
        return true;
    }
    if matches!(
        Language::of(path),
        Some(
            Language::Make
                | Language::CMake
                | Language::M4
                | Language::Meson
                | Language::Dockerfile
        )
    ) {
        return true;
    }
    let by_extension = matches!(
        extension,
        b"gradle"
            | b"gemspec"
            | b"cabal"
            | b"bzl"
            | b"gyp"
            | b"gypi"
            | b"bazel"
            | b"nix"
            | b"lock"
            | b"csproj"
            | b"vcxproj"
            | b"fsproj"
            | b"vbproj"
            | b"sln"
            | b"pbxproj"
            | b"props"
            | b"targets"
            | b"spec"
            | b"podspec"
    );
    let by_stem = is_build_text(stem) && extension == b"txt"
        || name.ends_with(b".gradle.kts")
        || name.starts_with(b"Jenkinsfile")
        || name.starts_with(b"docker-compose")
        || name.starts_with(b"azure-pipelines")
        || name.starts_with(b"appveyor");
    by_extension || by_stem || name.first() == Some(&b'.') && path.subsystem().is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_build, is_docs, is_test};
    use risk_change::RepoPath;

    #[test]
    fn tests_are_known_by_directory_and_name() {
        for path in [
            "t/t0001-init.sh",
            "tests/a.rs",
            "src/test/java/A.java",
            "pkg/a_test.go",
            "ATest.java",
            "src/TestFoo.java",
            "test_a.py",
            "lib/a_spec.rb",
            "a.test.ts",
            "web/__tests__/a.js",
            "a.spec.js",
            "Foo.Tests/A.cs",
            "FooTests/A.swift",
            "tests.py",
            "conftest.py",
            "test-tool.c",
            "x/testdata/in.json",
            "ASpec.scala",
            "spec/a.yml",
        ] {
            assert!(is_test(&RepoPath::from(path)), "{path}");
        }
        for path in [
            "src/latest.c",
            "contest.py",
            "src/attest/a.c",
            "Testament.java",
            "protest.rb",
            "src/inspect.rs",
            "spec.md",
            "greatest",
            "src/special/a.c",
        ] {
            assert!(!is_test(&RepoPath::from(path)), "{path}");
        }
    }

    #[test]
    fn documentation_is_not_code() {
        for path in [
            "README",
            "README.md",
            "docs/conf.py",
            "Documentation/git.adoc",
            "a/notes.txt",
            "LICENSE",
            "LICENSE-MIT",
            "CHANGES",
            "ChangeLog",
            "man/git.1",
            "src/git.1",
            "lib/docs/x.html",
            "COPYING",
            "Documentation/Makefile",
        ] {
            assert!(is_docs(&RepoPath::from(path)), "{path}");
        }
        for path in [
            "CMakeLists.txt",
            "requirements.txt",
            "requirements-dev.txt",
            "history.c",
            "src/news.py",
            "internal/docs/generate.go",
            "readme.c",
            "tests/expected.txt",
            "a.rs",
            "docs.c",
        ] {
            assert!(!is_docs(&RepoPath::from(path)), "{path}");
        }
    }

    #[test]
    fn build_files_are_known() {
        for path in [
            "Makefile",
            "a/CMakeLists.txt",
            "Cargo.toml",
            ".github/workflows/ci.yml",
            ".travis.yml",
            "x.csproj",
            "requirements.txt",
            "configure.ac",
            "Dockerfile",
            "Gemfile.lock",
        ] {
            assert!(is_build(&RepoPath::from(path)), "{path}");
        }
        for path in [
            "src/main.rs",
            "README.md",
            "src/.hidden",
            "makefile.c",
            "locks.c",
        ] {
            assert!(!is_build(&RepoPath::from(path)), "{path}");
        }
    }
}
