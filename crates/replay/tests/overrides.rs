//! What a label by a person does to the steps.

use risk_change::{ChangeId, Timestamp};
use risk_evaluate::Step;
use risk_history::{Cached, Identities, Repository, Silent};
use risk_replay::{Options, Override, Replay};
use risk_testkit::{FIRST_COMMIT_AT, TestRepo};

const DAY: i64 = 86_400;

/// Day by day: the first change; the faulty one (number 1); its fix; one long after that; and the last one.
fn repaired() -> (TestRepo, ChangeId) {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    let faulty = repo
        .write("a.rs", "fn a() {\n    let limit = 10;\n}\n")
        .commit("Limit it");
    repo.write("a.rs", "fn a() {\n    let limit = 11;\n}\n")
        .commit("Fix crash at the limit");
    repo.at(FIRST_COMMIT_AT + 200 * DAY);
    repo.write("b.rs", "fn b() {\n}\n").commit("Add b");
    repo.write("c.rs", "fn c() {\n}\n").commit("Add c");
    let faulty = ChangeId::from_hex(&faulty).expect("git prints whole ids");
    (repo, faulty)
}

/// The fold over a history with one label, and its steps.
fn fold(repo: &TestRepo, said: Option<(ChangeId, Override)>) -> (Replay, Vec<Step>) {
    let repository = Repository::discover(repo.path()).expect("there is a repository");
    let tip = repository.resolve("HEAD").expect("HEAD is born");
    let history = repository
        .read(&tip, &|_| None, 0, &mut Cached::default(), 1, &Silent)
        .expect("the repository is whole");
    let mut replay = Replay::new(Options {
        overrides: said.into_iter().collect(),
        ..Options::default()
    });
    let mut people = Identities::new(b"");
    replay
        .begin_with(&history, &mut people)
        .expect("it is whole");
    let mut steps = Vec::new();
    let mut take = |step| {
        steps.push(step);
        Ok(())
    };
    replay
        .follow(history, &mut people, &Silent, &mut take)
        .expect("it begins at the beginning");
    (replay, steps)
}

/// The steps that are about a change, as words: when it arrived, and what became known when, in days, each with how
/// many arrivals there were before.
fn fate(steps: &[Step], number: u32) -> Vec<String> {
    let mut n_arrived = 0;
    let mut words = Vec::new();
    for step in steps {
        let day = |at: Timestamp| (at.0 - FIRST_COMMIT_AT) / DAY;
        match step {
            Step::Arrival { index, at, .. } => {
                if *index == number {
                    words.push(format!("arrives on {} after {n_arrived}", day(*at)));
                }
                n_arrived += 1;
            }
            Step::Verification { index, label, at } if *index == number => {
                let label = format!("{label:?}").to_lowercase();
                words.push(format!("{label} on {} after {n_arrived}", day(*at)));
            }
            Step::Verification { .. } => {}
        }
    }
    words
}

fn fate_of_the_faulty_one(said: Option<Override>) -> Vec<String> {
    let (repo, faulty) = repaired();
    let (replay, steps) = fold(&repo, said.map(|said| (faulty, said)));
    // The link is found whatever is said.
    assert_eq!(replay.links().len(), 1);
    fate(&steps, 1)
}

#[test]
fn a_change_called_clean_is_clean_after_the_waiting_time_whatever_fix_comes() {
    let found = fate_of_the_faulty_one(None);
    assert_eq!(found, ["arrives on 1 after 1", "defective on 2 after 3"]);
    let said = fate_of_the_faulty_one(Some(Override::Clean));
    assert_eq!(said, ["arrives on 1 after 1", "clean on 91 after 3"]);
}

#[test]
fn a_change_called_defective_is_known_to_be_so_at_the_earlier_of_fix_and_label() {
    let on = |day: i64| {
        let known_at = Timestamp(FIRST_COMMIT_AT + day * DAY);
        fate_of_the_faulty_one(Some(Override::Defective { known_at }))
    };
    // Long before, when it arrives, and at once.
    for day in [-1_000, 0, 1] {
        assert_eq!(on(day)[1], "defective on 1 after 2", "{day}");
    }
    for day in [2, 3, 1_000] {
        assert_eq!(on(day)[1], "defective on 2 after 3", "{day}");
    }
}

#[test]
fn a_label_without_a_fix_is_learned_when_the_history_comes_to_its_time() {
    let (repo, _) = repaired();
    let first = ChangeId::from_hex(&repo.id("HEAD~4")).expect("git prints whole ids");
    let on = |day: i64| {
        let known_at = Timestamp(FIRST_COMMIT_AT + day * DAY);
        let (replay, steps) = fold(&repo, Some((first, Override::Defective { known_at })));
        assert_eq!(replay.links().len(), 1);
        fate(&steps, 0)
    };
    assert_eq!(on(2)[1..], ["defective on 2 after 3"]);
    // Waiting was over before somebody knew better, at the end of the last change that landed by then.
    let later = ["clean on 90 after 3", "defective on 200 after 4"];
    assert_eq!(on(150)[1..], later);
    assert_eq!(on(200)[1..], later);
    assert_eq!(
        on(201)[1..],
        ["clean on 90 after 3", "defective on 201 after 5"]
    );
    assert_eq!(on(202)[1..], ["clean on 90 after 3"]);
}

#[test]
fn a_merge_brings_history_to_its_time_as_well() {
    let repo = TestRepo::new();
    let first = repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.empty_commit("Nothing");
    repo.switch("main");
    repo.at(FIRST_COMMIT_AT + 5 * DAY);
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge topic", "topic"]);
    let first = ChangeId::from_hex(&first).expect("git prints whole ids");
    let known_at = Timestamp(FIRST_COMMIT_AT + 5 * DAY);
    let (_, steps) = fold(&repo, Some((first, Override::Defective { known_at })));
    // The clock of arrivals stands where it stood.
    assert_eq!(fate(&steps, 0)[1..], ["defective on 0 after 1"]);
    let after = Timestamp(known_at.0 + 1);
    let said = Override::Defective { known_at: after };
    assert_eq!(fate(&fold(&repo, Some((first, said))).1, 0).len(), 1);
}

#[test]
fn what_is_said_of_other_commits_does_nothing() {
    let (repo, _) = repaired();
    let other = ChangeId::from_hex(&"1".repeat(40)).expect("40 digits are an id");
    let plain = fold(&repo, None).1;
    let known_at = Timestamp(0);
    for said in [Override::Clean, Override::Defective { known_at }] {
        assert_eq!(fold(&repo, Some((other, said))).1, plain);
    }
}
