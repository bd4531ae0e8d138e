//! At which commits all branches had come together.

use crate::Position;

/// Which commits of a graph have all earlier ones among their ancestors.
///
/// That is so for those that were the only head when they were appended: whatever has no child yet is a head, and
/// children come later, so that from any other commit a way leads up to the one head. Later commits do not alter
/// it. On the first-parent chain of the tip, in landing order, it holds for every commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heads {
    has_child: Vec<bool>,
    n_childless: usize,
    /// By commit: whether it was the only head.
    is_alone: Vec<bool>,
}

impl Heads {
    /// Notes the next commit; `parents` are earlier ones.
    pub(crate) fn push(&mut self, parents: &[Position]) {
        for &parent in parents {
            let had_child = std::mem::replace(&mut self.has_child[parent as usize], true);
            self.n_childless -= usize::from(!had_child);
        }
        self.has_child.push(false);
        self.n_childless += 1;
        self.is_alone.push(self.n_childless == 1);
    }

    /// Whether all commits before this one are its ancestors.
    pub(crate) fn is_alone(&self, position: Position) -> bool {
        self.is_alone[position as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;

    #[test]
    fn the_only_head_has_all_others_below_it() {
        // 0 - 1 - 2 - 4 - 5      6 is another root, and 7 joins the two.
        //      \- 3 -/
        let mut heads = Heads::default();
        let parents: [&[u32]; 8] = [&[], &[0], &[1], &[1], &[2, 3], &[4], &[], &[5, 6]];
        for parents in parents {
            heads.push(parents);
        }
        let alone: Vec<u32> = (0..8).filter(|&at| heads.is_alone(at)).collect();
        assert_eq!(alone, [0, 1, 2, 4, 5, 7]);
    }
}
