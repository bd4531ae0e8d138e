//! Programs among the authors.

use risk_change::Author;
use std::sync::Arc;

/// Authors that are programs: their changes are followed, but neither scored nor learned from.
///
/// A pattern is a name or a mail address in which `*` stands for anything; letter case does not matter in ASCII, and
/// brackets are plain letters, as in `dependabot[bot]`. It is held against the name, the address, and `Name <address>`, as
/// the commit has them before `.mailmap`. Of the patterns that fit the last one decides; one that begins with `!` takes
/// back. Cloning is cheap.
///
/// ```
/// use risk_change::Author;
/// use risk_replay::Bots;
///
/// let bots = Bots::new(["*[bot]", "!review[bot]"]);
/// let author = |name: &str| Author { name: name.into(), email: "x@example.org".into() };
/// assert!(bots.include(&author("dependabot[bot]")));
/// assert!(!bots.include(&author("review[bot]")) && !bots.include(&author("Ann")));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bots {
    patterns: Arc<[String]>,
}

impl Bots {
    /// The authors that patterns fit.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Self {
        Self {
            patterns: patterns.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether an author is one of them.
    pub fn include(&self, author: &Author) -> bool {
        let Author { name, email } = author;
        let whole = format!("{name} <{email}>");
        let mut patterns = self.patterns.iter().rev();
        let decided = patterns.find_map(|text| {
            let pattern = text.strip_prefix('!');
            let own = pattern.unwrap_or(text);
            let fits = [name, email, whole.as_str()]
                .into_iter()
                .any(|it| fits(own, it));
            fits.then_some(pattern.is_none())
        });
        decided.unwrap_or(false)
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns, as written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(String::as_str)
    }
}

/// Whether a text is what a pattern says, with `*` for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    // The first place is the best for each part in between: it leaves most for the others.
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{Bots, fits};
    use risk_change::Author;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, is_fit) in [
            ("*[bot]", "Renovate[Bot]", true),
            ("ab*ba", "aba", false),
            ("a*b*c", "axxbyybzc", true),
            ("a*b*c", "axxcyy", false),
            ("*", "", true),
            ("ann", "Ann", true),
            ("ann", "Anna", false),
            ("*@bots.example", "ci@bots.example", true),
        ] {
            assert_eq!(fits(pattern, text), is_fit, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_may_name_the_address_or_both() {
        let author = Author {
            name: "CI".into(),
            email: "ci@example.org".into(),
        };
        for (patterns, is_bot) in [
            (&["ci@*"][..], true),
            (&["CI <ci@example.org>"], true),
            (&["CI <*>", "!ci@example.org"], false),
            (&["!CI", "c*"], true),
            (&["example"], false),
            (&[], false),
        ] {
            assert_eq!(Bots::new(patterns.iter().copied()).include(&author), is_bot);
        }
    }
}
