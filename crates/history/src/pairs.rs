//! Line differences of pairs of blobs, computed once each.
//!
//! Pairs are grouped by path and taken newest version first: packs store older versions as deltas on newer
//! ones, and each pair shares a blob with its neighbour.

use crate::lexicon::Lexicon;
use crate::lines::Differ;
use crate::objects::Objects;
use crate::packs::LARGEST;
use crate::text::{Content, Version, is_binary};
use crate::trees::{Entry, GITLINK};
use git2::{ObjectType, Oid};
use risk_change::{Edit, FileKind, Hunk, LineClass, RepoPath, Shape};
use risk_source::{Language, equal_ignoring_space, indent_columns, is_conditional, line_classes};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// What a pair of versions came to.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    pub(crate) kind: FileKind,
    pub(crate) old_lines: u32,
    pub(crate) new_lines: u32,
    pub(crate) edit: Arc<Edit>,
    /// Whether a version was too large to be read; it counts as binary.
    pub(crate) too_large: bool,
    /// How `git blame` compares them, where that is not `edit`.
    pub(crate) blamed: Option<Box<Blamed>>,
}

impl Compared {
    /// Lines before, lines after, and the edit, as `git blame` has them.
    pub(crate) fn blamed(&self) -> (u32, u32, &Arc<Edit>) {
        match &self.blamed {
            Some(blamed) => (blamed.old_lines, blamed.new_lines, &blamed.edit),
            None => (self.old_lines, self.new_lines, &self.edit),
        }
    }
}

/// Two versions as `git blame` compares them.
#[derive(Clone, Debug)]
pub(crate) struct Blamed {
    pub(crate) old_lines: u32,
    pub(crate) new_lines: u32,
    pub(crate) edit: Arc<Edit>,
}

/// The two versions of a pair; a missing one is empty.
pub(crate) type Pair = (Option<Entry>, Option<Entry>);

/// A version, wherever it is.
#[derive(Clone, Copy)]
pub(crate) enum Given<'a> {
    /// In the object store, or missing.
    Stored(Option<Entry>),
    Bytes(&'a [u8]),
    TooLarge,
}

/// Versions kept from earlier pairs of the path: on branched histories the neighbour is not always the last.
const KEPT: usize = 4;
/// Bytes of those together; what is older is dropped beyond.
const KEPT_BYTES: usize = 32 << 20;
/// Binary versions larger than this are not compared by lines: nobody wrote the lines of a picture.
const BINARY: usize = 1 << 20;
/// Pure insertions and deletions of up to this many lines are looked through for respaced lines.
const RESPACED: u32 = 2_000;

/// Compares pairs of one path after another, reusing what neighbours share.
pub(crate) struct Comparer<'repo> {
    objects: &'repo Objects<'repo>,
    lexicon: Lexicon,
    recent: VecDeque<(Entry, Side<'repo>)>,
    differ: Differ<'repo>,
    empty: Arc<Edit>,
    pub(crate) blobs_read: usize,
}

#[derive(Clone)]
enum Side<'repo> {
    Text(Rc<Version<'repo>>),
    Binary(Option<Rc<Version<'repo>>>),
    TooLarge,
    Unread,
}

impl<'repo> Side<'repo> {
    /// Its lines, whether they are text or not.
    fn version(&self) -> Option<&Rc<Version<'repo>>> {
        match self {
            Self::Text(version) => Some(version),
            Self::Binary(version) => version.as_ref(),
            Self::TooLarge | Self::Unread => None,
        }
    }
}

impl<'repo> Comparer<'repo> {
    pub(crate) fn new(objects: &'repo Objects<'repo>) -> Self {
        Self {
            objects,
            lexicon: Lexicon::new(),
            recent: VecDeque::new(),
            differ: Differ::default(),
            empty: Arc::default(),
            blobs_read: 0,
        }
    }

    /// Begins another path: its lines have nothing to do with those before.
    pub(crate) fn begin_path(&mut self) {
        self.differ.begin_path();
        while let Some((_, side)) = self.recent.pop_back() {
            self.drop_side(side);
        }
        self.lexicon.clear();
    }

    /// Compares the versions of one pair at `path`.
    pub(crate) fn compare(&mut self, path: &RepoPath, (old, new): Pair) -> Compared {
        let submodule = [old, new]
            .iter()
            .flatten()
            .all(|entry| entry.mode == GITLINK);
        let (new, old) = (self.content(new), self.content(old));
        self.judge(path, submodule, &old, &new)
    }

    /// Compares two versions of which not all are in the object store.
    pub(crate) fn compare_given(
        &mut self,
        path: &RepoPath,
        old: Given<'_>,
        new: Given<'_>,
    ) -> Compared {
        let (old, new) = (self.side(old), self.side(new));
        self.judge(path, false, &old, &new)
    }

    fn side(&mut self, given: Given<'_>) -> Side<'repo> {
        match given {
            Given::Stored(entry) => self.content(entry),
            Given::TooLarge => Side::TooLarge,
            Given::Bytes(data) if is_binary(data) => Side::Binary(None),
            Given::Bytes(data) => Side::Text(Rc::new(self.lexicon.version(data.to_vec(), None))),
        }
    }

    fn judge(
        &mut self,
        path: &RepoPath,
        submodule: bool,
        old: &Side<'repo>,
        new: &Side<'repo>,
    ) -> Compared {
        let nothing = |kind| Compared {
            kind,
            old_lines: 0,
            new_lines: 0,
            edit: Arc::clone(&self.empty),
            too_large: [old, new].iter().any(|side| matches!(side, Side::TooLarge)),
            blamed: None,
        };
        match (old, new) {
            (Side::Unread, _) | (_, Side::Unread) => nothing(FileKind::Unread),
            (Side::Binary(_) | Side::TooLarge, _) | (_, Side::Binary(_) | Side::TooLarge) => {
                let mut compared = nothing(FileKind::Binary);
                if let Some((old, new)) = old.version().zip(new.version()) {
                    let (blamed, _) = self.differ.hunks(&self.lexicon, old, new);
                    compared.blamed = Some(Box::new(blame(old, new, blamed)));
                }
                compared
            }
            (Side::Text(old), Side::Text(new)) => {
                let (edit, blamed) = self.edit(path, old, new);
                Compared {
                    kind: if submodule {
                        FileKind::Submodule
                    } else {
                        FileKind::Text
                    },
                    old_lines: old.n_lines(),
                    new_lines: new.n_lines(),
                    edit,
                    too_large: false,
                    blamed,
                }
            }
        }
    }

    fn content(&mut self, entry: Option<Entry>) -> Side<'repo> {
        let Some(entry) = entry else {
            return Side::Text(Rc::new(self.lexicon.version(Vec::new(), None)));
        };
        if let Some(at) = self
            .recent
            .iter()
            .position(|(known, _)| known.oid == entry.oid)
        {
            let hit = self.recent.remove(at).expect("the index was just found");
            let side = hit.1.clone();
            self.recent.push_front(hit);
            return side;
        }
        let Some(data) = read(self.objects, entry) else {
            let size = self.objects.read_header(entry.oid);
            return match size {
                Ok((size, ObjectType::Blob)) if size > LARGEST => Side::TooLarge,
                _ => Side::Unread,
            };
        };
        self.blobs_read += 1;
        let is_binary = is_binary(&data);
        let version = (!is_binary || data.len() <= BINARY).then(|| {
            let near = self
                .recent
                .iter()
                .find_map(|(_, side)| side.version().map(|version| &**version));
            Rc::new(self.lexicon.version(data, near))
        });
        let side = match version {
            Some(version) if !is_binary => Side::Text(version),
            version => Side::Binary(version),
        };
        self.recent.push_front((entry, side.clone()));
        self.forget_old();
        side
    }

    /// Keeps a few versions, and of large ones fewer.
    fn forget_old(&mut self) {
        let size = |(_, side): &(Entry, Side<'_>)| {
            let version = side.version();
            version.map_or(0, |version| version.data.len())
        };
        let mut bytes: usize = self.recent.iter().map(size).sum();
        while self.recent.len() > KEPT || bytes > KEPT_BYTES && self.recent.len() > 1 {
            let last = self.recent.pop_back().expect("there is more than one");
            bytes -= size(&last);
            self.drop_side(last.1);
        }
    }

    fn drop_side(&mut self, side: Side<'repo>) {
        let (Side::Text(version) | Side::Binary(Some(version))) = side else {
            return;
        };
        if let Some(version) = Rc::into_inner(version) {
            self.lexicon.recycle(version);
        }
    }

    /// The edit by its counts, and that of blame if it is another one.
    fn edit(
        &mut self,
        path: &RepoPath,
        old: &Rc<Version<'repo>>,
        new: &Rc<Version<'repo>>,
    ) -> (Arc<Edit>, Option<Box<Blamed>>) {
        let (blamed, counted) = self.differ.hunks(&self.lexicon, old, new);
        if blamed.is_empty() {
            return (Arc::clone(&self.empty), None);
        }
        let (hunks, blamed) = match counted {
            Some(counted) => (counted, Some(Box::new(blame(old, new, blamed)))),
            None => (blamed, None),
        };
        (Arc::new(describe(path, old, new, hunks)), blamed)
    }
}

/// What following lines needs of two versions.
fn blame(old: &Version<'_>, new: &Version<'_>, mut hunks: Vec<Hunk>) -> Blamed {
    hunks.shrink_to_fit();
    let respaced = hunks.iter().flat_map(|hunk| respaced(old, new, *hunk));
    Blamed {
        old_lines: old.n_lines(),
        new_lines: new.n_lines(),
        edit: Arc::new(Edit {
            respaced: respaced.collect(),
            hunks,
            ..Edit::default()
        }),
    }
}

/// Reads a blob; for a commit of another repository, the line that git shows for it.
pub(crate) fn read<'repo>(objects: &'repo Objects<'_>, entry: Entry) -> Option<Content<'repo>> {
    if entry.mode == GITLINK {
        return Some(Content::Owned(submodule_line(entry.oid)));
    }
    let object = objects.read(entry.oid).ok()?;
    (object.kind() == git2::ObjectType::Blob).then_some(Content::Object(object))
}

fn submodule_line(oid: Oid) -> Vec<u8> {
    format!("Subproject commit {oid}\n").into_bytes()
}

/// Looks at the lines inside the hunks: their classes, respaced pairs, and the shape of the edit.
fn describe(path: &RepoPath, old: &Version<'_>, new: &Version<'_>, mut hunks: Vec<Hunk>) -> Edit {
    // A history keeps two million of them.
    hunks.shrink_to_fit();
    let language = Language::of(path);
    let old_lines = || {
        hunks
            .iter()
            .flat_map(|hunk| hunk.old_start..hunk.old_start + hunk.old_len)
    };
    let new_lines = || {
        hunks
            .iter()
            .flat_map(|hunk| hunk.new_start..hunk.new_start + hunk.new_len)
    };
    let mut deleted = line_classes(
        language,
        &old.data,
        &old.starts[..old.tokens.len()],
        old_lines(),
    );
    deleted.shrink_to_fit();
    let added = line_classes(
        language,
        &new.data,
        &new.starts[..new.tokens.len()],
        new_lines(),
    );
    let mut shape = Shape::default();
    for (line, class) in old_lines().zip(&deleted) {
        if *class == LineClass::Code && is_conditional(language, old.line(line)) {
            shape.deleted_conditionals += 1;
        }
    }
    for (line, class) in new_lines().zip(&added) {
        match class {
            LineClass::Blank => shape.added_blanks += 1,
            LineClass::Comment => shape.added_comments += 1,
            LineClass::Code => {
                shape.added_indent = shape
                    .added_indent
                    .saturating_add(indent_columns(new.line(line)));
                shape.added_conditionals += u32::from(is_conditional(language, new.line(line)));
            }
        }
    }
    let respaced = hunks
        .iter()
        .flat_map(|hunk| respaced(old, new, *hunk))
        .collect();
    Edit {
        hunks,
        deleted,
        respaced,
        shape,
    }
}

/// Pairs of lines of a hunk that differ in white space alone, taken greedily from the top.
fn respaced(old: &Version<'_>, new: &Version<'_>, hunk: Hunk) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    if hunk.old_len == 0 || hunk.new_len == 0 || hunk.old_len > RESPACED || hunk.new_len > RESPACED
    {
        return pairs;
    }
    let squeezed: Vec<u64> = (hunk.new_start..hunk.new_start + hunk.new_len)
        .map(|line| risk_source::hash_ignoring_space(new.line(line)))
        .collect();
    let mut from = 0;
    for line in hunk.old_start..hunk.old_start + hunk.old_len {
        let text = old.line(line);
        if text.trim_ascii().is_empty() {
            continue;
        }
        let hash = risk_source::hash_ignoring_space(text);
        let found = (from..squeezed.len()).find(|&at| {
            squeezed[at] == hash && equal_ignoring_space(text, new.line(hunk.new_start + at as u32))
        });
        if let Some(at) = found {
            pairs.push((line, hunk.new_start + at as u32));
            from = at + 1;
        }
    }
    pairs
}
