//! Renames, found as `git diff -M` finds them.
//!
//! Three rounds over the files that went and the files that came: equal content; then the same file name,
//! unique on both sides and three quarters alike; then the best pairs of all that are half alike. The last
//! round is left out, and said to be, when it would compare more than [`LIMIT`]² pairs.

use crate::objects::Objects;
use crate::similarity::{MIN_NAMESAKE_SCORE, MIN_SCORE, Spans, sizes_allow};
use crate::text::is_binary;
use crate::trees::{Delta, Entry};
use git2::Oid;
use rustc_hash::FxHashMap;

/// Git's default `diff.renameLimit`.
const LIMIT: usize = 1_000;
/// How many sources git remembers for each destination.
const KEPT: usize = 4;
/// How many equal sources git looks at for one destination.
const EQUALS: usize = 100;

/// A path that differs, after renames were found.
#[derive(Clone, Debug)]
pub(crate) struct FileDelta {
    pub(crate) path: Vec<u8>,
    pub(crate) old_path: Option<Vec<u8>>,
    pub(crate) old: Option<Entry>,
    pub(crate) new: Option<Entry>,
    /// The source that `git blame` takes, which looks for that of each file alone, where it is another one.
    pub(crate) alone: Option<(Vec<u8>, Entry)>,
}

/// What came out, and whether the limit kept renames with edits from being looked for.
pub(crate) struct Renamed {
    pub(crate) files: Vec<FileDelta>,
    pub(crate) over_limit: bool,
}

/// Pairs files that went with files that came.
///
/// `loose` holds contents that are not in the object store: files of a working tree.
pub(crate) fn detect(
    objects: &Objects<'_>,
    deltas: &[Delta],
    loose: &FxHashMap<Oid, Vec<u8>>,
) -> Renamed {
    let mut search = Search {
        objects,
        loose,
        deltas,
        source_of: FxHashMap::default(),
        used: vec![false; deltas.len()],
        spans: FxHashMap::default(),
    };
    let (sources, targets) = (search.gone(), search.came());
    let mut over_limit = false;
    if !sources.is_empty() && !targets.is_empty() {
        search.equal(&sources, &targets);
        search.namesakes(&sources, &targets);
        let sources: Vec<usize> = sources.into_iter().filter(|&at| !search.used[at]).collect();
        let targets: Vec<usize> = targets
            .into_iter()
            .filter(|at| !search.source_of.contains_key(at))
            .collect();
        over_limit = sources.len() * targets.len() > LIMIT * LIMIT;
        if !over_limit {
            search.alike(&sources, &targets);
        }
    }
    let alone = search.alone();
    let (source_of, used) = (search.source_of, search.used);
    let mut files = Vec::with_capacity(deltas.len());
    for (at, delta) in deltas.iter().enumerate() {
        if used[at] {
            continue;
        }
        let source = source_of.get(&at).map(|&source| &deltas[source]);
        files.push(FileDelta {
            path: delta.path.clone(),
            old_path: source.map(|source| source.path.clone()),
            old: source.map_or(delta.old, |source| source.old),
            new: delta.new,
            alone: alone.get(&at).map(|&source| {
                let source = &deltas[source];
                (
                    source.path.clone(),
                    source.old.expect("a source went, so it was there"),
                )
            }),
        });
    }
    Renamed { files, over_limit }
}

struct Search<'a> {
    objects: &'a Objects<'a>,
    loose: &'a FxHashMap<Oid, Vec<u8>>,
    deltas: &'a [Delta],
    source_of: FxHashMap<usize, usize>,
    used: Vec<bool>,
    /// Spans of blobs; `None` for those that cannot be read, which are like nothing.
    spans: FxHashMap<Oid, Option<Spans>>,
}

#[derive(Clone, Copy)]
struct Scored {
    score: u64,
    namesake: bool,
    source: usize,
    target: usize,
}

impl Scored {
    fn key(self) -> (u64, bool) {
        (self.score, self.namesake)
    }
}

impl Search<'_> {
    fn source(&self, at: usize) -> Entry {
        self.deltas[at].old.expect("a source went, so it was there")
    }

    fn target(&self, at: usize) -> Entry {
        self.deltas[at].new.expect("a target came, so it is there")
    }

    fn pair(&mut self, source: usize, target: usize) {
        self.source_of.insert(target, source);
        self.used[source] = true;
    }

    fn equal(&mut self, sources: &[usize], targets: &[usize]) {
        let by_content = self.by_content(sources);
        for &target in targets {
            let equals = by_content.get(&self.target(target).oid);
            let source = equals.and_then(|equals| self.best_equal(equals, target, true));
            if let Some(source) = source {
                self.pair(source, target);
            }
        }
    }

    fn by_content(&self, sources: &[usize]) -> FxHashMap<Oid, Vec<usize>> {
        let mut by_content: FxHashMap<Oid, Vec<usize>> = FxHashMap::default();
        for &source in sources {
            let equals = by_content.entry(self.source(source).oid).or_default();
            equals.push(source);
        }
        by_content
    }

    /// Of sources with the content of a target, the first of its name, or the first; `free` ones only, if so.
    fn best_equal(&self, equals: &[usize], target: usize, free: bool) -> Option<usize> {
        let entry = self.target(target);
        let may = |&&source: &&usize| {
            let other = self.source(source);
            ((other.is_regular() && entry.is_regular()) || other.mode == entry.mode)
                && !(free && self.used[source])
        };
        let looked_at = || equals.iter().filter(may).take(EQUALS);
        looked_at()
            .find(|&&source| self.namesake(source, target))
            .or_else(|| looked_at().next())
            .copied()
    }

    fn namesakes(&mut self, sources: &[usize], targets: &[usize]) {
        let sources: Vec<usize> = sources
            .iter()
            .copied()
            .filter(|&at| !self.used[at])
            .collect();
        let targets: Vec<usize> = targets
            .iter()
            .copied()
            .filter(|at| !self.source_of.contains_key(at))
            .collect();
        let (by_source, by_target) = (self.unique(&sources), self.unique(&targets));
        let pairs: Vec<(usize, usize)> = sources
            .iter()
            .filter_map(|&source| {
                let name = file_name(&self.deltas[source].path);
                by_source.get(name).copied().flatten()?;
                Some((source, by_target.get(name).copied().flatten()?))
            })
            .collect();
        for (source, target) in pairs {
            if self.score(source, target) >= MIN_NAMESAKE_SCORE {
                self.pair(source, target);
            }
        }
    }

    fn alike(&mut self, sources: &[usize], targets: &[usize]) {
        let mut best: Vec<Scored> = Vec::new();
        for &target in targets {
            best.extend(self.most_alike(sources, target));
        }
        // Stable: among equals the earlier destination, and for it the earlier source, wins.
        best.sort_by_key(|scored| std::cmp::Reverse(scored.key()));
        for scored in best {
            if !self.used[scored.source] && !self.source_of.contains_key(&scored.target) {
                self.pair(scored.source, scored.target);
            }
        }
    }

    /// The few sources that git remembers for a target, of those that are alike enough.
    fn most_alike(&mut self, sources: &[usize], target: usize) -> Vec<Scored> {
        let mut kept: Vec<Scored> = Vec::with_capacity(KEPT);
        for &source in sources {
            let scored = Scored {
                score: self.score(source, target),
                namesake: self.namesake(source, target),
                source,
                target,
            };
            if kept.len() < KEPT {
                kept.push(scored);
                continue;
            }
            let mut worst = 0;
            for at in 1..KEPT {
                if kept[at].key() < kept[worst].key() {
                    worst = at;
                }
            }
            if kept[worst].key() < scored.key() {
                kept[worst] = scored;
            }
        }
        kept.retain(|scored| scored.score >= MIN_SCORE);
        kept
    }

    /// For each target the source that it has if it is looked for alone, as `git blame` does, where that is
    /// another one. Where so much came and went that this would take long, only equal ones are looked for.
    fn alone(&mut self) -> FxHashMap<usize, usize> {
        let mut alone = FxHashMap::default();
        let (sources, targets) = (self.gone(), self.came());
        if sources.is_empty() || targets.len() < 2 {
            return alone;
        }
        let by_content = self.by_content(&sources);
        let unique = self.unique(&sources);
        let is_too_much = sources.len() * targets.len() > LIMIT * LIMIT;
        for target in targets {
            let equals = by_content.get(&self.target(target).oid);
            let mut source = equals.and_then(|equals| self.best_equal(equals, target, false));
            if source.is_none() && !is_too_much {
                let namesake = unique.get(file_name(&self.deltas[target].path)).copied();
                source = namesake
                    .flatten()
                    .filter(|&namesake| self.score(namesake, target) >= MIN_NAMESAKE_SCORE)
                    .or_else(|| {
                        let mut best = self.most_alike(&sources, target);
                        best.sort_by_key(|scored| std::cmp::Reverse(scored.key()));
                        best.first().map(|scored| scored.source)
                    });
            }
            if let Some(source) = source
                && self.source_of.get(&target) != Some(&source)
            {
                alone.insert(target, source);
            }
        }
        alone
    }

    fn gone(&self) -> Vec<usize> {
        let all = 0..self.deltas.len();
        all.filter(|&at| self.deltas[at].new.is_none()).collect()
    }

    fn came(&self) -> Vec<usize> {
        let all = 0..self.deltas.len();
        all.filter(|&at| self.deltas[at].old.is_none()).collect()
    }

    /// The place of each file name that occurs once.
    fn unique(&self, places: &[usize]) -> FxHashMap<Vec<u8>, Option<usize>> {
        let mut by_name: FxHashMap<Vec<u8>, Option<usize>> = FxHashMap::default();
        for &at in places {
            by_name
                .entry(file_name(&self.deltas[at].path).to_vec())
                .and_modify(|place| *place = None)
                .or_insert(Some(at));
        }
        by_name
    }

    fn namesake(&self, source: usize, target: usize) -> bool {
        file_name(&self.deltas[source].path) == file_name(&self.deltas[target].path)
    }

    fn score(&mut self, source: usize, target: usize) -> u64 {
        let (old, new) = (self.source(source), self.target(target));
        if !old.is_regular() || !new.is_regular() {
            return 0;
        }
        let known = |spans: &FxHashMap<Oid, Option<Spans>>, oid| {
            spans
                .get(&oid)
                .map(|spans| spans.as_ref().map(|spans| spans.size))
        };
        let size = |search: &Self, oid| {
            known(&search.spans, oid).unwrap_or_else(|| match search.loose.get(&oid) {
                Some(data) => Some(data.len() as u64),
                None => search
                    .objects
                    .read_header(oid)
                    .ok()
                    .map(|(size, _)| size as u64),
            })
        };
        let (Some(old_size), Some(new_size)) = (size(self, old.oid), size(self, new.oid)) else {
            return 0;
        };
        if !sizes_allow(old_size, new_size) {
            return 0;
        }
        for oid in [old.oid, new.oid] {
            if !self.spans.contains_key(&oid) {
                let spans = match self.loose.get(&oid) {
                    Some(data) => Some(Spans::of(data, !is_binary(data))),
                    None => self
                        .objects
                        .read(oid)
                        .ok()
                        .map(|blob| Spans::of(blob.data(), !is_binary(blob.data()))),
                };
                self.spans.insert(oid, spans);
            }
        }
        match (&self.spans[&old.oid], &self.spans[&new.oid]) {
            (Some(old), Some(new)) => old.score(new),
            _ => 0,
        }
    }
}

fn file_name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..])
}
