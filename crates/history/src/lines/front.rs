//! How far a search has come on each diagonal.

/// A place between lines: so many lines of the old and of the new version are before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) old: i32,
    pub(super) new: i32,
}

impl Point {
    pub(super) fn on(diagonal: i32, old: i32) -> Self {
        Self {
            old,
            new: old - diagonal,
        }
    }

    pub(super) fn diagonal(self) -> i32 {
        self.old - self.new
    }

    /// The point so many lines further in both versions.
    pub(super) fn moved(self, n: i32) -> Self {
        Self {
            old: self.old + n,
            new: self.new + n,
        }
    }
}

/// The furthest points, as lines of the old version, on a range of diagonals.
///
/// A round touches every second diagonal; those between hold the points of the round before.
pub(super) struct Front<'a> {
    points: &'a mut [i32],
    /// Where the point on diagonal 0 is.
    zero: i32,
    lowest: i32,
    highest: i32,
}

impl<'a> Front<'a> {
    pub(super) fn new(points: &'a mut [i32], zero: i32, middle: i32) -> Self {
        Self {
            points,
            zero,
            lowest: middle,
            highest: middle,
        }
    }

    pub(super) fn get(&self, diagonal: i32) -> i32 {
        self.points[(diagonal + self.zero) as usize]
    }

    pub(super) fn set(&mut self, diagonal: i32, point: i32) {
        self.points[(diagonal + self.zero) as usize] = point;
    }

    pub(super) fn contains(&self, diagonal: i32) -> bool {
        (self.lowest..=self.highest).contains(&diagonal)
    }

    /// Finds the points of this round, from the highest diagonal down, until two fronts have met.
    ///
    /// `reach` is given a diagonal and the points below and above it, and tells the point on it and whether
    /// it is on the other front. Gives back where that was.
    pub(super) fn advance(
        &mut self,
        mut reach: impl FnMut(i32, i32, i32) -> (i32, bool),
    ) -> Option<Point> {
        let first = (self.lowest - 1 + self.zero) as usize;
        let last = (self.highest + 1 + self.zero) as usize;
        let mut diagonal = self.highest;
        // The point above one diagonal is the point below the next: each is read once.
        let mut above = self.points[last];
        for pair in self.points[first..last].chunks_exact_mut(2).rev() {
            let below = pair[0];
            let (point, has_met) = reach(diagonal, below, above);
            pair[1] = point;
            if has_met {
                return Some(Point::on(diagonal, point));
            }
            diagonal -= 2;
            above = below;
        }
        None
    }

    /// The diagonals of this round, from the highest down.
    pub(super) fn falling(&self) -> impl Iterator<Item = i32> + use<> {
        let (lowest, highest) = (self.lowest, self.highest);
        (0..=(highest - lowest) / 2).map(move |step| highest - 2 * step)
    }

    /// Takes in a diagonal more on both sides; where there is none, one less, to keep every second one.
    ///
    /// `outside` stands on the diagonals beyond.
    pub(super) fn widen(&mut self, [first, last]: [i32; 2], outside: i32) {
        if self.lowest > first {
            self.lowest -= 1;
            self.set(self.lowest - 1, outside);
        } else {
            self.lowest += 1;
        }
        if self.highest < last {
            self.highest += 1;
            self.set(self.highest + 1, outside);
        } else {
            self.highest -= 1;
        }
    }
}
