//! Other repositories and working trees of the same history.

use crate::TestRepo;

impl TestRepo {
    /// Clones into a bare repository, which has no working tree.
    #[must_use]
    pub fn bare_clone(&self) -> Self {
        self.cloned(&["--bare"])
    }

    /// Clones everything, with `origin` naming this repository.
    #[must_use]
    pub fn full_clone(&self) -> Self {
        self.cloned(&[])
    }

    /// Clones the last `depth` generations of the checked out branch.
    #[must_use]
    pub fn shallow_clone(&self, depth: u32) -> Self {
        self.cloned(&[&format!("--depth={depth}")])
    }

    /// Clones without the blobs that the checked out commit does not need (`--filter=blob:none`).
    #[must_use]
    pub fn partial_clone(&self) -> Self {
        self.cloned(&["--filter=blob:none"])
    }

    /// Adds a linked working tree on a new branch of this name, in a directory of its own.
    ///
    /// It shares the objects of this repository, which must live as long.
    #[must_use]
    pub fn worktree(&self, name: &str) -> Self {
        let tree = Self::in_new_directory(name);
        let path = tree.path().to_str().expect("because we chose its name");
        self.git(&["worktree", "add", "-q", "-b", name, path]);
        tree.take_dates_of(self);
        tree
    }

    fn cloned(&self, options: &[&str]) -> Self {
        let copy = Self::in_new_directory("clone");
        // A URL, because git ignores depth and filter for plain local paths.
        let from = format!("file://{}", self.path().display());
        let to = copy.path().to_str().expect("because we chose its name");
        let mut args = vec!["clone", "-q", "--template="];
        args.extend(options);
        args.extend([from.as_str(), to]);
        self.git(&args);
        copy.configure();
        copy.take_dates_of(self);
        copy
    }
}
