//! The variants of SZZ.

use crate::Whitespace;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A way from a fixing change to the changes that induced it.
///
/// All trace the lines that the fixing change deletes or modifies in source code (see
/// [`is_traced`](crate::is_traced)) to the changes that wrote them. If it is known when the fault was reported, no
/// variant takes a change that was committed later.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Variant {
    /// B-SZZ: every deleted line of a code file, tests included, and white space matters.
    ///
    /// - Source: Śliwerski, Zimmermann, Zeller, "When do changes induce fixes?", MSR 2005.
    B,
    /// AG-SZZ: without blank lines, comments, white-space changes; production code alone.
    ///
    /// - Source: Kim, Zimmermann, Pan, Whitehead, "Automatic identification of bug-introducing changes",
    ///   ASE 2006.
    /// - Deviation: the annotation graph is the line origins of [`Origins`](crate::Origins). Lines that only
    ///   moved within the fix count as deleted, for only re-spaced lines are paired.
    Ag,
    /// MA-SZZ: of AG's candidates those that are no meta-changes, which alter no behaviour by themselves.
    ///
    /// - Source: da Costa, `McIntosh`, Shang, Kulesza, Coelho, Hassan, "A framework for evaluating the results of the
    ///   SZZ approach for identifying bug-introducing changes", IEEE TSE 2017.
    /// - Deviation: merges are dropped, and changes of modes never wrote a line. Changes that copy a branch, which
    ///   Subversion has, are none in git.
    Ma,
    /// R-SZZ: of MA's candidates the most recently committed one.
    ///
    /// - Source: Davies, Roper, Wood, "Comparing text-based and dependence-based approaches for determining
    ///   the origins of bugs", Journal of Software: Evolution and Process, 2014; upon MA as da Costa et al. have it.
    R,
    /// L-SZZ: of MA's candidates the one that added and deleted most lines, the most recent among equals.
    ///
    /// - Source: as for [`R`](Self::R).
    L,
    /// W, the default: the candidate that is most probable by all that is known of it, if it is probable enough.
    ///
    /// Candidates are those of MA, those that wrote tests which the fix alters, and those that wrote lines close to
    /// what it touches, so that a fix which only puts lines in is linked, too. [`Weights`](crate::Weights) gives each a
    /// probability.
    #[default]
    W,
}

impl Variant {
    /// All of them, the published ones first.
    pub const ALL: [Self; 6] = [Self::B, Self::Ag, Self::Ma, Self::R, Self::L, Self::W];

    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::B => "b",
            Self::Ag => "ag",
            Self::Ma => "ma",
            Self::R => "r",
            Self::L => "l",
            Self::W => "w",
        }
    }

    /// The variant of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// How its line origins treat changes of white space.
    pub fn whitespace(self) -> Whitespace {
        match self {
            Self::B => Whitespace::Significant,
            Self::Ag | Self::Ma | Self::R | Self::L | Self::W => Whitespace::Ignored,
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
