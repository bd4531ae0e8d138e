//! How alike two blobs are, as git's rename detection measures it.

/// Git's scale: 60,000 is identical.
pub(crate) const MAX_SCORE: u64 = 60_000;
/// Below half the scale nothing is a rename (`-M` without a number).
pub(crate) const MIN_SCORE: u64 = MAX_SCORE / 2;
/// What two files of the same name need to be paired before all others are compared.
pub(crate) const MIN_NAMESAKE_SCORE: u64 = MIN_SCORE + (MAX_SCORE - MIN_SCORE) / 2;

const SPAN: usize = 64;

/// The spans of a blob with their bytes: a span ends at a line end or after 64 bytes.
pub(crate) struct Spans {
    /// (bucket of the span, bytes in all spans of that bucket), ascending by bucket.
    counts: Vec<(u32, u64)>,
    pub(crate) size: u64,
}

impl Spans {
    pub(crate) fn of(data: &[u8], is_text: bool) -> Self {
        let mut spans: Vec<(u32, u64)> = Vec::with_capacity(data.len() / 32 + 1);
        let (mut sum, mut n) = (Sum::default(), 0_usize);
        for (index, &byte) in data.iter().enumerate() {
            // In text the CR of a CR LF does not count.
            if is_text && byte == b'\r' && data.get(index + 1) == Some(&b'\n') {
                continue;
            }
            sum.add(byte);
            n += 1;
            if n == SPAN || byte == b'\n' {
                spans.push((sum.bucket(), n as u64));
                (sum, n) = (Sum::default(), 0);
            }
        }
        if n > 0 {
            spans.push((sum.bucket(), n as u64));
        }
        spans.sort_unstable();
        spans.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        Self {
            counts: spans,
            size: data.len() as u64,
        }
    }

    /// Share of the larger blob's bytes that the smaller has too, on git's scale.
    pub(crate) fn score(&self, other: &Self) -> u64 {
        let larger = self.size.max(other.size);
        if larger == 0 {
            return 0;
        }
        let (mut left, mut right, mut shared) = (0, 0, 0);
        while left < self.counts.len() && right < other.counts.len() {
            let ((a, n_a), (b, n_b)) = (self.counts[left], other.counts[right]);
            if a == b {
                shared += n_a.min(n_b);
            }
            left += usize::from(a <= b);
            right += usize::from(b <= a);
        }
        shared * MAX_SCORE / larger
    }
}

/// The sum of a span that git makes: 64 bits in two halves, turned left by seven for each byte.
///
/// Spans of one bucket count as equal, and there are so few buckets that spans of large files share some. Which of
/// two sources is more like a file can hang on that, so that an exact sum would choose otherwise than git.
#[derive(Clone, Copy, Default)]
struct Sum {
    low: u32,
    high: u32,
}

impl Sum {
    const BUCKETS: u32 = 107_927;

    fn add(&mut self, byte: u8) {
        let low = (self.low << 7) ^ (self.high >> 25);
        self.high = (self.high << 7) ^ (self.low >> 25);
        self.low = low.wrapping_add(u32::from(byte));
    }

    fn bucket(self) -> u32 {
        self.low.wrapping_add(self.high.wrapping_mul(0x61)) % Self::BUCKETS
    }
}

/// Whether the sizes alone allow a similarity of half.
pub(crate) fn sizes_allow(a: u64, b: u64) -> bool {
    let (larger, smaller) = (a.max(b), a.min(b));
    larger * (MAX_SCORE - MIN_SCORE) >= (larger - smaller) * MAX_SCORE
}

#[cfg(test)]
mod tests {
    use super::{MAX_SCORE, Spans, Sum, sizes_allow};

    #[test]
    fn the_score_is_the_shared_part_of_the_larger_blob() {
        let whole = Spans::of(b"one\ntwo\nten\nsix\n", true);
        assert_eq!(whole.score(&whole), MAX_SCORE);
        assert_eq!(whole.score(&Spans::of(b"one\ntwo\n", true)), MAX_SCORE / 2);
        assert_eq!(whole.score(&Spans::of(b"", true)), 0);
        let dos = Spans::of(b"one\r\ntwo\r\n", true);
        assert_eq!(
            dos.score(&Spans::of(b"one\ntwo\n", true)),
            8 * MAX_SCORE / 10
        );
    }

    #[test]
    fn buckets_are_those_of_git() {
        let bucket = |span: &[u8]| {
            let mut sum = Sum::default();
            for &byte in span {
                sum.add(byte);
            }
            sum.bucket()
        };
        assert_eq!(bucket(b"a\n"), (97 << 7) + 10);
        // 14 times the number of buckets are taken off.
        assert_eq!(bucket(b"ab\n"), (97 << 14) + (98 << 7) + 10 - 14 * 107_927);
    }

    #[test]
    fn sizes_too_far_apart_are_not_compared() {
        assert!(sizes_allow(100, 50));
        assert!(!sizes_allow(100, 49));
    }
}
