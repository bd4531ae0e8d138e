//! The tags of a repository, and which of them look like releases.

use crate::error::{Error, change_id};
use crate::outgoing::peel;
use crate::repository::Repository;
use risk_change::ChangeId;

/// A tag that leads to a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Its name without `refs/tags/`, as bytes.
    pub name: Vec<u8>,
    /// The commit that it leads to, through other tags if need be.
    pub commit: ChangeId,
}

impl Repository {
    /// All tags that lead to commits, annotated or not, by name.
    ///
    /// Tags of trees and blobs are left out, and so are those whose objects are not here: a shallow clone has them.
    ///
    /// # Errors
    ///
    /// [`Error::Git`] if references cannot be listed.
    pub fn tags(&self) -> Result<Vec<Tag>, Error> {
        let git = |source| Error::Git {
            doing: "listing the tags",
            source,
        };
        let objects = self.objects()?;
        let mut tags = Vec::new();
        for reference in self.inner.references_glob("refs/tags/*").map_err(git)? {
            let reference = reference.map_err(git)?;
            let Some(name) = reference.name_bytes().strip_prefix(b"refs/tags/") else {
                continue;
            };
            let target = reference.resolve().ok().and_then(|direct| direct.target());
            let Some(commit) = target.and_then(|target| peel(&objects, target).ok().flatten())
            else {
                continue;
            };
            tags.push(Tag {
                name: name.to_vec(),
                commit: change_id(commit),
            });
        }
        tags.sort();
        Ok(tags)
    }
}

impl Tag {
    /// Whether the name is that of a version, and not of one before the release.
    ///
    /// A version is two or more numbers with points, underscores or hyphens between them, or one behind a `v`; before it
    /// may stand a name (`curl-7_88_1`, `release/1.2`), behind it what calls it final (`RELEASE`, `Final`, `GA`), a letter
    /// (`1.0.2k`), or a patch (`p1`, `post2`, `sp1`). Anything else behind it, as `rc1`, `beta`, `b2` or `linux`, and words
    /// of that kind before it make it something else than a release.
    #[must_use]
    pub fn is_release(&self) -> bool {
        let Ok(name) = std::str::from_utf8(&self.name) else {
            return false;
        };
        let name = name.to_ascii_lowercase();
        let Some(numbers) = last_numbers(&name) else {
            return false;
        };
        let (before, version, after) = numbers;
        let is_early = |word: &str| EARLY.contains(&word);
        let mut letters = before.split(|it: char| !it.is_ascii_alphabetic());
        if letters.clone().any(is_early) || !is_final(after) {
            return false;
        }
        let n_numbers = version.split(['.', '_', '-']).count();
        n_numbers > 1 || letters.next_back() == Some("v")
    }
}

/// Words of versions before a release.
const EARLY: [&str; 15] = [
    "alpha",
    "beta",
    "canary",
    "ci",
    "cr",
    "dev",
    "devel",
    "ea",
    "milestone",
    "nightly",
    "pre",
    "preview",
    "rc",
    "snapshot",
    "test",
];

/// Words that call a version final.
const FINAL: [&str; 5] = ["final", "ga", "rel", "release", "stable"];

/// Words before the number of a patch.
const PATCH: [&str; 5] = ["p", "patch", "pl", "post", "sp"];

/// The first run of numbers that nothing but one word follows: what is before it, the run, and what is after it.
fn last_numbers(name: &str) -> Option<(&str, &str, &str)> {
    let is_inner = |it: char| it.is_ascii_digit() || ['.', '_', '-'].contains(&it);
    let mut from = 0;
    loop {
        let start = from + name[from..].find(|it: char| it.is_ascii_digit())?;
        let rest = &name[start..];
        let end = rest.find(|it| !is_inner(it)).unwrap_or(rest.len());
        let version = rest[..end].trim_end_matches(|it: char| !it.is_ascii_digit());
        let after = &rest[version.len()..];
        let word = after.trim_start_matches(['.', '_', '-']);
        let word = word.trim_start_matches(|it: char| it.is_ascii_alphabetic());
        let number = word.trim_start_matches(['.', '_', '-']);
        if number.bytes().all(|it| it.is_ascii_digit()) {
            return Some((&name[..start], version, after));
        }
        // It belongs to the name, as in `lib2d-1.0`.
        from = start + version.len();
    }
}

/// Whether what stands behind a version calls it final, or a patch of it.
fn is_final(after: &str) -> bool {
    let after = after.trim_matches(['.', '_', '-']);
    let digits = after.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let word = &after[..after.len() - digits.len()];
    let number = digits.trim_start_matches(['.', '_', '-']);
    match (word, number) {
        ("", _) => number.is_empty(),
        (word, "") => FINAL.contains(&word) || word.len() == 1,
        (word, _) => PATCH.contains(&word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_told_by_their_names() {
        let is_release = |name: &str| {
            let commit = ChangeId::from_bytes(&[1; 20]).unwrap();
            let name = name.as_bytes().to_vec();
            Tag { name, commit }.is_release()
        };
        for name in [
            "v2.30.0",
            "1.0",
            "v8",
            "curl-7_88_1",
            "release-1.2",
            "release/1.2.3",
            "REL_13_4",
            "4.0.1.RELEASE",
            "5.2.3.Final",
            "openssl-1.0.2k",
            "V_9_8_P1",
            "lib2d-1.0",
            "lib2-1.0",
            "2023-01-31",
            "pkg@1.0.0",
            "v1.2.post1",
        ] {
            assert!(is_release(name), "{name}");
        }
        for name in [
            "v2.30.0-rc1",
            "v2.30.0rc1",
            "1.0b2",
            "1.0a1",
            "1.0-beta",
            "3.0.0-M1",
            "1.0.dev3",
            "nightly-2023-01-31",
            "rc-1.0",
            "build-1234",
            "1234",
            "latest",
            "v1.0-linux",
            "v1.0-1-gabc123",
            "",
        ] {
            assert!(!is_release(name), "{name}");
        }
    }
}
