//! The fold over history that finds fixes and links them.

use crate::account::{Judging, Verdict};
use crate::index::{Index, SavedIndex};
use crate::{
    Account, Deleted, Error, Evidence, Explanation, Fix, FixRules, Named, Origins, SavedOrigins,
    Trail, Variant, Weight,
};
use risk_change::{Change, ChangeId, Ids, Position, RepoPath, SkipReason, Skipped, Timestamp};
use risk_source::Exclusion;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A fixing change and a change that induced it, as positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The change that repairs.
    pub fix: Position,
    /// The change that brought the fault in; always an earlier position.
    pub inducing: Position,
    /// What the link rests on: how the inducing change is named, or else what makes the other one a fix.
    pub evidence: Evidence,
    /// Deleted lines that were traced to the inducing change; 0 if it is named, or if it only stands near what the fix
    /// touches.
    pub lines: u32,
    /// How probable it is, by the default variant; else certain.
    pub weight: Weight,
}

impl Link {
    /// Whether the message of the fix names the inducing change, so that nothing was traced.
    pub fn is_named(&self) -> bool {
        matches!(self.evidence, Evidence::Trailer | Evidence::Revert)
    }
}

/// How fixes are found and linked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The variant of SZZ.
    pub variant: Variant,
    /// Which changes are fixes.
    pub rules: FixRules,
    /// Revisions whose lines pass through to those before (`.git-blame-ignore-revs`).
    pub ignored: BTreeSet<ChangeId>,
    /// Files that do not count: what a fix deletes in them is not traced. By the path after the change.
    pub exclusion: Exclusion,
    /// Fixes that change more traced files than this are not linked by lines: such changes are clean-ups of
    /// which the fix is a small part, and their links would be noise. They are counted as skipped.
    pub max_fix_files: u32,
    /// How probable a candidate has to be for the default variant to link it.
    ///
    /// Range: 0 to 1.
    pub least_weight: f64,
    /// How many of the last commits a later branch may have left history at without a fold from the start.
    pub remembered: u32,
}

impl Options {
    /// How probable a candidate has to be, unless said otherwise.
    pub const LEAST_WEIGHT: f64 = 0.3;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            variant: Variant::default(),
            rules: FixRules::default(),
            ignored: BTreeSet::new(),
            exclusion: Exclusion::default(),
            max_fix_files: 50,
            least_weight: Self::LEAST_WEIGHT,
            remembered: Origins::REMEMBERED,
        }
    }
}

/// What one change gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The change as a fix, if it is one.
    pub fix: Option<Fix>,
    /// Its links, in ascending order of the inducing change; each pair once.
    pub links: Vec<Link>,
    /// What could not be linked, in ascending order; each thing once.
    pub skipped: Vec<Skipped>,
}

/// The state of the fold: what is known of every commit, and the line origins of those alive.
///
/// Commits are absorbed in the documented order, each with its parents before it. A fix that names changes
/// (a trailer, a revert) is linked to them; if none of them is known, or if it names none, its deleted lines
/// are traced by the variant. A fix that [repeats](Fix::duplicate_of) an earlier one, as a cherry-pick does, is linked
/// to what it names alone: the lines that it deletes were traced before.
#[derive(Clone, Debug)]
pub struct Szz {
    options: Options,
    origins: Origins,
    index: Index,
}

/// The state between two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// What is known of every commit.
    pub index: SavedIndex,
    /// The line origins of the commits alive.
    pub origins: SavedOrigins,
    /// What it takes to have earlier ones back.
    pub trail: Trail,
}

impl Szz {
    /// Starts before the first commit.
    pub fn new(options: Options) -> Self {
        let origins = Origins::new(options.variant.whitespace(), options.ignored.clone())
            .remembering(options.remembered);
        Self {
            options,
            origins,
            index: Index::default(),
        }
    }

    /// Knows the names of commits that were absorbed in an earlier run, and nothing else of them: more can be
    /// absorbed only when the rest is [restored](Self::restore).
    #[must_use]
    pub fn named(mut self, ids: Ids) -> Self {
        self.index = Index::named(ids);
        self
    }

    /// The names of the commits.
    pub fn ids(&self) -> &Ids {
        self.index.ids()
    }

    /// The names of the commits, for a [`restore`](Self::restore).
    pub fn ids_mut(&mut self) -> &mut Ids {
        self.index.ids_mut()
    }

    /// Number of commits absorbed: the position of the next one.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether no commit was absorbed yet.
    pub fn is_empty(&self) -> bool {
        self.index.len() == 0
    }

    /// The line origins, for features of the next change: ask before it is absorbed.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Whether the line origins of a commit are alive or can be had back, so that a child of it can be absorbed.
    pub fn can_follow(&self, parent: Position) -> bool {
        self.origins.is_within_reach(parent)
    }

    /// Prepares for commits up to `end` that touch these paths, or any, and have these parents among those absorbed.
    ///
    /// # Errors
    ///
    /// [`Error::Inconsistent`] if what was saved of earlier commits does not fit.
    pub fn expect(
        &mut self,
        end: Position,
        parents: impl IntoIterator<Item = Position>,
        paths: Option<&BTreeSet<RepoPath>>,
    ) -> Result<(), Error> {
        self.origins.expect(end);
        self.origins.bring_back(parents, paths)
    }

    /// Forgets the line origins of a commit that gets no more children.
    pub fn retire(&mut self, commit: Position) {
        self.origins.retire(commit);
    }

    /// Takes in the next commit and links it if it is a fix.
    ///
    /// `parents` and `is_last_child` are as for [`Origins::absorb`]. What the change is linked to was known
    /// before it.
    ///
    /// # Panics
    ///
    /// If `position` is not the number of commits absorbed before.
    pub fn absorb(
        &mut self,
        position: Position,
        parents: &[Position],
        change: &Change,
        is_last_child: &[bool],
    ) -> Outcome {
        assert_eq!(
            position as usize,
            self.len(),
            "commits are absorbed in order"
        );
        let message = self.options.rules.read(&change.message);
        let mut outcome = Outcome::default();
        if let Explanation::Fix(fix) = FixRules::judge(change, &message) {
            let parent = parents.first().copied();
            let fix = self.with_original(fix, change, &message.copies);
            outcome = Linking::new(self, position, change).link(fix, parent);
        }
        let is_fix = outcome.fix.is_some();
        self.index.push(change, message.is_revert(), is_fix);
        self.origins
            .absorb(position, parents, change, is_last_child);
        outcome
    }

    /// Why a change is a fix or is none, with what is known so far; the change itself is not absorbed.
    pub fn explain(&self, change: &Change) -> Explanation {
        let message = self.options.rules.read(&change.message);
        match FixRules::judge(change, &message) {
            Explanation::Fix(fix) => match self.without_reapplied(fix) {
                Ok(fix) => Explanation::Fix(self.with_original(fix, change, &message.copies)),
                Err(fix) => Explanation::NotFix {
                    reason: crate::NotFix::Reapply,
                    matched: Some(fix.why),
                },
            },
            not @ Explanation::NotFix { .. } => not,
        }
    }

    /// The change as a fix, or `None`, with what is known so far.
    pub fn classify(&self, change: &Change) -> Option<Fix> {
        self.explain(change).into_fix()
    }

    /// The candidates of the next change by a variant, whether it is a fix or not; the change is not absorbed.
    ///
    /// `parent` is its first parent, whose line origins must be alive. `variant` must treat white space as that of the
    /// options does. `reported_at` is when the fault was reported, if that is known.
    pub fn account(
        &self,
        variant: Variant,
        parent: Option<Position>,
        change: &Change,
        reported_at: Option<Timestamp>,
    ) -> Account {
        let judging = Judging {
            options: &self.options,
            origins: &self.origins,
            index: &self.index,
            reported_at,
        };
        judging.account(variant, parent, change)
    }

    /// The candidates of a change by the variant of the options, and the lines that it deletes.
    ///
    /// As for [`account`](Self::account); when the fault was reported is taken from the issues that its message names.
    pub fn trace(&self, parent: Option<Position>, change: &Change) -> (Account, Deleted) {
        let fix = self.classify(change);
        let reported_at = fix.and_then(|fix| fix.reported_at);
        let account = self.account(self.options.variant, parent, change, reported_at);
        let deleted = Deleted::of(&self.origins, parent, change, &self.options.exclusion);
        (account, deleted)
    }

    /// Takes down the state.
    pub fn save(&self) -> Saved {
        Saved {
            index: self.index.save(),
            origins: self.origins.save(),
            trail: self.origins.save_trail(),
        }
    }

    /// Takes up a saved state; `options` should be those it was made with.
    ///
    /// `ids` are the names of its commits, which are taken unless there is an error.
    pub fn restore(saved: Saved, ids: &mut Ids, options: Options) -> Result<Self, Error> {
        let n = ids.len();
        if !saved.origins.is_below(n) || !saved.trail.fits(n) {
            return Err(Error::Inconsistent {
                what: "the list of lines",
            });
        }
        let origins = Origins::restore(saved.origins, saved.trail, options.ignored.clone())?
            .remembering(options.remembered);
        let wanted = options.variant.whitespace();
        if origins.whitespace() != wanted {
            return Err(Error::OtherWhitespace {
                saved: origins.whitespace(),
                wanted,
            });
        }
        Ok(Self {
            options,
            origins,
            index: Index::restore(saved.index, ids)?,
        })
    }

    /// The earlier commit that a message names.
    fn resolve(&self, named: &Named) -> Option<Position> {
        let by_id = named.prefix.as_deref();
        let by_id = by_id.and_then(|prefix| self.index.by_prefix(prefix));
        by_id.or_else(|| self.index.by_subject(named.subject.as_deref()?))
    }

    /// The fix with the earlier one that it repeats, if there is one: what it says that it is a copy of, or else its first
    /// twin.
    fn with_original(&self, mut fix: Fix, change: &Change, copies: &[String]) -> Fix {
        // It may have been absorbed already.
        let own = self.index.ids().position_of(&change.id);
        let is_earlier = |it: &Position| own.is_none_or(|own| *it < own);
        let copied = copies.iter().filter_map(|id| self.index.by_prefix(id));
        let twin = self.index.first_twin(change);
        let mut fixes = copied.chain(twin).filter(is_earlier);
        fix.duplicate_of = fixes.find(|&it| self.index.is_fix(it));
        fix
    }

    /// The fix without the reverts it takes back in turn; `Err` with the fix if nothing is left.
    fn without_reapplied(&self, mut fix: Fix) -> Result<Fix, Fix> {
        let is_reapplied = |named: &Named| {
            let position = || self.resolve(named);
            named.evidence == Evidence::Revert
                && position().is_some_and(|position| self.index.is_revert(position))
        };
        let n_named = fix.named.len();
        fix.named.retain(|named| !is_reapplied(named));
        if fix.named.len() == n_named {
            return Ok(fix);
        }
        if !fix.named.iter().any(|it| it.evidence == Evidence::Revert) {
            if fix.evidence == [Evidence::Revert] {
                return Err(fix);
            }
            fix.evidence.retain(|&it| it != Evidence::Revert);
        }
        Ok(fix)
    }
}

/// One fixing change being linked.
struct Linking<'s> {
    szz: &'s Szz,
    position: Position,
    change: &'s Change,
    links: BTreeMap<Position, Link>,
    skipped: BTreeSet<Skipped>,
}

impl<'s> Linking<'s> {
    fn new(szz: &'s Szz, position: Position, change: &'s Change) -> Self {
        Self {
            szz,
            position,
            change,
            links: BTreeMap::new(),
            skipped: BTreeSet::new(),
        }
    }

    fn link(mut self, fix: Fix, parent: Option<Position>) -> Outcome {
        let Ok(fix) = self.szz.without_reapplied(fix) else {
            return Outcome::default();
        };
        for named in &fix.named {
            self.by_name(named);
        }
        if self.links.is_empty() && fix.duplicate_of.is_none() {
            self.by_lines(&fix, parent);
        }
        Outcome {
            fix: Some(fix),
            links: self.links.into_values().collect(),
            skipped: self.skipped.into_iter().collect(),
        }
    }

    fn by_name(&mut self, named: &Named) {
        match self.szz.resolve(named) {
            None => self.skip(None, SkipReason::NamedChangeNotFound),
            Some(inducing) if !self.szz.index.is_change(inducing) => {
                self.skip(None, SkipReason::OriginNotAChange);
            }
            Some(inducing) => {
                let link = self.links.entry(inducing).or_insert(Link {
                    fix: self.position,
                    inducing,
                    evidence: named.evidence,
                    lines: 0,
                    weight: Weight::CERTAIN,
                });
                link.evidence = link.evidence.min(named.evidence);
            }
        }
    }

    fn by_lines(&mut self, fix: &Fix, parent: Option<Position>) {
        let evidence = fix.strongest();
        let Account {
            judged,
            unknown,
            n_files,
            n_deleted,
            n_traced,
        } = self.szz.account(
            self.szz.options.variant,
            parent,
            self.change,
            fix.reported_at,
        );
        if n_files > self.szz.options.max_fix_files {
            return self.skip(None, SkipReason::FixTouchesTooManyFiles);
        }
        for path in unknown {
            self.skip(Some(path), SkipReason::OriginUnknown);
        }
        for candidate in judged {
            match candidate.verdict {
                Verdict::NotAChange if candidate.lines > 0 => {
                    self.skip(Some(candidate.path), SkipReason::OriginNotAChange);
                }
                Verdict::Kept => {
                    let link = Link {
                        fix: self.position,
                        inducing: candidate.position,
                        evidence,
                        lines: candidate.lines,
                        weight: Weight::of(candidate.weight),
                    };
                    self.links.insert(link.inducing, link);
                }
                _ => {}
            }
        }
        if self.links.is_empty() {
            if n_deleted == 0 {
                self.skip(None, SkipReason::FixOnlyAdds);
            } else if n_traced == 0 {
                self.skip(None, SkipReason::FixOnlyCosmetic);
            }
        }
    }

    fn skip(&mut self, path: Option<RepoPath>, why: SkipReason) {
        let change = self.change.id;
        self.skipped.insert(Skipped { change, path, why });
    }
}

#[cfg(test)]
mod tests;
