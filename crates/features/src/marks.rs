//! Sets of small numbers that are emptied in no time.

/// A set of numbers below some bound, for counting distinct ones again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// The round in which each number was put in last.
    rounds: Vec<u32>,
    round: u32,
}

impl Marks {
    /// Empties the set and makes room for the numbers below `bound`.
    pub(crate) fn clear(&mut self, bound: usize) {
        if self.rounds.len() < bound {
            self.rounds.resize(bound, 0);
        }
        if self.round == u32::MAX {
            self.rounds.fill(0);
            self.round = 0;
        }
        self.round += 1;
    }

    /// Puts a number in; whether it was not in before.
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.rounds[number as usize], self.round) != self.round
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn clearing_empties_even_when_the_rounds_run_out() {
        let mut marks = Marks::default();
        marks.clear(2);
        assert!(marks.insert(1) && !marks.insert(1) && marks.insert(0));
        marks.round = u32::MAX - 1;
        marks.clear(3);
        assert!(marks.insert(2));
        marks.clear(3);
        assert!(marks.insert(1) && marks.insert(2) && !marks.insert(2));
    }
}
