//! Which types and labels mean a bug.

use risk_change::IssueKind;
use std::collections::{BTreeMap, BTreeSet};

/// Names of types and labels that mean a bug, and of those that mean something else.
///
/// Names are compared without letter case and without what trackers put around them: `C-bug`, `type: bug`, `kind/bug`,
/// `Type::Bug`, `:bug: bug` and `Bugs` are all `bug`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindNames {
    kinds: BTreeMap<String, IssueKind>,
    /// Those that say that a customer found it.
    customers: BTreeSet<String>,
}

/// Names that mean a bug unless something else is said.
const BUG: &[&str] = &[
    "bug",
    "bug report",
    "bugfix",
    "confirmed bug",
    "bug confirmed",
    "crash",
    "defect",
    "error",
    "fault",
    "hang",
    "i crash",
    "i hang",
    "i ice",
    "i wrong",
    "incorrect behavior",
    "incorrect behaviour",
    "miscompilation",
    "panic",
    "problem",
    "regression",
    "security bug",
    "segfault",
    "vulnerability",
];

/// Names that mean something else unless another thing is said.
const OTHER: &[&str] = &[
    "brainstorming",
    "change request",
    "chore",
    "cleanup",
    "dependency upgrade",
    "discussion",
    "doc",
    "docs",
    "documentation",
    "enhancement",
    "epic",
    "feature",
    "feature request",
    "idea",
    "improvement",
    "maintenance",
    "new feature",
    "optimization",
    "proposal",
    "question",
    "refactor",
    "refactoring",
    "requirement",
    "rfc",
    "rfe",
    "story",
    "sub task",
    "subtask",
    "suggestion",
    "support",
    "support request",
    "task",
    "tech debt",
    "technical debt",
    "technical task",
    "test",
    "test case",
    "test task",
    "todo",
    "tracking issue",
    "umbrella",
    "user story",
    "wish",
    "wishlist",
];

/// What trackers put before the name itself.
const BEFORE: &[&str] = &[
    "c",
    "category",
    "is",
    "issue",
    "issuetype",
    "kind",
    "t",
    "tag",
    "type",
];

impl Default for KindNames {
    fn default() -> Self {
        Self::new(&[], &[])
    }
}

impl KindNames {
    /// The built-in names, with these before them. Of a name in both lists the bug holds.
    pub fn new(bug: &[String], other: &[String]) -> Self {
        let mut kinds = BTreeMap::new();
        let own = |names: &[String]| -> Vec<String> { names.iter().map(|it| plain(it)).collect() };
        let built_in =
            |names: &[&str]| -> Vec<String> { names.iter().map(|it| plain(it)).collect() };
        for (names, kind) in [
            (own(bug), IssueKind::Bug),
            (own(other), IssueKind::Other),
            (built_in(BUG), IssueKind::Bug),
            (built_in(OTHER), IssueKind::Other),
        ] {
            for name in names {
                kinds.entry(name).or_insert(kind);
            }
        }
        Self {
            kinds,
            customers: BTreeSet::new(),
        }
    }

    /// These names, and names of types or labels that say that a customer found the issue.
    ///
    /// There are no built-in ones: trackers have no habit that could be relied on. `label:` or `type:` may stand before.
    #[must_use]
    pub fn with_customers(mut self, names: &[String]) -> Self {
        self.customers = names.iter().map(|it| without_place(&plain(it))).collect();
        self
    }

    /// Whether one of several names says that a customer found the issue.
    pub fn is_of_customer<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let mut names = names.into_iter();
        !self.customers.is_empty() && names.any(|it| self.customers.contains(&plain(it)))
    }

    /// What one name means.
    pub fn kind_of(&self, name: &str) -> IssueKind {
        let plain = plain(name);
        let known = |name: &str| self.kinds.get(name).copied();
        let singular = || known(plain.strip_suffix('s')?);
        known(&plain).or_else(singular).unwrap_or_default()
    }

    /// What several names of one issue mean together: a bug if one of them does, or else something else if one does.
    pub fn kind_of_all<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> IssueKind {
        let kinds = names.into_iter().map(|name| self.kind_of(name));
        // Bug is the least.
        kinds.min().unwrap_or_default()
    }
}

/// What is left of a plain name behind the word that says where it stands.
fn without_place(plain: &str) -> String {
    let rest = plain.strip_prefix("label ").unwrap_or(plain);
    rest.to_owned()
}

/// A name without letter case, signs, and what trackers put before it.
fn plain(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    while words.len() > 1 && BEFORE.contains(&words[0]) {
        words.remove(0);
    }
    words.dedup();
    if words.is_empty() {
        return lower;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_trackers_are_understood() {
        let names = KindNames::default();
        for (name, kind) in [
            ("Bug", IssueKind::Bug),
            ("bugs", IssueKind::Bug),
            ("C-bug", IssueKind::Bug),
            ("type: bug", IssueKind::Bug),
            ("kind/bug", IssueKind::Bug),
            ("Type::Defect", IssueKind::Bug),
            (":bug: bug", IssueKind::Bug),
            ("🐛 Bug", IssueKind::Bug),
            ("regression", IssueKind::Bug),
            ("defect", IssueKind::Bug),
            ("I-crash", IssueKind::Bug),
            ("enhancement", IssueKind::Other),
            ("C-feature-request", IssueKind::Other),
            ("New Feature", IssueKind::Other),
            ("Sub-task", IssueKind::Other),
            ("test_case", IssueKind::Other),
            ("question", IssueKind::Other),
            ("type/docs", IssueKind::Other),
            ("good first issue", IssueKind::Unknown),
            ("Issue", IssueKind::Unknown),
            ("not a bug", IssueKind::Unknown),
            ("debug", IssueKind::Unknown),
            ("", IssueKind::Unknown),
            ("🎉", IssueKind::Unknown),
        ] {
            assert_eq!(names.kind_of(name), kind, "{name}");
        }
    }

    #[test]
    fn a_project_has_the_first_word() {
        let all =
            |texts: &[&str]| -> Vec<String> { texts.iter().map(|&it| it.to_owned()).collect() };
        let names = KindNames::new(&all(&["Störung", "P1", "both"]), &all(&["error", "both"]));
        for (name, kind) in [
            ("störung", IssueKind::Bug),
            ("p1", IssueKind::Bug),
            ("both", IssueKind::Bug),
            ("Error", IssueKind::Other),
            ("bug", IssueKind::Bug),
        ] {
            assert_eq!(names.kind_of(name), kind, "{name}");
        }
    }

    #[test]
    fn customers_are_told_by_names_of_a_project_alone() {
        let own = [
            "label:Customer".to_owned(),
            "type: support ticket".to_owned(),
        ];
        let names = KindNames::default().with_customers(&own);
        assert!(names.is_of_customer(["bug", "customer"]));
        assert!(names.is_of_customer(["Support-Ticket"]));
        assert!(!names.is_of_customer(["customers"]) && !names.is_of_customer([]));
        assert!(!KindNames::default().is_of_customer(["customer"]));
    }

    #[test]
    fn a_bug_among_labels_decides() {
        let names = KindNames::default();
        for (labels, kind) in [
            (&["docs", "bug"][..], IssueKind::Bug),
            (&["docs", "odd"], IssueKind::Other),
            (&["odd"], IssueKind::Unknown),
            (&[], IssueKind::Unknown),
        ] {
            assert_eq!(
                names.kind_of_all(labels.iter().copied()),
                kind,
                "{labels:?}"
            );
        }
    }
}
