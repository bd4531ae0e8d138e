//! Branches, merges and tags.

use crate::TestRepo;
use crate::hermetic::run;

impl TestRepo {
    /// Makes a branch at the commit that is checked out, and stays where it is.
    pub fn branch(&self, name: &str) -> &Self {
        self.git(&["branch", name]);
        self
    }

    /// Checks out a branch; any other commit is checked out without a branch.
    pub fn switch(&self, name: &str) -> &Self {
        self.git(&["checkout", "-q", name]);
        self
    }

    /// Starts a branch that has no commit yet, with an empty working tree.
    pub fn orphan(&self, name: &str) -> &Self {
        self.git(&["switch", "-q", "--orphan", name]);
        self
    }

    /// Merges into the checked out branch, always with a merge commit; several branches make an octopus.
    ///
    /// It panics on conflicts: see [`merge_with`](Self::merge_with).
    pub fn merge(&self, branches: &[&str], message: &str) -> String {
        let mut args = vec!["merge", "-q", "--no-ff", "--allow-unrelated-histories"];
        args.extend(["-m", message]);
        args.extend(branches);
        self.finish(&args, b"")
    }

    /// Merges as [`merge`](Self::merge) does, and lets `resolve` edit the working tree before the commit.
    ///
    /// It serves for conflicts and for evil merges, which bring in what no parent has. Files in conflict
    /// hold git's markers until `resolve` writes them.
    pub fn merge_with(
        &self,
        branches: &[&str],
        message: &str,
        resolve: impl FnOnce(&Self),
    ) -> String {
        let mut args = vec!["merge", "-q", "--no-ff", "--allow-unrelated-histories"];
        args.push("--no-commit");
        args.extend(branches);
        let output = run(self.git_command().args(&args), b"");
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "git {args:?} failed\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        resolve(self);
        self.commit(message)
    }

    /// Merges and keeps only the checked out side (`-s ours`).
    pub fn merge_ours(&self, branches: &[&str], message: &str) -> String {
        let mut args = vec!["merge", "-q", "-s", "ours", "--allow-unrelated-histories"];
        args.extend(["-m", message]);
        args.extend(branches);
        self.finish(&args, b"")
    }

    /// Puts a lightweight tag on the commit that is checked out.
    pub fn tag(&self, name: &str) -> &Self {
        self.git(&["tag", name]);
        self
    }

    /// Puts an annotated tag, an object of its own, on what `rev` names; it may be another tag.
    pub fn annotated_tag(&self, name: &str, rev: &str) -> &Self {
        self.git(&["tag", "-a", "-m", name, name, rev]);
        self
    }
}
