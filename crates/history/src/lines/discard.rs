//! Which lines are left out of the search.
//!
//! A line without a partner in the other version is changed, whatever the search finds. Lines with very many
//! partners, such as blank ones, cost much and say little: git leaves those out that stand amid lines
//! without a partner. Source: `xdl_cleanup_records` and `xdl_clean_mmatch` in git's `xdiff/xprepare.c`.

use super::middle::{Distinct, Middle};
use super::rough_root;

/// However large the version, a line with this many partners has many.
const MANY: usize = 1_024;
/// How far around a line with many partners is looked.
const WINDOW: usize = 100;
/// A line with many partners is left out if fewer than one in this many of the lines around it is like it.
const SHARE: usize = 4;

/// How many partners a line has in the other version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Partners {
    None,
    Few,
    Many,
}

/// From how many partners on a line of a version of `n_lines` has many.
pub(super) fn many_partners(n_lines: usize) -> u32 {
    rough_root(n_lines).min(MANY) as u32
}

/// The lines of the middle of one version that take part in the search.
#[derive(Default)]
pub(super) struct Kept {
    /// Their places in the middle, ascending.
    pub(super) places: Vec<u32>,
    /// For each its number among the distinct lines.
    pub(super) lines: Vec<u32>,
    /// For each distinct line of this side.
    partners: Vec<Partners>,
    /// For each line, as `partners`; only while lines are chosen.
    of_lines: Vec<Partners>,
}

impl Kept {
    /// Judges the lines of one side of the middle: of a version of `n_lines`, where `around` tells how often
    /// a line occurs outside the middle.
    pub(super) fn judge(
        &mut self,
        middle: &Middle,
        side: usize,
        n_lines: usize,
        around: impl Fn(&Distinct) -> u32,
    ) {
        let many = many_partners(n_lines);
        let partners = middle.distinct.iter().map(|distinct| {
            if distinct.inside[side] == 0 {
                return Partners::None;
            }
            match distinct.inside[1 - side] + around(distinct) {
                0 => Partners::None,
                n if n < many => Partners::Few,
                _ => Partners::Many,
            }
        });
        self.partners.clear();
        self.partners.extend(partners);
    }

    pub(super) fn is_judged_as(&self, other: &Self) -> bool {
        self.partners == other.partners
    }

    /// Keeps the lines of the side that was judged that help the search.
    pub(super) fn choose(&mut self, middle: &Middle, side: usize) {
        let lines = &middle.lines[side];
        let of_lines = lines.iter().map(|&line| self.partners[line as usize]);
        self.of_lines.clear();
        self.of_lines.extend(of_lines);
        self.places.clear();
        self.lines.clear();
        for (place, (&line, &partners)) in lines.iter().zip(&self.of_lines).enumerate() {
            let is_kept = match partners {
                Partners::None => false,
                Partners::Few => true,
                Partners::Many => !is_amid_strangers(&self.of_lines, place),
            };
            if is_kept {
                self.places.push(place as u32);
                self.lines.push(line);
            }
        }
    }

    /// Marks all lines as changed but for those kept.
    pub(super) fn mark_others(&self, flags: &mut [u8]) {
        flags.fill(1);
        for &place in &self.places {
            flags[place as usize] = 0;
        }
    }
}

/// Whether a line with many partners stands in a run of lines of which most have none.
///
/// The run ends at a line with few partners. It must have a line without a partner on both sides.
fn is_amid_strangers(partners: &[Partners], place: usize) -> bool {
    let (before, after) = (&partners[..place], &partners[place + 1..]);
    let above = run(before.iter().rev());
    if above.strangers == 0 {
        return false;
    }
    let below = run(after.iter());
    if below.strangers == 0 {
        return false;
    }
    // The line itself counts on both sides.
    let alike = above.alike + below.alike + 2;
    let strangers = above.strangers + below.strangers;
    alike * SHARE < alike + strangers
}

#[derive(Default)]
struct Run {
    strangers: usize,
    alike: usize,
}

fn run<'a>(partners: impl Iterator<Item = &'a Partners>) -> Run {
    let mut run = Run::default();
    for partners in partners.take(WINDOW) {
        match partners {
            Partners::None => run.strangers += 1,
            Partners::Many => run.alike += 1,
            Partners::Few => break,
        }
    }
    run
}
