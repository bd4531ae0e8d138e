//! Which entries belong to the history of a file: renames, and paths that are used twice.
//!
//! A path has a list of touches. Where a file arrives at a path or is moved away from it, the path has a
//! [`Marker`]. The markers that a change may know cut the list into *lives*:
//!
//! - A file that is moved away takes the history of its path along: the new path has a link to the life that
//!   ended. Touches of the old path on branches that did not know of the move belong to that life, too.
//! - The next file at the old path starts a new life and has none of that history.
//! - A file that is deleted and made again at the same path goes on with its history.
//! - A file that is moved to a path that a deleted file had goes on with the histories of both.
//!
//! Links lead to strictly earlier departures. Proof: a life is left by a departure at *c* and entered by a link
//! at *d*. If *d* were after *c*, its arrival would have started a new life. So a walk ends.

use crate::log::Known;

/// A file came to a path or left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// `change` moved the file away.
    Departed { change: u32 },
    /// `change` made a file here, or moved one here from the path of the file `from`.
    Arrived { change: u32, from: Option<u32> },
}

/// The moment for which the life of a path is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The change that asks finds a file there.
    Present,
    /// The change that asks brings a file there.
    Arrival,
    /// A file was moved away by this change.
    DepartureAt(u32),
}

/// A part of the list of touches of a path: the history of one file while it was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Life {
    /// First change that may belong to it; 0 for the first life of a path.
    pub(crate) from: u32,
    /// One past the last change that may belong to it.
    pub(crate) until: u32,
    /// Files whose departure led here, with the change that moved them.
    pub(crate) links: Vec<(u32, u32)>,
}

/// The life of a path at some moment, as far as it is known; `None` if it is just starting.
pub(crate) fn life(markers: &[Marker], known: &Known<'_>, moment: Moment) -> Option<Life> {
    let mut life = Life {
        until: u32::MAX,
        ..Life::default()
    };
    let mut departed = false;
    let mut wanted = false;
    for marker in markers {
        match *marker {
            Marker::Departed { change } if known.has(change) => {
                departed = true;
                wanted |= moment == Moment::DepartureAt(change);
            }
            Marker::Arrived { change, from } if known.has(change) => {
                if departed {
                    if wanted {
                        life.until = change;
                        return Some(life);
                    }
                    departed = false;
                    life.from = change;
                    life.links.clear();
                }
                life.links.extend(from.map(|file| (file, change)));
            }
            _ => {}
        }
    }
    (moment != Moment::Arrival || !departed).then_some(life)
}

#[cfg(test)]
mod tests {
    use super::{Life, Marker, Moment, life};
    use crate::log::{Known, Log};
    use risk_change::Ancestors;

    fn arrived(change: u32, from: Option<u32>) -> Marker {
        Marker::Arrived { change, from }
    }

    fn departed(change: u32) -> Marker {
        Marker::Departed { change }
    }

    fn ends(from: u32, until: u32, links: &[(u32, u32)]) -> Life {
        Life {
            from,
            until,
            links: links.to_vec(),
        }
    }

    fn check(markers: &[Marker], moment: Moment, expected: impl Into<Option<Life>>) {
        let log = Log {
            positions: (0..100).collect(),
            ..Log::default()
        };
        let ancestors = Ancestors::prefix(100);
        let known = Known::new(&log, &ancestors, 0);
        assert_eq!(life(markers, &known, moment), expected.into(), "{moment:?}");
    }

    #[test]
    fn a_path_without_moves_has_one_life() {
        check(&[], Moment::Present, ends(0, u32::MAX, &[]));
        check(&[], Moment::Arrival, ends(0, u32::MAX, &[]));
    }

    #[test]
    fn an_arrival_after_a_departure_starts_a_life() {
        let moved = [departed(5)];
        check(&moved, Moment::Arrival, None);
        check(&moved, Moment::Present, ends(0, u32::MAX, &[]));
        check(&moved, Moment::DepartureAt(5), ends(0, u32::MAX, &[]));
        let again = [departed(5), arrived(8, None)];
        check(&again, Moment::Present, ends(8, u32::MAX, &[]));
        check(&again, Moment::DepartureAt(5), ends(0, 8, &[]));
    }

    #[test]
    fn a_swap_in_one_change_departs_before_it_arrives() {
        let swapped = [departed(5), arrived(5, Some(7))];
        check(&swapped, Moment::Present, ends(5, u32::MAX, &[(7, 5)]));
        check(&swapped, Moment::DepartureAt(5), ends(0, 5, &[]));
    }

    #[test]
    fn the_same_move_on_two_branches_is_one_life_with_two_links() {
        let twice = [arrived(5, Some(7)), arrived(6, Some(7))];
        check(
            &twice,
            Moment::Present,
            ends(0, u32::MAX, &[(7, 5), (7, 6)]),
        );
        check(
            &[departed(5), departed(6)],
            Moment::DepartureAt(5),
            ends(0, u32::MAX, &[]),
        );
    }
}
