//! Whose files are believed, and for whom those are that are made.

use crate::harness::{Said, command, json, kept, lived, risk, said};
use risk_testkit::TestRepo;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::process::Command;

/// Somebody who owns nothing here.
const SOMEBODY: u32 = 65_534;

const QUESTION: [&str; 2] = ["score", "HEAD~3..HEAD"];

fn learned(seed: u64) -> TestRepo {
    let repo = lived(seed, 40);
    risk(&repo, &["train"]).silent();
    repo
}

/// Whether files can be given away here.
fn may_give_away(repo: &TestRepo) -> bool {
    let may = chown(kept(repo, "state"), Some(SOMEBODY), None).is_ok();
    if !may {
        eprintln!("skipped: only root can give files away");
    }
    may
}

#[test]
fn what_somebody_else_wrote_is_not_believed() {
    let repo = learned(711);
    let right = json(&repo, &QUESTION);
    if !may_give_away(&repo) {
        return;
    }
    chown(kept(&repo, "state"), Some(0), None).unwrap();
    for name in ["state", "rows", "changes", "labels", ""] {
        let file = kept(&repo, name);
        if name == "labels" {
            let commit = repo.git(&["rev-parse", "HEAD"]);
            let line = format!(
                "{{\"commit\":\"{}\",\"label\":\"clean\",\"why\":\"x\",\"by\":\"y\",\"at\":1,\"known_at\":1}}\n",
                commit.trim()
            );
            fs::write(&file, line).unwrap();
        }
        chown(&file, Some(SOMEBODY), None).unwrap();
        let words = [
            "belongs to another user (uid 65534)",
            "chown -R",
            "rm -r",
            "core.sharedRepository",
        ];
        let commands: [&[&str]; 5] = [
            &QUESTION,
            &["score"],
            &["train", "--fresh"],
            &["label", "HEAD", "clean", "--why", "it was looked at"],
            &["state", "export", "nowhere"],
        ];
        for args in commands {
            risk(&repo, args).refused(&words);
        }
        // A push goes on, and says so.
        let mut push = command(&repo, &["hook", "run", "origin", "nowhere"]);
        let pushed = repo.path().parent().unwrap().join("pushed");
        let tip = repo.git(&["rev-parse", "HEAD"]);
        let line = format!("refs/heads/x {} refs/heads/x {:040}\n", tip.trim(), 0);
        fs::write(&pushed, line).unwrap();
        push.stdin(fs::File::open(&pushed).unwrap());
        said(push).ok().notes(&["belongs to another user"]);
        if name == "labels" {
            fs::remove_file(file).unwrap();
        } else {
            chown(file, Some(0), None).unwrap();
        }
    }
    assert_eq!(json(&repo, &QUESTION), right);
}

#[test]
fn who_owns_the_repository_is_believed_and_so_are_those_who_share_it() {
    let repo = learned(712);
    let right = json(&repo, &QUESTION);
    if !may_give_away(&repo) {
        return;
    }
    risk(&repo, &QUESTION).refused(&["belongs to another user"]);
    for path in [repo.path(), &repo.path().join(".git")] {
        chown(path, Some(SOMEBODY), None).unwrap();
    }
    risk(&repo, &QUESTION).refused(&["safe.directory"]);
    let home = repo.path().parent().unwrap().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join(".gitconfig"), "[safe]\n\tdirectory = *\n").unwrap();
    let mut trusting = command(&repo, &QUESTION);
    trusting.args(["--format", "json"]);
    trusting.env_remove("GIT_CONFIG_GLOBAL").env("HOME", &home);
    assert_eq!(said(trusting).ok().json(), right);
    for path in [repo.path(), &repo.path().join(".git")] {
        chown(path, Some(0), None).unwrap();
    }
    risk(&repo, &QUESTION).refused(&["belongs to another user"]);
    repo.git(&["config", "core.sharedRepository", "group"]);
    assert_eq!(json(&repo, &QUESTION), right);
    repo.git(&["config", "core.sharedRepository", "umask"]);
    risk(&repo, &QUESTION).refused(&["belongs to another user"]);
}

/// Learns anew, labels and looks at a push under this umask; the modes of the folder and of each file.
fn modes(repo: &TestRepo, umask: &str) -> BTreeMap<String, u32> {
    let _ = fs::remove_dir_all(kept(repo, ""));
    let under = |args: &[&str]| -> Said {
        let inner = command(repo, args);
        let mut command = Command::new("/bin/sh");
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        command.args(["-c", &script]).arg(inner.get_program());
        command.args(inner.get_args()).current_dir(repo.path());
        command.env_clear();
        for (name, value) in inner.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        said(command)
    };
    under(&["label", "HEAD", "clean", "--why", "it was looked at"]).ok();
    under(&["train"]).ok();
    let page = repo.path().parent().unwrap().join("page.html");
    under(&["report", "--out", page.to_str().unwrap()]).ok();
    // Taken over, files come by another way.
    let export = repo.path().parent().unwrap().join("export");
    under(&["state", "export", export.to_str().unwrap()]).ok();
    fs::remove_file(kept(repo, "state")).unwrap();
    under(&["state", "import", export.to_str().unwrap()]).ok();
    let mode = |path| fs::metadata(path).unwrap().mode() & 0o777;
    let mut modes = BTreeMap::from([(String::new(), mode(kept(repo, "")))]);
    for entry in fs::read_dir(kept(repo, "")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        modes.insert(name.clone(), mode(kept(repo, &name)));
    }
    for name in ["state", "rows", "labels", "lock", "reported"] {
        assert!(modes.contains_key(name), "{name}: {modes:?}");
    }
    modes
}

#[test]
fn files_are_as_readable_as_those_of_git() {
    let repo = lived(713, 40);
    for (shared, umask, file, folder) in [
        ("umask", "022", 0o644, 0o755),
        ("umask", "077", 0o600, 0o700),
        ("umask", "002", 0o664, 0o775),
        ("group", "022", 0o664, 0o775),
        ("group", "077", 0o660, 0o770),
        ("all", "077", 0o664, 0o775),
        ("0640", "000", 0o640, 0o750),
    ] {
        repo.git(&["config", "core.sharedRepository", shared]);
        for (name, mode) in modes(&repo, umask) {
            let right = if name.is_empty() { folder } else { file };
            assert_eq!(mode, right, "{shared} {umask} {name}: {mode:o}");
        }
        // Git agrees.
        let script = format!("umask {umask}; git update-ref refs/heads/probe HEAD");
        let made = Command::new("/bin/sh")
            .args(["-c", &script])
            .current_dir(repo.path())
            .status();
        assert!(made.unwrap().success());
        let probe = fs::metadata(repo.path().join(".git/refs/heads/probe")).unwrap();
        assert_eq!(probe.mode() & 0o777, file, "{shared} {umask}");
        repo.git(&["update-ref", "-d", "refs/heads/probe"]);
    }
}
