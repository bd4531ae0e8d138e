//! The fold.

use crate::bots::Bots;
use crate::error::Error;
use crate::overrides::{Override, Overrides};
use crate::people::People;
use crate::saved::Saved;
use crate::traced::Traced;
use risk_change::{
    Ancestors, Ancestry, Author, Change, ChangeId, FileChange, OtherParent, Position, RepoPath,
    SkipReason, Skipped, Timestamp,
};
use risk_evaluate::{Row, Step, Timeline, Waiting};
use risk_features::{Features, Seen, Tracker};
use risk_history::{History, Identities, Progress, Walk};
use risk_source::Exclusion;
use risk_szz::{Evidence, Link, Szz};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How history is folded.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How fixes are found and linked; and which files count, for links and for features.
    pub szz: risk_szz::Options,
    /// Whose changes are followed, but neither scored nor learned from.
    pub bots: Bots,
    /// After how long silence counts as clean.
    pub waiting: Waiting,
    /// Labels that people gave, which hold in place of those that are found.
    pub overrides: BTreeMap<ChangeId, Override>,
}

/// The fold over history, at some commit of it.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Whether nothing was followed since it came from a saved state.
    pub(crate) is_restored: bool,
    pub(crate) exclusion: Exclusion,
    pub(crate) bots: Bots,
    /// Paths of files that were met since the last save and do not count.
    pub(crate) excluded: BTreeSet<RepoPath>,
    pub(crate) ancestry: Ancestry,
    pub(crate) szz: Szz,
    pub(crate) tracker: Tracker,
    pub(crate) people: People,
    pub(crate) timeline: Timeline,
    pub(crate) overrides: Overrides,
    /// By position: the number of the change among those scored, or [`Saved::UNSCORED`].
    pub(crate) scored: Vec<u32>,
    /// By position: the strongest evidence that it is a fix.
    pub(crate) fixes: Vec<Option<Evidence>>,
    /// The fixes that repeat an earlier one.
    pub(crate) repeated: BTreeSet<Position>,
    pub(crate) links: Vec<Link>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Replay {
    /// Stands before the first commit.
    pub fn new(options: Options) -> Self {
        Self {
            is_restored: false,
            exclusion: options.szz.exclusion.clone(),
            bots: options.bots,
            excluded: BTreeSet::new(),
            ancestry: Ancestry::default(),
            szz: Szz::new(options.szz),
            tracker: Tracker::default(),
            people: People::default(),
            timeline: Timeline::new(options.waiting),
            overrides: Overrides::new(options.overrides),
            scored: Vec::new(),
            fixes: Vec::new(),
            repeated: BTreeSet::new(),
            links: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Number of commits followed; the position of the next.
    pub fn next(&self) -> Position {
        self.szz.ids().len() as Position
    }

    /// The last commit followed.
    pub fn tip(&self) -> Option<ChangeId> {
        self.szz.ids().last()
    }

    /// The position of a commit, if it was followed.
    pub fn position_of(&self, id: &ChangeId) -> Option<Position> {
        self.szz.ids().position_of(id)
    }

    /// Brings in the fixes and line origins of a saved fold, so that it can go on.
    pub fn attach(&mut self, szz: risk_szz::Saved, options: Options) -> Result<(), Error> {
        self.szz = Szz::restore(szz, self.szz.ids_mut(), options.szz)?;
        Ok(())
    }

    /// As [`attach`](Self::attach), with the lines of those files alone that a stretch touches.
    ///
    /// Enough to look ahead at a stretch that goes on from the tip alone. What is followed then must not be saved.
    pub fn attach_for(
        &mut self,
        mut szz: risk_szz::Saved,
        options: Options,
        history: &History,
    ) -> Result<(), Error> {
        szz.origins.retain(&paths_of(history));
        self.attach(szz, options)
    }

    /// Whether a stretch goes on from a commit before the tip.
    pub fn leaves_before_tip(&self, walk: &Walk) -> bool {
        let outer = walk.outer_parents();
        outer.iter().any(|&parent| parent + 1 < self.next())
    }

    /// Whether fixes and line origins are there, so that more can be followed.
    pub fn is_whole(&self) -> bool {
        self.szz.len() == self.szz.ids().len()
    }

    /// The commit at a position.
    pub fn id_at(&self, position: Position) -> Option<ChangeId> {
        self.szz.ids().get(position)
    }

    /// Commits that were followed, with all that leads to them.
    pub fn history_of(&self, positions: &[Position]) -> Ancestors {
        self.ancestry.on_top_of(positions)
    }

    /// The number of a change among those scored; `None` for merges, empty and incomplete changes.
    pub fn number_of(&self, position: Position) -> Option<u32> {
        let number = self.scored.get(position as usize).copied();
        number.filter(|&number| number != Saved::UNSCORED)
    }

    /// Links found so far, in order of the fixing change.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// How many fixes there are. One that repeats another, as a cherry-pick does, is not counted again.
    pub fn n_fixes(&self) -> usize {
        self.fixes.iter().flatten().count() - self.repeated.len()
    }

    /// Whether a commit that was followed is a fix.
    pub fn is_fix(&self, position: Position) -> bool {
        let evidence = self.fixes.get(position as usize);
        evidence.is_some_and(Option::is_some)
    }

    /// The files of the tip that count, ascending, each with the commit that every line of it comes from
    /// ([`risk_szz::UNKNOWN`] where that is not known); binary files have no lines.
    ///
    /// `None` if line origins are missing, or nothing was followed.
    pub fn lines(&self) -> Option<Vec<(&RepoPath, &[Position])>> {
        let tip = self.next().checked_sub(1)?;
        let origins = self.szz.origins();
        let paths = origins.paths(tip)?.into_iter();
        let counted = paths.filter(|path| !self.exclusion.excludes(path));
        Some(
            counted
                .filter_map(|path| Some((path, origins.lines(tip, path)?)))
                .collect(),
        )
    }

    /// Positions of the fixes, without those that repeat another.
    pub fn fixes(&self) -> impl Iterator<Item = Position> {
        let all = self.fixes.iter().zip(0..);
        let fixes = all.filter_map(|(evidence, position)| evidence.map(|_| position));
        fixes.filter(|position| !self.repeated.contains(position))
    }

    /// What was left out, in the order of the commits it belongs to.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What is known about labels, and when.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Whether a stretch that begins here can be followed: the line origins of all its outer parents are known.
    ///
    /// They are those of the tip and of the commits before it that can be had back. A stretch with a branch
    /// that left history before these needs a fold from the beginning.
    pub fn can_follow(&self, walk: &Walk) -> bool {
        let outer = walk.outer_parents();
        outer.into_iter().all(|parent| self.szz.can_follow(parent))
    }

    /// Gets ready for a stretch that comes piece by piece, all of which will be followed before the next save.
    ///
    /// # Errors
    ///
    /// [`Error::Inconsistent`] if fixes and line origins are missing, or do not fit.
    pub fn begin(&mut self, walk: &Walk) -> Result<(), Error> {
        self.is_restored = false;
        self.expect_to(
            walk.first() + walk.len() as Position,
            walk.outer_parents(),
            None,
        )
    }

    /// Gets ready for a stretch that comes as one piece: less of the past is needed if it is short.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub fn begin_with(&mut self, history: &History, people: &mut Identities) -> Result<(), Error> {
        let end = self.next() + history.changes.len() as Position;
        let all = history.parents.iter().flatten().copied();
        let outer = all.filter(|&parent| parent < self.next()).collect();
        let paths = paths_of(history);
        self.expect_to(end, outer, Some(&paths))?;
        let is_short = history.changes.len() < self.szz.ids().len() / SHORT;
        if std::mem::take(&mut self.is_restored) && is_short {
            let changes = history.changes.iter();
            let authors: BTreeSet<Author> = changes.map(|it| people.resolve(&it.author)).collect();
            self.tracker.prepare_for(&paths, &authors);
        }
        Ok(())
    }

    fn expect_to(
        &mut self,
        end: Position,
        outer: BTreeSet<Position>,
        paths: Option<&BTreeSet<RepoPath>>,
    ) -> Result<(), Error> {
        if !self.is_whole() {
            return Err(Error::Inconsistent {
                what: "list of fixes",
            });
        }
        Ok(self.szz.expect(end, outer, paths)?)
    }

    /// Follows a stretch of history that begins where the fold stands, or a piece of one that was
    /// [begun](Self::begin), handing out each step as it happens. A change is dropped when it was followed.
    ///
    /// # Errors
    ///
    /// What `take` returns ends the fold; the state is then not fit for use.
    pub fn follow(
        &mut self,
        history: History,
        people: &mut Identities,
        progress: &dyn Progress,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        if !self.is_whole() {
            return Err(Error::Inconsistent {
                what: "list of fixes",
            });
        }
        let n_changes = history.changes.len();
        let last = &history.last_children;
        let mut skipped = history.skipped.into_iter().peekable();
        for (index, change) in history.changes.into_iter().enumerate() {
            let position = self.next();
            let parents = &history.parents[index];
            if parents.iter().any(|&parent| parent >= position) {
                return Err(Error::NotNext {
                    expected: position,
                    found: parents[0],
                });
            }
            while let Some(skip) = skipped.next_if(|skip| skip.change == change.id) {
                self.skipped.push(skip);
            }
            let ancestors = self.ancestry.append(parents);
            for (&parent, &is_last) in parents.iter().zip(&last[index]) {
                if is_last {
                    self.ancestry.retire(parent);
                }
            }
            let outcome = self.szz.absorb(position, parents, &change, &last[index]);
            self.skipped.extend(outcome.skipped);
            let evidence = outcome.fix.as_ref().map(risk_szz::Fix::strongest);
            let is_repeated = outcome.fix.is_some_and(|fix| fix.duplicate_of.is_some());
            if is_repeated {
                self.repeated.insert(position);
            }
            let mut number = None;
            if !change.is_merge() {
                let author = people.resolve(&change.author);
                let seen = Seen {
                    position,
                    ancestors: &ancestors,
                    author: &author,
                    is_fix: evidence.is_some(),
                    is_repeated,
                };
                let counted = counted(&self.exclusion, &change);
                if let Cow::Owned(rest) = &counted {
                    note_excluded(&mut self.excluded, &change, rest);
                }
                let features = self.tracker.observe(&counted, &seen);
                self.people.meet(&change.author, &author, &self.tracker);
                if self.is_scored(&change) {
                    number = Some(self.timeline.n_arrived());
                    self.overrides.meet(&change.id, self.timeline.n_arrived());
                    for event in self
                        .timeline
                        .arrive(self.timeline.n_arrived(), history.landed_at[index])?
                    {
                        take(Step::of(event, || row(&counted, &features)))?;
                    }
                }
            }
            self.scored.push(number.unwrap_or(Saved::UNSCORED));
            self.fixes.push(evidence);
            self.reveal(&change, outcome.links, take)?;
            self.reveal_given(history.landed_at[index], take)?;
            if index % 256 == 255 {
                progress.advance(256);
            }
        }
        progress.advance(n_changes % 256);
        Ok(())
    }

    /// The labels that a fix makes known.
    fn reveal(
        &mut self,
        fix: &Change,
        links: Vec<Link>,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        for link in links {
            let Some(inducing) = self.number_of(link.inducing) else {
                self.skipped.push(Skipped {
                    change: fix.id,
                    path: None,
                    why: SkipReason::OriginNotAChange,
                });
                continue;
            };
            self.links.push(link);
            if !self.overrides.is_clean(inducing) {
                self.make_known(inducing, take)?;
            }
        }
        Ok(())
    }

    /// The labels that people gave and that are known when a commit has landed.
    fn reveal_given(
        &mut self,
        landed_at: Timestamp,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        // Merges land too, and are no arrivals.
        let now = self
            .timeline
            .clock()
            .map_or(landed_at, |clock| clock.max(landed_at));
        while let Some(number) = self.overrides.due(now) {
            self.make_known(number, take)?;
        }
        Ok(())
    }

    /// A change is known to be defective now.
    fn make_known(
        &mut self,
        number: u32,
        take: &mut dyn FnMut(Step) -> Result<(), risk_evaluate::Error>,
    ) -> Result<(), Error> {
        let Some(now) = self.timeline.clock() else {
            return Ok(());
        };
        if let Some(event) = self.timeline.reveal(number, now)? {
            take(Step::of(event, || {
                unreachable!("because a verification needs no row")
            }))?;
        }
        Ok(())
    }

    /// A change with the files that count alone: features are those of these.
    pub fn counted<'c>(&self, change: &'c Change) -> Cow<'c, Change> {
        counted(&self.exclusion, change)
    }

    /// Whether a change is scored and learned from: merges and empty changes are not, nor those of bots, and neither is
    /// one of which a file could not be read, for its features are not known. Files that do not count are not asked.
    pub fn is_scored(&self, change: &Change) -> bool {
        if change.is_merge() || self.is_of_bot(change) {
            return false;
        }
        let counted = self.counted(change);
        !counted.is_empty() && !counted.is_incomplete()
    }

    /// Whether a program made a change.
    pub fn is_of_bot(&self, change: &Change) -> bool {
        !self.bots.is_empty() && self.bots.include(&change.author)
    }

    /// The features of a change seen from where it stands: one already followed, or one on top of `parents`.
    ///
    /// Files that do not count must have been [taken out](Self::counted). Nothing is absorbed. For a change that was followed the row is the one it arrived with.
    pub fn peek(&self, change: &Change, author: &Author, at: &Standing) -> Features {
        let seen = Seen {
            position: at.position,
            ancestors: &at.ancestors,
            author,
            is_fix: at.is_fix,
            // That matters to later changes alone.
            is_repeated: false,
        };
        self.tracker.peek(change, &seen)
    }

    /// Where a followed change stands.
    pub fn standing(&self, position: Position) -> Standing {
        Standing {
            position,
            ancestors: self.ancestry.walk(position),
            is_fix: self
                .fixes
                .get(position as usize)
                .is_some_and(Option::is_some),
        }
    }

    /// Where a change would stand that is not history yet, on top of a followed commit.
    pub fn standing_on(&self, parent: Position, change: &Change) -> Standing {
        Standing {
            position: self.next(),
            ancestors: self.ancestry.on_top_of(&[parent]),
            is_fix: self.szz.classify(change).is_some(),
        }
    }

    /// Why a change is a fix or is none.
    pub fn explain(&self, change: &Change) -> risk_szz::Explanation {
        self.szz.explain(change)
    }

    /// The candidates of a change that was followed, and the lines that it deletes, by the variant of the options.
    ///
    /// `change` is that commit; `None` if its first parent was followed so long ago that its lines cannot be had back,
    /// or not at all. What is followed after this must not be saved.
    ///
    /// # Errors
    ///
    /// [`Error::Inconsistent`] if fixes and line origins are missing, or do not fit.
    pub fn trace(&mut self, change: &Change) -> Result<Option<Traced>, Error> {
        let parent = change.parents.first().map(|id| self.position_of(id));
        let Some(parent) = parent else {
            return Ok(Some(Traced::of(&self.szz, None, change)));
        };
        let Some(parent) = parent.filter(|&parent| self.szz.can_follow(parent)) else {
            return Ok(None);
        };
        self.expect_to(self.next(), BTreeSet::from([parent]), None)?;
        Ok(Some(Traced::of(&self.szz, Some(parent), change)))
    }

    /// The state, to be kept until history goes on.
    pub fn save(&self) -> Saved {
        Saved::of(self)
    }

    /// Takes up a saved state; `options` are those it was made with.
    pub fn restore(saved: Saved, options: Options) -> Result<Self, Error> {
        saved.restore(options)
    }
}

/// From where in history a change is seen.
#[derive(Clone, Debug)]
pub struct Standing {
    position: Position,
    ancestors: Ancestors,
    is_fix: bool,
}

/// A stretch is short if it has this part of the commits before it: then the whole past is not needed.
const SHORT: usize = 20;

/// All paths that the changes of a stretch name.
fn paths_of(history: &History) -> BTreeSet<RepoPath> {
    let mut paths = BTreeSet::new();
    for file in history.changes.iter().flat_map(|change| &change.files) {
        let others = file.other_parents.iter().filter_map(|other| match other {
            OtherParent::Absent => None,
            OtherParent::Same { path }
            | OtherParent::Unlike { path }
            | OtherParent::Differs { path, .. } => Some(path),
        });
        let traced = file.trace.iter().map(|trace| &trace.path);
        for path in others.chain(traced).chain([&file.path, file.source_path()]) {
            if !paths.contains(path) {
                paths.insert(path.clone());
            }
        }
    }
    paths
}

fn counted<'c>(exclusion: &Exclusion, change: &'c Change) -> Cow<'c, Change> {
    let is_out = |file: &FileChange| exclusion.excludes(&file.path);
    if exclusion.is_empty() || !change.files.iter().any(is_out) {
        return Cow::Borrowed(change);
    }
    let files = change.files.iter().filter(|file| !is_out(file));
    Cow::Owned(Change {
        files: files.cloned().collect(),
        ..change.clone()
    })
}

/// Notes the files of a change that are not among the rest of it.
fn note_excluded(excluded: &mut BTreeSet<RepoPath>, change: &Change, rest: &Change) {
    let mut kept = rest.files.iter().peekable();
    for file in &change.files {
        let is_kept = kept.next_if(|it| it.path == file.path).is_some();
        if !is_kept && !excluded.contains(&file.path) {
            excluded.insert(file.path.clone());
        }
    }
}

/// The row that a change arrives with, of its files that count.
pub fn row(change: &Change, features: &Features) -> Row {
    let (added, deleted) = (change.lines_added() as f64, change.lines_deleted() as f64);
    Row {
        raw: features.to_row().to_vec(),
        size: added,
        effort: added + deleted,
    }
}
