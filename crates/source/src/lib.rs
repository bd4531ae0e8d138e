//! What a path and a line of source are: language, test or documentation, blank, comment, conditional.
//!
//! A path alone tells its [`Language`] and whether it is test code ([`is_test`]), documentation
//! ([`is_docs`]) or build configuration ([`is_build`]). A text together with its language tells for each
//! wanted line whether it is code, blank or only a comment ([`line_classes`]) and whether a line opens a
//! branch ([`is_conditional`]).
//!
//! An [`Exclusion`] tells which files do not count, by the attributes `linguist-generated` and `linguist-vendored`
//! and by patterns.
//!
//! Nothing here parses. The rules look at one line and at the block comments that began before it, so
//! that they can run over every changed file of a whole history. Each function says what it gets wrong.
//!
//! ```
//! use risk_change::{LineClass, RepoPath};
//! use risk_source::{Language, line_classes};
//!
//! let language = Language::of(&RepoPath::from("src/a.min.c"));
//! let text = b"/* one\n   two */\nint x;\n";
//! let classes = line_classes(language, text, &[0, 7, 17], [1, 2].into_iter());
//! assert_eq!(classes, [LineClass::Comment, LineClass::Code]);
//! ```

mod attributes;
mod classes;
mod conditional;
mod exclusion;
mod glob;
mod kind;
mod language;
mod names;
mod space;
mod syntax;

pub use classes::line_classes;
pub use conditional::is_conditional;
pub use exclusion::{Exclusion, PatternError};
pub use kind::{is_build, is_docs, is_test};
pub use language::Language;
pub use space::{equal_ignoring_space, hash_ignoring_space, indent_columns};
