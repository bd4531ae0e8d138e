//! The lines that a change deletes, each with what becomes of it when it is traced.

use crate::filters::{is_source, traced_lines};
use crate::{Origins, UNKNOWN, Variant};
use risk_change::{Change, FileKind, FileStatus, LineClass, Position, RepoPath};
use risk_source::{Exclusion, is_docs, is_test};
use std::fmt;

/// What becomes of a deleted line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treatment {
    /// It is traced to the change that wrote it.
    Traced,
    /// It is blank.
    Blank,
    /// It is only a comment.
    Comment,
    /// Only its white space changes.
    Respaced,
    /// It is in a test, which weighs by itself.
    InTest,
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Traced => "traced",
            Self::Blank => "blank",
            Self::Comment => "comment",
            Self::Respaced => "only re-spaced",
            Self::InTest => "in a test",
        })
    }
}

/// A deleted line of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedLine {
    /// The file, as it was called before.
    pub path: RepoPath,
    /// Its number before, counted from 0.
    pub line: u32,
    /// Who wrote it, if that is known.
    pub origin: Option<Position>,
    /// What becomes of it.
    pub treatment: Treatment,
}

/// Why no line of a file is traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Untraced {
    /// It was not there before.
    New,
    /// It is documentation.
    Documentation,
    /// It is in no language that is traced.
    NoSource,
    /// It is binary, a submodule, or only its mode changes.
    NoText,
    /// The configuration leaves it out.
    Excluded,
}

impl fmt::Display for Untraced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "a new file",
            Self::Documentation => "documentation",
            Self::NoSource => "no source code",
            Self::NoText => "no text, or only its mode changes",
            Self::Excluded => "left out by configuration",
        })
    }
}

/// What a change deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Lines of source files, in the order of files and lines.
    pub lines: Vec<DeletedLine>,
    /// Files of which no line is traced, with the reason.
    pub untraced: Vec<(RepoPath, Untraced)>,
}

impl Deleted {
    /// What a change deletes of the files of its first parent, whose line origins must be alive.
    pub fn of(
        origins: &Origins,
        parent: Option<Position>,
        change: &Change,
        exclusion: &Exclusion,
    ) -> Self {
        let mut deleted = Self::default();
        for file in &change.files {
            let path = file.source_path();
            let untraced = match (file.kind, file.status) {
                _ if exclusion.excludes(&file.path) => Some(Untraced::Excluded),
                (FileKind::Binary | FileKind::Submodule, _) | (_, FileStatus::ModeChanged) => {
                    Some(Untraced::NoText)
                }
                (_, FileStatus::Added) => Some(Untraced::New),
                _ if is_docs(path) => Some(Untraced::Documentation),
                _ if !is_source(file) => Some(Untraced::NoSource),
                _ => None,
            };
            if let Some(why) = untraced {
                deleted.untraced.push((file.path.clone(), why));
                continue;
            }
            let lines = parent.and_then(|parent| origins.lines(parent, path));
            let mut traced = traced_lines(Variant::Ag, file).peekable();
            for (line, class) in file.edit.deleted_lines() {
                let is_traced = traced.next_if(|&it| it == line).is_some();
                let treatment = match class {
                    LineClass::Blank => Treatment::Blank,
                    LineClass::Comment => Treatment::Comment,
                    LineClass::Code if !is_traced => Treatment::Respaced,
                    LineClass::Code if is_test(path) => Treatment::InTest,
                    LineClass::Code => Treatment::Traced,
                };
                let origin = lines.and_then(|it| it.get(line as usize)).copied();
                deleted.lines.push(DeletedLine {
                    path: path.clone(),
                    line,
                    origin: origin.filter(|&it| it != UNKNOWN),
                    treatment,
                });
            }
        }
        deleted
    }
}

#[cfg(test)]
mod tests {
    use super::{Deleted, Treatment, Untraced};
    use crate::testing::History;
    use crate::{Options, Szz};
    use risk_source::Exclusion;

    #[test]
    fn each_line_has_an_origin_and_a_treatment() {
        let mut history = History::default();
        let first: &[(&str, &str)] = &[
            ("a.c", "a b //x d"),
            ("gen/g.c", "g"),
            ("r.md", "m"),
            ("t/test_a.c", "p"),
        ];
        history.commit(&[], first);
        let second: &[(&str, &str)] = &[
            ("a.c", "a B //x d"),
            ("gen/g.c", "g"),
            ("r.md", "m"),
            ("t/test_a.c", "p"),
        ];
        history.commit(&[0], second);
        let third: &[(&str, &str)] = &[
            ("a.c", "a_ c d"),
            ("gen/g.c", "h"),
            ("n.c", "n"),
            ("r.md", "n"),
            ("t/test_a.c", "q"),
        ];
        history.commit(&[1], third);
        let mut szz = Szz::new(Options::default());
        for at in 0..2 {
            szz.absorb(
                at,
                &history.parents[at as usize],
                &history.changes[at as usize],
                &[],
            );
        }
        let exclusion = Exclusion::new(b"", ["gen/"]).expect("it is a pattern");
        let deleted = Deleted::of(szz.origins(), Some(1), &history.changes[2], &exclusion);
        let told = deleted.lines.iter().map(|it| {
            let path = String::from_utf8_lossy(it.path.as_bytes()).into_owned();
            (path, it.line, it.origin, it.treatment)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("a.c".to_owned(), 0, Some(0), Treatment::Respaced),
                ("a.c".to_owned(), 1, Some(1), Treatment::Traced),
                ("a.c".to_owned(), 2, Some(0), Treatment::Comment),
                ("t/test_a.c".to_owned(), 0, Some(0), Treatment::InTest),
            ]
        );
        let untraced: Vec<_> = deleted.untraced.iter().map(|it| it.1).collect();
        assert_eq!(
            untraced,
            [Untraced::Excluded, Untraced::New, Untraced::Documentation]
        );
    }
}
