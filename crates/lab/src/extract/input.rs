//! Which repositories, and what they are called.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// A repository with the name of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What its partition and its stream are called.
    pub name: String,
    /// The repository, or a folder in it.
    pub path: PathBuf,
}

impl Input {
    /// What `NAME=PATH` or `PATH` says; without a name it is that of the folder, less `.git`.
    ///
    /// A path whose first part holds `=` needs a name, or a folder before it (`./a=b`).
    ///
    /// # Errors
    ///
    /// [`Error::Name`] if there is no name, or one that cannot be that of a folder.
    pub fn parse(text: &str) -> Result<Self> {
        let named = text.split_once('=');
        let named = named.filter(|(name, _)| !name.contains(['/', '\\']));
        let (name, path) = match named {
            Some((name, path)) => (name.to_owned(), PathBuf::from(path)),
            None => (name_of(Path::new(text)), PathBuf::from(text)),
        };
        let is_odd = |c: char| c.is_control() || matches!(c, '/' | '\\' | '=');
        if name.is_empty() || name.starts_with('.') || name.contains(is_odd) {
            return Err(Error::Name {
                text: text.to_owned(),
            });
        }
        Ok(Self { name, path })
    }

    /// The repositories that a file lists: one a line as for [`parse`](Self::parse); blank lines and what begins with
    /// `#` tell nothing. Paths are from where the command runs, as on the command line.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::Name`].
    pub fn listed(file: &Path) -> Result<Vec<Self>> {
        let text = std::fs::read_to_string(file).map_err(|source| Error::Read {
            path: file.to_owned(),
            source,
        })?;
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(Self::parse).collect()
    }
}

/// Checks that results can be told apart.
///
/// # Errors
///
/// [`Error::SameRepository`] if two bear the same name.
pub(crate) fn check_names(inputs: &[Input]) -> Result<()> {
    for (place, input) in inputs.iter().enumerate() {
        if inputs[..place].iter().any(|it| it.name == input.name) {
            return Err(Error::SameRepository {
                name: input.name.clone(),
            });
        }
    }
    Ok(())
}

/// The last part of a path that names something, less `.git`.
fn name_of(path: &Path) -> String {
    let path = match path.file_name() {
        Some(name) if name == ".git" => path.parent().unwrap_or(path),
        _ => path,
    };
    // What is only told by dots has a name somewhere.
    let whole = path.canonicalize();
    let path = match (path.file_name(), &whole) {
        (None, Ok(whole)) => whole,
        _ => path,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_called_by_its_folder_unless_a_name_is_given() {
        for (text, name, path) in [
            ("/x/flask", "flask", "/x/flask"),
            ("/x/flask.git/", "flask", "/x/flask.git/"),
            ("../flask/.git", "flask", "../flask/.git"),
            ("web=/x/repo", "web", "/x/repo"),
            ("./a=b/c", "c", "./a=b/c"),
            ("a=b=c", "a", "b=c"),
        ] {
            let input = Input::parse(text).unwrap();
            assert_eq!((input.name.as_str(), input.path), (name, path.into()));
        }
        for text in ["", "=x", "..=x", "a\tb=x", "/"] {
            assert!(
                matches!(Input::parse(text), Err(Error::Name { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn a_list_has_notes_and_blank_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("repos.txt");
        std::fs::write(&file, "# mine\n/x/a\n\n  b=/x/repo \n").unwrap();
        let names: Vec<String> = Input::listed(&file)
            .unwrap()
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names, ["a", "b"]);
        let twice = [Input::parse("/x/a").unwrap(), Input::parse("/y/a").unwrap()];
        assert!(matches!(
            check_names(&twice),
            Err(Error::SameRepository { .. })
        ));
    }
}
