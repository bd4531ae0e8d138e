//! Who is who: `.mailmap` applied to authors.

use risk_change::Author;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Resolves authors to the people that `.mailmap` says they are.
///
/// Addresses and names are compared without regard to ASCII case, as git compares them. libgit2 does not,
/// so the file is read here.
#[derive(Debug, Default)]
pub struct Identities {
    by_email: FxHashMap<String, Entry>,
    known: FxHashMap<Author, Author>,
}

/// What is written for an old address: for all names, and for some.
#[derive(Debug, Default)]
struct Entry {
    anyone: Proper,
    by_name: FxHashMap<String, Proper>,
}

/// What to put in place; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
struct Proper {
    name: Option<Arc<str>>,
    email: Option<Arc<str>>,
}

impl Identities {
    /// Reads the text of a `.mailmap`; bytes that are not UTF-8 are replaced.
    ///
    /// A line that is not understood maps nobody, as for git.
    pub fn new(mailmap: &[u8]) -> Self {
        let mut people = Self::default();
        for line in String::from_utf8_lossy(mailmap).lines() {
            people.add(line);
        }
        people
    }

    /// Takes `New Name <new@mail> Old Name <old@mail>`, of which all but one address may be missing.
    fn add(&mut self, line: &str) {
        if line.starts_with('#') {
            return;
        }
        let Some((new_name, new_email, rest)) = person(line).filter(|it| !it.1.is_empty()) else {
            return;
        };
        let mut proper = Proper {
            name: new_name.map(Arc::from),
            email: Some(Arc::from(new_email)),
        };
        let (old_name, old_email) = if let Some((name, email, _)) = person(rest) {
            (name, email)
        } else {
            proper.email = None;
            (None, new_email)
        };
        let entry = self
            .by_email
            .entry(old_email.to_ascii_lowercase())
            .or_default();
        if let Some(name) = old_name {
            entry.by_name.insert(name.to_ascii_lowercase(), proper);
        } else {
            entry.anyone.name = proper.name.or_else(|| entry.anyone.name.take());
            entry.anyone.email = proper.email.or_else(|| entry.anyone.email.take());
        }
    }

    /// The person that an author is.
    pub fn resolve(&mut self, author: &Author) -> Author {
        if self.by_email.is_empty() {
            return author.clone();
        }
        if let Some(known) = self.known.get(author) {
            return known.clone();
        }
        let mut resolved = author.clone();
        if let Some(entry) = self.by_email.get(&author.email.to_ascii_lowercase()) {
            let named = entry.by_name.get(&author.name.to_ascii_lowercase());
            let Proper { name, email } = named.unwrap_or(&entry.anyone).clone();
            resolved.name = name.unwrap_or(resolved.name);
            resolved.email = email.unwrap_or(resolved.email);
        }
        self.known.insert(author.clone(), resolved.clone());
        resolved
    }
}

/// Splits `Name <mail> rest`; the name may be missing.
fn person(text: &str) -> Option<(Option<&str>, &str, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (email, rest) = rest.split_once('>')?;
    let name = name.trim_ascii();
    Some(((!name.is_empty()).then_some(name), email, rest))
}

#[cfg(test)]
mod tests {
    use super::Identities;
    use risk_change::Author;

    fn author(name: &str, email: &str) -> Author {
        Author {
            name: name.into(),
            email: email.into(),
        }
    }

    #[test]
    fn a_mailmap_joins_names_and_an_empty_one_changes_nothing() {
        let mut people = Identities::new(b"Jane Doe <jane@new> <jane@old>\n# comment\n");
        assert_eq!(
            people.resolve(&author("jd", "Jane@OLD")),
            author("Jane Doe", "jane@new")
        );
        assert_eq!(people.resolve(&author("x", "y")), author("x", "y"));
        assert_eq!(people.resolve(&author("", "")), author("", ""));
        assert_eq!(
            Identities::new(b"").resolve(&author("x", "y")),
            author("x", "y")
        );
    }

    #[test]
    fn each_form_of_line_maps_what_it_names() {
        let mailmap = "Proper <a@x>\n<new@x> <b@x>\nOnly Jo <jo@x> Jo <c@x>\nLast <c@x>\n\
                       no address\nempty <>\nopen <d@x\n";
        let mut people = Identities::new(mailmap.as_bytes());
        for (from, to) in [
            (("odd", "A@x"), ("Proper", "A@x")),
            (("B", "b@x"), ("B", "new@x")),
            (("JO", "c@x"), ("Only Jo", "jo@x")),
            (("else", "c@x"), ("Last", "c@x")),
            (("empty", ""), ("empty", "")),
            (("D", "d@x"), ("D", "d@x")),
        ] {
            assert_eq!(people.resolve(&author(from.0, from.1)), author(to.0, to.1));
        }
    }
}
