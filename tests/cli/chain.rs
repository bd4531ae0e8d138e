//! `git risk hook install` beside the hooks of others.

use crate::desk::{Desk, FOREIGN, in_order};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

#[test]
fn the_shell_script_of_somebody_else_comes_first_and_is_given_back() {
    for first_line in ["#!/bin/sh", "#!/bin/sh -eu", "#!/usr/bin/env sh"] {
        let desk = Desk::new();
        let hook = desk.hook(&format!("{first_line}\n{FOREIGN}"));
        let before = desk.everything();
        desk.risk(&["install"]).silent().tells(&["a marked block"]);
        assert_eq!(
            desk.way(),
            ("block".to_owned(), ".git/hooks/pre-push".to_owned())
        );
        let told = desk.is_looked_at("one");
        in_order(
            &told,
            &["foreign pre-push origin", &desk.refs("one"), "stand-in"],
        );
        let (passed, told) = desk.push("two", &[("STOP", "3")]);
        assert!(!passed && !told.contains("stand-in"), "{told}");
        let (passed, told) = desk.push("three", &[("ANSWER", "1")]);
        assert!(!passed, "{told}");
        desk.risk(&["install"])
            .silent()
            .tells(&["already installed"]);
        desk.leaves_no_trace(&before);
        assert!(hook.is_file());
    }
}

#[test]
fn a_hook_that_does_not_read_its_input_is_no_obstacle() {
    let desk = Desk::new();
    desk.hook("#!/bin/sh\nexit 0\n");
    desk.risk(&["install"]).silent();
    let told = desk.is_looked_at("one");
    assert!(!told.contains("rror"), "{told}");
}

#[test]
fn a_hook_in_another_language_makes_room_and_comes_first() {
    let desk = Desk::new();
    // No shell is named, so it may be anything.
    desk.hook(FOREIGN);
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(
        desk.way(),
        ("beside".to_owned(), ".git/hooks/pre-push".to_owned())
    );
    let told = desk.is_looked_at("one");
    in_order(&told, &["foreign", &desk.refs("one"), "stand-in"]);
    let (passed, told) = desk.push("two", &[("STOP", "3")]);
    assert!(!passed && !told.contains("stand-in"), "{told}");
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed"]);
    desk.leaves_no_trace(&before);
}

#[test]
fn a_link_stays_a_link_and_keeps_the_name_by_which_it_is_called() {
    let desk = Desk::new();
    Desk::script(
        &desk.repo.path().join("tools/dispatch"),
        &format!("#!/bin/sh\n{FOREIGN}"),
    );
    fs::create_dir(desk.hooks()).unwrap();
    symlink("../../tools/dispatch", desk.hooks().join("pre-push")).unwrap();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(desk.way().0, "beside");
    let told = desk.is_looked_at("one");
    in_order(
        &told,
        &["foreign pre-push origin", &desk.refs("one"), "stand-in"],
    );
    desk.leaves_no_trace(&before);
}

#[test]
fn a_hook_that_git_ignores_stays_ignored() {
    let desk = Desk::new();
    let hook = desk.hook("#!/bin/sh\nexit 1\n");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o640)).unwrap();
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    desk.is_looked_at("one");
    desk.leaves_no_trace(&before);
    let told = desk.push("two", &[]).1;
    assert!(told.contains("ignored"), "{told}");
}

#[test]
fn a_hook_is_never_overwritten_by_one_that_makes_room() {
    let desk = Desk::new();
    desk.hook("not a script");
    fs::write(desk.hooks().join("pre-push.before-git-risk"), "somebody's").unwrap();
    let before = desk.everything();
    desk.risk(&["install"])
        .refused(&["is in the way", "nothing was changed"]);
    assert_eq!(desk.everything(), before);
}

#[test]
fn lines_added_to_our_file_are_kept_and_run() {
    let desk = Desk::new();
    desk.risk(&["install"]).silent();
    let hook = desk.hooks().join("pre-push");
    let text = fs::read_to_string(&hook).unwrap() + "echo mine >&2\n";
    fs::write(&hook, text).unwrap();
    let told = desk.is_looked_at("one");
    in_order(&told, &["mine", "stand-in"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["lines that others added to", "were kept"]);
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        "#!/bin/sh\necho mine >&2\n"
    );
}

#[test]
fn what_was_changed_since_is_explained_and_left_alone() {
    let desk = Desk::new();
    let hook = desk.hook("no shell\n");
    desk.risk(&["install"]).silent();
    let ours = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, ours.clone() + "echo mine\n").unwrap();
    let changed = desk.everything();
    desk.risk(&["uninstall"]).refused(&[
        "holds lines that git-risk did not write",
        "pre-push.before-git-risk",
        "nothing was changed",
    ]);
    assert_eq!(desk.everything(), changed);

    let (torn, _) = ours.rsplit_once("# <<<").unwrap();
    fs::write(&hook, torn).unwrap();
    assert_eq!(desk.status()["installed"], false);
    for command in ["install", "uninstall"] {
        desk.risk(&[command])
            .refused(&["the end of the marked block is missing"]);
    }
    assert_eq!(fs::read_to_string(&hook).unwrap(), torn);

    // Somebody has put another hook in the place.
    fs::write(&hook, "something else\n").unwrap();
    let replaced = desk.everything();
    desk.risk(&["uninstall"]).silent().tells(&[
        "nothing to remove",
        "pre-push.before-git-risk is the hook that was there before git-risk",
    ]);
    assert_eq!(desk.everything(), replaced);
    let left_over = desk.status()["left_over"].as_str().unwrap().to_owned();
    assert!(left_over.ends_with("pre-push.before-git-risk"));
}

#[test]
fn a_block_is_taken_out_of_a_script_that_changed_around_it() {
    let desk = Desk::new();
    let hook = desk.hook("#!/bin/sh\necho old >&2\n");
    desk.risk(&["install"]).silent();
    let text = fs::read_to_string(&hook).unwrap();
    fs::write(&hook, text.replace("echo old", "echo new")).unwrap();
    in_order(&desk.is_looked_at("one"), &["new", "stand-in"]);
    desk.risk(&["uninstall"]).silent();
    assert_eq!(
        fs::read_to_string(&hook).unwrap(),
        "#!/bin/sh\necho new >&2\n"
    );
}

#[test]
fn with_husky_the_file_that_people_write_takes_it() {
    for existing in [
        Some("echo team $0 >&2\ncat >&2\n[ -z \"${STOP-}\" ] || exit 5\n"),
        None,
    ] {
        let desk = Desk::new();
        // As husky 9 makes it: the stubs are written anew whenever it is set up.
        let stub = desk.repo.path().join(".husky/_/pre-push");
        Desk::script(&stub, "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"");
        let h = "s=$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\n[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n";
        fs::write(desk.repo.path().join(".husky/_/h"), h).unwrap();
        desk.repo.git(&["config", "core.hooksPath", ".husky/_"]);
        let script = desk.repo.path().join(".husky/pre-push");
        if let Some(text) = existing {
            fs::write(&script, text).unwrap();
        }
        let before = desk.everything();
        desk.risk(&["install"])
            .silent()
            .tells(&["/.husky/pre-push", "commit it"]);
        let way = if existing.is_some() { "block" } else { "file" };
        assert_eq!(desk.way(), (way.to_owned(), ".husky/pre-push".to_owned()));
        assert_eq!(desk.status()["git"]["manager"], "husky");
        let told = desk.is_looked_at("one");
        if existing.is_some() {
            in_order(&told, &["team", &desk.refs("one"), "stand-in"]);
            let (passed, told) = desk.push("two", &[("STOP", "1")]);
            assert!(!passed && !told.contains("stand-in"), "{told}");
        }
        let (passed, told) = desk.push("three", &[("ANSWER", "1")]);
        assert!(!passed, "{told}");
        desk.risk(&["install"])
            .silent()
            .tells(&["already installed"]);
        desk.leaves_no_trace(&before);
    }
}

#[test]
fn with_lefthook_its_local_configuration_takes_it() {
    let desk = Desk::new();
    desk.hook("#!/bin/sh\ncall_lefthook()\n{\n  :\n}\ncall_lefthook run \"pre-push\" \"$@\"\n");
    let before = desk.everything();
    let local = desk.repo.path().join("lefthook-local.yml");
    fs::write(&local, "pre-push:\n  jobs: []\n").unwrap();
    desk.risk(&["install"]).refused(&[
        "lefthook-local.yml is yours",
        "add this command to its hook pre-push:",
        "run: git-risk hook run '{1}' '{2}'",
    ]);
    fs::write(
        &local,
        "pre-push:\n  jobs:\n    - run: git-risk hook run {1} {2}\n",
    )
    .unwrap();
    assert_eq!(
        desk.way(),
        ("by_hand".to_owned(), "lefthook-local.yml".to_owned())
    );
    desk.risk(&["install"])
        .silent()
        .tells(&["already installed"]);
    desk.risk(&["uninstall"])
        .silent()
        .tells(&["it was left alone"]);
    fs::remove_file(&local).unwrap();

    desk.risk(&["install"])
        .silent()
        .tells(&["lefthook-local.yml", ".gitignore"]);
    assert_eq!(
        desk.way(),
        ("lefthook".to_owned(), "lefthook-local.yml".to_owned())
    );
    let text = fs::read_to_string(&local).unwrap();
    in_order(
        &text,
        &[
            "pre-push:",
            "git-risk:",
            "use_stdin: true",
            "git_risk '{1}' '{2}'",
        ],
    );
    fs::write(&local, text.clone() + "    mine:\n      run: echo mine\n").unwrap();
    desk.risk(&["uninstall"])
        .refused(&["what follows the marked block belongs to it"]);
    fs::write(&local, text).unwrap();
    desk.leaves_no_trace(&before);
}

#[test]
fn with_the_pre_commit_framework_its_chain_takes_it() {
    let desk = Desk::new();
    // What the stub of pre-commit does: the legacy hook first, then its own.
    let stub = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n\
         refs=$(cat; echo .)\nlegacy=$(dirname \"$0\")/pre-push.legacy\ncode=0\n\
         if [ -x \"$legacy\" ]; then printf %s \"${refs%.}\" | \"$legacy\" \"$@\" || code=$?; fi\n\
         echo framework >&2\nexit $code\n";
    desk.hook(stub);
    let before = desk.everything();
    desk.risk(&["install"]).silent();
    assert_eq!(
        desk.way(),
        ("file".to_owned(), ".git/hooks/pre-push.legacy".to_owned())
    );
    in_order(&desk.is_looked_at("one"), &["stand-in", "framework"]);
    let (passed, _) = desk.push("two", &[("ANSWER", "1")]);
    assert!(!passed);
    desk.leaves_no_trace(&before);

    // Ours first, and the framework moves it aside.
    fs::remove_file(desk.hooks().join("pre-push")).unwrap();
    desk.hook(&format!("#!/bin/sh\n{FOREIGN}"));
    desk.risk(&["install"]).silent();
    fs::rename(
        desk.hooks().join("pre-push"),
        desk.hooks().join("pre-push.legacy"),
    )
    .unwrap();
    desk.hook(stub);
    assert_eq!(
        desk.way(),
        ("block".to_owned(), ".git/hooks/pre-push.legacy".to_owned())
    );
    let told = desk.is_looked_at("three");
    in_order(
        &told,
        &["foreign pre-push.legacy origin", "stand-in", "framework"],
    );
    desk.risk(&["uninstall"]).silent();
    let legacy = fs::read_to_string(desk.hooks().join("pre-push.legacy")).unwrap();
    assert_eq!(legacy, format!("#!/bin/sh\n{FOREIGN}"));

    desk.repo.write(
        ".pre-commit-config.yaml",
        "repos:\n- hooks:\n  - id: git-risk\n",
    );
    assert_eq!(
        desk.way(),
        ("by_hand".to_owned(), ".pre-commit-config.yaml".to_owned())
    );
    desk.risk(&["status"])
        .silent()
        .tells(&["the git-risk that pre-commit has built"]);
}
