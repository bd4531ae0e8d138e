//! Dates before there were computers and after there are any, and time that runs backwards.

use crate::harness::lived;
use crate::objects::{Draft, WHO, entry, object};
use crate::trial::Trial;
use risk_testkit::TestRepo;
use std::fs;

/// One change for each date.
fn dated<'d>(seed: u64, dates: impl Iterator<Item = (&'d str, &'d str)>) -> TestRepo {
    let repo = lived(seed, 30);
    for (step, (authored, committed)) in dates.enumerate() {
        let blob = object(&repo, "blob", format!("fn a_{step}() {{}}\n").as_bytes());
        Draft {
            tree: object(&repo, "tree", &entry("100644", b"a.rs", &blob)),
            author: format!("{WHO} {authored}").into_bytes(),
            committer: format!("{WHO} {committed}").into_bytes(),
            message: format!("Fix step {step}\n").into_bytes(),
            ..Draft::on(&repo, 0)
        }
        .land(&repo);
    }
    repo
}

const DATES: [&str; 22] = [
    "0 +0000",
    "-1 +0000",
    "-2208988800 +0000",
    "-62167219200 +0000",
    "4102444800 +0000",
    "32503680000 +0000",
    "253402300800 +0000",
    "2147483648 +0000",
    "4294967296 +0000",
    "9223372036854775807 +0000",
    "-9223372036854775808 +0000",
    "1e9 +0000",
    "0x5e0be100 +0000",
    "",
    "1590000000",
    "1590000000 +9999",
    "1590000000 -99999999999",
    "1590000000 +00:00",
    "1590000000 UTC",
    "+1590000000 +0000",
    "1590000000.5 +0000",
    "1590000000 +0000 trailing \u{202e}words",
];

/// The library gives up at these if a commit was committed then. Git and we read them as 1970.
const NO_DATES: [&str; 5] = [
    "9223372036854775808 +0000",
    "18446744073709551615 +0000",
    "99999999999999999999999999999999 +0000",
    "tomorrow",
    "-99999999999999999999 +0000",
];

#[test]
fn dates_from_all_of_time_are_lived_with() {
    let there = DATES.iter().map(|&date| (date, date));
    let back = DATES.iter().rev().map(|&date| (date, "1590000000 +0000"));
    let mixed = DATES.iter().map(|&date| ("1590000000 +0000", date));
    let repo = dated(530, there.chain(back).chain(mixed));
    let trial = Trial::new("odd dates", &repo).range("HEAD~66..HEAD");
    trial.answers();
    trial.everything();
    trial.pushes();
}

/// They are learned from, but a range with them cannot be listed: that is told, and is no clean answer.
#[test]
fn a_range_with_what_is_no_date_is_refused() {
    for date in NO_DATES {
        let repo = dated(536, [(date, date)].into_iter());
        let trial = Trial::new("what is no date", &repo).range("HEAD~1..HEAD");
        trial.ok(&["train"]);
        trial.some();
        let said = trial.run(&["score", "RANGE"]);
        assert_eq!(said.code, Some(2), "{date}: {said:?}");
        assert!(said.err.contains("listing the range"), "{date}: {said:?}");
        let (tip, base) = (repo.head(), repo.id("HEAD~1"));
        let said = trial.looks(&format!("refs/heads/main {tip} refs/heads/main {base}\n"));
        assert!(said.err.contains("not checked: "), "{date}: {said:?}");
        trial.pushes();
    }
}

/// A tip at the end of time: all that is told about how long ago something was is told from there.
#[test]
fn a_tip_from_the_end_of_time_is_told_about() {
    for (seed, date) in (531..).zip([
        "9223372036854775807 +0000",
        "-9223372036854775808 +0000",
        "253402300800 +0000",
    ]) {
        let repo = dated(seed, [(date, date), (date, date)].into_iter());
        for (name, revision) in [("v1.0", "HEAD~5"), ("v2.0", "HEAD")] {
            // Git does not date a tag as the commit is.
            let path = repo.path().join(".git/refs/tags").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, repo.id(revision) + "\n").unwrap();
        }
        let trial = Trial::new("the end of time", &repo);
        trial.answers();
        trial.some();
        trial.run(&["release", "--history"]);
        trial.pushes();
    }
}

#[test]
fn time_may_run_backwards_all_along() {
    let dates: Vec<String> = (0..60)
        .map(|step| format!("{} +0000", 1_577_836_800 - step * 40 * 86_400))
        .collect();
    let repo = dated(535, dates.iter().map(|date| (date.as_str(), date.as_str())));
    let trial = Trial::new("time runs backwards", &repo).range("HEAD~60..HEAD");
    trial.answers();
    trial.some();
    trial.pushes();
}
