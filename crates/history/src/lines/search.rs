//! The search for a short edit.
//!
//! Myers' algorithm with linear memory: from both ends of a rectangle of lines the furthest points that an
//! edit of 1, 2, 3, … lines can reach are followed on each diagonal until both meet; there the rectangle is
//! split in two. Git gives up early in two ways, so the edit need not be the shortest: it takes a point that
//! has come far along a long run of equal lines, and after too many rounds the point that has come furthest.
//! To find git's hunks the same points must be taken, so the order of the diagonals and each comparison
//! matter. Source: `xdl_split` and `xdl_recs_cmp` in git's `xdiff/xdiffi.c`.

use super::discard::Kept;
use super::front::{Front, Point};
use super::rough_root;

/// Rounds after which any point is good enough, at least.
const MIN_ROUNDS: usize = 256;
/// Rounds after which points that have come far are good enough.
const PATIENCE: i32 = 256;
/// More equal lines than this are a long run.
const LONG: i32 = 20;
/// A point has come far if it is more than this many lines a round away from its corner.
const FAR: i32 = 4;

/// The memory of a search.
#[derive(Default)]
pub(super) struct Search {
    forward: Vec<i32>,
    backward: Vec<i32>,
    pending: Vec<Rectangle>,
}

/// The lines from `start` up to `end` of both versions.
#[derive(Clone, Copy)]
struct Rectangle {
    start: Point,
    end: Point,
    /// Whether the shortest edit is wanted, however long it takes.
    exact: bool,
}

/// Where a rectangle is split, and whether the edits before and after it must be the shortest.
struct Split {
    at: Point,
    exact: [bool; 2],
}

impl Search {
    /// Marks the lines to delete and to add among those kept.
    pub(super) fn run(&mut self, [old, new]: &[Kept; 2], in_old: &mut [u8], in_new: &mut [u8]) {
        let n_diagonals = old.lines.len() + new.lines.len() + 3;
        let rounds = rough_root(n_diagonals).max(MIN_ROUNDS) as i32;
        for points in [&mut self.forward, &mut self.backward] {
            if points.len() < n_diagonals {
                points.resize(n_diagonals, 0);
            }
        }
        self.pending.push(Rectangle {
            start: Point { old: 0, new: 0 },
            end: Point {
                old: old.lines.len() as i32,
                new: new.lines.len() as i32,
            },
            exact: false,
        });
        while let Some(rectangle) = self.pending.pop() {
            let Rectangle { start, end, exact } =
                rectangle.without_equal_ends(&old.lines, &new.lines);
            if start.old == end.old || start.new == end.new {
                for &place in &old.places[start.old as usize..end.old as usize] {
                    in_old[place as usize] = 1;
                }
                for &place in &new.places[start.new as usize..end.new as usize] {
                    in_new[place as usize] = 1;
                }
                continue;
            }
            let split = self.split(
                &old.lines,
                &new.lines,
                &Rectangle { start, end, exact },
                rounds,
            );
            self.pending.push(Rectangle {
                start: split.at,
                end,
                exact: split.exact[1],
            });
            self.pending.push(Rectangle {
                start,
                end: split.at,
                exact: split.exact[0],
            });
        }
    }

    /// Gives back the memory of a large search.
    pub(super) fn shrink(&mut self, n_diagonals: usize) {
        for points in [&mut self.forward, &mut self.backward] {
            points.truncate(n_diagonals);
            points.shrink_to(n_diagonals);
        }
    }

    fn split(&mut self, old: &[u32], new: &[u32], within: &Rectangle, rounds: i32) -> Split {
        let Rectangle { start, end, exact } = *within;
        let zero = new.len() as i32 + 1;
        let diagonals = [start.old - end.new, end.old - start.new];
        let mut forward = Front::new(&mut self.forward, zero, start.diagonal());
        let mut backward = Front::new(&mut self.backward, zero, end.diagonal());
        forward.set(start.diagonal(), start.old);
        backward.set(end.diagonal(), end.old);
        let until_end = [&old[..end.old as usize], &new[..end.new as usize]];
        let since_start = [&old[start.old as usize..], &new[start.new as usize..]];
        // The fronts meet in a forward step if the parity of their middles differs, else in a backward one.
        let is_odd = (start.diagonal() - end.diagonal()) & 1 != 0;
        for round in 1.. {
            let mut has_long = false;
            forward.widen(diagonals, -1);
            let met = forward.advance(|diagonal, below, above| {
                let from = if below >= above { below + 1 } else { above };
                let n_equal = n_equal_after(until_end, Point::on(diagonal, from));
                has_long |= n_equal > LONG;
                let at = from + n_equal;
                let has_met = is_odd && backward.contains(diagonal) && backward.get(diagonal) <= at;
                (at, has_met)
            });
            if let Some(at) = met {
                let exact = [true, true];
                return Split { at, exact };
            }
            backward.widen(diagonals, i32::MAX);
            let met = backward.advance(|diagonal, below, above| {
                let from = if below < above { below } else { above - 1 };
                let n_equal = n_equal_before(since_start, start, Point::on(diagonal, from));
                has_long |= n_equal > LONG;
                let at = from - n_equal;
                let has_met = !is_odd && forward.contains(diagonal) && at <= forward.get(diagonal);
                (at, has_met)
            });
            if let Some(at) = met {
                let exact = [true, true];
                return Split { at, exact };
            }
            if exact {
                continue;
            }
            if has_long && round > PATIENCE {
                if let Some(at) = far_from_start(old, new, within, &forward, round) {
                    return Split {
                        at,
                        exact: [true, false],
                    };
                }
                if let Some(at) = far_from_end(old, new, within, &backward, round) {
                    return Split {
                        at,
                        exact: [false, true],
                    };
                }
            }
            if round >= rounds {
                return furthest(within, &forward, &backward);
            }
        }
        unreachable!("the fronts meet before the rounds end, for each covers one more line a round")
    }
}

impl Rectangle {
    fn without_equal_ends(self, old: &[u32], new: &[u32]) -> Self {
        let Self { start, end, exact } = self;
        let until_end = [&old[..end.old as usize], &new[..end.new as usize]];
        let start = start.moved(n_equal_after(until_end, start));
        let since_start = [&old[start.old as usize..], &new[start.new as usize..]];
        let end = end.moved(-n_equal_before(since_start, start, end));
        Self { start, end, exact }
    }
}

/// Equal lines from a point on; none if it is outside.
fn n_equal_after([old, new]: [&[u32]; 2], from: Point) -> i32 {
    let (Some(old), Some(new)) = (old.get(from.old as usize..), new.get(from.new as usize..))
    else {
        return 0;
    };
    old.iter().zip(new).take_while(|(a, b)| a == b).count() as i32
}

/// Equal lines before a point in texts that begin at `start`; none if it is outside.
fn n_equal_before([old, new]: [&[u32]; 2], start: Point, from: Point) -> i32 {
    let (n_old, n_new) = (
        (from.old - start.old) as usize,
        (from.new - start.new) as usize,
    );
    match (
        old.get(n_old.wrapping_sub(1)),
        new.get(n_new.wrapping_sub(1)),
    ) {
        (Some(a), Some(b)) if a == b => {}
        _ => return 0,
    }
    let pairs = old[..n_old].iter().rev().zip(new[..n_new].iter().rev());
    pairs.take_while(|(a, b)| a == b).count() as i32
}

/// The forward point that has come furthest for its distance from the middle, at the end of a long run.
fn far_from_start(
    old: &[u32],
    new: &[u32],
    within: &Rectangle,
    front: &Front<'_>,
    round: i32,
) -> Option<Point> {
    let Rectangle { start, end, .. } = *within;
    let mut best = (0, None);
    for diagonal in front.falling() {
        let at = Point::on(diagonal, front.get(diagonal));
        let value = at.old - start.old + at.new - start.new - (diagonal - start.diagonal()).abs();
        if value > FAR * round
            && value > best.0
            && (start.old + LONG..end.old).contains(&at.old)
            && (start.new + LONG..end.new).contains(&at.new)
            && ends_long_run(old, new, at)
        {
            best = (value, Some(at));
        }
    }
    best.1
}

/// The backward point that has come furthest for its distance from the middle, at the start of a long run.
fn far_from_end(
    old: &[u32],
    new: &[u32],
    within: &Rectangle,
    front: &Front<'_>,
    round: i32,
) -> Option<Point> {
    let Rectangle { start, end, .. } = *within;
    let mut best = (0, None);
    for diagonal in front.falling() {
        let at = Point::on(diagonal, front.get(diagonal));
        let value = end.old - at.old + end.new - at.new - (diagonal - end.diagonal()).abs();
        if value > FAR * round
            && value > best.0
            && (start.old + 1..=end.old - LONG).contains(&at.old)
            && (start.new + 1..=end.new - LONG).contains(&at.new)
            && ends_long_run(old, new, at.moved(LONG))
        {
            best = (value, Some(at));
        }
    }
    best.1
}

/// Whether the lines before a point are equal for as long as a long run.
fn ends_long_run(old: &[u32], new: &[u32], at: Point) -> bool {
    let start = at.moved(-LONG);
    let old = &old[start.old as usize..at.old as usize];
    old == &new[start.new as usize..at.new as usize]
}

/// The point of either front that is furthest from its corner, kept inside the rectangle.
fn furthest(within: &Rectangle, forward: &Front<'_>, backward: &Front<'_>) -> Split {
    let Rectangle { start, end, .. } = *within;
    let mut ahead = (-1, start);
    for diagonal in forward.falling() {
        let mut at = Point::on(diagonal, forward.get(diagonal).min(end.old));
        if at.new > end.new {
            at = Point::on(diagonal, end.new + diagonal);
        }
        if at.old + at.new > ahead.0 {
            ahead = (at.old + at.new, at);
        }
    }
    let mut behind = (i32::MAX, end);
    for diagonal in backward.falling() {
        let mut at = Point::on(diagonal, backward.get(diagonal).max(start.old));
        if at.new < start.new {
            at = Point::on(diagonal, start.new + diagonal);
        }
        if at.old + at.new < behind.0 {
            behind = (at.old + at.new, at);
        }
    }
    if end.old + end.new - behind.0 < ahead.0 - (start.old + start.new) {
        Split {
            at: ahead.1,
            exact: [true, false],
        }
    } else {
        Split {
            at: behind.1,
            exact: [false, true],
        }
    }
}
