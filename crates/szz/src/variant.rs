//! The variants of SZZ.

use crate::Whitespace;
use serde::{Deserialize, Serialize};

/// A published way from a fixing change to the changes that induced it.
///
/// All trace the lines that the fixing change deletes or modifies in source code (see
/// [`is_traced`](crate::is_traced)) to the changes that wrote them.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Variant {
    /// B-SZZ: every deleted line of a code file, tests included, and white space matters.
    ///
    /// - Source: Śliwerski, Zimmermann, Zeller, "When do changes induce fixes?", MSR 2005.
    /// - Deviation: the paper also drops candidates committed after the bug report; issues are not read here.
    B,
    /// AG-SZZ: without blank lines, comments, white-space changes; production code alone.
    ///
    /// - Source: Kim, Zimmermann, Pan, Whitehead, "Automatic identification of bug-introducing changes",
    ///   ASE 2006.
    /// - Deviation: the annotation graph is the line origins of [`Origins`](crate::Origins). Lines that only
    ///   moved within the fix count as deleted, for only re-spaced lines are paired.
    Ag,
    /// R-SZZ: of AG's candidates the most recently committed one.
    ///
    /// - Source: Davies, Roper, Wood, "Comparing text-based and dependence-based approaches for determining
    ///   the origins of bugs", Journal of Software: Evolution and Process, 2014.
    #[default]
    R,
}

impl Variant {
    /// How its line origins treat changes of white space.
    pub fn whitespace(self) -> Whitespace {
        match self {
            Self::B => Whitespace::Significant,
            Self::Ag | Self::R => Whitespace::Ignored,
        }
    }
}
