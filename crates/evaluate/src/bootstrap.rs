//! Intervals of any number measured over a stream.

use crate::dice::Dice;

/// Part of the draws in which a number must be defined for an interval of it.
const DEFINED: f64 = 0.95;

/// A bootstrap over blocks of time.
///
/// Neighbouring changes are alike: a fix reveals several labels at once, a release brings a burst of defects, a
/// refactoring a run of large clean changes. Drawing changes one by one, as the plain bootstrap does, takes them for
/// independent and gives intervals that are too narrow. So runs of `⌈√n⌉` consecutive changes are drawn, which keeps
/// what is alike together, and also the order that fading recalls need. The stream counts as a circle, so that its
/// ends are drawn as often as its middle.
///
/// The numbers are fixed by the seed: draw `k` has dice of its own, with seed `seed + k`.
///
/// - Source: Künsch, Annals of Statistics 1989; circular as in Politis and Romano 1992; percentile intervals after
///   Efron and Tibshirani 1993. **Deviation**: blocks of `√n` where `n^⅓` is best for short memories, as bursts are
///   longer than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// Number of draws; 1,000 is usual, 0 gives no intervals.
    pub draws: usize,
    /// Seed of the dice.
    pub seed: u64,
}

impl Bootstrap {
    /// 95 % intervals of several numbers over `n` changes.
    ///
    /// `measure` computes them for changes given by place, in the order in which they are to be taken; some of them
    /// come several times. An interval is from the 2.5 % to the 97.5 % quantile of the draws (linear between them).
    ///
    /// - Units and range: `None` for a number that is defined in less than 95 % of the draws, or without draws.
    pub fn intervals<const K: usize>(
        &self,
        n: usize,
        measure: impl Fn(&[usize]) -> [Option<f64>; K],
    ) -> [Option<(f64, f64)>; K] {
        let mut drawn: [Vec<f64>; K] = std::array::from_fn(|_| Vec::with_capacity(self.draws));
        let mut places = Vec::with_capacity(n);
        for draw in 0..self.draws {
            self.draw(draw, n, &mut places);
            for (values, value) in drawn.iter_mut().zip(measure(&places)) {
                values.extend(value);
            }
        }
        drawn.map(|mut values| {
            let enough = values.len() as f64 >= DEFINED * self.draws as f64;
            if values.is_empty() || !enough {
                return None;
            }
            values.sort_by(f64::total_cmp);
            Some((quantile(&values, 0.025), quantile(&values, 0.975)))
        })
    }

    /// The places of one draw.
    fn draw(&self, draw: usize, n: usize, places: &mut Vec<usize>) {
        let mut dice = Dice::new(self.seed.wrapping_add(draw as u64));
        let length = block_length(n);
        places.clear();
        while places.len() < n {
            let start = dice.below(n);
            let left = n - places.len();
            places.extend((0..length.min(left)).map(|i| (start + i) % n));
        }
    }
}

/// `⌈√n⌉`.
fn block_length(n: usize) -> usize {
    (n as f64).sqrt().ceil() as usize
}

/// A quantile of sorted values, linear between them.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64], places: &[usize]) -> f64 {
        places.iter().map(|i| values[*i]).sum::<f64>() / places.len() as f64
    }

    #[test]
    fn bursts_make_the_interval_of_a_rate_wider() {
        // As many ones, once scattered and once in bursts of forty.
        let scattered: Vec<f64> = (0..2_000)
            .map(|i| f64::from(u8::from(i % 2 == 0)))
            .collect();
        let bursts: Vec<f64> = (0..2_000)
            .map(|i| f64::from(u8::from(i / 40 % 2 == 0)))
            .collect();
        let width = |values: &[f64]| {
            let bootstrap = Bootstrap {
                draws: 200,
                seed: 1,
            };
            let [interval] =
                bootstrap.intervals(values.len(), |places| [Some(mean(values, places))]);
            let (low, high) = interval.unwrap();
            assert!(low <= 0.5 && high >= 0.5, "{low} {high}");
            high - low
        };
        assert!(width(&bursts) > 5.0 * width(&scattered));
    }

    #[test]
    fn a_draw_is_runs_of_neighbours_as_many_as_there_are_changes() {
        let bootstrap = Bootstrap { draws: 1, seed: 9 };
        let mut places = Vec::new();
        bootstrap.draw(0, 10, &mut places);
        assert_eq!(places.len(), 10);
        for run in places.chunks(4) {
            assert!(run.windows(2).all(|pair| (pair[0] + 1) % 10 == pair[1]));
        }
        let again = Bootstrap { draws: 1, seed: 8 };
        let mut others = Vec::new();
        again.draw(1, 10, &mut others);
        assert_eq!(places, others);
    }

    #[test]
    fn a_number_that_is_rarely_defined_has_no_interval() {
        let bootstrap = Bootstrap {
            draws: 100,
            seed: 1,
        };
        let [always, rarely] =
            bootstrap.intervals(4, |places| [Some(1.0), (places[0] == 0).then_some(1.0)]);
        assert_eq!((always, rarely), (Some((1.0, 1.0)), None));
        let none = Bootstrap { draws: 0, seed: 1 };
        assert_eq!(none.intervals(4, |_| [Some(1.0)]), [None]);
        assert_eq!(bootstrap.intervals(0, |_| [None::<f64>]), [None]);
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
    }
}
