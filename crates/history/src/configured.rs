//! What git's configuration says about a section.

use crate::error::Error;
use crate::repository::Repository;
use git2::ConfigLevel;
use std::path::PathBuf;

/// An entry of git's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    /// Its name, with section and variable in lower case, as git has it: `risk.hook.budget`.
    pub key: String,
    /// Its value; `None` for a name alone, which stands for true. What is not UTF-8 is replaced.
    pub value: Option<String>,
    /// Whom it is for.
    pub level: Level,
    /// The file it stands in, or that includes the one it stands in; `None` if that is not known.
    pub file: Option<PathBuf>,
    /// Whether a file that includes others leads to it.
    pub is_included: bool,
}

/// For whom an entry was written; the later overrides the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everybody on the machine.
    System,
    /// The user.
    User,
    /// The repository.
    Repository,
    /// One of its worktrees.
    Worktree,
}

impl Repository {
    /// All entries of a section of git's configuration, the weakest first: those of the system, the user, the
    /// repository and the worktree, with the files that they include.
    ///
    /// The environment is not asked (`git -c`): that is for whoever may look at it.
    ///
    /// # Errors
    ///
    /// [`Error::Git`] if the configuration cannot be read.
    pub fn configured(&self, section: &str) -> Result<Vec<Configured>, Error> {
        let git = |source| Error::Git {
            doing: "reading the configuration",
            source,
        };
        let config = self.inner.config().map_err(git)?;
        let start = format!("{section}.");
        let mut found = Vec::new();
        let entries = config.entries(None).map_err(git)?;
        let mut read = |entry: &git2::ConfigEntry<'_>| {
            let key = String::from_utf8_lossy(entry.name_bytes());
            if !key.starts_with(&start) {
                return;
            }
            let (level, file) = self.place(entry.level());
            let text = || String::from_utf8_lossy(entry.value_bytes()).into_owned();
            found.push(Configured {
                key: key.into_owned(),
                value: entry.has_value().then(text),
                level,
                file,
                is_included: entry.include_depth() > 0,
            });
        };
        entries.for_each(&mut read).map_err(git)?;
        // A stable sort: within a file the order stands.
        found.sort_by_key(|entry| entry.level);
        Ok(found)
    }

    /// What git's `core.sharedRepository` says about who may use the files in the git directory.
    pub fn sharing(&self) -> Option<&str> {
        self.sharing.as_deref()
    }

    fn place(&self, level: ConfigLevel) -> (Level, Option<PathBuf>) {
        match level {
            ConfigLevel::ProgramData | ConfigLevel::System => {
                (Level::System, git2::Config::find_system().ok())
            }
            ConfigLevel::XDG => (Level::User, git2::Config::find_xdg().ok()),
            ConfigLevel::Global => (Level::User, git2::Config::find_global().ok()),
            ConfigLevel::Worktree => (
                Level::Worktree,
                Some(self.inner.path().join("config.worktree")),
            ),
            _ => (
                Level::Repository,
                Some(self.inner.commondir().join("config")),
            ),
        }
    }
}
