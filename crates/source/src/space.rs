//! White space of single lines.

/// What counts as white space: blank, tab, carriage return, line feed, vertical tab, form feed.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c)
}

/// The line without white space at its start.
pub(crate) fn trim_start(line: &[u8]) -> &[u8] {
    let at = line.iter().position(|&byte| !is_space(byte));
    &line[at.unwrap_or(line.len())..]
}

/// Width of the white space that a line starts with.
///
/// - Units and range: columns; a tab counts 4 wherever it stands; 0 for an empty line. In a blank line the
///   line end is not counted.
pub fn indent_columns(line: &[u8]) -> u32 {
    let mut columns = 0;
    for &byte in line {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4,
            _ => break,
        }
    }
    columns
}

/// Whether two lines are the same once all white space is taken out, as `git diff -w` compares.
///
/// Two blank lines are equal whatever they hold.
pub fn equal_ignoring_space(a: &[u8], b: &[u8]) -> bool {
    let mut left = a.iter().filter(|&&byte| !is_space(byte));
    let mut right = b.iter().filter(|&&byte| !is_space(byte));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (a, b) if a == b => {}
            _ => return false,
        }
    }
}

/// A hash of a line without its white space: equal for lines that [`equal_ignoring_space`] calls equal.
///
/// It is the same on every machine and in every run, and it is not seeded: lines can be made to collide,
/// so a match must be confirmed by [`equal_ignoring_space`]. All blank lines hash to one value.
pub fn hash_ignoring_space(line: &[u8]) -> u64 {
    // FNV-1a, then one mixing step so that the low bits depend on every byte.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in line.iter().filter(|&&byte| !is_space(byte)) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::{equal_ignoring_space, hash_ignoring_space, indent_columns};

    #[test]
    fn a_tab_is_four_columns() {
        assert_eq!(indent_columns(b"\t  x\n"), 6);
        assert_eq!(indent_columns(b" \tx"), 5);
        assert_eq!(indent_columns(b"x  "), 0);
        assert_eq!(indent_columns(b"\n"), 0);
        assert_eq!(indent_columns(b""), 0);
    }

    #[test]
    fn white_space_is_no_difference() {
        for (a, b, equal) in [
            (&b"if (x)\n"[..], &b"\tif(x )\r\n"[..], true),
            (b"", b" \t\n", true),
            (b"ab", b"a", false),
            (b"a", b"ab", false),
            (b"a b", b"a c", false),
        ] {
            assert_eq!(equal_ignoring_space(a, b), equal, "{a:?} {b:?}");
            assert_eq!(hash_ignoring_space(a) == hash_ignoring_space(b), equal);
        }
    }
}
