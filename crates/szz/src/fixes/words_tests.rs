//! Words that a project says are its own.

use super::tests::{change, code};
use crate::{Explanation, FixRules, NotFix};

#[test]
fn a_project_may_have_words_of_its_own_and_subjects_that_are_none() {
    let texts = |all: &[&str]| -> Vec<String> { all.iter().map(|&it| it.to_owned()).collect() };
    let rules = FixRules::default()
        .with_words(&texts(&[r"JIRA-\d+", "исправлен[оа]", "berichtigt"]))
        .and_then(|rules| rules.without(&texts(&["^chore", r"\[no-fix\]"])))
        .unwrap();
    let explain = |message: &str| rules.explain(&change(message, vec![code("src/a.c")]));
    for (message, why) in [
        ("Land jira-12 at last", "jira-12"),
        ("Сбой Исправлено", "Исправлено"),
        ("Grenze berichtigt", "berichtigt"),
        ("fix crash", "fix"),
    ] {
        assert_eq!(explain(message).into_fix().expect(message).why, why);
    }
    for (message, reason) in [
        ("Land JIRA-x", NotFix::NoEvidence),
        ("unberichtigt", NotFix::NoEvidence),
        ("docs: berichtigt", NotFix::Docs),
        ("Chore: fix crash", NotFix::Told),
        ("Fix it [no-fix]\n\nFixes: 1234567890ab\n", NotFix::Told),
        ("Revert \"Add a\" [NO-FIX]", NotFix::Told),
    ] {
        match explain(message) {
            Explanation::NotFix { reason: found, .. } => assert_eq!(found, reason, "{message}"),
            fix @ Explanation::Fix(_) => panic!("{message}: {fix}"),
        }
    }
    for odd in ["a(", "b)", "x*", "", "^"] {
        assert!(FixRules::check(odd).is_err(), "{odd}");
        assert!(FixRules::default().with_words(&texts(&["a", odd])).is_err());
        assert!(FixRules::default().without(&texts(&[odd])).is_err());
    }
}
