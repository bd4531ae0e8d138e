//! Files where a person wants them, which are replaced as a whole: under a name of its own first, then renamed.

use crate::{now, state};
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;
use tempfile::NamedTempFile;

/// Seconds after which nobody is still writing a file.
const STALE: u64 = 3_600;

/// A new file that will take the place of `place`. Those that processes have left which died are removed.
pub(crate) fn begin(place: &Path) -> io::Result<NamedTempFile> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.git-risk-");
    // The folder of a name without one is the present one.
    let folder = place.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    sweep(folder, &prefix);
    state::temporary_named(&prefix, &folder.join("beside"))
}

/// Removes files that were begun long ago. What cannot be removed is in nobody's way.
fn sweep(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) && is_stale(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Also what seems to come from the future, by a clock that was set back.
fn is_stale(entry: &fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|it| it.modified());
    let written = modified.map(|it| it.duration_since(UNIX_EPOCH).unwrap_or_default());
    written.is_ok_and(|written| written.as_secs().abs_diff(now().0.max(0) as u64) > STALE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    #[test]
    fn what_was_left_long_ago_is_removed_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str, seconds: u64| {
            let file = File::create(dir.path().join(name)).unwrap();
            let moment: SystemTime = UNIX_EPOCH + Duration::from_secs(seconds);
            file.set_modified(moment).unwrap();
        };
        let now = now().0 as u64;
        at(".page.html.git-risk-left00", now - 2 * STALE);
        at(".page.html.git-risk-ahead0", now + 2 * STALE);
        at(".page.html.git-risk-other0", now);
        at(".other.html.git-risk-left00", now - 2 * STALE);
        at(".page.html", 0);
        let place = dir.path().join("page.html");
        begin(&place).unwrap().persist(&place).unwrap();
        let mut left: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort_unstable();
        let expected = [
            ".other.html.git-risk-left00",
            ".page.html",
            ".page.html.git-risk-other0",
            "page.html",
        ];
        assert_eq!(left, expected);
    }
}
