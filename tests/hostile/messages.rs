//! Messages and headers: huge, repeated, of commits that name each other or themselves.

use crate::harness::lived;
use crate::objects::{Draft, entry, land, object};
use crate::size;
use crate::trial::Trial;
use risk_testkit::{Dice, TestRepo};
use std::fmt::Write;

/// One change for each message and the lines of its header; so many days after the first one each.
fn said(seed: u64, drafts: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> TestRepo {
    let repo = lived(seed, 30);
    for (step, (more, message)) in drafts.into_iter().enumerate() {
        add(&repo, step, more, message);
    }
    repo
}

fn add(repo: &TestRepo, step: usize, more: Vec<u8>, message: Vec<u8>) -> String {
    let content = format!("fn a_{step}() {{}}\nfn b_{}() {{}}\n", step / 2);
    let blob = object(repo, "blob", content.as_bytes());
    Draft {
        tree: object(repo, "tree", &entry("100644", b"a.rs", &blob)),
        more,
        message,
        ..Draft::on(repo, 100 + step)
    }
    .land(repo)
}

fn plain(text: impl Into<Vec<u8>>) -> (Vec<u8>, Vec<u8>) {
    (Vec::new(), text.into())
}

#[test]
fn trailers_may_be_there_thousands_of_times() {
    let n = size(1_000, 100_000);
    let known = lived(560, 30).id("HEAD~3");
    let short = &known[..12];
    let trailers = [
        format!("Fixes: {short} (\"Add step 26\")\n"),
        format!("Fixes: {known}\n"),
        "Fixes: 1234567812345678123456781234567812345678 (\"never\")\n".to_owned(),
        "Fixes: 1234567\n".to_owned(),
        "Fixes: a\nFixes:\nFixes: #1, #2, gh-3\n".to_owned(),
        "Co-authored-by: A <a@b>\n".to_owned(),
        "This reverts commit 1234567.\n".to_owned(),
        format!("This reverts commit {known}.\n"),
        "Revert \"Revert \"Revert \"x\"\"\"\n".to_owned(),
        "JIRA-1 #1 bug 1 issue 1 ".to_owned(),
        "1234567 ".to_owned(),
        "(cherry picked from commit 1234567)\n".to_owned(),
        "\"".to_owned(),
    ];
    let one_each = trailers
        .iter()
        .map(|trailer| plain(format!("Fix it\n\n{}", trailer.repeat(n))));
    let repo = said(560, one_each);
    let trial = Trial::new("many trailers", &repo).range("HEAD~13..HEAD");
    trial.answers();
    trial.everything();
    trial.pushes();
}

/// A commit whose abbreviated id is in its own message: numbers are tried until one fits.
fn names_itself(repo: &TestRepo, digits: &str) -> String {
    let stream = |from: usize| {
        let mut stream = String::new();
        for number in from..from + 1_000 {
            let message = format!(
                "Fix {digits}\n\nFixes: {digits}\nThis reverts commit {digits}.\n\n{number}\n"
            );
            writeln!(
                stream,
                "commit refs/heads/tried\nmark :{}\ncommitter Ann <Ann@example.org> 1590000000 +0000\ndata {}\n{message}\nfrom {}\nM 100644 inline a.rs\ndata 3\nx\n\n",
                number - from + 1,
                message.len(),
                repo.id("refs/heads/main")
            )
            .unwrap();
        }
        stream
    };
    for from in (0..).step_by(1_000) {
        let marks = repo.path().join(".git/marks");
        let option = format!("--export-marks={}", marks.display());
        repo.git_with(
            &["fast-import", "--quiet", "--force", &option],
            stream(from).as_bytes(),
        );
        let marks = std::fs::read_to_string(marks).unwrap();
        let ids = marks.lines().filter_map(|line| line.split_once(' '));
        if let Some((_, id)) = ids.into_iter().find(|(_, id)| id.starts_with(digits)) {
            return id.to_owned();
        }
    }
    unreachable!("there are numbers enough")
}

#[test]
fn a_commit_may_name_itself_or_one_that_comes_later() {
    let repo = lived(561, 30);
    let id = names_itself(&repo, if size(0, 1) == 1 { "beef" } else { "bee" });
    land(&repo, &id);
    // Names of more digits are those of others: it is its own fix where three digits are enough, and nowhere else.
    let trial = Trial::new("a commit that names itself", &repo);
    trial.answers();
    let why = trial.ok(&["why-fix", "--format", "json"]);
    let why: serde_json::Value = serde_json::from_str(&why).unwrap();
    let text = why.to_string();
    assert!(!text.contains(&format!("\"inducing\":\"{id}")), "{text}");
    trial.everything();
    trial.pushes();
    // One that names the commit after it, which names it back: the names are the same digits in both clones.
    let repo = lived(562, 30);
    let future = names_itself(&repo, "be");
    add(
        &repo,
        0,
        Vec::new(),
        format!("Fix it\n\nFixes: {future}\n").into_bytes(),
    );
    let first = repo.head();
    let mut draft = Draft::on(&repo, 101);
    draft.message = format!(
        "Fix it again\n\nFixes: {first}\nFixes: {future}\nFixes: {}\n",
        &first[..4]
    )
    .into_bytes();
    draft.tree = repo.id(&format!("{future}^{{tree}}"));
    draft.land(&repo);
    let mut merge = Draft::on(&repo, 102);
    merge.parents.push(future);
    merge.land(&repo);
    let trial = Trial::new("a fix of what comes later", &repo);
    trial.answers();
    trial.everything();
    trial.pushes();
}

#[test]
fn reverts_of_reverts_end() {
    let repo = lived(563, 30);
    let mut subject = "Add it".to_owned();
    let mut id = add(&repo, 0, Vec::new(), subject.clone().into_bytes());
    for step in 1..size(60, 400) {
        subject = format!("Revert \"{subject}\"");
        let message = format!("{subject}\n\nThis reverts commit {id}.\n");
        id = add(&repo, step, Vec::new(), message.into_bytes());
    }
    // Rings by subject: each takes back the one before it, which takes it back in turn.
    for step in 0..40 {
        let message = ["Revert \"Revert \"b\"\"", "Revert \"b\"", "b"][step % 3];
        add(&repo, 1_000 + step, Vec::new(), message.as_bytes().to_vec());
    }
    let trial = Trial::new("reverts of reverts", &repo).range("HEAD~40..HEAD");
    trial.answers();
    trial.everything();
    trial.pushes();
    let deep = "Revert \"".repeat(size(10_000, 1_000_000)) + "x";
    let repo = said(
        564,
        [
            plain("x"),
            plain(deep.clone()),
            plain(format!("Revert \"{deep}\"")),
        ],
    );
    let trial = Trial::new("a revert of thousands of reverts", &repo);
    trial.answers();
    trial.everything();
    trial.pushes();
}

#[test]
fn messages_of_a_hundred_megabytes_are_read_as_far_as_they_say_anything() {
    let n = size(34 << 20, 100 << 20);
    let mut dice = Dice(565);
    let word =
        |dice: &mut Dice| ["fix ", "bug ", "the ", "#12 ", "deadbeef1 ", "revert\n"][dice.below(6)];
    let mut words = String::from("Fix the bug\n\n");
    while words.len() < n {
        words.push_str(word(&mut dice));
    }
    let repo = said(
        565,
        [
            plain(words),
            plain("a".repeat(n)),
            plain("\n".repeat(n)),
            plain("Add it"),
        ],
    );
    let trial = Trial::new("a message of 100 MB", &repo)
        .range("HEAD~4..HEAD")
        .within(300, 1_000);
    trial.answers();
    trial.everything();
    trial.pushes();
}

#[test]
fn headers_may_be_many_large_or_none() {
    let n = size(10_000, 1_000_000);
    let signature = format!(
        "gpgsig -----BEGIN PGP SIGNATURE-----\n{} -----END PGP SIGNATURE-----\n",
        " abcdefghijklmnopqrstuvwxyz\n".repeat(n)
    );
    let more: Vec<Vec<u8>> = vec![
        signature.into_bytes(),
        b"x-header value\n".repeat(n),
        b"encoding ISO-8859-1\n".repeat(n),
        b"encoding \xff\xfe\x1b[2J\n".to_vec(),
        b"encoding UTF-16\n".to_vec(),
        b"encoding utf-7\n".to_vec(),
        b"tree 1234567812345678123456781234567812345678\n".to_vec(),
        b"author B <b@c> 1 +0000\ncommitter B <b@c> 1 +0000\n".to_vec(),
        b" continued\n \n nospace\nnospace\n".to_vec(),
        b"mergetag object 1234567812345678123456781234567812345678\n type commit\n tag x\n"
            .to_vec(),
        b"HG:extra \0nul\n".to_vec(),
    ];
    let drafts = more
        .into_iter()
        .map(|more| (more, b"Fix caf\xe9 \0 and what is behind\n".to_vec()));
    let repo = said(566, drafts);
    let trial = Trial::new("many headers", &repo)
        .range("HEAD~11..HEAD")
        .within(120, 900);
    trial.answers();
    trial.everything();
    trial.pushes();
    // Without an author, a committer, a message, or anything at all.
    for (case, lines, refused) in [
        ("no author", "", false),
        (
            "no message",
            "author A <a@b> 1590000000 +0000\ncommitter A <a@b> 1590000000 +0000",
            false,
        ),
        ("no tree", "-", true),
        ("nothing", "", true),
        (
            "a parent that is no id",
            "parent 12345\nauthor A <a@b> 1 +0000\n\nx\n",
            true,
        ),
    ] {
        let repo = lived(567, 30);
        let (tree, parent) = (repo.id("HEAD~1^{tree}"), repo.head());
        let bytes = match case {
            "no tree" => format!("parent {parent}\nauthor A <a@b> 1590000000 +0000\n\nx\n"),
            "nothing" => String::new(),
            _ => format!("tree {tree}\nparent {parent}\n{lines}"),
        };
        let id = object(&repo, "commit", bytes.as_bytes());
        land(&repo, &id);
        let trial = Trial::new(case, &repo).range("HEAD");
        if refused {
            trial.refuses(&["hint: "]);
        } else {
            trial.answers();
            trial.everything();
        }
        trial.pushes();
    }
}
