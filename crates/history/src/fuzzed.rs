//! What reads bytes, without a history around it: for `crates/fuzz` alone, and there only if it is compiled for that.

use crate::commits::{self, Names};
use crate::lexicon::Lexicon;
use crate::objects::{Loose, Objects};
use crate::pairs::{Comparer, Given};
use crate::similarity::{MAX_SCORE, Spans};
use crate::trees::Trees;
use git2::{ObjectType, Oid};
use risk_change::{Author, ChangeId, Edit, FileKind, RepoPath, Timestamp};
use std::path::Path;
use std::sync::Arc;

/// Author, the two times, and the message of a commit object, if it is one.
pub fn commit(object: &[u8]) -> Option<(Author, Timestamp, Timestamp, String)> {
    let commit = commits::parse(object, &mut Names::default())?;
    let at = commit.place.committed_at;
    Some((commit.author, commit.authored_at, at, commit.message))
}

/// Two versions of a file, compared.
#[derive(Debug)]
pub struct Compared {
    /// What they hold.
    pub kind: FileKind,
    /// Lines of both.
    pub n_lines: [u32; 2],
    /// The edit by its counts.
    pub edit: Arc<Edit>,
    /// The edit that blame sees.
    pub blamed: Arc<Edit>,
}

/// A repository without an object, to compare what is not in it.
pub struct Nothing {
    repository: git2::Repository,
    loose: Arc<Loose>,
}

impl Nothing {
    /// Makes it in a folder.
    pub fn new(folder: &Path) -> Self {
        let repository = git2::Repository::init_bare(folder).expect("the folder can be written");
        let loose = Loose::list(repository.commondir(), repository.object_format());
        Self {
            repository,
            loose: Arc::new(loose),
        }
    }

    /// Compares two versions of a file.
    pub fn compare(&self, path: &RepoPath, old: &[u8], new: &[u8]) -> Compared {
        let loose = Arc::clone(&self.loose);
        let objects = Objects::open(&self.repository, loose, false).expect("it was just made");
        let mut comparer = Comparer::new(&objects);
        let compared = comparer.compare_given(path, Given::Bytes(old), Given::Bytes(new));
        Compared {
            kind: compared.kind,
            n_lines: [compared.old_lines, compared.new_lines],
            blamed: Arc::clone(compared.blamed().2),
            edit: compared.edit,
        }
    }
}

/// The lines of a text as the reader of a history splits them, each with its end; split anew and beside a neighbour,
/// which must come to the same.
pub fn lines<'t>(text: &'t [u8], neighbour: &[u8]) -> Vec<&'t [u8]> {
    let mut lexicon = Lexicon::new();
    let near = lexicon.version(neighbour.to_vec(), None);
    let beside = lexicon.version(text.to_vec(), Some(&near));
    let anew = lexicon.version(text.to_vec(), None);
    assert_eq!(beside.starts, anew.starts, "lines begin elsewhere");
    assert_eq!(beside.tokens, anew.tokens, "lines are others");
    let ends = anew.starts.windows(2);
    ends.map(|pair| &text[pair[0] as usize..pair[1] as usize])
        .collect()
}

/// How alike two files are, from 0 to 1, both ways.
pub fn similarity(one: &[u8], other: &[u8]) -> [f64; 2] {
    let spans = [one, other].map(|data| Spans::of(data, memchr::memchr(0, data).is_none()));
    [(0, 1), (1, 0)].map(|(a, b)| spans[a].score(&spans[b]) as f64 / MAX_SCORE as f64)
}

/// A repository whose objects are made one by one, whatever they hold.
pub struct Made(git2::Repository);

impl Made {
    /// Opens an empty bare repository.
    pub fn at(folder: &Path) -> Self {
        Self(git2::Repository::open_bare(folder).expect("it is a repository"))
    }

    /// Makes a file.
    pub fn blob(&self, bytes: &[u8]) -> ChangeId {
        self.put(ObjectType::Blob, bytes)
    }

    /// Makes what says that it is a tree.
    pub fn tree(&self, bytes: &[u8]) -> ChangeId {
        self.put(ObjectType::Tree, bytes)
    }

    /// Makes what says that it is a commit.
    pub fn commit(&self, bytes: &[u8]) -> ChangeId {
        self.put(ObjectType::Commit, bytes)
    }

    fn put(&self, kind: ObjectType, bytes: &[u8]) -> ChangeId {
        let store = self.0.odb().expect("a repository has a store");
        let made = store.write(kind, bytes).expect("it can be written to");
        ChangeId::from_bytes(made.as_bytes()).expect("an id has 20 bytes")
    }
}

/// Reads every named object of a bare repository, first without and then with checksums, and what trees and commits
/// among them lead to. Returns how many could be read.
pub fn objects(folder: &Path, ids: &[[u8; 20]]) -> usize {
    let Ok(repository) = git2::Repository::open_bare(folder) else {
        return 0;
    };
    let mut n_read = 0;
    for checks in [false, true] {
        let loose = Arc::new(Loose::list(
            repository.commondir(),
            repository.object_format(),
        ));
        let Ok(objects) = Objects::open(&repository, loose, checks) else {
            continue;
        };
        let mut trees = Trees::new(&objects);
        let mut before = None;
        for id in ids {
            let Ok(oid) = Oid::from_bytes(id) else {
                continue;
            };
            let measured = objects.read_header(oid);
            let Ok(object) = objects.read(oid) else {
                continue;
            };
            n_read += 1;
            if let Ok((length, kind)) = measured {
                assert_eq!((length, kind), (object.data().len(), object.kind()));
            }
            match object.kind() {
                ObjectType::Commit => drop(commits::read(&objects, oid, &mut Names::default())),
                ObjectType::Tree => {
                    let _ = trees.diff(before, Some(oid));
                    let _ = trees.find(oid, b"a/b");
                    before = Some(oid);
                }
                _ => {}
            }
        }
    }
    n_read
}
