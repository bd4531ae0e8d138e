//! A repository in which everything that git could be made to start leaves a mark.

use crate::harness::lived;
use risk_testkit::TestRepo;
use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Keys of git's configuration that name a program, or something that leads to one.
const PROGRAMS: [&str; 30] = [
    "alias.log",
    "blame.external",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.bait.command",
    "diff.bait.textconv",
    "diff.external",
    "diff.tool",
    "difftool.bait.cmd",
    "filter.bait.clean",
    "filter.bait.process",
    "filter.bait.smudge",
    "gpg.program",
    "gpg.ssh.program",
    "interactive.diffFilter",
    "merge.bait.driver",
    "mergetool.bait.cmd",
    "pager.log",
    "pager.risk",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sequence.editor",
    "submodule.bait.update",
    "uploadpack.packObjectsHook",
];

/// All hooks of git.
const HOOKS: [&str; 20] = [
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "reference-transaction",
    "update",
];

/// A repository with bait, and where its marks would be.
pub(crate) struct Bait {
    pub(crate) repo: TestRepo,
    marks: PathBuf,
}

impl Bait {
    /// A history whose last commits, index and working tree ask for filters, drivers and submodules by each means there is.
    pub(crate) fn new(seed: u64) -> Self {
        let repo = lived(seed, 60);
        let beside = repo.path().parent().unwrap().to_path_buf();
        let marks = beside.join("marks");
        fs::create_dir(&marks).unwrap();
        let attributes = "* filter=bait diff=bait merge=bait ident text eol=crlf\n\
                          [attr]bait filter=bait diff=bait\n*.rs bait\n";
        let modules = "[submodule \"bait\"]\n\tpath = sub\n\turl = ext::sh -c touch% marks/ext\n\tupdate = !touch marks/update\n";
        repo.write(".gitattributes", attributes)
            .write(".gitmodules", modules)
            .write(".lfsconfig", "[lfs]\n\turl = https://bait.invalid/\n")
            .commit("Ask for filters");
        repo.write("src/f1.rs", "fn changed() {}\n")
            .commit("Fix f1");
        repo.write("src/f4.rs", "fn staged() {}\n")
            .git(&["add", "src/f4.rs"]);
        Self { repo, marks }.armed(&beside)
    }

    fn armed(self, beside: &Path) -> Self {
        let git_dir = self.repo.path().join(".git");
        let mut config = fs::read_to_string(git_dir.join("config")).unwrap();
        for key in PROGRAMS {
            let program = self.program(beside, key);
            let (section, name) = key.rsplit_once('.').unwrap();
            let section = match section.split_once('.') {
                Some((section, sub)) => format!("{section} \"{sub}\""),
                None => section.to_owned(),
            };
            let marked = if key == "submodule.bait.update" {
                "!"
            } else {
                ""
            };
            let program = program.display();
            writeln!(config, "[{section}]\n\t{name} = {marked}{program}").unwrap();
        }
        config += "[filter \"bait\"]\n\trequired = true\n[log]\n\tshowSignature = true\n\
                   [remote \"origin\"]\n\turl = ext::sh -c false\n[protocol]\n\tallow = always\n";
        fs::write(git_dir.join("config"), config).unwrap();
        fs::create_dir_all(git_dir.join("hooks")).unwrap();
        for hook in HOOKS {
            let program = self.program(beside, hook);
            fs::copy(program, git_dir.join("hooks").join(hook)).unwrap();
        }
        // What is not committed asks, too.
        fs::write(self.repo.path().join("src/f2.rs"), "fn pending() {}\n").unwrap();
        self
    }

    /// A program that leaves a mark of this name.
    fn program(&self, beside: &Path, name: &str) -> PathBuf {
        let path = beside.join(format!("bait-{name}"));
        let mark = self.marks.join(name);
        fs::write(&path, format!("#!/bin/sh\n: >'{}'\ncat\n", mark.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// What was started.
    pub(crate) fn marks(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.marks).unwrap();
        let mut marks: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        marks.sort();
        marks
    }
}
