//! When a push is stopped, and how it goes on.

use super::{Desk, push_from, told};
use crate::harness::{Said, kept, risk};
use std::fs;

/// The push was stopped by this commit, and the other side has nothing of it.
#[track_caller]
fn stopped(desk: &Desk, said: Said, id: &str) {
    assert_eq!(said.code, Some(1), "{said:#?}");
    said.notes(&[
        &format!("\n{}  Add ", &id[..10]),
        &format!(
            "The push was stopped: {} reached the limit that was set, p90.\n",
            &id[..10]
        ),
        "To let it through: git risk hook acknowledge, and push again.\n",
        "git push --no-verify goes on without looking.\n",
        "error: failed to push some refs",
    ]);
    assert!(!said.err.contains("The push goes on"), "{}", said.err);
    assert_ne!(desk.there("main").as_deref(), Some(id));
}

#[test]
fn a_limit_by_option_or_configuration_stops_the_push_each_time() {
    let desk = Desk::new();
    let id = desk.risky("values");
    let main = ["origin", "main"];
    desk.hook("--fail-above p90");
    stopped(&desk, desk.push(&main), &id);
    desk.hook("");
    let call = push_from(&desk.repo, &["-c", "risk.failAbove=p90"], &main);
    stopped(&desk, call, &id);
    desk.configure("risk.failAbove", "p90");
    stopped(&desk, desk.push(&main), &id);
    // It was shown at these pushes, and is not told again where it stops nothing any more.
    desk.configure("risk.failAbove", "never");
    desk.push(&main).silent();
    assert_eq!(desk.there("main"), Some(id));
}

#[test]
fn a_warning_that_was_shown_still_stops() {
    let desk = Desk::new();
    let id = desk.risky("values");
    told(desk.push(&["origin", "main:topic"]), &[&id]);
    desk.configure("risk.failAbove", "p90");
    // The other side has the commit.
    desk.push(&["origin", "main:again"]).silent();
    let bare = desk.remote.bare_clone();
    bare.git(&["update-ref", "-d", "refs/heads/topic"]);
    let url = bare.path().to_str().unwrap();
    desk.repo
        .git(&["update-ref", "-d", "refs/remotes/origin/topic"]);
    desk.repo
        .git(&["update-ref", "-d", "refs/remotes/origin/again"]);
    stopped(&desk, desk.push(&[url, "main"]), &id);
}

#[test]
fn what_was_acknowledged_goes_through() {
    let desk = Desk::new();
    desk.configure("risk.failAbove", "p90");
    let none = risk(&desk.repo, &["hook", "acknowledge"]);
    none.refused(&["no push was stopped", "git risk hook acknowledge REV"]);
    let id = desk.risky("values");
    stopped(&desk, desk.push(&["origin", "main"]), &id);
    let said = risk(&desk.repo, &["hook", "acknowledge"]).silent();
    assert_eq!(
        said.out,
        format!("acknowledged {}  Add values\n", &id[..10])
    );
    desk.push(&["origin", "main"]).silent();
    assert_eq!(desk.there("main"), Some(id));
    let next = desk.risky("next");
    stopped(&desk, desk.push(&["origin", "main"]), &next);
    desk.push(&["--no-verify", "origin", "main"]).silent();
    assert_eq!(desk.there("main"), Some(next));
}

#[test]
fn the_whole_push_is_stopped_and_says_by_which() {
    let desk = Desk::new();
    desk.configure("risk.failAbove", "p90");
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let usual = desk.usual("usual");
    desk.repo.git(&["checkout", "-q", "-b", "other"]);
    let id = desk.risky("values");
    let said = desk.push(&["origin", "topic", "other"]);
    assert_eq!(said.code, Some(1));
    said.notes(&[&id[..10], "1 of 2 outgoing commits stands out"]);
    assert!(!said.err.contains(&format!("{}  ", &usual[..10])));
    assert_eq!((desk.there("topic"), desk.there("other")), (None, None));
}

#[test]
fn a_limit_in_the_file_is_that_of_the_main_branch() {
    let desk = Desk::new();
    let limit = |text: &str| {
        desk.repo.write(".git-risk.toml", text);
        desk.repo.commit("Configure")
    };
    let main = ["origin", "main"];
    limit("fail_above = \"p90\"\n");
    desk.push(&main).silent();
    desk.repo.git(&["checkout", "-q", "-b", "topic"]);
    let id = desk.risky("values");
    // The branch asks for mercy, which only the main branch can give.
    limit("fail_above = \"never\"\nwarn_above = \"p100 x99\"\n");
    let said = desk.push(&["origin", "topic"]);
    assert_eq!(said.code, Some(1), "{said:#?}");
    said.notes(&[&id[..10], "The push was stopped"]);
    assert_eq!(desk.there("topic"), None);
    desk.repo.switch("main");
    limit("");
    desk.push(&main).silent();
    // It was shown when it stopped.
    desk.push(&["origin", "topic"]).silent();
    assert!(desk.there("topic").is_some());
}

#[test]
fn strict_stops_what_could_not_be_looked_at() {
    let desk = Desk::new();
    let id = desk.risky("values");
    fs::remove_file(kept(&desk.repo, "state")).unwrap();
    let strict = |said: Said, why: &str| {
        assert_eq!(said.code, Some(1), "{said:#?}");
        said.notes(&[
            "git-risk: not checked: ",
            why,
            "; the push was stopped, as strict asks (git push --no-verify goes on)\n",
        ]);
        assert_ne!(desk.there("main").as_deref(), Some(&id[..]));
    };
    let main = ["origin", "main"];
    desk.hook("--strict");
    strict(desk.push(&main), "nothing has been learned yet");
    desk.hook("--strict --no-such-option");
    strict(desk.push(&main), "--no-such-option");
    desk.hook("");
    desk.configure("risk.hook.strict", "true");
    strict(desk.push(&main), "nothing has been learned yet");
    // What else is wrong with the configuration does not make it lenient.
    desk.configure("risk.warnAbov", "p80");
    strict(desk.push(&main), "did you mean risk.warnAbove?");
    desk.repo.git(&["config", "--unset", "risk.warnAbov"]);
    desk.configure("risk.hook.strict", "false");
    desk.push(&main).ok();
    assert_eq!(desk.there("main"), Some(id));
}
