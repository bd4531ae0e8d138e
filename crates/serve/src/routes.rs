//! Which addresses there are.

use percent_encoding::percent_decode_str;

/// The longest revision that is looked up, in bytes.
pub(crate) const MAX_REVISION: usize = 200;

/// The addresses, as `openapi.json` writes them.
#[cfg(test)]
pub(crate) const TEMPLATES: &[&str] = &[
    "/",
    "/r/{name}/",
    "/api/v1/repositories",
    "/api/v1/repositories/{name}/report",
    "/api/v1/repositories/{name}/score/{revision}",
    "/api/v1/repositories/{name}/explain/{revision}",
    "/api/v1/repositories/{name}/status",
    "/openapi.json",
    "/healthz",
    "/readyz",
];

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The page: of the one repository, or a choice of several.
    Start,
    /// The page of a repository.
    Page {
        name: String,
    },
    /// The same without the slash at its end, which relative addresses need.
    PageWithoutSlash,
    Repositories,
    Report {
        name: String,
    },
    Status {
        name: String,
    },
    /// What git-risk says about one commit.
    Question {
        name: String,
        question: Question,
        revision: String,
    },
    OpenApi,
    Health,
    Ready,
}

/// What can be asked about a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    Score,
    Explain,
}

impl Question {
    /// The command that answers it.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Explain => "explain",
        }
    }
}

impl Route {
    /// Reads the path of an address; `None` if nothing is there.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let rest = path.strip_prefix('/')?;
        match rest {
            "" => return Some(Self::Start),
            "openapi.json" => return Some(Self::OpenApi),
            "healthz" => return Some(Self::Health),
            "readyz" => return Some(Self::Ready),
            "api/v1/repositories" => return Some(Self::Repositories),
            _ => {}
        }
        if let Some(rest) = rest.strip_prefix("r/") {
            return match rest.split_once('/') {
                Some((name, "")) => Some(Self::Page {
                    name: decoded(name)?,
                }),
                Some(_) => None,
                None => Some(Self::PageWithoutSlash).filter(|_| !rest.is_empty()),
            };
        }
        let (name, rest) = rest.strip_prefix("api/v1/repositories/")?.split_once('/')?;
        let name = decoded(name)?;
        match rest.split_once('/') {
            None if rest == "report" => Some(Self::Report { name }),
            None if rest == "status" => Some(Self::Status { name }),
            // Branches have slashes in their names, so a revision is all that is left.
            Some((question, revision)) if !revision.is_empty() => Some(Self::Question {
                name,
                question: match question {
                    "score" => Question::Score,
                    "explain" => Question::Explain,
                    _ => return None,
                },
                revision: decoded(revision)?,
            }),
            _ => None,
        }
    }
}

fn decoded(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    (!text.is_empty()).then(|| text.into_owned())
}

/// Whether a text may be looked up as a revision: the name of a branch or tag, or an id, each with `~` and `^`.
///
/// What git has beyond that searches messages or logs of what was, or names files; none of it is needed here.
pub(crate) fn is_revision(text: &str) -> bool {
    let is_odd = |c: char| {
        c.is_control() || c.is_whitespace() || matches!(c, ':' | '?' | '*' | '[' | '\\' | '{' | '}')
    };
    !text.is_empty()
        && text.len() <= MAX_REVISION
        && !text.starts_with('-')
        && !text.contains("..")
        && !text.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let name = || "a b".to_owned();
        let question = |question, revision: &str| Route::Question {
            name: name(),
            question,
            revision: revision.to_owned(),
        };
        for (path, expected) in [
            ("/", Some(Route::Start)),
            ("", None),
            ("//", None),
            ("/healthz", Some(Route::Health)),
            ("/healthz/", None),
            ("/r/a%20b/", Some(Route::Page { name: name() })),
            ("/r/a%20b", Some(Route::PageWithoutSlash)),
            ("/r/", None),
            ("/r//", None),
            ("/r/a/b", None),
            ("/api/v1/repositories", Some(Route::Repositories)),
            ("/api/v1/repositories/", None),
            (
                "/api/v1/repositories/a%20b/report",
                Some(Route::Report { name: name() }),
            ),
            (
                "/api/v1/repositories/a%20b/status",
                Some(Route::Status { name: name() }),
            ),
            ("/api/v1/repositories/a%20b/other", None),
            (
                "/api/v1/repositories/a%20b/score/HEAD~1",
                Some(question(Question::Score, "HEAD~1")),
            ),
            (
                "/api/v1/repositories/a%20b/explain/topic/x%2fy",
                Some(question(Question::Explain, "topic/x/y")),
            ),
            ("/api/v1/repositories/a%20b/score/", None),
            ("/api/v1/repositories/a%20b/score", None),
            ("/api/v1/repositories/%ff/report", None),
            ("/api/v2/repositories", None),
        ] {
            assert_eq!(Route::of(path), expected, "{path}");
        }
    }

    #[test]
    fn every_address_that_is_documented_is_there() {
        for template in TEMPLATES {
            let path = template
                .replace("{name}", "x")
                .replace("{revision}", "HEAD");
            assert!(Route::of(&path).is_some(), "{template}");
        }
    }

    #[test]
    fn only_what_names_a_commit_is_looked_up() {
        for good in [
            "HEAD",
            "HEAD~3^2",
            "v1.0",
            "topic/x-y",
            "@",
            "0123abc",
            "ünder",
        ] {
            assert!(is_revision(good), "{good}");
        }
        let long = "a".repeat(MAX_REVISION + 1);
        for bad in [
            "",
            "-x",
            "--help",
            "a\0",
            "a\nb",
            "a b",
            "a..b",
            ":/text",
            "HEAD:file",
            "HEAD@{1}",
            "HEAD^{/x}",
            "a*",
            &long,
        ] {
            assert!(!is_revision(bad), "{bad}");
        }
    }
}
