//! A repository for one test, built verb by verb.

use crate::hermetic::{hermetic, run, run_ok, text};
use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Date of the first commit, in seconds since 1970: 2020-01-01 00:00 UTC.
pub const FIRST_COMMIT_AT: i64 = 1_577_836_800;

/// Each commit is one day later than the one before it, unless [`TestRepo::at`] says otherwise.
pub const SECONDS_BETWEEN_COMMITS: i64 = 86_400;

/// Who writes and commits where nobody else is named.
const IDENTITY: (&str, &str) = ("Test Author", "author@example.org");

/// A git repository in a temporary directory that goes away with it.
///
/// The same verbs give the same object ids on every machine: configuration, identities and dates are
/// fixed. Verbs that only prepare return the repository, so that they chain; verbs that commit return the
/// full hexadecimal id of the commit. `write` and its like change the working tree; a commit takes in all
/// that the working tree holds, as `git add -A` does. Everything panics with git's own words when git fails.
#[derive(Debug)]
pub struct TestRepo {
    _dir: TempDir,
    path: PathBuf,
    next_at: Cell<i64>,
    next_authored_at: Cell<Option<i64>>,
    pub(crate) next_author: RefCell<Option<(String, String)>>,
}

impl TestRepo {
    /// Makes an empty repository with SHA-1 ids whose branch is `main`.
    pub fn new() -> Self {
        Self::with_object_format("sha1")
    }

    /// Makes an empty repository with ids of the given kind, `sha1` or `sha256`.
    pub fn with_object_format(format: &str) -> Self {
        let repo = Self::in_new_directory("repo");
        fs::create_dir(&repo.path).expect("because the temporary directory is new");
        let format = format!("--object-format={format}");
        repo.git(&["init", "-q", "--template=", "-b", "main", &format]);
        repo.configure();
        repo
    }

    /// A temporary directory and the place of a repository in it; nothing is made there yet.
    pub(crate) fn in_new_directory(name: &str) -> Self {
        let dir = TempDir::with_prefix("risk-testkit-")
            .expect("because the temporary directory is writable");
        let path = dir
            .path()
            .canonicalize()
            .expect("because it was just made")
            .join(name);
        Self {
            _dir: dir,
            path,
            next_at: Cell::new(FIRST_COMMIT_AT),
            next_authored_at: Cell::new(None),
            next_author: RefCell::new(None),
        }
    }

    /// Fixes all settings that a machine may have otherwise.
    pub(crate) fn configure(&self) {
        let settings = format!(
            "[user]\n\tname = {}\n\temail = {}\n\
             [commit]\n\tgpgSign = false\n[tag]\n\tgpgSign = false\n\
             [core]\n\tautocrlf = false\n\tsafecrlf = false\n\tquotePath = false\n\
             [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n\
             [advice]\n\tdetachedHead = false\n[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n",
            IDENTITY.0, IDENTITY.1
        );
        let place = self.git(&["rev-parse", "--git-path", "config"]);
        let file = self.path.join(place);
        let mut config = fs::read(&file).expect("because every repository has a configuration");
        config.extend_from_slice(settings.as_bytes());
        fs::write(&file, config).expect("because the temporary directory is writable");
    }

    /// Continues dates where `other` stands.
    pub(crate) fn take_dates_of(&self, other: &Self) {
        self.next_at.set(other.next_at.get());
    }

    /// Where the repository is: the root of the working tree, or the repository itself if it is bare.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Dates the next commit, in seconds since 1970; later ones go on from there, a day apart.
    pub fn at(&self, seconds: i64) -> &Self {
        self.next_at.set(seconds);
        self
    }

    /// Gives the next commit an author date of its own; else it equals the committer date.
    pub fn authored_at(&self, seconds: i64) -> &Self {
        self.next_authored_at.set(Some(seconds));
        self
    }

    /// Commits the working tree. It must differ from the last commit.
    ///
    /// The message is stored as it is; only a missing last line end is put in.
    pub fn commit(&self, message: impl AsRef<[u8]>) -> String {
        self.commit_with(&[], message.as_ref())
    }

    /// Commits the working tree in the name of an author `Name <mail>`; the committer stays.
    pub fn commit_as(&self, author: &str, message: impl AsRef<[u8]>) -> String {
        let (name, email) = author
            .strip_suffix('>')
            .and_then(|rest| rest.split_once(" <"))
            .expect("because an author is given as `Name <mail>`");
        self.next_author
            .replace(Some((name.to_owned(), email.to_owned())));
        self.commit(message)
    }

    /// Commits the working tree with a message in another encoding, which the commit names.
    ///
    /// `encoding` is a name such as `ISO-8859-1`; `message` holds bytes of that encoding.
    pub fn commit_encoded(&self, message: impl AsRef<[u8]>, encoding: &str) -> String {
        let setting = format!("i18n.commitEncoding={encoding}");
        self.commit_with(&["-c", &setting], message.as_ref())
    }

    /// Commits without any difference to the last commit.
    pub fn empty_commit(&self, message: impl AsRef<[u8]>) -> String {
        self.finish(
            &["commit", "-q", "--allow-empty", "-F", "-"],
            message.as_ref(),
        )
    }

    /// Undoes a commit by a new one, with the message that `git revert` writes.
    pub fn revert(&self, rev: &str) -> String {
        self.finish(&["revert", "--no-edit", rev], b"")
    }

    fn commit_with(&self, settings: &[&str], message: &[u8]) -> String {
        self.git(&["add", "-A"]);
        let mut args = settings.to_vec();
        args.extend(["commit", "-q", "--no-verify", "--allow-empty-message"]);
        args.extend(["--cleanup=verbatim", "-F", "-"]);
        let mut message = message.to_vec();
        if !message.is_empty() && !message.ends_with(b"\n") {
            message.push(b'\n');
        }
        self.finish(&args, &message)
    }

    /// Runs a git command that makes one commit, moves the date on, and returns the id.
    pub(crate) fn finish(&self, args: &[&str], stdin: &[u8]) -> String {
        self.git_with(args, stdin);
        self.tick();
        self.head()
    }

    pub(crate) fn tick(&self) {
        self.next_at
            .set(self.next_at.get() + SECONDS_BETWEEN_COMMITS);
        self.next_authored_at.set(None);
        self.next_author.replace(None);
    }

    /// Runs git in the repository and returns what it printed, without the last line end.
    ///
    /// Commits made this way carry the date of the next commit and do not move it on.
    pub fn git(&self, args: &[&str]) -> String {
        text(&self.git_with(args, b""))
    }

    /// Runs git with `stdin` as its input and returns the bytes that it printed.
    pub fn git_with(&self, args: &[&str], stdin: &[u8]) -> Vec<u8> {
        run_ok(self.git_command().args(args), stdin)
    }

    /// A git command for this repository, with the identities and dates of the next commit.
    pub fn git_command(&self) -> Command {
        let mut command = hermetic("git", &self.path);
        let author = self.next_author.borrow();
        let (name, email) = author
            .as_ref()
            .map_or(IDENTITY, |(name, email)| (name, email));
        let at = self.next_at.get();
        let authored_at = self.next_authored_at.get().unwrap_or(at);
        command
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", email)
            .env("GIT_AUTHOR_DATE", format!("@{authored_at} +0000"))
            .env("GIT_COMMITTER_NAME", IDENTITY.0)
            .env("GIT_COMMITTER_EMAIL", IDENTITY.1)
            .env("GIT_COMMITTER_DATE", format!("@{at} +0000"));
        command
    }

    /// Full hexadecimal id of the commit that is checked out.
    pub fn head(&self) -> String {
        self.id("HEAD")
    }

    /// Full hexadecimal id of what `rev` names.
    pub fn id(&self, rev: &str) -> String {
        self.git(&["rev-parse", "--verify", rev])
    }

    /// Feeds a stream to `git fast-import`, then checks out what the current branch has become.
    pub fn fast_import(&self, stream: impl AsRef<[u8]>) -> &Self {
        let import = ["fast-import", "--quiet", "--force"];
        self.git_with(&import, stream.as_ref());
        let mut head = self.git_command();
        head.args(["rev-parse", "-q", "--verify", "HEAD"]);
        if run(&mut head, b"").status.success() {
            self.git(&["reset", "-q", "--hard"]);
        }
        self
    }
}

impl Default for TestRepo {
    fn default() -> Self {
        Self::new()
    }
}

impl AsRef<Path> for TestRepo {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}
