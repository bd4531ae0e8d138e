//! How likely each candidate is to have induced the fault that a change repairs.

use crate::Involvement;
use crate::index::Known;
use crate::involvement::Involved;
use risk_change::Timestamp;

/// How many things are known of a candidate.
pub const N_SIGNS: usize = Weights::SIGNS.len();

/// What is known of one candidate of a fix, in the order of [`Weights::SIGNS`].
pub type Signs = [f64; N_SIGNS];

/// A conditional logit over the candidates of a fix, with *none of them* as one more choice.
///
/// `P(candidate i induced it) = exp(β·xᵢ) / (exp(β₀) + Σⱼ exp(β·xⱼ))`, with `xᵢ` the [`Signs`] of candidate i and
/// `exp(β₀)` for none. Probabilities of the candidates of a fix add up to at most 1.
///
/// - Known at: the arrival of the fix.
/// - Source: `McFadden`, "Conditional logit analysis of qualitative choice behavior", 1974, for the form. What the
///   coefficients come of is told in `docs/design/links.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// `β₀`.
    pub none: f64,
    /// `β`, one a sign.
    pub coefficients: Signs,
}

impl Weights {
    /// What is known of a candidate. Counts are of lines, as in [`Involvement`], unless something else is said;
    /// `log` is `ln(1 + n)`.
    pub const SIGNS: [&'static str; 28] = [
        "deletes",           // whether the fix deletes lines of it
        "log_deleted",       // how many
        "share_deleted",     // their share of all that the fix deletes; 0 if it deletes none
        "share_hunks", // share of the hunks that delete lines which delete lines of it; 0 if there is none
        "removed",     // whether there are hunks among these that only delete
        "log_deleted_tests", // lines that the fix deletes in tests
        "cosmetic",    // whether the fix deletes blank lines or comments of it
        "respaced",    // whether the fix re-spaces lines of it
        "before",      // whether lines are put in right after one of it
        "after",       // or right before one
        "log_near_added", // lines close to such
        "log_near_replaced", // lines close to what is deleted
        "log_age",     // days from it to the fix, as committed
        "log_age_adds", // the same if the fix deletes nothing; 0 else
        "log_size",    // lines that it added and deleted
        "log_files",   // files that it touched
        "root",        // whether it began the history
        "is_fix",      // whether it is a fix itself
        "same_author", // whether its author wrote the fix
        "only_adds",   // whether it deleted nothing
        "log_rank",    // how many candidates were committed later
        "latest",      // whether none was, of those of which lines are deleted
        "largest",     // whether it is the largest of those
        "share_lines", // its share of the lines of the files
        "share_files", // share of the files that hold lines of it
        "adds",        // whether the fix deletes nothing: the same for all candidates, against none
        "log_candidates", // how many candidates there are, likewise
        "log_fix",     // how many lines the fix deletes, likewise
    ];

    /// `P` of each candidate, given what is known of each.
    ///
    /// - Shape: one value a candidate, in the order given.
    /// - Range: 0 to 1, together at most 1; empty for none.
    pub fn probabilities(&self, candidates: &[Signs]) -> Vec<f64> {
        let logit = |signs: &Signs| -> f64 {
            let terms = signs.iter().zip(&self.coefficients);
            terms.map(|(x, b)| x * b).sum()
        };
        let logits: Vec<f64> = candidates.iter().map(logit).collect();
        let highest = logits.iter().fold(self.none, |max, &it| max.max(it));
        let odds: Vec<f64> = logits.iter().map(|it| (it - highest).exp()).collect();
        let total = (self.none - highest).exp() + odds.iter().sum::<f64>();
        odds.into_iter().map(|it| it / total).collect()
    }
}

/// The fix that is weighed for.
pub(crate) struct Weighed {
    pub(crate) committed_at: Timestamp,
    pub(crate) author: u32,
}

/// The signs of candidates, those of `involved` at the places `of`, with what is known of each.
pub(crate) fn signs(
    fix: &Weighed,
    involved: &Involved,
    of: &[usize],
    known: &[Known],
) -> Vec<Signs> {
    let log = |n: f64| n.ln_1p();
    let share = |part: u32, whole: u64| match whole {
        0 => 0.0,
        _ => f64::from(part) / whole as f64,
    };
    let is = |condition: bool| f64::from(u8::from(condition));
    let at = |k: usize| -> (Involvement, Known) { (involved.found[of[k]], known[k]) };
    let order = |k: usize| (at(k).1.committed_at, at(k).0.position);
    let deleting = || (0..of.len()).filter(|&k| at(k).0.deleted > 0);
    let latest = deleting().max_by_key(|&k| order(k));
    let largest = deleting().max_by_key(|&k| (at(k).1.size, order(k)));
    let adds = involved.n_traced == 0;
    let mut by_order: Vec<usize> = (0..of.len()).collect();
    by_order.sort_unstable_by_key(|&k| std::cmp::Reverse(order(k)));
    let mut n_later = vec![0; of.len()];
    for (n, &k) in by_order.iter().enumerate() {
        n_later[k] = n;
    }
    let row = |k: usize| -> Signs {
        let (it, known) = at(k);
        let days = fix
            .committed_at
            .0
            .saturating_sub(known.committed_at.0)
            .max(0) as f64
            / 86_400.0;
        [
            is(it.deleted > 0),
            log(it.deleted.into()),
            share(it.deleted, involved.n_traced),
            share(it.hunks, involved.n_hunks.into()),
            is(it.removed > 0),
            log(it.deleted_tests.into()),
            is(it.cosmetic > 0),
            is(it.respaced > 0),
            is(it.before > 0),
            is(it.after > 0),
            log(it.near_added.into()),
            log(it.near_replaced.into()),
            log(days),
            if adds { log(days) } else { 0.0 },
            log(known.size.into()),
            log(known.n_files.into()),
            is(known.is_root),
            is(known.is_fix),
            is(known.author == fix.author),
            is(known.only_adds),
            log(n_later[k] as f64),
            is(latest == Some(k)),
            is(largest == Some(k)),
            share(it.in_files, involved.n_lines),
            share(it.files, involved.n_files.into()),
            is(adds),
            log(of.len() as f64),
            log(involved.n_traced as f64),
        ]
    };
    (0..of.len()).map(row).collect()
}
