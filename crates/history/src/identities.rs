//! Who is who: `.mailmap` applied to authors.

use risk_change::Author;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Resolves authors to the people that `.mailmap` says they are.
pub struct Identities {
    mailmap: Option<git2::Mailmap>,
    known: FxHashMap<Author, Author>,
}

impl Identities {
    /// Reads the text of a `.mailmap`; lines that are not UTF-8 are read with replacements.
    ///
    /// A text that cannot be parsed maps nobody, as git does with lines that it does not understand.
    pub fn new(mailmap: &[u8]) -> Self {
        let text = String::from_utf8_lossy(mailmap);
        let mailmap = if text.trim().is_empty() {
            None
        } else {
            git2::Mailmap::from_buffer(&text).ok()
        };
        Self {
            mailmap,
            known: FxHashMap::default(),
        }
    }

    /// The person that an author is.
    pub fn resolve(&mut self, author: &Author) -> Author {
        let Some(mailmap) = &self.mailmap else {
            return author.clone();
        };
        if let Some(known) = self.known.get(author) {
            return known.clone();
        }
        let time = git2::Time::new(0, 0);
        let resolved = git2::Signature::new(&author.name, &author.email, &time)
            .and_then(|signature| mailmap.resolve_signature(&signature))
            .map_or_else(
                |_| author.clone(), // An empty name or address is not in any mailmap.
                |signature| Author {
                    name: Arc::from(String::from_utf8_lossy(signature.name_bytes()).as_ref()),
                    email: Arc::from(String::from_utf8_lossy(signature.email_bytes()).as_ref()),
                },
            );
        self.known.insert(author.clone(), resolved.clone());
        resolved
    }
}

#[cfg(test)]
mod tests {
    use super::Identities;
    use risk_change::Author;

    #[test]
    fn a_mailmap_joins_names_and_an_empty_one_changes_nothing() {
        let author = |name: &str, email: &str| Author {
            name: name.into(),
            email: email.into(),
        };
        let mut people = Identities::new(b"Jane Doe <jane@new> <jane@old>\n# comment\n");
        assert_eq!(
            people.resolve(&author("jd", "jane@old")),
            author("Jane Doe", "jane@new")
        );
        assert_eq!(people.resolve(&author("x", "y")), author("x", "y"));
        assert_eq!(people.resolve(&author("", "")), author("", ""));
        assert_eq!(
            Identities::new(b"").resolve(&author("x", "y")),
            author("x", "y")
        );
    }
}
