//! What was learned, handed on to another clone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::harness::{Said, command, json, kept, lived, risk, said, state};
use risk_testkit::{Dice, TestRepo};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A folder for exports, and a file in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("learned");
    (dir, file)
}

#[track_caller]
fn export(repo: &TestRepo, file: &Path) -> Vec<u8> {
    let name = file.to_str().unwrap();
    risk(repo, &["state", "export", name]).silent();
    fs::read(file).unwrap()
}

fn import(repo: &TestRepo, file: &Path) -> Said {
    risk(repo, &["state", "import", file.to_str().unwrap()])
}

/// Everything below the folder of what was learned, but for the lock.
fn folder(repo: &TestRepo) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(kept(repo, "")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .filter(|(name, _)| name != "lock")
        .collect();
    files.sort();
    files
}

#[test]
fn a_clone_that_took_it_over_answers_as_the_origin_does() {
    let repo = lived(90, 300);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    export(&repo, &file);
    let clone = repo.full_clone();
    import(&clone, &file)
        .silent()
        .tells(&["taken over", &repo.id("HEAD")[..10], "300 commits"]);
    assert!(state(&clone) == state(&repo));
    let rows = |repo| fs::read(kept(repo, "rows")).unwrap();
    assert!(rows(&clone) == rows(&repo));
    for args in [
        &["score"][..],
        &["score", "HEAD~40..HEAD"],
        &["score", "HEAD~150", "--format", "json"],
        &["explain", "HEAD~3", "--format", "json"],
        &["train"],
        &["status"],
    ] {
        let (own, other) = (risk(&clone, args).silent(), risk(&repo, args).silent());
        assert_eq!(own.out, other.out, "{args:?}");
    }
    // Nothing was learned for these answers.
    assert!(state(&clone) == state(&repo));
}

#[test]
fn history_goes_on_from_what_was_taken_over() {
    let repo = lived(91, 150);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    export(&repo, &file);
    // The export is old when it is used: the main branch and a topic have gone on.
    repo.write("src/f1.rs", "fn anew() {}\n").commit("Fix f1");
    repo.branch("topic");
    repo.write("src/f2.rs", "fn more() {}\n").commit("Add more");
    repo.switch("topic");
    repo.write("src/f3.rs", "fn topic() {}\n")
        .commit("Add topic");
    repo.switch("main");
    let (clone, alone) = (repo.full_clone(), repo.full_clone());
    import(&clone, &file).silent();
    for args in [
        &["score"][..],
        &["score", "HEAD~20..origin/topic"],
        &["explain", "origin/topic"],
        &["train"],
    ] {
        assert_eq!(json(&clone, args), json(&alone, args), "{args:?}");
    }
    assert!(state(&clone) != state(&repo));
    assert!(fs::read(kept(&clone, "rows")).unwrap() == fs::read(kept(&alone, "rows")).unwrap());
}

#[test]
fn changes_come_along_if_they_are_asked_for() {
    let repo = lived(92, 60);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    let name = file.to_str().unwrap();
    let small = export(&repo, &file).len();
    risk(&repo, &["state", "export", name, "--with-changes"]).silent();
    assert!(fs::read(&file).unwrap().len() > small);
    let clone = repo.full_clone();
    import(&clone, &file).silent();
    assert_eq!(folder(&clone), folder(&repo));
    // Two developers become one: history is followed anew, from the changes that came along.
    clone
        .write(".mailmap", "Ann <Ann@example.org> <Ben@example.org>\n")
        .commit("Name Ben");
    clone.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    risk(&clone, &["train"])
        .ok()
        .notes(&["following history anew"]);
    let whole = fs::read(kept(&repo, "changes")).unwrap();
    assert!(
        fs::read(kept(&clone, "changes"))
            .unwrap()
            .starts_with(&whole)
    );
    let alone = clone.full_clone();
    assert_eq!(json(&clone, &["train"]), json(&alone, &["train"]));

    fs::write(kept(&repo, "changes"), &whole[..whole.len() / 2]).unwrap();
    risk(&repo, &["state", "export", name, "--with-changes"]).refused(&[
        "not all there",
        "--with-changes",
        "git risk train --fresh",
    ]);
}

#[test]
fn it_goes_through_a_pipe() {
    let repo = lived(93, 60);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    let whole = export(&repo, &file);
    let mut sender = command(&repo, &["state", "export", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let clone = repo.full_clone();
    let mut receiver = command(&clone, &["state", "import", "-"]);
    receiver.stdin(Stdio::from(sender.stdout.take().unwrap()));
    said(receiver).silent();
    assert!(sender.wait().unwrap().success());
    assert!(state(&clone) == state(&repo));
    // A reader that has had enough is no failure.
    let mut sender = command(&repo, &["state", "export", "-"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(sender.stdout.take());
    assert!(sender.wait().unwrap().success());
    // The same bytes each time.
    assert!(export(&repo, &file) == whole);
}

#[test]
fn every_damaged_export_is_refused_or_means_the_same() {
    let repo = lived(94, 25);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    let whole = export(&repo, &file);
    let clone = repo.full_clone();
    import(&clone, &file).silent();
    let before = folder(&clone);
    let mut dice = Dice(94);
    // Each byte of the header, and some of what follows; every byte of a parcel is flipped in a test of its own.
    let mut places: Vec<usize> = (0..160.min(whole.len())).step_by(3).collect();
    places.extend((0..60).map(|_| dice.below(whole.len())));
    for at in places {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << dice.below(8);
        fs::write(&file, &flipped).unwrap();
        let said = import(&clone, &file);
        if said.code != Some(0) {
            said.refused(&["hint:"]);
        }
        assert_eq!(folder(&clone), before, "byte {at} of {}", whole.len());
    }
    for _ in 0..30 {
        fs::write(&file, &whole[..dice.below(whole.len())]).unwrap();
        import(&clone, &file).refused(&["hint:"]);
        assert_eq!(folder(&clone), before);
    }
    for bytes in [b"".as_slice(), b"PK\x03\x04 something else", &[0; 5_000]] {
        fs::write(&file, bytes).unwrap();
        import(&clone, &file).refused(&["not an export of git-risk", "git risk state export"]);
    }
    fs::write(&file, [whole.as_slice(), b"more"].concat()).unwrap();
    import(&clone, &file).refused(&["damaged", "something follows its end"]);
    assert_eq!(folder(&clone), before);
}

#[test]
fn a_newer_format_is_refused_with_what_to_do() {
    let repo = lived(95, 30);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    let mut bytes = export(&repo, &file);
    bytes[16] = 9;
    fs::write(&file, &bytes).unwrap();
    let clone = repo.full_clone();
    import(&clone, &file).refused(&["newer version of git-risk", "format 9", "upgrade git-risk"]);
    assert!(folder(&clone).is_empty());
}

#[test]
fn an_export_of_another_version_is_refused() {
    let repo = lived(96, 30);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    let mut bytes = export(&repo, &file);
    // The header begins after 24 bytes, with the name and version of the program and its length before it.
    let (start, end) = (
        24,
        24 + usize::try_from(u32::from_le_bytes(bytes[20..24].try_into().unwrap())).unwrap(),
    );
    let at = bytes[start..end]
        .windows(9)
        .position(|it| it == b"git-risk ")
        .expect("because the version is in the header");
    bytes[start + at + 9] = b'7';
    let sum = crc(&bytes[..end]);
    bytes[end..end + 4].copy_from_slice(&sum.to_le_bytes());
    fs::write(&file, &bytes).unwrap();
    let clone = repo.full_clone();
    import(&clone, &file).refused(&[
        "was made by git-risk 7",
        "the same version",
        "git risk train",
    ]);
    assert!(folder(&clone).is_empty());
}

/// CRC-32, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    })
}

#[test]
fn an_export_of_another_repository_is_refused() {
    let repo = lived(97, 30);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    export(&repo, &file);
    let other = lived(98, 30);
    risk(&other, &["train"]).silent();
    let before = folder(&other);
    import(&other, &file).refused(&[
        &repo.id("HEAD"),
        "not in this repository",
        "git fetch",
        "another repository",
    ]);
    assert_eq!(folder(&other), before);
    // Its commits are here, but nothing leads to them.
    other.git(&["fetch", "-q", repo.path().to_str().unwrap(), "main"]);
    import(&other, &file).refused(&["first parents", "main branch"]);
    assert_eq!(folder(&other), before);
}

#[test]
fn what_people_said_stays() {
    let repo = lived(99, 30);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    export(&repo, &file);
    let clone = repo.full_clone();
    risk(
        &clone,
        &["label", "HEAD~3", "clean", "--why", "a test alone"],
    )
    .ok();
    let labels = fs::read(kept(&clone, "labels")).unwrap();
    let said = import(&clone, &file).ok();
    said.notes(&["other labels here", "git risk train"]);
    assert!(fs::read(kept(&clone, "labels")).unwrap() == labels);
    risk(&clone, &["train"]).ok();
    assert_eq!(
        json(&clone, &["status"])["tip"],
        json(&repo, &["status"])["tip"]
    );
}

#[test]
fn a_disk_without_space_leaves_what_was_there() {
    let repo = lived(100, 60);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    export(&repo, &file);
    let clone = repo.full_clone();
    risk(&clone, &["train", "HEAD~10"]).silent();
    let before = folder(&clone);
    // No file may grow beyond a few blocks; the signal that would end the process is ignored, as on a full disk.
    let binary = env!("CARGO_BIN_EXE_git-risk");
    let script = format!(
        "trap '' XFSZ; ulimit -f 4; exec {binary} state import {}",
        file.display()
    );
    let mut limited = command(&clone, &[]);
    limited = {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(clone.path());
        shell.env_clear();
        for (name, value) in limited.get_envs() {
            if let Some(value) = value {
                shell.env(name, value);
            }
        }
        shell
    };
    said(limited).refused(&["could not be written", "space on the disk"]);
    assert_eq!(folder(&clone), before);
    // To write one where there is no space fails as a whole.
    let full = ["state", "export", "/dev/full"];
    if Path::new("/dev/full").exists() {
        risk(&repo, &full).refused(&["/dev/full could not be written"]);
    }
    risk(&repo, &["state", "export", "/nowhere/at/all"]).refused(&["could not be written"]);
}

#[test]
fn an_export_made_while_others_learn_is_whole() {
    let repo = lived(101, 200);
    risk(&repo, &["train"]).silent();
    let (_dir, file) = place();
    for round in 0..6 {
        let mut learner = command(&repo, &["train", "--fresh"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30 * round));
        let name = file.to_str().unwrap();
        risk(&repo, &["state", "export", name, "--quiet"]).ok();
        learner.wait().unwrap();
        let clone = repo.full_clone();
        import(&clone, &file).silent();
        assert!(state(&clone) == state(&repo), "round {round}");
    }
}

#[test]
fn where_it_lies_is_told() {
    let repo = lived(102, 60);
    risk(&repo, &["state"]).refused(&["nothing has been learned yet", "git risk train"]);
    let (_dir, file) = place();
    risk(&repo, &["state", "export", file.to_str().unwrap()])
        .refused(&["nothing has been learned yet"]);
    assert!(!kept(&repo, "").exists() && !file.exists());
    risk(&repo, &["train"]).silent();
    let tip = repo.id("HEAD");
    risk(&repo, &["state"]).silent().tells(&[
        kept(&repo, "").to_str().unwrap().trim_end_matches('/'),
        &tip[..10],
        "60 commits",
        "git-risk 0",
        "state",
        "rows",
    ]);
    let told = json(&repo, &["state"]);
    assert_eq!(told["tip"], *tip);
    assert_eq!(told["commits"], 60);
    let state_file = &told["files"][0];
    assert_eq!(state_file["name"], "state");
    assert_eq!(state_file["bytes"], state(&repo).len());
    // What is damaged is not handed on.
    let mut bytes = fs::read(kept(&repo, "rows")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(kept(&repo, "rows"), bytes).unwrap();
    risk(&repo, &["state", "export", file.to_str().unwrap()])
        .refused(&["damaged", "git risk train --fresh"]);
    assert!(!file.exists());
    drop(File::open(kept(&repo, "lock")).unwrap());
}
