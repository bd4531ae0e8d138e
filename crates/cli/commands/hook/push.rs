//! What git, or the pre-commit framework, tells a hook about a push.

use crate::error::Failure;
use risk_change::ChangeId;
use std::ffi::OsString;
use std::io::{IsTerminal, Read};

/// A push, as it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Push {
    /// The name of the remote, or its URL if it has none.
    pub(crate) remote: Option<String>,
    pub(crate) updates: Vec<Update>,
}

/// A reference that the push moves; deleted ones send nothing and are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Update {
    pub(crate) local: Named,
    /// What it names now on the other side; `None` for a new reference.
    pub(crate) remote: Option<Named>,
}

/// A commit, tag or other object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Id(ChangeId),
    Revision(String),
}

impl Push {
    /// What was told by the variables of the pre-commit framework, if it started us, else on standard input.
    ///
    /// The framework reads standard input itself.
    pub(crate) fn told(
        remote: Option<&str>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Failure> {
        let text = |name: &str| {
            let value = variable(&format!("PRE_COMMIT_{name}"))?;
            Some(value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
        };
        // Git names the remote and the framework does not: a push from within a hook of the framework is git's.
        if remote.is_none()
            && let Some(push) = Self::of_framework(text)
        {
            return Ok(push);
        }
        let mut input = std::io::stdin();
        if input.is_terminal() {
            return Err(Failure::new(
                "standard input is a terminal, where git should tell what is pushed",
            )
            .hint("git runs it at a push; git risk score origin/main..HEAD looks at a range"));
        }
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|error| {
            Failure::new(format_args!("what is pushed could not be read: {error}"))
        })?;
        Ok(Self {
            remote: remote.map(str::to_owned),
            updates: parse(&bytes)?,
        })
    }

    /// The push that the framework's variables tell; `None` if it did not start us for one.
    ///
    /// It tells of one reference, by the commits it goes from and to. Neither is there when a root is pushed: then
    /// everything that leads to the branch is sent.
    fn of_framework(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let remote = variable("REMOTE_NAME").or_else(|| variable("REMOTE_URL"));
        let to = variable("TO_REF").or_else(|| {
            remote.as_ref()?;
            variable("LOCAL_BRANCH").or_else(|| Some("HEAD".to_owned()))
        })?;
        Some(Self {
            remote,
            updates: vec![Update {
                local: Named::of(to),
                remote: variable("FROM_REF").map(Named::of),
            }],
        })
    }
}

impl Named {
    fn of(text: String) -> Self {
        ChangeId::from_hex(&text).map_or(Self::Revision(text), Self::Id)
    }
}

/// Lines of `<local ref> <local id> <remote ref> <remote id>`. The first may be any expression, with spaces and bytes
/// that are not UTF-8, so a line is split from its end.
pub(crate) fn parse(input: &[u8]) -> Result<Vec<Update>, Failure> {
    let mut updates = Vec::new();
    for line in input.split(|&byte| byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        let unread = || {
            let shown = String::from_utf8_lossy(line);
            let shown = risk_report::clean(&shown);
            Failure::new(format_args!(
                "git told about the push what cannot be read: '{shown}'"
            ))
        };
        let mut words = line.rsplitn(4, |&byte| byte == b' ');
        let mut word = || words.next().ok_or_else(unread);
        let (there, _reference, here, _expression) = (word()?, word()?, word()?, word()?);
        let id = |digits| id(digits).ok_or_else(unread);
        let (there, here) = (id(there)?, id(here)?);
        if let Some(here) = here {
            updates.push(Update {
                local: Named::Id(here),
                remote: there.map(Named::Id),
            });
        }
    }
    Ok(updates)
}

/// An id; `Some(None)` for zeros, git's name for no object, of whatever length ids have.
#[expect(
    clippy::option_option,
    reason = "what is no id and the id of no object are two things"
)]
fn id(digits: &[u8]) -> Option<Option<ChangeId>> {
    if !digits.is_empty() && digits.iter().all(|&digit| digit == b'0') {
        return Some(None);
    }
    ChangeId::from_hex(std::str::from_utf8(digits).ok()?).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: impl AsRef<[u8]>) -> Vec<Update> {
        parse(text.as_ref()).unwrap()
    }

    fn named(digit: char, length: usize) -> Named {
        Named::of(digit.to_string().repeat(length))
    }

    fn line(local: &str, here: char, there: char, length: usize) -> String {
        let id = |digit: char| digit.to_string().repeat(length);
        format!("{local} {} refs/heads/x {}\n", id(here), id(there))
    }

    #[test]
    fn lines_are_read_from_their_end() {
        for length in [40, 64] {
            let update = Update {
                local: named('a', length),
                remote: Some(named('b', length)),
            };
            for local in ["refs/heads/x", "HEAD@{1 day ago}", " ", ""] {
                assert_eq!(
                    read(line(local, 'a', 'b', length)),
                    std::slice::from_ref(&update)
                );
            }
        }
        let mut bytes = b"refs/heads/\xff \xfe ".to_vec();
        bytes.extend_from_slice(&line("", 'a', 'b', 40).as_bytes()[1..]);
        assert_eq!(read(bytes).len(), 1);
    }

    #[test]
    fn zeros_of_any_length_are_no_object() {
        for length in [1, 40, 64, 80] {
            assert_eq!(read(line("(delete)", '0', 'b', 40)), []);
            let new = format!("x {} refs/heads/x {}", "a".repeat(40), "0".repeat(length));
            assert_eq!(read(new)[0].remote, None);
        }
        assert_eq!(read(""), []);
        assert_eq!(read("\n"), []);
    }

    #[test]
    fn what_cannot_be_read_is_a_failure() {
        let id = "a".repeat(40);
        for line in [
            "x".to_owned(),
            format!("refs/heads/x {id} refs/heads/x"),
            format!("x {id} y {}", "b".repeat(39)),
            format!("x {id} y {}", "g".repeat(40)),
            format!("x {id}  "),
        ] {
            let all = format!("x {id} y {id}\n{line}\n");
            assert!(parse(all.as_bytes()).is_err(), "{line}");
        }
    }

    #[test]
    fn the_framework_tells_by_variables() {
        let told = |all: &[(&str, &str)]| {
            Push::of_framework(|name| {
                let found = all.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(told(&[]), None);
        let (from, to) = ("a".repeat(40), "b".repeat(40));
        let push = told(&[
            ("FROM_REF", &from),
            ("TO_REF", &to),
            ("REMOTE_NAME", "fork"),
        ])
        .unwrap();
        assert_eq!(push.remote.as_deref(), Some("fork"));
        assert_eq!(push.updates[0].local, named('b', 40));
        assert_eq!(push.updates[0].remote, Some(named('a', 40)));
        let root = told(&[("REMOTE_URL", "url"), ("LOCAL_BRANCH", "refs/heads/x")]).unwrap();
        assert_eq!(root.updates[0].local, Named::of("refs/heads/x".to_owned()));
        assert_eq!(root.updates[0].remote, None);
    }
}
