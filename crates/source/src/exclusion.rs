//! Files that do not count.

use crate::attributes::Attributes;
use crate::glob::PathPattern;
use risk_change::RepoPath;
use std::sync::Arc;
use thiserror::Error;

/// Which files do not count: what is generated or vendored, and what the configuration names.
///
/// The attributes `linguist-generated` and `linguist-vendored` of a `.gitattributes` come first, then patterns, of
/// which the last that fits decides. A pattern follows the rules of `.gitattributes`; one that begins with `!` takes
/// files back, and one that ends in a slash (`vendor/`) stands for all that is in such a folder: anywhere, unless
/// another slash ties it to the root. Cloning is cheap.
///
/// ```
/// use risk_source::Exclusion;
///
/// let attributes = b"*.min.js linguist-generated\n";
/// let exclusion = Exclusion::new(attributes, ["vendor/", "!vendor/own/**"])?;
/// let excludes = |path: &str| exclusion.excludes(&path.into());
/// assert!(excludes("web/a.min.js") && excludes("vendor/lib/a.c"));
/// assert!(!excludes("vendor/own/a.c") && !excludes("src/a.c"));
/// # Ok::<(), risk_source::PatternError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exclusion {
    rules: Arc<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    attributes: Attributes,
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    text: String,
    fits: PathPattern,
    excludes: bool,
}

/// Why a text is no pattern for paths.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{pattern:?} fits no file: {why}")]
pub struct PatternError {
    /// As written.
    pub pattern: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Exclusion {
    /// What a `.gitattributes` and patterns leave out.
    ///
    /// # Errors
    ///
    /// [`PatternError`] for a pattern that fits nothing.
    pub fn new<'p>(
        gitattributes: &[u8],
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, PatternError> {
        let patterns: Result<Vec<Pattern>, PatternError> =
            patterns.into_iter().map(Pattern::parse).collect();
        Ok(Self {
            rules: Arc::new(Rules {
                attributes: Attributes::new(gitattributes),
                patterns: patterns?,
            }),
        })
    }

    /// Whether a file does not count.
    #[must_use]
    pub fn excludes(&self, path: &RepoPath) -> bool {
        let path = path.as_bytes();
        let mut patterns = self.rules.patterns.iter().rev();
        match patterns.find(|it| it.fits.matches(path)) {
            Some(pattern) => pattern.excludes,
            None => self.rules.attributes.mark(path),
        }
    }

    /// Whether every file counts, as nothing says otherwise.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.patterns.is_empty() && self.rules.attributes.lines.is_empty()
    }

    /// The lines of `.gitattributes` that say something about it, with their numbers from 1.
    #[must_use]
    pub fn attribute_lines(&self) -> &[(usize, String)] {
        &self.rules.attributes.lines
    }

    /// The patterns, as written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.rules.patterns.iter().map(|it| it.text.as_str())
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, PatternError> {
        let refuse = |why| PatternError {
            pattern: text.to_owned(),
            why,
        };
        let (excludes, pattern) = match text.strip_prefix('!') {
            Some(pattern) => (false, pattern),
            None => (true, text),
        };
        if pattern.trim_start_matches('/').is_empty() {
            return Err(refuse("it names no file"));
        }
        let whole = match pattern.strip_suffix('/') {
            Some(folder) if folder.contains('/') => format!("{folder}/**"),
            Some(folder) => format!("**/{folder}/**"),
            None => pattern.to_owned(),
        };
        let pattern = PathPattern::parse(whole.as_bytes());
        Ok(Self {
            text: text.to_owned(),
            fits: pattern.ok_or_else(|| {
                refuse("a bracket is not closed, its class is unknown, or a backslash ends it")
            })?,
            excludes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Exclusion;

    fn left_out<'p>(attributes: &str, patterns: &[&str], paths: &[&'p str]) -> Vec<&'p str> {
        let exclusion = Exclusion::new(attributes.as_bytes(), patterns.iter().copied()).unwrap();
        let paths = paths.iter().copied();
        paths.filter(|&it| exclusion.excludes(&it.into())).collect()
    }

    #[test]
    fn the_last_pattern_that_fits_decides_and_attributes_come_first() {
        let attributes = "*.pb.go linguist-generated\nown/*.pb.go -linguist-generated\n";
        let paths = ["a.pb.go", "own/a.pb.go", "vendor/x/a.c", "vendor/keep/a.c"];
        assert_eq!(left_out(attributes, &[], &paths), ["a.pb.go"]);
        let patterns = ["vendor/", "!vendor/keep/", "!a.pb.go"];
        assert_eq!(left_out(attributes, &patterns, &paths), ["vendor/x/a.c"]);
        assert!(left_out(attributes, &["!*"], &paths).is_empty());
    }

    #[test]
    fn a_folder_is_meant_anywhere_unless_it_is_tied_to_the_root() {
        let paths = ["vendor/a", "x/vendor/a", "x/y/vendor/b/a", "vendor"];
        assert_eq!(left_out("", &["vendor/"], &paths), &paths[..3]);
        assert_eq!(left_out("", &["/vendor/"], &paths), ["vendor/a"]);
        assert_eq!(left_out("", &["x/vendor/"], &paths), ["x/vendor/a"]);
        assert_eq!(left_out("", &["vendor"], &paths), ["vendor"]);
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_refused() {
        for text in ["", "!", "/", "!//", "a[b", "[[:odd:]]", "a\\"] {
            let error = Exclusion::new(b"", [text]).unwrap_err();
            assert_eq!(error.pattern, text);
        }
    }
}
