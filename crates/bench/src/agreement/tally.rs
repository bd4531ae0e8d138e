//! How much is equal, and what the rest comes from.

use std::collections::BTreeMap;
use std::fmt;

/// Examples kept of each class.
const SHOWN: usize = 8;

/// Counts of equal and different things, the different ones by class.
#[derive(Debug)]
pub struct Tally<C> {
    /// What is counted.
    pub unit: &'static str,
    /// How many are equal.
    pub equal: u64,
    /// How many git has in all.
    pub all: u64,
    /// For each class how many there are, in how many places, and some of them in words.
    pub classes: BTreeMap<C, (u64, u64, Vec<String>)>,
}

impl<C: Ord + fmt::Display> Tally<C> {
    /// Nothing was compared yet.
    pub fn new(unit: &'static str) -> Self {
        Self {
            unit,
            equal: 0,
            all: 0,
            classes: BTreeMap::new(),
        }
    }

    /// Counts `n` different things that are in one place.
    pub fn differ(&mut self, class: C, n: u64, example: String) {
        let (count, places, examples) = self.classes.entry(class).or_default();
        *count += n;
        *places += 1;
        if examples.len() < SHOWN {
            examples.push(example);
        }
    }

    /// Takes in another tally of the same unit.
    pub fn add(&mut self, other: Self) {
        self.equal += other.equal;
        self.all += other.all;
        for (class, (count, places, examples)) in other.classes {
            let all = self.classes.entry(class).or_default();
            all.0 += count;
            all.1 += places;
            let room = SHOWN.saturating_sub(all.2.len());
            all.2.extend(examples.into_iter().take(room));
        }
    }

    /// How many are in some class of differences.
    pub fn n_different(&self) -> u64 {
        self.classes.values().map(|(count, ..)| count).sum()
    }

    /// The share that is equal, in per cent; 100 if there was nothing to compare.
    pub fn share(&self) -> f64 {
        if self.all == 0 {
            return 100.0;
        }
        100.0 * self.equal as f64 / self.all as f64
    }
}

impl<C: Ord + fmt::Display> fmt::Display for Tally<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} of {} equal, {:.4} %",
            self.unit,
            self.equal,
            self.all,
            self.share()
        )?;
        for (class, (count, places, examples)) in &self.classes {
            writeln!(f, "  {class}: {count} in {places} places")?;
            for example in examples {
                writeln!(f, "    {example}")?;
            }
        }
        Ok(())
    }
}
