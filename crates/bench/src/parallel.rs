//! The same work for many things, on several threads, with the results in order.

use indicatif::{ProgressBar, ProgressStyle};
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
    let mut state = seed;
    let mut taken = Vec::with_capacity(n);
    // Each is taken with the probability that is left for it, so that all choices are equally likely.
    for item in all {
        if (random(&mut state) % left as u64) < wanted as u64 {
            taken.push(item);
            wanted -= 1;
        }
        left -= 1;
    }
    taken
}

/// The next number of Steele's `SplitMix64`.
pub fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
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
