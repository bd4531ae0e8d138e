//! What there is: folders, other programs that manage hooks, and our own traces.

use super::disk;
use super::git::{Configured, Git};
use super::script::{self, Role, Runner, Search};
use crate::error::Failure;
use std::path::{Path, PathBuf};

/// The hook of git that matters here.
const PRE_PUSH: &str = "pre-push";
/// What the pre-commit framework is told to run.
const FRAMEWORK: &str = ".pre-commit-config.yaml";
/// Where lefthook looks for what is not shared with others.
pub(crate) const LEFTHOOK_LOCAL: &str = "lefthook-local.yml";
/// All names of that, without their endings, and after them those of what is shared.
const LEFTHOOK_NAMES: [&str; 6] = [
    "lefthook-local",
    ".lefthook-local",
    ".config/lefthook-local",
    "lefthook",
    ".lefthook",
    ".config/lefthook",
];

/// Hooks of a repository as they are now.
pub(crate) struct Survey {
    pub(crate) git: Git,
    /// The folder in which git looks for hooks.
    pub(crate) hooks: PathBuf,
    /// The folder in which it looks unless configured otherwise.
    pub(crate) own_hooks: PathBuf,
    pub(crate) toplevel: Option<PathBuf>,
    /// Whether the folder is neither in the git directory nor in the working tree.
    pub(crate) is_shared: bool,
    /// Whether the folder is part of the working tree, so that its files may be committed.
    pub(crate) is_committed: bool,
    pub(crate) manager: Manager,
    /// What git's configuration says about a hook `git-risk` for pushes.
    pub(crate) configured: Option<Configured>,
    /// Every trace of git-risk.
    pub(crate) found: Vec<Found>,
}

/// Who writes the file that git runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    /// Nobody, or somebody we do not know.
    None,
    /// Husky: git runs a stub of it, which runs a file beside that people write.
    Husky,
    /// Lefthook: what is run is in its configuration.
    Lefthook,
    /// The pre-commit framework: its stub runs `pre-push.legacy` first.
    PreCommit,
}

impl Manager {
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Husky => Some("husky"),
            Self::Lefthook => Some("lefthook"),
            Self::PreCommit => Some("pre-commit"),
        }
    }
}

/// How git-risk comes to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By git's configuration.
    Configured,
    /// By a marked block in a file.
    Script(Role),
    /// By lefthook's configuration.
    Lefthook,
    /// By what somebody wrote without `git risk hook install`.
    ByHand,
    /// By something with our marks that is damaged.
    Broken,
}

impl Way {
    /// A word for machines.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Script(Role::Own { .. }) => "file",
            Self::Script(Role::Guest) => "block",
            Self::Script(Role::Beside { .. }) => "beside",
            Self::Lefthook => "lefthook",
            Self::ByHand => "by_hand",
            Self::Broken => "broken",
        }
    }

    /// A phrase for people.
    pub(crate) fn phrase(&self) -> &'static str {
        match self {
            Self::Configured => "a hook that git's configuration names",
            Self::Script(Role::Own { .. }) => "a hook file of its own",
            Self::Script(Role::Guest) => {
                "a marked block in the hook that is there; the rest of it runs first"
            }
            Self::Script(Role::Beside { .. }) => {
                "a hook file that runs the one that was there first"
            }
            Self::Lefthook => "a command of lefthook",
            Self::ByHand => "put in without git risk hook install",
            Self::Broken => "damaged: the end of the marked block is missing",
        }
    }
}

/// A trace of git-risk.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) way: Way,
    pub(crate) path: PathBuf,
    /// Why it is not run at a push, if it is not.
    pub(crate) idle: Option<String>,
}

impl Found {
    /// Whether the pre-commit framework runs a git-risk that it has built itself.
    pub(crate) fn is_built_by_framework(&self) -> bool {
        self.path.ends_with(FRAMEWORK)
    }
}

impl Survey {
    /// Looks at the repository at a path or above it.
    pub(crate) fn of(repo: &Path) -> Result<Self, Failure> {
        let git = Git::at(repo)?;
        let common_dir = git.common_dir()?;
        let git_dir = git.git_dir()?;
        let hooks = git.hooks()?;
        let toplevel = git.toplevel()?;
        let real = disk::resolved(&hooks);
        let is_below = |folder: &Path| real.starts_with(disk::resolved(folder));
        let in_git = is_below(&common_dir) || is_below(&git_dir);
        let in_tree = toplevel.as_deref().is_some_and(is_below);
        let mut survey = Self {
            own_hooks: common_dir.join("hooks"),
            is_shared: !in_git && !in_tree,
            is_committed: in_tree && !in_git,
            manager: Manager::None,
            configured: None,
            found: Vec::new(),
            toplevel,
            hooks,
            git,
        };
        survey.manager = survey.manager_here()?;
        survey.search(&common_dir)?;
        Ok(survey)
    }

    /// The trace that is run at a push, if one is.
    pub(crate) fn running(&self) -> Option<&Found> {
        self.found.iter().find(|found| found.idle.is_none())
    }

    /// Where the hook looks for git-risk if there is none on the `PATH`.
    pub(crate) fn fallback(&self) -> Result<Option<PathBuf>, Failure> {
        let Some(found) = self.running() else {
            return Ok(None);
        };
        let text = match found.way {
            Way::Configured => self.configured.as_ref().and_then(|it| it.command.clone()),
            _ => disk::read(&found.path)?.map(|text| String::from_utf8_lossy(&text).into_owned()),
        };
        Ok(text.as_deref().and_then(script::fallback))
    }

    /// Whether a trace acts in other repositories too.
    pub(crate) fn is_of_others_too(&self, found: &Found) -> bool {
        self.is_shared && found.path.starts_with(&self.hooks)
    }

    /// The file that git runs.
    pub(crate) fn stub(&self) -> PathBuf {
        self.hooks.join(PRE_PUSH)
    }

    /// The file to put ours into, or beside, and who runs it.
    pub(crate) fn slot(&self) -> (PathBuf, Runner) {
        match self.manager {
            Manager::Husky => (self.husky_script(), Runner::Sh),
            Manager::PreCommit => (self.hooks.join("pre-push.legacy"), Runner::Start),
            Manager::None | Manager::Lefthook => (self.stub(), Runner::Start),
        }
    }

    /// The configuration of lefthook for this clone alone that somebody else wrote, if there is one.
    pub(crate) fn foreign_lefthook(&self) -> Option<PathBuf> {
        let top = self.toplevel.as_deref()?;
        let mut files = lefthook_files(top, &LEFTHOOK_NAMES[..3]).into_iter();
        files.find(|file| {
            disk::is_there(file) && !self.found.iter().any(|found| found.path == *file)
        })
    }

    /// A hook that made room, and that nothing of ours runs any more.
    pub(crate) fn left_over(&self) -> Option<PathBuf> {
        let before = self.hooks.join(script::BEFORE);
        let is_used = |found: &Found| {
            matches!(found.way, Way::Script(Role::Beside { .. }) | Way::Broken)
                && found.path.parent() == before.parent()
        };
        (disk::is_there(&before) && !self.found.iter().any(is_used)).then_some(before)
    }

    /// Where husky looks for what people write.
    fn husky_script(&self) -> PathBuf {
        let script = self.hooks.parent().unwrap_or(&self.hooks).join(PRE_PUSH);
        // A link stays one: what it leads to is changed.
        script.canonicalize().unwrap_or(script)
    }

    fn manager_here(&self) -> Result<Manager, Failure> {
        // Husky from version 9 on; before that people's scripts were what git runs.
        let is_husky = self.hooks.file_name().is_some_and(|name| name == "_")
            && (self.hooks.join("h").is_file()
                || self
                    .hooks
                    .parent()
                    .and_then(Path::file_name)
                    .is_some_and(|name| name == ".husky"));
        if is_husky {
            return Ok(Manager::Husky);
        }
        let Some(stub) = disk::read(&self.stub())? else {
            return Ok(Manager::None);
        };
        let stub = String::from_utf8_lossy(&stub);
        Ok(if stub.contains("File generated by pre-commit") {
            Manager::PreCommit
        } else if stub.contains("call_lefthook") {
            Manager::Lefthook
        } else {
            Manager::None
        })
    }

    fn search(&mut self, common_dir: &Path) -> Result<(), Failure> {
        if let Some(configured) = self.git.configured()?
            && configured.on_push
        {
            let idle = if !self.git.has_configured_hooks() {
                Some(format!(
                    "git {} does not run hooks of its configuration yet",
                    self.git.version_text
                ))
            } else if configured.is_off {
                Some(
                    "it is switched off (hook.git-risk.enabled or hook.pre-push.enabled)"
                        .to_owned(),
                )
            } else if configured.command.is_none() {
                Some("hook.git-risk.command is missing".to_owned())
            } else {
                None
            };
            let way = if configured.is_ours() {
                Way::Configured
            } else {
                Way::ByHand
            };
            let path = common_dir.join("config");
            self.found.push(Found { way, path, idle });
            self.configured = Some(configured);
        }
        let mut folders = vec![self.hooks.clone()];
        if disk::resolved(&self.own_hooks) != disk::resolved(&self.hooks) {
            folders.push(self.own_hooks.clone());
        }
        for folder in &folders {
            for name in [PRE_PUSH, "pre-push.legacy", "pre-push.old"] {
                self.search_script(&folder.join(name))?;
            }
        }
        if self.manager == Manager::Husky {
            self.search_script(&self.husky_script())?;
        }
        self.search_configurations()
    }

    /// Looks into what other programs are told to run.
    fn search_configurations(&mut self) -> Result<(), Failure> {
        let Some(top) = self.toplevel.clone() else {
            return Ok(());
        };
        for file in lefthook_files(&top, &LEFTHOOK_NAMES) {
            self.search_lefthook(file)?;
        }
        let framework = top.join(FRAMEWORK);
        if self.manager == Manager::PreCommit
            && let Some(text) = disk::read(&framework)?
            && String::from_utf8_lossy(&text).contains("id: git-risk")
        {
            self.found.push(Found {
                way: Way::ByHand,
                path: framework,
                idle: None,
            });
        }
        Ok(())
    }

    fn search_script(&mut self, path: &Path) -> Result<(), Failure> {
        // What a link leads to is not ours, but for husky, where it was followed.
        let text = if disk::is_link(path) {
            None
        } else {
            disk::read(path)?
        };
        let Some(text) = text else {
            return Ok(());
        };
        let way = match script::search(&text) {
            Search::None if runs_git_risk(&text) => Way::ByHand,
            Search::None => return Ok(()),
            Search::Broken => Way::Broken,
            Search::Found(marked) => Way::Script(marked.role()),
        };
        let idle = match way {
            Way::Broken => Some(way.phrase().to_owned()),
            _ => self.why_idle(path),
        };
        let path = path.to_path_buf();
        self.found.push(Found { way, path, idle });
        Ok(())
    }

    /// Why git does not come to run a script, if so.
    fn why_idle(&self, path: &Path) -> Option<String> {
        let (slot, runner) = self.slot();
        if path != slot {
            if path.parent() != Some(&*self.hooks) {
                return Some(format!(
                    "git looks for hooks in {} now",
                    self.hooks.display()
                ));
            }
            let why = match self.manager {
                Manager::Lefthook => "lefthook has put its own hook in the place",
                Manager::Husky => "husky writes this file anew",
                _ => "another hook has taken its place",
            };
            return Some(why.to_owned());
        }
        if self.manager == Manager::Lefthook {
            return Some("lefthook writes this file anew".to_owned());
        }
        if runner == Runner::Start && !disk::is_executable(path) {
            return Some("it is not executable, so git ignores it".to_owned());
        }
        let stub = self.stub();
        if self.manager == Manager::Husky && !disk::is_executable(&stub) {
            return Some(
                "husky is not set up here yet; its `prepare` script does that (npm install)"
                    .to_owned(),
            );
        }
        None
    }

    fn search_lefthook(&mut self, path: PathBuf) -> Result<(), Failure> {
        let Some(text) = disk::read(&path)? else {
            return Ok(());
        };
        let way = match script::search(&text) {
            Search::None if self.manager == Manager::Lefthook && runs_git_risk(&text) => {
                Way::ByHand
            }
            Search::None => return Ok(()),
            Search::Broken => Way::Broken,
            Search::Found(_) => Way::Lefthook,
        };
        let idle = (self.manager != Manager::Lefthook)
            .then(|| "lefthook has no pre-push hook here; `lefthook install` makes it".to_owned());
        self.found.push(Found { way, path, idle });
        Ok(())
    }
}

/// All files of these names that lefthook reads.
fn lefthook_files(top: &Path, names: &[&str]) -> Vec<PathBuf> {
    let files = names.iter().flat_map(|name| {
        ["yml", "yaml", "toml", "json"].map(|kind| top.join(format!("{name}.{kind}")))
    });
    files.collect()
}

/// Whether a text runs the hook without our marks.
fn runs_git_risk(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.contains("git-risk hook run") || text.contains("git risk hook run")
}
