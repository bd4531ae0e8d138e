//! The pre-push hook in a repository: where it can be, whether it is there, how it gets there and goes again.
//!
//! [`git`] says where git looks for hooks, [`survey`] what is there now, [`script`] what is written, [`disk`] how.
//! Why there are several ways: docs/design/hooks.md.

pub(crate) mod disk;
pub(crate) mod git;
pub(crate) mod removal;
pub(crate) mod script;
pub(crate) mod survey;
