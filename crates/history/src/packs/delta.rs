//! Deltas: an object told as pieces of another one.

/// What a delta makes: how long its base has to be, how long the result is, and the instructions.
pub(super) struct Delta<'a> {
    pub(super) base_len: usize,
    pub(super) result_len: usize,
    steps: &'a [u8],
}

impl<'a> Delta<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (base_len, rest) = length(bytes)?;
        let (result_len, steps) = length(rest)?;
        Some(Self {
            base_len,
            result_len,
            steps,
        })
    }

    /// Makes the result; `None` if the delta does not fit the base or is damaged.
    pub(super) fn apply(&self, base: &[u8], out: &mut Vec<u8>) -> Option<()> {
        if base.len() != self.base_len {
            return None;
        }
        out.clear();
        out.try_reserve_exact(self.result_len).ok()?;
        let mut rest = self.steps;
        while let Some((&step, after)) = rest.split_first() {
            rest = after;
            if step & 0x80 == 0 {
                // The next bytes themselves; zero of them is reserved.
                let (new, after) = rest.split_at_checked(usize::from(step))?;
                if new.is_empty() {
                    return None;
                }
                out.extend_from_slice(new);
                rest = after;
            } else {
                // A piece of the base: each bit says whether a byte of its place and length follows.
                let mut field = |bits: u8, n: u32| {
                    let mut value = 0;
                    for at in 0..n {
                        if bits & 1 << at != 0 {
                            let (&byte, after) = rest.split_first()?;
                            value |= usize::from(byte) << (8 * at);
                            rest = after;
                        }
                    }
                    Some(value)
                };
                let from = field(step, 4)?;
                let n = match field(step >> 4, 3)? {
                    0 => 0x1_0000,
                    n => n,
                };
                out.extend_from_slice(base.get(from..from + n)?);
            }
            if out.len() > self.result_len {
                return None;
            }
        }
        (out.len() == self.result_len).then_some(())
    }
}

/// A number in groups of seven bits, the lowest first.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (at, &byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Delta;

    fn applied(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        Delta::parse(delta)?.apply(base, &mut out).map(|()| out)
    }

    #[test]
    fn pieces_of_the_base_and_new_bytes_are_put_together() {
        // Seven bytes from five: "cd" of the base, "xyz", then "ab".
        let delta = [5, 7, 0x91, 2, 2, 3, b'x', b'y', b'z', 0x90, 2];
        assert_eq!(applied(b"abcde", &delta).as_deref(), Some(&b"cdxyzab"[..]));
    }

    #[test]
    fn a_length_of_zero_is_64_kibibytes() {
        let base = vec![7; 0x1_0000];
        let delta = [0x80, 0x80, 4, 0x80, 0x80, 4, 0x80];
        assert_eq!(applied(&base, &delta), Some(base.clone()));
    }

    #[test]
    fn every_damage_is_refused() {
        let good = [5, 7, 0x91, 2, 2, 3, b'x', b'y', b'z', 0x90, 2];
        assert!(applied(b"abcd", &good).is_none(), "another base");
        for cut in 0..good.len() {
            assert!(applied(b"abcde", &good[..cut]).is_none(), "cut at {cut}");
        }
        for (what, delta) in [
            ("beyond the base", &[5, 4, 0x91, 3, 4][..]),
            ("too long", &[5, 1, 0x90, 2]),
            ("too short", &[5, 3, 0x90, 2]),
            ("reserved", &[5, 0, 0]),
            ("an endless length", &[0x80; 12]),
        ] {
            assert!(applied(b"abcde", delta).is_none(), "{what}");
        }
    }
}
