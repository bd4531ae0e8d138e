//! How far the reading has come, for whoever waits for it.

/// A part of the work that takes long enough to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading commit objects.
    Commits,
    /// Comparing trees, per commit.
    Trees,
    /// Comparing lines, per pair of versions.
    Lines,
    /// Following history in order, per change: features, origins, links, learning.
    Fold,
}

/// Is told how far the work has come. Calls may come from several threads.
pub trait Progress: Sync {
    /// A stage begins; `total` steps, if that is known.
    fn begin(&self, stage: Stage, total: Option<usize>);
    /// So many more steps of the stage are done.
    fn advance(&self, steps: usize);
    /// No stage is under way any more.
    fn end(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: Option<usize>) {}
    fn advance(&self, _: usize) {}
    fn end(&self) {}
}
