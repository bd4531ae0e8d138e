//! When changes landed.

use risk_change::{Position, Timestamp};
use risk_history::History;

/// When each change of a stretch landed: the commit time of the first commit on the first-parent chain of
/// the tip at or after it. A branch lands with its merge, however long ago its commits were made.
pub(crate) fn landed_at(history: &History, next: Position) -> Vec<Timestamp> {
    let n = history.changes.len();
    let mut on_chain = vec![false; n];
    let mut at = n.checked_sub(1);
    while let Some(index) = at {
        on_chain[index] = true;
        at = history.parents[index]
            .first()
            .and_then(|&parent| parent.checked_sub(next))
            .map(|index| index as usize);
    }
    let mut times = vec![Timestamp::default(); n];
    let mut landing = Timestamp::default();
    for index in (0..n).rev() {
        if on_chain[index] {
            landing = history.changes[index].committed_at;
        }
        times[index] = landing;
    }
    times
}

#[cfg(test)]
mod tests {
    use super::landed_at;
    use risk_change::{Author, Change, ChangeId, Timestamp};
    use risk_history::History;

    fn history(commits: &[(i64, &[u32])]) -> History {
        let mut history = History::default();
        for (at, parents) in commits {
            history.changes.push(Change {
                id: ChangeId::from_bytes(&[0; 20]).expect("20 bytes are an id"),
                parents: Vec::new(),
                author: Author {
                    name: "".into(),
                    email: "".into(),
                },
                authored_at: Timestamp(*at),
                committed_at: Timestamp(*at),
                message: String::new(),
                files: Vec::new(),
            });
            history.parents.push(parents.to_vec());
        }
        history
    }

    #[test]
    fn a_branch_lands_with_its_merge() {
        // 10 - 11 ------- 14     positions on from 10; 12 and 13 are the branch
        //   \- 12 - 13 --/
        let history = history(&[
            (1, &[9]),
            (5, &[10]),
            (2, &[10]),
            (3, &[12]),
            (6, &[11, 13]),
        ]);
        let times: Vec<i64> = landed_at(&history, 10).iter().map(|at| at.0).collect();
        assert_eq!(times, [1, 5, 6, 6, 6]);
        assert_eq!(
            history.last_children(),
            [
                vec![true],
                vec![false],
                vec![true],
                vec![true],
                vec![true, true]
            ]
        );
    }
}
