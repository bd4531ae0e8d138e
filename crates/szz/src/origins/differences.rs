//! Where two versions of the origins of a file differ.

use risk_change::{Hunk, Position};
use rustc_hash::FxHashMap;

pub(super) type Range = std::ops::Range<usize>;

/// The ranges of an edit, if all lines outside are the same.
pub(super) fn divided(
    before: &[Position],
    after: &[Position],
    hunks: &[Hunk],
) -> Option<Vec<(Range, Range)>> {
    let (mut old_at, mut new_at) = (0, 0);
    let mut ranges = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        let (old, new) = (hunk.old_start as usize, hunk.new_start as usize);
        if before.get(old_at..old)? != after.get(new_at..new)? {
            return None;
        }
        (old_at, new_at) = (old + hunk.old_len as usize, new + hunk.new_len as usize);
        before.get(old..old_at)?;
        after.get(new..new_at)?;
        ranges.push((old..old_at, new..new_at));
    }
    (before[old_at..] == after[new_at..]).then_some(ranges)
}

/// Ranges outside of which all lines are the same. Not the shortest, but short where little differs.
pub(super) fn differing(before: &[Position], after: &[Position]) -> Vec<(Range, Range)> {
    let (mut old, mut new) = (0, 0);
    let mut ranges = Vec::new();
    let mut places: Option<FxHashMap<Position, Vec<usize>>> = None;
    loop {
        let pairs = before[old..].iter().zip(&after[new..]);
        let same = pairs.take_while(|(a, b)| a == b).count();
        (old, new) = (old + same, new + same);
        let (rest, left) = (&before[old..], &after[new..]);
        if rest.is_empty() && left.is_empty() {
            return ranges;
        }
        let (skip_old, skip_new) = near(rest, left)
            .or_else(|| {
                let places = places.get_or_insert_with(|| places_of(before));
                far(before, old, left, places)
            })
            .unwrap_or((rest.len(), left.len()));
        ranges.push((old..old + skip_old, new..new + skip_new));
        (old, new) = (old + skip_old, new + skip_new);
    }
}

/// Lines looked at for the end of a difference before places are looked up.
const NEAR: usize = 96;

/// Lines that must be the same for a difference to have ended.
const SURE: usize = 3;

/// How many lines of each side make up the difference that they begin with, if it is small.
fn near(rest: &[Position], left: &[Position]) -> Option<(usize, usize)> {
    (1..=NEAR).find_map(|sum| {
        let olds = sum.saturating_sub(left.len())..=sum.min(rest.len());
        let mut pairs = olds.map(|old| (old, sum - old));
        pairs.find(|&(old, new)| goes_on(&rest[old..], &left[new..]))
    })
}

/// The same for a large difference: the first lines of the new side that follow in the old one.
fn far(
    before: &[Position],
    old: usize,
    left: &[Position],
    places: &FxHashMap<Position, Vec<usize>>,
) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    for (new, line) in left.iter().enumerate() {
        if best.is_some_and(|(a, b)| new >= a + b) {
            break;
        }
        let Some(places) = places.get(line) else {
            continue;
        };
        let from = places.partition_point(|&place| place < old);
        let candidates = places[from..].iter().take(8);
        let mut fitting = candidates.filter(|&&place| goes_on(&before[place..], &left[new..]));
        if let Some(&place) = fitting.next() {
            let found = (place - old, new);
            if best.is_none_or(|(a, b)| found.0 + found.1 < a + b) {
                best = Some(found);
            }
        }
    }
    best
}

fn places_of(lines: &[Position]) -> FxHashMap<Position, Vec<usize>> {
    let mut places: FxHashMap<Position, Vec<usize>> = FxHashMap::default();
    for (place, &line) in lines.iter().enumerate() {
        places.entry(line).or_default().push(place);
    }
    places
}

fn goes_on(rest: &[Position], left: &[Position]) -> bool {
    let n = SURE.min(rest.len()).min(left.len());
    if n == 0 {
        return rest.len() == left.len();
    }
    rest[..n] == left[..n]
}

#[cfg(test)]
mod tests {
    use super::differing;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn outside_of_the_ranges_all_is_the_same(
            before in prop::collection::vec(0..9_u32, 0..400),
            cuts in prop::collection::vec((0..400_usize, 0..150_usize, 0..150_usize), 0..5),
        ) {
            let mut after = before.clone();
            for (at, gone, more) in cuts {
                let at = at.min(after.len());
                let end = (at + gone).min(after.len());
                after.splice(at..end, std::iter::repeat_n(77, more));
            }
            let (mut old_at, mut new_at) = (0, 0);
            for (old, new) in differing(&before, &after) {
                prop_assert_eq!(&before[old_at..old.start], &after[new_at..new.start]);
                (old_at, new_at) = (old.end, new.end);
            }
            prop_assert_eq!(&before[old_at..], &after[new_at..]);
        }
    }
}
