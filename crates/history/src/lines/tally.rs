//! How often each line occurs in a version.

use crate::text::{Token, Version, shared_prefix, shared_suffix};
use std::rc::Rc;

/// The number of times that each token occurs in one version.
///
/// Versions of a path that are compared one after another differ in few lines, so the counts of one are made
/// from those of the one before by what differs.
#[derive(Default)]
pub(super) struct Tally<'repo> {
    version: Option<Rc<Version<'repo>>>,
    counts: Vec<u32>,
}

impl<'repo> Tally<'repo> {
    pub(super) fn clear(&mut self) {
        self.version = None;
        self.counts.clear();
    }

    /// Counts one of two versions, if neither is counted yet, and says which is.
    pub(super) fn count(&mut self, versions: [&Rc<Version<'repo>>; 2], n_tokens: usize) -> usize {
        self.counts.resize(n_tokens, 0);
        let is_counted = |version: &Rc<Version<'repo>>| {
            let counted = self.version.as_ref();
            counted.is_some_and(|counted| Rc::ptr_eq(counted, version))
        };
        if let Some(at) = versions.iter().position(|version| is_counted(version)) {
            return at;
        }
        let counted = self.version.take();
        let before = counted.as_ref().map_or(&[][..], |version| &version.tokens);
        self.change(before, &versions[0].tokens);
        self.version = Some(Rc::clone(versions[0]));
        0
    }

    fn change(&mut self, before: &[Token], after: &[Token]) {
        let start = shared_prefix(before, after);
        let (before, after) = (&before[start..], &after[start..]);
        let end = shared_suffix(before, after);
        for &token in &before[..before.len() - end] {
            self.counts[token as usize] -= 1;
        }
        for &token in &after[..after.len() - end] {
            self.counts[token as usize] += 1;
        }
    }

    pub(super) fn of(&self, token: Token) -> u32 {
        self.counts[token as usize]
    }
}
