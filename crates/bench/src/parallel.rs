//! The same work for many things, on several threads, with the results in order.

use indicatif::{ProgressBar, ProgressStyle};
use risk_testkit::Dice;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does the work of all on `threads` threads; the results are in the order of the things.
///
/// What goes on is shown on standard error if that is a terminal.
pub fn each<T: Sync, R: Send>(
    doing: &'static str,
    all: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let bar = bar(doing, all.len());
    let (next, results) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    all.get(at).map(|item| (at, item))
                } {
                    let result = work(item);
                    bar.inc(1);
                    let mut results = results.lock().expect("no thread panics with the lock");
                    results.insert(at, result);
                }
            });
        }
    });
    bar.finish_and_clear();
    let results = results.into_inner().expect("all threads have ended");
    results.into_values().collect()
}

fn bar(doing: &'static str, n: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {eta}")
        .expect("the template is well formed");
    ProgressBar::new(n as u64)
        .with_style(style)
        .with_message(doing)
}

/// `n` of all, drawn without repetition by a seed, in their order; all if there are not more.
pub fn sample<T>(all: Vec<T>, n: Option<usize>, seed: u64) -> Vec<T> {
    let Some(n) = n.filter(|&n| n < all.len()) else {
        return all;
    };
    let mut left = all.len();
    let mut wanted = n;
    let mut dice = Dice(seed);
    let mut taken = Vec::with_capacity(n);
    // Each is taken with the probability that is left for it, so that all choices are equally likely.
    for item in all {
        if dice.below(left) < wanted {
            taken.push(item);
            wanted -= 1;
        }
        left -= 1;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::{each, sample};

    #[test]
    fn results_are_in_order_whoever_made_them() {
        let all: Vec<u32> = (0..100).collect();
        let squares: Vec<u32> = all.iter().map(|it| it * it).collect();
        assert_eq!(each("squaring", &all, 3, |it| it * it), squares);
    }

    #[test]
    fn a_sample_is_that_of_its_seed_and_has_its_size() {
        let all = || (0..1_000).collect::<Vec<u32>>();
        assert_eq!(sample(all(), Some(50), 1).len(), 50);
        assert_eq!(sample(all(), Some(50), 1), sample(all(), Some(50), 1));
        assert_ne!(sample(all(), Some(50), 1), sample(all(), Some(50), 2));
        assert_eq!(sample(all(), None, 1), all());
    }
}
