//! Learning while nobody waits.

use super::{Desk, told, unchecked, wait_until};
use crate::harness::{kept, risk, state};
use std::fs;

/// Whether a run in the background has come to its end.
fn is_over(desk: &Desk) -> bool {
    kept(&desk.repo, "state").exists() && !kept(&desk.repo, "background.log").exists()
}

#[test]
fn what_was_not_learned_is_learned_while_the_push_goes_on() {
    let desk = Desk::untaught();
    desk.configure("risk.hook.background", "true");
    let base = desk.repo.head();
    let id = desk.usual("one");
    let expected = format!(
        "nothing has been learned yet; learning in the background now, then git risk score {}..{} looks at it\n",
        &base[..10],
        &id[..10]
    );
    unchecked(desk.push(&["origin", "main:topic"]), &[&expected]);
    wait_until("it has learned", || is_over(&desk));
    let risky = desk.risky("values");
    told(desk.push(&["origin", "main:topic"]), &[&risky]);
    // What was learned is the same as anywhere.
    let alone = desk.remote.full_clone();
    risk(&alone, &["train"]).silent();
    assert!(state(&alone) == state(&desk.repo), "the states differ");
}

#[test]
fn what_is_behind_is_looked_at_and_catches_up_without_a_word() {
    let desk = Desk::new();
    desk.configure("risk.hook.background", "true");
    let before = state(&desk.repo);
    desk.usual("one");
    desk.push(&["origin", "main"]).silent();
    assert!(state(&desk.repo) == before, "nothing was to be learned");
    let risky = desk.risky("values");
    told(desk.push(&["origin", "main:topic"]), &[&risky]);
    wait_until("it has caught up", || {
        is_over(&desk) && state(&desk.repo) != before
    });
    assert!(!kept(&desk.repo, "background.failed").exists());
}

#[test]
fn what_is_damaged_is_learned_anew() {
    let desk = Desk::new();
    desk.configure("risk.hook.background", "true");
    let good = state(&desk.repo);
    fs::write(kept(&desk.repo, "state"), b"git-risk?").unwrap();
    desk.usual("one");
    let words = ["what was learned is damaged; learning in the background now"];
    unchecked(desk.push(&["origin", "main:topic"]), &words);
    wait_until("it has learned", || {
        is_over(&desk) && state(&desk.repo) == good
    });
}

#[test]
fn a_run_that_failed_is_told_once() {
    let desk = Desk::untaught();
    desk.configure("risk.hook.background", "true");
    // Something is where a file must be written.
    fs::create_dir_all(kept(&desk.repo, "rows/inner")).unwrap();
    desk.usual("one");
    let push = |name: &str| desk.push(&["origin", &format!("main:{name}")]);
    unchecked(push("a"), &["learning in the background now"]);
    let log = kept(&desk.repo, "background.log");
    wait_until("it has failed", || {
        fs::read(&log).is_ok_and(|said| said.ends_with(b"\n")) && !is_locked(&desk)
    });
    desk.usual("two");
    unchecked(
        push("b"),
        &[
            "learning in the background failed: what was learned could not be kept: ",
            "git risk train",
        ],
    );
    desk.usual("three");
    let said = push("c");
    assert!(!said.err.contains("could not be kept"), "{}", said.err);
    unchecked(
        said,
        &["learning in the background failed, try git risk train"],
    );
    // Once somebody has learned, all is well.
    fs::remove_dir_all(kept(&desk.repo, "rows")).unwrap();
    risk(&desk.repo, &["train"]).silent();
    desk.usual("four");
    push("d").silent();
}

fn is_locked(desk: &Desk) -> bool {
    let lock = fs::File::open(kept(&desk.repo, "lock"));
    lock.is_ok_and(|lock| lock.try_lock().is_err())
}

#[test]
fn a_run_that_was_killed_is_told() {
    let desk = Desk::new();
    desk.configure("risk.hook.background", "true");
    let log = kept(&desk.repo, "background.log");
    fs::write(&log, "").unwrap();
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(600);
    let file = fs::File::options().append(true).open(&log).unwrap();
    file.set_modified(long_ago).unwrap();
    desk.usual("one");
    let said = desk.push(&["origin", "main:topic"]).ok();
    assert_eq!(
        said.err,
        "git-risk: learning in the background failed: it ended early, without a word; try git risk train\n"
    );
    desk.push(&["origin", "main:again"]).silent();
}

#[test]
fn a_clock_that_was_set_back_holds_nobody_up() {
    let desk = Desk::untaught();
    desk.configure("risk.hook.background", "true");
    fs::create_dir_all(kept(&desk.repo, "")).unwrap();
    // A run that died in the year 2100, and one that failed.
    let later = std::time::UNIX_EPOCH + std::time::Duration::from_secs(4_102_444_800);
    for (name, said) in [("background.log", ""), ("background.failed", "no space\n")] {
        let path = kept(&desk.repo, name);
        fs::write(&path, said).unwrap();
        let file = fs::File::options().append(true).open(path).unwrap();
        file.set_modified(later).unwrap();
    }
    desk.usual("one");
    let words = ["learning in the background failed: it ended early"];
    unchecked(desk.push(&["origin", "main:a"]), &words);
    desk.usual("two");
    let words = ["nothing has been learned yet; learning in the background now"];
    unchecked(desk.push(&["origin", "main:b"]), &words);
    wait_until("it has learned", || is_over(&desk));
}
