//! Paths as git stores them.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Path of a file from the root of the repository, with `/` between the parts.
///
/// The bytes are what git stores and need not be UTF-8. Cloning is cheap.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// Takes the bytes of a path.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Arc::from(bytes))
    }

    /// The bytes of the path.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path for people: what is not UTF-8 is shown as U+FFFD.
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The directory the file is in, without the last `/`; empty for the root.
    pub fn directory(&self) -> &[u8] {
        self.0
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(&[], |at| &self.0[..at])
    }

    /// The first part of a path with directories; empty for a file in the root.
    pub fn subsystem(&self) -> &[u8] {
        self.0
            .iter()
            .position(|&byte| byte == b'/')
            .map_or(&[], |at| &self.0[..at])
    }

    /// The name of the file without its directories.
    pub fn file_name(&self) -> &[u8] {
        self.0
            .iter()
            .rposition(|&byte| byte == b'/')
            .map_or(&self.0, |at| &self.0[at + 1..])
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::RepoPath;

    #[test]
    fn a_path_is_split_at_its_slashes() {
        let deep = RepoPath::from("a/b/c.rs");
        assert_eq!(
            (deep.subsystem(), deep.directory(), deep.file_name()),
            (&b"a"[..], &b"a/b"[..], &b"c.rs"[..])
        );
        let root = RepoPath::from("README");
        assert_eq!(
            (root.subsystem(), root.directory(), root.file_name()),
            (&b""[..], &b""[..], &b"README"[..])
        );
    }
}
