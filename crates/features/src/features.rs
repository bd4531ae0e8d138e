//! All features of one change, their names and what they mean to a person.

use crate::{Diffusion, EditShape, Experience, History, MessageShape, Purpose, Size, TestsDocs};
use std::fmt;

/// Number of features.
const N: usize = 36;

/// What is known about a change when it arrives: Kamei's fourteen and what was measured to help beside them.
///
/// Each group is defined in its own type. A feature of the past counts the absorbed changes that are ancestors
/// of the change, and nothing else.
///
/// - **Shape**: [`to_row`](Self::to_row) gives [`NAMES`](Self::NAMES)`.len()` numbers in that order; the first
///   [`KAMEI`](Self::KAMEI) are Kamei's, in the order in which the field lists them.
/// - **Units and range**: see [`DEFINITIONS`](Self::DEFINITIONS); all are finite and at least 0, but for the
///   three that are NaN [without a message](Self::without_message).
/// - **Known at**: arrival, every one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Features {
    /// Over how much of the project it reaches.
    pub diffusion: Diffusion,
    /// How much it changes.
    pub size: Size,
    /// What it is for.
    pub purpose: Purpose,
    /// What happened to its files before.
    pub history: History,
    /// What its author did before.
    pub experience: Experience,
    /// Whether it comes with tests and documentation.
    pub tests_docs: TestsDocs,
    /// What kind of edit it is.
    pub shape: EditShape,
    /// How much it explains itself.
    pub message: MessageShape,
}

/// What a feature is about, for explanations that a person can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// How much is changed: splitting the change helps.
    Size,
    /// How widely it reaches: one change for one matter helps.
    Spread,
    /// What happened to the touched files before: they deserve a second look.
    FileHistory,
    /// What the author did before: a reviewer who knows the code helps.
    Experience,
    /// What the change is for.
    Purpose,
    /// Whether it comes with tests and documentation: adding them helps.
    TestsDocs,
    /// What kind of edit it is.
    Shape,
    /// How much it explains itself: saying why helps.
    Message,
}

impl Group {
    /// The group for people, as the subject of a sentence.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Size => "size of the change",
            Self::Spread => "spread over the project",
            Self::FileHistory => "history of the touched files",
            Self::Experience => "experience of the author",
            Self::Purpose => "purpose of the change",
            Self::TestsDocs => "tests and documentation",
            Self::Shape => "kind of edit",
            Self::Message => "commit message",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.describe())
    }
}

/// In what a feature is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Things, counted one by one.
    Count,
    /// Lines of text.
    Lines,
    /// Bits of information.
    Bits,
    /// Days of 86,400 seconds.
    Days,
    /// A part of a whole, from 0 to 1.
    Share,
    /// No or yes: 0 or 1.
    Flag,
    /// Columns of indentation.
    Columns,
    /// Characters of text.
    Characters,
    /// Words of text.
    Words,
    /// Things, counted less the older they are.
    Recent,
    /// Lines, counted less the older they are.
    RecentLines,
}

/// What one feature is.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Its name: the key in rows, files and models.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// In what it is measured.
    pub unit: Unit,
    /// What it is, for people: a noun phrase without a full stop.
    pub description: &'static str,
    get: fn(&Features) -> f64,
}

impl Features {
    /// How many features, at the front of a row, are Kamei's.
    pub const KAMEI: usize = 14;

    /// What each feature is, in the order of the row.
    pub const DEFINITIONS: [Definition; N] = crate::definitions::DEFINITIONS;

    /// The names, in the order of the row.
    pub const NAMES: [&str; N] = {
        let mut names = [""; N];
        let mut index = 0;
        while index < N {
            names[index] = Self::DEFINITIONS[index].name;
            index += 1;
        }
        names
    };

    /// What each feature is about, in the order of the row.
    pub const GROUPS: [Group; N] = {
        let mut groups = [Group::Size; N];
        let mut index = 0;
        while index < N {
            groups[index] = Self::DEFINITIONS[index].group;
            index += 1;
        }
        groups
    };

    /// The values in the order of [`NAMES`](Self::NAMES).
    pub fn to_row(&self) -> [f64; N] {
        Self::DEFINITIONS.map(|definition| (definition.get)(self))
    }

    /// The place of a feature in the row, by its name.
    pub fn index_of(name: &str) -> Option<usize> {
        Self::NAMES.iter().position(|&known| known == name)
    }

    /// The same change before its message is written: what only a message can tell (`fix`, `message_chars`,
    /// `body_words`) is NaN.
    ///
    /// For work in progress alone; an empty message of a commit is an empty message.
    #[must_use]
    pub fn without_message(self) -> Self {
        Self {
            purpose: Purpose { fix: f64::NAN },
            message: MessageShape::UNKNOWN,
            ..self
        }
    }
}

impl Definition {
    pub(crate) const fn new(
        name: &'static str,
        group: Group,
        unit: Unit,
        description: &'static str,
        get: fn(&Features) -> f64,
    ) -> Self {
        Self {
            name,
            group,
            unit,
            description,
            get,
        }
    }

    /// The value of this feature.
    pub fn value(&self, features: &Features) -> f64 {
        (self.get)(features)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Count => "count",
            Self::Lines => "lines",
            Self::Bits => "bits",
            Self::Days => "days",
            Self::Share => "share",
            Self::Flag => "0 or 1",
            Self::Columns => "columns",
            Self::Characters => "characters",
            Self::Words => "words",
            Self::Recent => "weighted count",
            Self::RecentLines => "weighted lines",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, N};

    #[test]
    fn kameis_fourteen_come_first_in_their_order() {
        let kamei = "ns nd nf entropy la ld lt fix ndev age nuc exp rexp sexp";
        assert_eq!(
            Features::NAMES[..Features::KAMEI],
            kamei.split(' ').collect::<Vec<_>>()
        );
    }

    #[test]
    fn names_are_distinct_and_lower_snake() {
        let mut names = Features::NAMES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), N);
        for name in names {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }

    #[test]
    fn each_name_reads_the_field_of_that_name() {
        let mut features = Features::default();
        features.diffusion.ns = 1.0;
        features.experience.sexp = 2.0;
        features.history.recent_churn = 3.0;
        features.message.body_words = 4.0;
        let row = features.to_row();
        for (name, value) in [
            ("ns", 1.0),
            ("sexp", 2.0),
            ("recent_churn", 3.0),
            ("body_words", 4.0),
        ] {
            assert_eq!(row[Features::index_of(name).unwrap()], value, "{name}");
        }
        assert_eq!(row.iter().sum::<f64>(), 10.0);
        assert_eq!(Features::index_of("npt"), None);
    }

    #[test]
    fn without_a_message_only_what_it_tells_is_unknown() {
        let row = Features::default().without_message().to_row();
        let unknown: Vec<&str> = (0..N)
            .filter(|&i| row[i].is_nan())
            .map(|i| Features::NAMES[i])
            .collect();
        assert_eq!(unknown, ["fix", "message_chars", "body_words"]);
    }
}
