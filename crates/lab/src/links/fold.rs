//! The fold that traces given fixes.

use super::fixes::Fix as Given;
use crate::error::{Error, Result};
use risk_change::{Change, ChangeId, Position, Timestamp};
use risk_history::{Cached, History, Progress, READING_STEPS, Repository, Stage};
use risk_source::Exclusion;
use risk_szz::{Account, Evidence, Fix, Szz, Variant, Whitespace};
use std::collections::BTreeMap;
use std::path::Path;

/// What is asked of the tracing.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// By which variants.
    pub variants: Vec<Variant>,
    /// How probable a candidate has to be for the default variant.
    pub least_weight: f64,
    /// Whether the times of reports are used where they are told.
    pub dates: Dates,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            variants: vec![Variant::default()],
            least_weight: risk_szz::Options::LEAST_WEIGHT,
            dates: Dates::Used,
        }
    }
}

/// Whether the times of reports are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// They are left aside.
    Aside,
    /// They are used where they are told.
    Used,
    /// Each variant is asked without and with them.
    Both,
}

/// What one variant made of one fix.
#[derive(Clone, Debug)]
pub struct Found {
    /// The fix.
    pub fix: ChangeId,
    /// The variant.
    pub variant: Variant,
    /// Whether this is the answer with the time of the report, beside one without.
    pub is_dated: bool,
    /// Its candidates.
    pub account: Account,
    /// The names of the candidates, in their order.
    pub ids: Vec<ChangeId>,
}

impl Found {
    fn of(szz: &Szz, fix: &Change, variant: Variant, account: Account) -> Self {
        Self::dated(szz, fix, variant, account, false)
    }

    fn dated(szz: &Szz, fix: &Change, variant: Variant, account: Account, is_dated: bool) -> Self {
        let ids = account.judged.iter().map(|it| id_of(szz, it.position));
        Self {
            fix: fix.id,
            variant,
            is_dated,
            ids: ids.collect(),
            account,
        }
    }
}

fn id_of(szz: &Szz, position: Position) -> ChangeId {
    let id = szz.ids().get(position);
    id.expect("because it was absorbed before")
}

/// A fold by itself, for one way to treat white space.
struct Fold {
    szz: Szz,
    variants: Vec<Variant>,
    /// Whether each is asked without the time of the report, too.
    asks_twice: bool,
}

impl Fold {
    fn take(
        &mut self,
        piece: &History,
        wanted: &BTreeMap<ChangeId, Option<Timestamp>>,
        found: &mut Vec<Found>,
    ) {
        for (index, change) in piece.changes.iter().enumerate() {
            let position = self.szz.len() as Position;
            let parents = &piece.parents[index];
            if let Some(&reported_at) = wanted.get(&change.id) {
                let parent = parents.first().copied();
                let ask = |variant, at| self.szz.account(variant, parent, change, at);
                for &variant in &self.variants {
                    if self.asks_twice {
                        let without = ask(variant, None);
                        found.push(Found::of(&self.szz, change, variant, without));
                    }
                    let with = ask(variant, reported_at);
                    let is_dated = self.asks_twice;
                    found.push(Found::dated(&self.szz, change, variant, with, is_dated));
                }
            }
            self.szz
                .absorb(position, parents, change, &piece.last_children[index]);
        }
    }
}

/// Traces fixes of the repository at `path`, in the order in which they are given, each by all variants.
///
/// Fixes may lie on any branch; history is walked as often as it takes. A fix that the repository does not have is
/// given back beside the others. Files that `.gitattributes` excludes are traced here, and so are fixes of many files.
///
/// # Errors
///
/// [`Error::History`] for what git cannot tell.
pub fn trace(
    path: &Path,
    fixes: &[&Given],
    options: &Options,
    threads: usize,
    progress: &dyn Progress,
) -> Result<(Vec<Found>, Vec<String>)> {
    let repository = Repository::discover(path)?;
    let mut wanted: BTreeMap<ChangeId, Option<Timestamp>> = BTreeMap::new();
    let mut order: BTreeMap<ChangeId, usize> = BTreeMap::new();
    let mut missing = Vec::new();
    for fix in fixes {
        match repository.resolve(&fix.id) {
            Ok(id) => {
                let is_used = options.dates != Dates::Aside;
                let reported_at = fix.reported_at.filter(|_| is_used);
                wanted.insert(id, reported_at);
                let next = order.len();
                order.entry(id).or_insert(next);
            }
            Err(risk_history::Error::UnknownRevision { .. }) => missing.push(fix.id.clone()),
            Err(error) => return Err(error.into()),
        }
    }
    let mut found: Vec<Found> = Vec::new();
    let mut tip = repository.settled().ok();
    while !wanted.is_empty() {
        // Not all are on the main branch, or there is none: the next one is a tip itself.
        let Some(here) = tip.take().or_else(|| wanted.keys().next().copied()) else {
            break;
        };
        let before = found.len();
        follow(
            &repository,
            &here,
            options,
            &wanted,
            threads,
            progress,
            &mut found,
        )?;
        for it in &found[before..] {
            wanted.remove(&it.fix);
        }
    }
    let place = |it: &Found| {
        let variant = options
            .variants
            .iter()
            .position(|&other| other == it.variant);
        (order[&it.fix], variant, it.is_dated)
    };
    found.sort_by_key(place);
    Ok((found, missing))
}

fn follow(
    repository: &Repository,
    tip: &ChangeId,
    options: &Options,
    wanted: &BTreeMap<ChangeId, Option<Timestamp>>,
    threads: usize,
    progress: &dyn Progress,
    found: &mut Vec<Found>,
) -> Result<()> {
    let steering = repository.steering(tip)?;
    let mut folds: Vec<Fold> = Vec::new();
    for whitespace in [Whitespace::Significant, Whitespace::Ignored] {
        let fits = |it: &Variant| it.whitespace() == whitespace;
        let variants: Vec<Variant> = options.variants.iter().copied().filter(fits).collect();
        if let Some(&variant) = variants.first() {
            let szz = Szz::new(risk_szz::Options {
                variant,
                ignored: steering.ignored(),
                exclusion: Exclusion::default(),
                least_weight: options.least_weight,
                remembered: 0,
                ..risk_szz::Options::default()
            });
            folds.push(Fold {
                szz,
                variants,
                asks_twice: options.dates == Dates::Both,
            });
        }
    }
    over(repository, tip, threads, progress, |piece| {
        for fold in &mut folds {
            fold.take(piece, wanted, found);
        }
    })
}

/// Reads the history of a tip from its beginning, piece by piece.
fn over(
    repository: &Repository,
    tip: &ChangeId,
    threads: usize,
    progress: &dyn Progress,
    mut take: impl FnMut(&History),
) -> Result<()> {
    progress.begin(Stage::Commits, None);
    let walk = repository.walk(tip, &|_| None, 0, progress)?;
    progress.begin(Stage::Changes, Some(walk.len() * (READING_STEPS + 1)));
    let mut nothing = Cached::default();
    let mut pieces = repository.pieces(&walk, threads, progress)?;
    if let Some(first) = pieces.read_next(&mut nothing)? {
        pieces.give_out(first, &mut nothing, |piece: History| -> Result<()> {
            take(&piece);
            progress.advance(piece.changes.len());
            Ok(())
        })?;
    }
    progress.end();
    Ok(())
}

/// Fixes with the change that their message says they repair.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// The fix, when it was committed, and the inducing change.
    pub all: Vec<(ChangeId, Timestamp, ChangeId)>,
    /// What the default variant makes of each of them, in the same order.
    pub found: Vec<Found>,
    /// Fixes that name several changes, and are left out.
    pub n_several: usize,
}

/// The fixes of a repository that name the one change they repair (`Fixes: 1234abcd`, "caused by 1234abcd"), up to the
/// end of its settled history. Reverts are none of them.
///
/// # Errors
///
/// [`Error::History`] for what git cannot tell.
pub fn pairs(path: &Path, threads: usize, progress: &dyn Progress) -> Result<Pairs> {
    let repository = Repository::discover(path)?;
    let tip = repository.settled()?;
    let mut szz = Szz::new(risk_szz::Options {
        remembered: 0,
        ..risk_szz::Options::default()
    });
    let mut pairs = Pairs::default();
    over(&repository, &tip, threads, progress, |piece| {
        for (index, change) in piece.changes.iter().enumerate() {
            let position = szz.len() as Position;
            let parents = &piece.parents[index];
            let is_one = |fix: &Fix| {
                let has = |evidence| fix.evidence.contains(&evidence);
                has(Evidence::Trailer) && !has(Evidence::Revert)
            };
            let is_wanted = szz.classify(change).as_ref().is_some_and(is_one);
            let of_change = |szz: &Szz| {
                let parent = parents.first().copied();
                szz.account(Variant::W, parent, change, None)
            };
            let account = is_wanted.then(|| of_change(&szz));
            let outcome = szz.absorb(position, parents, change, &piece.last_children[index]);
            let Some(account) = account else { continue };
            let is_named = |it: &&risk_szz::Link| it.evidence == Evidence::Trailer;
            let named: Vec<_> = outcome.links.iter().filter(is_named).collect();
            match named[..] {
                [] => {}
                [link] => {
                    let inducing = id_of(&szz, link.inducing);
                    pairs.all.push((change.id, change.committed_at, inducing));
                    pairs
                        .found
                        .push(Found::of(&szz, change, Variant::W, account));
                }
                _ => pairs.n_several += 1,
            }
        }
    })?;
    Ok(pairs)
}

impl From<risk_szz::Error> for Error {
    fn from(error: risk_szz::Error) -> Self {
        Self::Replay(error.into())
    }
}
