//! The repository: names, ranges, the files that steer the reading, and where state may be kept.

use crate::commits;
use crate::error::{Error, change_id};
use crate::history::{Cached, History};
use crate::ids;
use crate::objects::{Loose, Objects};
use crate::outgoing::peel;
use crate::pieces::{Pieces, READING_STEPS};
use crate::progress::{Progress, Silent, Stage};
use crate::trees::Trees;
use crate::walk::{self, Reached, Walk};
use git2::{ErrorClass, ErrorCode, ObjectType, Oid};
use risk_change::{Author, Change, ChangeId, Position, Timestamp};
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A git repository, open for reading. Nothing here writes to it.
pub struct Repository {
    pub(crate) inner: git2::Repository,
    /// What `core.sharedRepository` says, if it is there.
    pub(crate) sharing: Option<String>,
    /// Listed when the first object is read.
    pub(crate) loose: OnceCell<Arc<Loose>>,
    /// Where a shallow clone ends; read when it is first asked for.
    pub(crate) cut_off: OnceCell<FxHashSet<Oid>>,
}

/// The commits that a text like `HEAD` or `main..topic` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revisions {
    /// One commit.
    One(ChangeId),
    /// All that `tip` has and `base` has not.
    Range {
        /// Left out with all its history.
        base: ChangeId,
        /// The last commit.
        tip: ChangeId,
    },
}

/// Names of the branch that work lands on, the best first.
const MAIN_BRANCHES: [&str; 5] = [
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
];

/// A main branch that `HEAD` is this many commits ahead of is a name left from the past.
const LEFT_BEHIND: usize = 1_000;

impl Repository {
    /// The git directory that all worktrees of the repository share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// The root of the working tree, unless the repository is bare.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The commit that a revision names.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Unborn`], [`Error::UnknownRevision`], [`Error::AmbiguousRevision`];
    /// [`Error::Unreadable`] if the name leads to an object that is missing or damaged.
    pub fn resolve(&self, revision: &str) -> Result<ChangeId, Error> {
        if let Some(commit) = self.look_up(revision)? {
            return Ok(change_id(commit));
        }
        match self
            .inner
            .revparse_single(revision)
            .and_then(|object| object.peel_to_commit())
        {
            Ok(commit) => Ok(change_id(commit.id())),
            Err(source) => Err(self.explain(revision, &source)),
        }
    }

    /// The object store behind a check of what is loose.
    pub(crate) fn objects(&self) -> Result<Objects<'_>, Error> {
        Objects::open(&self.inner, self.loose(), false).map_err(|source| Error::Git {
            doing: "opening the object store",
            source,
        })
    }

    fn loose(&self) -> Arc<Loose> {
        Arc::clone(self.loose.get_or_init(|| {
            Arc::new(Loose::list(
                self.inner.commondir(),
                self.inner.object_format(),
            ))
        }))
    }

    /// Finds the commit of a revision that is a name with nothing but `~` and `^` behind it, through tags.
    ///
    /// `None` if more of it is not understood here, or if it begins with what is not there: the library is asked, and may
    /// be, for the objects that it will read were checked.
    ///
    /// # Errors
    ///
    /// [`Error::Unreadable`] if an object on the way is missing or damaged, [`Error::Malformed`] for tags in a ring.
    fn look_up(&self, revision: &str) -> Result<Option<Oid>, Error> {
        let objects = self.objects()?;
        let end = revision.find(['~', '^', ':']).unwrap_or(revision.len());
        let (name, mut steps) = revision.split_at(end);
        let Some(mut at) = self.named(&objects, name) else {
            return Ok(None);
        };
        let mut tags = FxHashSet::default();
        let (mut is_first, mut is_parent) = (true, false);
        // First parents still to go, of a step like `~3`.
        let mut left = 0_usize;
        loop {
            objects
                .check(at)
                .map_err(|source| Error::unreadable(at, source))?;
            let object = match objects.read(at) {
                Ok(object) => object,
                Err(_) if is_first => return Ok(None),
                Err(source) => return Err(Error::unreadable(at, source)),
            };
            let next = match object.kind() {
                kind if is_parent && kind != ObjectType::Commit => {
                    return Err(Error::malformed(at));
                }
                ObjectType::Tag if !tags.insert(at) => return Err(Error::malformed(at)),
                ObjectType::Tag => links(object.data(), b"object ").next(),
                ObjectType::Commit => {
                    let mut nth = 1;
                    if left > 0 {
                        left -= 1;
                    } else {
                        let Some((kind, number, rest)) = step(steps) else {
                            return Ok(steps.is_empty().then_some(at));
                        };
                        steps = rest;
                        match (kind, number) {
                            (_, 0) => continue,
                            ('~', number) => left = number - 1,
                            (_, number) => nth = number,
                        }
                    }
                    // To the library a commit at the boundary has no parents.
                    if self.boundary().contains(&at) {
                        return Ok(None);
                    }
                    links(object.data(), b"parent ").nth(nth - 1)
                }
                _ => None,
            };
            let Some(next) = next else {
                return Ok(None);
            };
            is_parent = object.kind() == ObjectType::Commit;
            at = next;
            is_first = false;
        }
    }

    /// Checks what the library will read when it walks from these commits or tags, as far as it is loose.
    ///
    /// A commit that is not loose is taken to have no loose ancestors: its pack was made of its history. What
    /// is not there is left to the library.
    pub(crate) fn check_history(&self, tips: &[Oid]) -> Result<(), Error> {
        let objects = self.objects()?;
        let mut open = tips.to_vec();
        let mut seen = FxHashSet::default();
        while let Some(at) = open.pop() {
            if !objects.is_loose(at) || !seen.insert(at) {
                continue;
            }
            objects
                .check(at)
                .map_err(|source| Error::unreadable(at, source))?;
            let Ok(object) = objects.read(at) else {
                continue;
            };
            match object.kind() {
                ObjectType::Commit => open.extend(links(object.data(), b"parent ")),
                ObjectType::Tag => open.extend(links(object.data(), b"object ")),
                _ => {}
            }
        }
        Ok(())
    }

    /// What a name stands for before tags are followed, if it is a reference or an id.
    fn named(&self, objects: &Objects<'_>, name: &str) -> Option<Oid> {
        let name = if name == "@" { "HEAD" } else { name };
        if objects.is_whole_name(name)
            && let Some(oid) = objects.expand(name)
        {
            return Some(oid);
        }
        let reference = self.inner.resolve_reference_from_short_name(name).ok();
        reference
            .and_then(|reference| reference.resolve().ok()?.target())
            .or_else(|| objects.expand(name))
    }

    fn explain(&self, revision: &str, source: &git2::Error) -> Error {
        if source.code() == ErrorCode::Ambiguous {
            return Error::AmbiguousRevision {
                revision: revision.to_owned(),
            };
        }
        let unborn = self
            .inner
            .head()
            .is_err_and(|error| error.code() == ErrorCode::UnbornBranch);
        if unborn && (revision.starts_with("HEAD") || revision.starts_with('@')) {
            let any = self
                .inner
                .references()
                .is_ok_and(|mut names| names.next().is_some());
            let branch = self.inner.find_reference("HEAD").ok().and_then(|head| {
                let target = head.symbolic_target().ok().flatten()?;
                Some(
                    target
                        .strip_prefix("refs/heads/")
                        .unwrap_or(target)
                        .to_owned(),
                )
            });
            return if any {
                Error::Unborn {
                    branch: branch.unwrap_or_else(|| "HEAD".to_owned()),
                }
            } else {
                Error::Empty
            };
        }
        if source.class() == ErrorClass::Odb
            && source.code() == ErrorCode::NotFound
            && ChangeId::from_hex(revision).is_none()
        {
            // The name leads to an object that is not there.
            let end = revision.find(['~', '^', ':']).unwrap_or(revision.len());
            let name = &revision[..end];
            if let Ok(reference) = self.inner.resolve_reference_from_short_name(name)
                && let Some(oid) = reference.resolve().ok().and_then(|direct| direct.target())
            {
                return Error::Unreadable {
                    id: oid.to_string(),
                    source: git2::Error::from_str(source.message()),
                };
            }
        }
        Error::UnknownRevision {
            revision: revision.to_owned(),
        }
    }

    /// The commits that a text names: one revision, or a range `A..B` (an empty side is `HEAD`).
    ///
    /// # Errors
    ///
    /// As [`Self::resolve`], for either side.
    pub fn revisions(&self, text: &str) -> Result<Revisions, Error> {
        let side = |name: &str| self.resolve(if name.is_empty() { "HEAD" } else { name });
        if let Some((left, right)) = text.split_once("...") {
            let (left, tip) = (side(left)?, side(right)?);
            self.check_history(&[oid(&left), oid(&tip)])?;
            self.check_ends(&left, &tip)?;
            let base = self.inner.merge_base(oid(&left), oid(&tip)).map_err(|_| {
                Error::UnknownRevision {
                    revision: text.to_owned(),
                }
            })?;
            return Ok(Revisions::Range {
                base: change_id(base),
                tip,
            });
        }
        match text.split_once("..") {
            Some((left, right)) => Ok(Revisions::Range {
                base: side(left)?,
                tip: side(right)?,
            }),
            None => Ok(Revisions::One(self.resolve(text)?)),
        }
    }

    /// The commits of a range, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Shallow`] if some of them may be missing. In a shallow clone there may be more than there should be
    /// all the same: commits that `base` has, by a way that is cut off.
    pub fn list(&self, base: &ChangeId, tip: &ChangeId) -> Result<Vec<ChangeId>, Error> {
        let git = |source| Error::Git {
            doing: "listing the range",
            source,
        };
        self.check_history(&[oid(tip), oid(base)])?;
        let mut walk = self.inner.revwalk().map_err(git)?;
        walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)
            .map_err(git)?;
        walk.push(oid(tip)).map_err(git)?;
        walk.hide(oid(base)).map_err(git)?;
        let ids: Vec<Oid> = walk.collect::<Result<_, _>>().map_err(git)?;
        if ids.iter().any(|id| self.boundary().contains(id)) {
            return Err(self.cut_range(&ids, oid(base), oid(tip)));
        }
        Ok(ids.into_iter().map(change_id).collect())
    }

    /// Where the settled history of the repository ends: the main branch of its remote or else its own
    /// (`main`, `master`), if there is one that shares history with `HEAD`; else `HEAD`.
    ///
    /// What is on the main branch stays; what is only here may still be rewritten.
    ///
    /// # Errors
    ///
    /// [`Error::Shallow`] if a clone is too shallow to tell.
    pub fn settled(&self) -> Result<ChangeId, Error> {
        Ok(self.settled_by()?.0)
    }

    /// As [`settled`](Self::settled), with the name of the main branch if there is one.
    pub fn settled_by(&self) -> Result<(ChangeId, Option<&'static str>), Error> {
        let head = self.resolve("HEAD")?;
        if self.inner.is_bare() {
            return Ok((head, None));
        }
        for name in MAIN_BRANCHES {
            let Ok(main) = self.resolve(name).map(|main| oid(&main)) else {
                continue;
            };
            self.check_history(&[main, oid(&head)])?;
            let parted = match self.inner.merge_base(main, oid(&head)) {
                Ok(_) => false,
                Err(error) if error.code() == ErrorCode::NotFound => true,
                // What cannot be told is no reason to take a branch for settled, and to be steered by it.
                Err(source) => {
                    return Err(Error::Git {
                        doing: "comparing HEAD with the main branch",
                        source,
                    });
                }
            };
            if self.is_shallow()
                && (parted || self.list(&change_id(main), &head)?.len() >= LEFT_BEHIND)
            {
                return Err(self.shallow());
            }
            if parted || self.is_left_behind(main, oid(&head)) {
                continue;
            }
            return Ok((change_id(main), Some(name)));
        }
        Ok((head, None))
    }

    /// The names that people give to commits, shortest form: `HEAD`, branches, remote branches, tags; sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec!["HEAD".to_owned()];
        if let Ok(mut references) = self.inner.references() {
            for name in references.names().flatten() {
                let kinds = ["refs/heads/", "refs/remotes/", "refs/tags/"];
                names.extend(
                    kinds
                        .iter()
                        .find_map(|kind| Some(name.strip_prefix(kind)?.to_owned())),
                );
            }
        }
        names[1..].sort_unstable();
        names
    }

    /// The commit that `HEAD` names, if the settled history certainly ends there too; no object is read.
    ///
    /// That is so in a bare repository, where there is no main branch, and where `HEAD` is its tip. `None` says
    /// nothing: [`settled`](Self::settled) has to look.
    pub fn settled_at_head(&self) -> Option<ChangeId> {
        let target = |name: &str| self.inner.refname_to_id(name).ok();
        let head = target("HEAD")?;
        let main = || MAIN_BRANCHES.into_iter().find_map(target);
        let is_settled = self.inner.is_bare() || main().is_none_or(|main| main == head);
        (is_settled && !self.is_shallow()).then(|| change_id(head))
    }

    /// Whether so much was built on a branch that it cannot be where the work lands: a name left from the past.
    fn is_left_behind(&self, main: Oid, head: Oid) -> bool {
        let ahead = self.inner.revwalk().and_then(|mut walk| {
            walk.push(head)?;
            walk.hide(main)?;
            Ok(walk.take(LEFT_BEHIND).count())
        });
        ahead.is_ok_and(|ahead| ahead == LEFT_BEHIND)
    }

    /// Walks the history of `tip`, except what `known` has a position for.
    ///
    /// Positions count from `first`; known ones lie below it, each that of one commit.
    ///
    /// # Errors
    ///
    /// [`Error::Shallow`] if history is cut off before it comes to what is known; [`Error::Unreadable`],
    /// [`Error::Malformed`].
    pub fn walk(
        &self,
        tip: &ChangeId,
        known: &dyn Fn(&ChangeId) -> Option<Position>,
        first: Position,
        progress: &dyn Progress,
    ) -> Result<Walk, Error> {
        let objects = self.objects()?;
        let cut_off = self.boundary();
        match walk::walk(&objects, oid(tip), known, first, cut_off, &|n| {
            progress.advance(n);
        })? {
            Reached::All(walk) => Ok(walk),
            Reached::CutOff { walked, is_known } => Err(self.cut_stretch(&walked, is_known)),
        }
    }

    /// Reads the changes of a walk, piece by piece.
    ///
    /// # Errors
    ///
    /// [`Error::Threads`] if so many threads cannot be had.
    pub fn pieces<'a>(
        &self,
        walk: &'a Walk,
        threads: usize,
        progress: &'a dyn Progress,
    ) -> Result<Pieces<'a>, Error> {
        Pieces::new(self.inner.path(), &self.loose(), walk, threads, progress)
    }

    /// Walks the history of `tip` and reads all its changes at once.
    ///
    /// # Errors
    ///
    /// As [`walk`](Self::walk) and [`Pieces::read_next`].
    pub fn read(
        &self,
        tip: &ChangeId,
        known: &dyn Fn(&ChangeId) -> Option<Position>,
        first: Position,
        cached: &mut Cached,
        threads: usize,
        progress: &dyn Progress,
    ) -> Result<History, Error> {
        progress.begin(Stage::Commits, None);
        let walk = self.walk(tip, known, first, progress)?;
        progress.begin(Stage::Changes, Some(walk.len() * READING_STEPS));
        let mut pieces = self.pieces(&walk, threads, progress)?;
        let mut history = History::default();
        while let Some(piece) = pieces.read_next(cached)? {
            history.extend(piece);
        }
        progress.end();
        Ok(history)
    }

    /// One change, read alone.
    pub fn change(&self, id: &ChangeId) -> Result<Change, Error> {
        let parents = commits::place(&self.objects()?, oid(id))?.parents;
        let place = |other: &ChangeId| parents.iter().position(|it| *it == oid(other));
        let outside = |other: &ChangeId| place(other).map(|at| at as Position);
        let first = parents.len() as Position;
        let mut history = self.read(id, &outside, first, &mut Cached::default(), 1, &Silent)?;
        history
            .changes
            .pop()
            .ok_or_else(|| Error::malformed(oid(id)))
    }

    /// Who wrote a commit, when it was committed, and its message, without its files.
    pub fn header(&self, id: &ChangeId) -> Result<(Author, Timestamp, String), Error> {
        let objects = self.objects()?;
        let commit = commits::read(&objects, oid(id), &mut commits::Names::default())?;
        Ok((commit.author, commit.place.committed_at, commit.message))
    }

    /// Whether some branch, remote branch, tag or `HEAD` leads to a commit; true if that cannot be told.
    pub fn is_reachable(&self, id: &ChangeId) -> bool {
        let tips: Vec<Oid> = self.inner.references().map_or_else(
            |_| Vec::new(),
            |names| {
                names
                    .flatten()
                    .filter_map(|name| name.resolve().ok()?.target())
                    .collect()
            },
        );
        let head = self.inner.head().ok().and_then(|head| head.target());
        if self
            .check_history(&[tips.as_slice(), head.as_slice()].concat())
            .is_err()
        {
            return true;
        }
        let Ok(objects) = self.objects() else {
            return true;
        };
        let found = self.inner.revwalk().and_then(|mut walk| {
            // References to what is no commit lead to none.
            for commit in tips.iter().filter_map(|&tip| peel(&objects, tip).ok()?) {
                walk.push(commit)?;
            }
            if let Some(detached) = self.inner.head()?.target() {
                walk.push(detached)?;
            }
            for commit in walk {
                if commit? == oid(id) {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        found.unwrap_or(true)
    }

    /// The first parent of a commit.
    pub fn first_parent(&self, id: &ChangeId) -> Result<Option<ChangeId>, Error> {
        let place = commits::place(&self.objects()?, oid(id))?;
        Ok(place.parents.first().copied().map(change_id))
    }

    /// A file of a commit, such as its `.mailmap`; `None` if it has none.
    pub fn file_at(&self, id: &ChangeId, path: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, Error> {
        let [file] = self.files_at(id, [path])?;
        Ok(file)
    }

    /// Several files of a commit, each as by [`file_at`](Self::file_at).
    pub(crate) fn files_at<const N: usize, P: AsRef<[u8]>>(
        &self,
        id: &ChangeId,
        paths: [P; N],
    ) -> Result<[Option<Vec<u8>>; N], Error> {
        let objects = self.objects()?;
        let place = commits::place(&objects, oid(id))?;
        let mut trees = Trees::new(&objects);
        let mut files = [const { None }; N];
        for (file, path) in files.iter_mut().zip(paths) {
            let Some(entry) = trees.find(place.tree, path.as_ref())? else {
                continue;
            };
            let object = objects
                .read(entry.oid)
                .map_err(|source| Error::unreadable(entry.oid, source))?;
            if object.kind() != ObjectType::Blob {
                return Err(Error::malformed(entry.oid));
            }
            *file = Some(object.data().to_vec());
        }
        Ok(files)
    }

    /// The git directory of this worktree.
    pub fn git_dir(&self) -> PathBuf {
        self.inner.path().to_path_buf()
    }
}

/// The first of the steps after a name, `~3` or `^2`: its sign, its number, and the steps after it.
fn step(steps: &str) -> Option<(char, usize, &str)> {
    let kind = steps.chars().next().filter(|kind| "~^".contains(*kind))?;
    let rest = &steps[1..];
    let after = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let number = &rest[..rest.len() - after.len()];
    let number = if number.is_empty() {
        1
    } else {
        number.parse().ok()?
    };
    Some((kind, number, after))
}

/// The objects that the header of a commit or tag links to with a word.
pub(crate) fn links<'a>(data: &'a [u8], word: &'a [u8]) -> impl Iterator<Item = Oid> + 'a {
    data.split(|&byte| byte == b'\n')
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix(word))
        .filter_map(ids::from_hex)
}

pub(crate) fn oid(id: &ChangeId) -> Oid {
    Oid::from_bytes(id.as_bytes()).expect("an id has the length of an object name")
}
