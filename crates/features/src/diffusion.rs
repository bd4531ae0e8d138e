//! Spread: over how much of the project a change reaches.

use risk_change::{Change, FileChange};

/// How widely a change reaches.
///
/// Paths are those after the change (those before it, for deleted files), so that a rename is one file in one
/// directory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Diffusion {
    /// Subsystems touched: distinct first parts of the paths; all files in the root share one.
    ///
    /// - Units and range: count, `0 ..= nd`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "NS".
    pub ns: f64,
    /// Directories touched: distinct directories that directly hold a touched file.
    ///
    /// - Units and range: count, `0 ..= nf`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "ND".
    pub nd: f64,
    /// Files touched, whatever they hold and whatever happened to them: binary files, submodules and files of
    /// which only the mode changed count; a rename is one file.
    ///
    /// - Units and range: count, `≥ 0`; 0 for a change without files.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "NF".
    pub nf: f64,
    /// Spread of the modified lines over the files.
    ///
    /// `H = -Σ pₖ log₂ pₖ`, where `pₖ` is file k's share of all added and deleted lines.
    ///
    /// - Units and range: bits, `0 ..= log₂ nf`; 0 for one file and for a change without text lines.
    /// - Known at: arrival.
    /// - Example: files with 30, 20 and 10 lines give 1.459 bits.
    /// - Source: Kamei et al., IEEE TSE 2013, Table 1, "Entropy"; after Hassan, ICSE 2009. Deviation: the
    ///   published data divide by `log₂ nf`; that form is [`entropy_norm`](Self::entropy_norm).
    pub entropy: f64,
    /// Evenness of that spread: `H / log₂ nf`.
    ///
    /// - Units and range: share, `0 ..= 1`; 0 for fewer than two files and for a change without text lines.
    /// - Known at: arrival.
    /// - Source: Kamei et al., IEEE TSE 2013, section 3.1, "normalized"; after Hassan, ICSE 2009.
    pub entropy_norm: f64,
}

impl Diffusion {
    pub(crate) fn of(change: &Change) -> Self {
        let nf = change.files.len() as f64;
        let entropy = entropy(change);
        Self {
            ns: distinct(change.files.iter().map(|file| file.path.subsystem())) as f64,
            nd: distinct(change.files.iter().map(|file| file.path.directory())) as f64,
            nf,
            entropy,
            entropy_norm: if change.files.len() < 2 {
                0.0
            } else {
                (entropy / nf.log2()).min(1.0)
            },
        }
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut names: Vec<&[u8]> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

fn entropy(change: &Change) -> f64 {
    let lines = |file: &FileChange| file.edit.added() + file.edit.removed();
    let all: u64 = change.files.iter().map(lines).sum();
    change
        .files
        .iter()
        .map(lines)
        .filter(|&of_file| of_file > 0)
        .map(|of_file| {
            let share = of_file as f64 / all as f64;
            share * share.recip().log2()
        })
        .fold(0.0, |sum, part| sum + part)
}

#[cfg(test)]
mod tests {
    use super::Diffusion;
    use crate::testing::{change, file};

    #[test]
    fn thirty_twenty_and_ten_lines_give_1_459_bits() {
        let spread = Diffusion::of(&change(&[
            file("core/a.c", 20, 10),
            file("core/b.c", 20, 0),
            file("net/c.c", 0, 10),
        ]));
        // 1/2 · 1 + 1/3 · log₂ 3 + 1/6 · log₂ 6 = 0.5 + 0.5283 + 0.4308
        assert!((spread.entropy - 1.459_147_9).abs() < 1e-6);
        assert!((spread.entropy_norm - 1.459_147_9 / 3_f64.log2()).abs() < 1e-6);
        assert_eq!((spread.ns, spread.nd, spread.nf), (2.0, 2.0, 3.0));
    }

    #[test]
    fn files_in_the_root_share_one_subsystem_and_one_directory() {
        let spread = Diffusion::of(&change(&[
            file("Makefile", 1, 0),
            file("README", 1, 0),
            file("a/b/x.c", 1, 0),
            file("a/c/x.c", 1, 0),
        ]));
        assert_eq!((spread.ns, spread.nd, spread.nf), (2.0, 3.0, 4.0));
        assert_eq!((spread.entropy, spread.entropy_norm), (2.0, 1.0));
    }

    #[test]
    fn without_lines_or_files_nothing_is_spread() {
        let one = Diffusion::of(&change(&[file("a.c", 7, 3)]));
        assert_eq!((one.entropy, one.entropy_norm), (0.0, 0.0));
        let modes = Diffusion::of(&change(&[file("a.sh", 0, 0), file("b.sh", 0, 0)]));
        assert_eq!(
            (modes.nf, modes.entropy, modes.entropy_norm),
            (2.0, 0.0, 0.0)
        );
        assert_eq!(Diffusion::of(&change(&[])), Diffusion::default());
    }
}
