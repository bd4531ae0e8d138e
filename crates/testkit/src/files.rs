//! Files of the working tree.

use crate::TestRepo;
use std::fs;
use std::path::{Path, PathBuf};

impl TestRepo {
    /// Writes a text file, making its directories.
    pub fn write(&self, path: impl AsRef<[u8]>, text: &str) -> &Self {
        self.write_bytes(path, text.as_bytes())
    }

    /// Writes a file of any bytes, making its directories.
    pub fn write_bytes(&self, path: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> &Self {
        let file = self.file(path);
        make_parent(&file);
        fs::write(&file, content).expect("because nothing but a file is at this path");
        self
    }

    /// Deletes a file, and the directories that it leaves empty.
    pub fn remove(&self, path: impl AsRef<[u8]>) -> &Self {
        let file = self.file(path);
        fs::remove_file(&file).expect("because a file is at this path");
        self.prune(&file);
        self
    }

    /// Moves a file, making and deleting directories as needed.
    pub fn rename(&self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> &Self {
        let (from, to) = (self.file(from), self.file(to));
        make_parent(&to);
        fs::rename(&from, &to).expect("because a file is at the first path");
        self.prune(&from);
        self
    }

    /// Sets the permissions of a file; git sees whether the owner may execute it.
    pub fn chmod(&self, path: impl AsRef<[u8]>, mode: u32) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.file(path), fs::Permissions::from_mode(mode))
            .expect("because a file is at this path");
        self
    }

    /// Makes a symbolic link at `path`, in place of what was there.
    pub fn symlink(&self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> &Self {
        let file = self.file(path);
        make_parent(&file);
        if file.symlink_metadata().is_ok() {
            fs::remove_file(&file).expect("because nothing but a file is at this path");
        }
        std::os::unix::fs::symlink(os_path(target.as_ref()), &file)
            .expect("because the path was freed");
        self
    }

    /// Records `commit` of another repository at `path`: a gitlink, without any `.gitmodules`.
    pub fn submodule(&self, path: &str, commit: &str) -> &Self {
        // Without the directory, `git add -A` would take the submodule for deleted.
        fs::create_dir_all(self.file(path)).expect("because no file is at this path");
        let entry = format!("160000,{commit},{path}");
        self.git(&["update-index", "--add", "--cacheinfo", &entry]);
        self
    }

    /// Writes `.mailmap`.
    pub fn mailmap(&self, lines: &str) -> &Self {
        self.write(".mailmap", lines)
    }

    /// Writes `.git-blame-ignore-revs` with one id a line.
    pub fn ignore_revs(&self, ids: &[&str]) -> &Self {
        self.write(".git-blame-ignore-revs", &(ids.join("\n") + "\n"))
    }

    fn file(&self, path: impl AsRef<[u8]>) -> PathBuf {
        self.path().join(os_path(path.as_ref()))
    }

    /// Deletes the directories above `file` that hold nothing any more.
    fn prune(&self, file: &Path) {
        for dir in file.ancestors().skip(1) {
            if dir == self.path() || fs::remove_dir(dir).is_err() {
                break;
            }
        }
    }
}

/// A path of bytes, which need not be UTF-8, as the file system takes it.
fn os_path(bytes: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(bytes))
}

fn make_parent(file: &Path) {
    let parent = file.parent().expect("because files lie below the root");
    fs::create_dir_all(parent).expect("because no file is in the way");
}
