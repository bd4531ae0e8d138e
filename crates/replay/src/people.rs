//! Who wrote the changes, as they named themselves.

use risk_change::Author;
use risk_features::Tracker;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Authors before `.mailmap`, with the developer each was taken for.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    met: FxHashMap<Author, u32>,
}

impl People {
    /// Notes the author of a change that the tracker has absorbed; `resolved` is who `.mailmap` says it was.
    pub(crate) fn meet(&mut self, author: &Author, resolved: &Author, tracker: &Tracker) {
        if !self.met.contains_key(author) {
            let developer = tracker.developer(resolved);
            self.met
                .insert(author.clone(), developer.expect("of an absorbed change"));
        }
    }

    pub(crate) fn restore(saved: SavedPeople) -> Self {
        let all = saved.0.into_iter();
        let met = all.map(|((name, email), number)| (Author { name, email }, number));
        Self { met: met.collect() }
    }

    pub(crate) fn save(&self) -> SavedPeople {
        let all = self.met.iter().map(|(author, &number)| {
            let Author { name, email } = author.clone();
            ((name, email), number)
        });
        // A map in order, whatever the order of the hashes.
        SavedPeople(all.collect())
    }
}

/// Authors before `.mailmap`, ascending, with the number of the developer in the saved tracker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPeople(BTreeMap<(Arc<str>, Arc<str>), u32>);

impl SavedPeople {
    /// Adds those who were met later.
    pub fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// All of them, ascending.
    pub fn authors(&self) -> impl Iterator<Item = Author> {
        let names = self.0.keys().cloned();
        names.map(|(name, email)| Author { name, email })
    }

    /// Makes a saved tracker what it were if `.mailmap` had always been another one, which `resolve` stands for.
    ///
    /// That is possible if the same authors are one developer as before, whatever they are called now. `false`,
    /// with the tracker as it was, if it is not.
    pub fn rename(
        &self,
        tracker: &mut risk_features::Saved,
        mut resolve: impl FnMut(&Author) -> Author,
    ) -> bool {
        let people = self.0.iter().map(|((name, email), &number)| {
            let (name, email) = (name.clone(), email.clone());
            (number, resolve(&Author { name, email }))
        });
        tracker.rename_developers(people)
    }
}
