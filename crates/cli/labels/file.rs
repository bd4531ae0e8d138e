//! The file `risk/labels`: one JSON object a line, one line a label.
//!
//! It is the one file of the folder that people make and nothing else can make again. So it is read strictly: what is
//! not understood is an error that names the line, and the file is then left as it is. It is changed under a lock, by
//! a new file that takes its place.

use super::{Fate, Given, Place};
use crate::error::{Failure, StateError};
use crate::state::{self, Folder};
use risk_change::{ChangeId, Timestamp};
use risk_history::Repository;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How the names of files begin that will take the place of the labels. Not those of a state, which a process that
/// learns sweeps away.
const TEMPORARY: &str = ".labels-";

/// A line. What a later version might add is not understood here, so that it is not lost when the file is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    commit: String,
    label: Fate,
    why: String,
    by: String,
    at: i64,
    known_at: i64,
}

/// Where the file of a repository is, or would be.
pub(crate) fn path(repository: &Repository) -> PathBuf {
    Folder::of(repository.common_dir()).file("labels")
}

/// What the file holds; nothing if there is none, as where there is no folder for it.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, StateError> {
    match fs::read(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        read => read.map_err(|source| failed(path, "read", source)),
    }
}

fn failed(path: &Path, doing: &'static str, source: std::io::Error) -> StateError {
    let path = path.to_path_buf();
    StateError::File {
        path,
        doing,
        source,
    }
}

/// The labels of a file.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<BTreeMap<ChangeId, Given>, Failure> {
    let mut labels = BTreeMap::new();
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = lines.split(|&byte| byte == b'\n');
    for (line, number) in lines.zip(1..).filter(|_| !bytes.is_empty()) {
        let broken = |what: &str| {
            Failure::new(format_args!("{}, line {number}: {what}", path.display()))
                .hint("labels are kept one a line, as JSON: docs/feedback.md has the form")
                .hint("put the line right, or take it out: nothing is learned and no label is written until then")
        };
        let given = serde_json::from_slice::<Line>(line)
            .map_err(|error| broken(&words(&error)))
            .and_then(|line| line.given().map_err(broken))?;
        if let Some(earlier) = labels.insert(given.commit, given) {
            let short = earlier.commit.short();
            return Err(broken(&format!("a second label of {short}")));
        }
    }
    Ok(labels)
}

/// What is wrong with a line, without the place: it is always in line 1.
fn words(error: &serde_json::Error) -> String {
    let column = error.column();
    let text = error.to_string();
    // It may repeat what is written there.
    let what = risk_report::clean(text.split(" at line ").next().unwrap_or(&text));
    format!("{what} (column {column})")
}

impl Line {
    fn of(given: &Given) -> Self {
        Self {
            commit: given.commit.to_hex(),
            label: given.label,
            why: given.why.clone(),
            by: given.by.clone(),
            at: given.at.0,
            known_at: given.known_at.0,
        }
    }

    fn given(self) -> Result<Given, &'static str> {
        Ok(Given {
            commit: ChangeId::from_hex(&self.commit).ok_or("'commit' is not the full id of one")?,
            label: self.label,
            why: self.why,
            by: self.by,
            at: Timestamp(self.at),
            known_at: Timestamp(self.known_at),
            place: Place::File,
        })
    }
}

/// Changes the labels of the file; nobody else does so meanwhile.
pub(crate) fn edit<T>(
    repository: &Repository,
    change: impl FnOnce(&mut BTreeMap<ChangeId, Given>) -> T,
) -> Result<T, Failure> {
    let path = path(repository);
    let folder = path.parent().expect("it is in the folder of the state");
    fs::create_dir_all(folder).map_err(|source| failed(folder, "made", source))?;
    let lock = folder.join("labels.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock)
        .map_err(|source| failed(&lock, "opened", source))?;
    // It is held for as long as it takes to write a small file.
    state::wait_for(&file).map_err(|source| {
        Failure::from(failed(&lock, "locked", source))
            .hint("with --note git keeps a label, which does without this lock")
    })?;
    let before = bytes(&path)?;
    let mut labels = parse(&path, &before)?;
    let made = change(&mut labels);
    let after = written(&labels);
    if after != before {
        replace(&path, &after).map_err(|source| failed(&path, "written", source))?;
    }
    Ok(made)
}

/// The labels as lines, in the order in which they were given.
fn written(labels: &BTreeMap<ChangeId, Given>) -> Vec<u8> {
    let mut order: Vec<&Given> = labels.values().collect();
    order.sort_by_key(|given| (given.at, given.commit));
    let mut bytes = Vec::new();
    for given in order {
        let line = Line::of(given);
        serde_json::to_writer(&mut bytes, &line).expect("plain structs always serialise");
        bytes.push(b'\n');
    }
    bytes
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().expect("it is in the folder of the state");
    for entry in fs::read_dir(folder)?.flatten() {
        // Left by a process that died: only one at a time writes here.
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            fs::remove_file(entry.path())?;
        }
    }
    if bytes.is_empty() {
        fs::remove_file(path)?;
    } else {
        let mut file = state::temporary_named(TEMPORARY, path)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
    }
    // What people made should be there after a power cut; elsewhere folders cannot be flushed.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{given, id};
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<ChangeId, Given>, String> {
        parse(Path::new("labels"), text.as_bytes()).map_err(|failure| failure.message)
    }

    #[test]
    fn labels_come_back_in_the_order_of_their_making() {
        let mut late = given("a", Fate::Defective, 200, Place::File);
        late.why = "two\nlines, \"quoted\" \u{202e}".to_owned();
        let early = given("b", Fate::Clean, 100, Place::File);
        let labels = BTreeMap::from([(late.commit, late), (early.commit, early)]);
        let text = String::from_utf8(written(&labels)).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert!(text.starts_with(&format!("{{\"commit\":\"{}\"", id("b"))));
        assert_eq!(read(&text), Ok(labels));
        assert_eq!(read(""), Ok(BTreeMap::new()));
    }

    #[test]
    fn a_broken_line_is_named() {
        let one = given("a", Fate::Clean, 1, Place::File);
        let line = String::from_utf8(written(&BTreeMap::from([(one.commit, one)]))).unwrap();
        for (text, what) in [
            ("\n".to_owned(), "line 1: EOF"),
            (format!("{line}\n{line}"), "line 2: EOF"),
            (format!("{line}{}", &line[..30]), "line 2: EOF"),
            (
                format!("{line}{line}"),
                "line 2: a second label of aaaaaaaaaa",
            ),
            (
                line.replace("clean", "fine"),
                "line 1: unknown variant `fine`",
            ),
            (
                line.replace("\"at\"", "\"when\""),
                "line 1: unknown field `when`",
            ),
            (line.replace("\"at\":1,", ""), "line 1: missing field `at`"),
            (line.replace("aaaa\"", "\""), "line 1: 'commit' is not"),
            (line.replace("it was", "\u{1}"), "line 1: control character"),
            (line.replace('\n', " {}\n"), "line 1: trailing characters"),
        ] {
            let message = read(&text).unwrap_err();
            assert!(message.contains(what), "{what}: {message}");
        }
        let message = parse(Path::new("labels"), b"\xff").unwrap_err().message;
        assert!(message.contains("labels, line 1: "), "{message}");
    }
}
