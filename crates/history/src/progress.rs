//! How far the reading has come, for whoever waits for it.

/// A part of the work that takes long enough to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading commit objects.
    Commits,
    /// Reading changes and following them, a few steps each: trees, lines; features, origins, links, learning.
    Changes,
    /// Reading what commits say of themselves.
    Messages,
    /// Finding out what risky changes are made of.
    Reasons,
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
