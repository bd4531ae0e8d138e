//! A data set, translated.

use risk_change::Timestamp;
use risk_learn::{KAMEI, Label};

/// What becomes of changes that touch no file (`nf = 0`): merges and changes of mode.
///
/// They are nearly always clean, and lift AUC and G-mean without telling anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// They are neither scored nor learned from.
    LeftOut,
    /// They are changes as all others, as some papers count them.
    Kept,
}

/// One change of a data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// What the data set calls it, or its line in the file (`line 7`).
    pub change: String,
    /// Time of its arrival.
    pub at: Timestamp,
    /// Kamei's fourteen, in the order of [`KAMEI`].
    pub features: [f64; KAMEI.len()],
    /// Whether the data set says that it was repaired later.
    pub defective: bool,
    /// When its first fix was made, if it is defective and the data set tells.
    pub fixed_at: Option<Timestamp>,
}

impl Labelled {
    /// The feature of a name.
    ///
    /// # Panics
    ///
    /// If it is none of [`KAMEI`].
    #[must_use]
    pub fn feature(&self, name: &str) -> f64 {
        let place = KAMEI.iter().position(|kamei| *kamei == name);
        self.features[place.expect("the name is one of Kamei's fourteen")]
    }

    /// The label of the data set, by which predictions are judged.
    #[must_use]
    pub fn label(&self) -> Label {
        if self.defective {
            Label::Defective
        } else {
            Label::Clean
        }
    }

    /// Lines added and deleted.
    #[must_use]
    pub fn effort(&self) -> f64 {
        self.feature("la") + self.feature("ld")
    }
}

/// The changes of one project in order of time, those of equal time in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Name of the file, without its extension.
    pub name: String,
    /// The changes that are scored.
    pub changes: Vec<Labelled>,
    /// Changes without a file that were left out.
    pub n_empty: usize,
    /// Defective changes whose first fix bears an earlier date than they do; it counts as made at once.
    pub n_fixed_before: usize,
}

impl Stream {
    /// A stream of changes in the order of a file.
    #[must_use]
    pub fn new(name: String, mut changes: Vec<Labelled>, empty: Empty) -> Self {
        let n_all = changes.len();
        if empty == Empty::LeftOut {
            changes.retain(|change| change.feature("nf") > 0.0);
        }
        changes.sort_by_key(|change| change.at);
        let mut n_fixed_before = 0;
        for change in &mut changes {
            if let Some(fixed_at) = &mut change.fixed_at
                && *fixed_at < change.at
            {
                *fixed_at = change.at;
                n_fixed_before += 1;
            }
        }
        Self {
            name,
            n_empty: n_all - changes.len(),
            changes,
            n_fixed_before,
        }
    }

    /// Defective changes of which the data set does not tell when they were repaired.
    #[must_use]
    pub fn n_fixed_unknown(&self) -> usize {
        let unknown = |change: &&Labelled| change.defective && change.fixed_at.is_none();
        self.changes.iter().filter(unknown).count()
    }

    /// Defective changes.
    #[must_use]
    pub fn n_defective(&self) -> usize {
        self.changes.iter().filter(|c| c.defective).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(name: &str, at: i64, nf: f64, fixed_at: Option<i64>) -> Labelled {
        let mut features = [0.0; KAMEI.len()];
        features[2] = nf;
        Labelled {
            change: name.to_owned(),
            at: Timestamp(at),
            features,
            defective: fixed_at.is_some(),
            fixed_at: fixed_at.map(Timestamp),
        }
    }

    #[test]
    fn changes_are_in_order_of_time_and_else_of_the_file() {
        let changes = vec![
            change("a", 5, 1.0, None),
            change("b", 1, 0.0, None),
            change("c", 1, 1.0, Some(0)),
            change("d", 1, 1.0, Some(9)),
        ];
        let stream = Stream::new("s".to_owned(), changes.clone(), Empty::LeftOut);
        let names: Vec<_> = stream.changes.iter().map(|c| c.change.as_str()).collect();
        assert_eq!(names, ["c", "d", "a"]);
        assert_eq!((stream.n_empty, stream.n_fixed_before), (1, 1));
        assert_eq!(stream.changes[0].fixed_at, Some(Timestamp(1)));
        let all = Stream::new("s".to_owned(), changes, Empty::Kept);
        assert_eq!((all.changes.len(), all.n_empty), (4, 0));
        assert_eq!(all.changes[0].change, "b");
    }
}
