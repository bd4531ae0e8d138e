//! One change, traced to those that wrote what it deletes.

use risk_change::{Change, ChangeId, Position};
use risk_szz::{Account, Deleted, Szz};
use std::collections::BTreeMap;

/// The candidates of a change and the lines that it deletes, with the names of all that are among them.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The candidates, judged by the variant of the options.
    pub account: Account,
    /// The deleted lines.
    pub deleted: Deleted,
    /// The names of the changes, by position.
    pub ids: BTreeMap<Position, ChangeId>,
}

impl Traced {
    /// Traces a change whose first parent is alive in `szz`.
    pub fn of(szz: &Szz, parent: Option<Position>, change: &Change) -> Self {
        let (account, deleted) = szz.trace(parent, change);
        let judged = account.judged.iter().map(|it| it.position);
        let written = deleted.lines.iter().filter_map(|it| it.origin);
        let named = judged.chain(written);
        let ids = named.filter_map(|at| Some((at, szz.ids().get(at)?)));
        Self {
            ids: ids.collect(),
            account,
            deleted,
        }
    }
}
