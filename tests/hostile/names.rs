//! Names that act on whoever shows them, or that lead somewhere: of files, authors, branches and tags, and subjects.

use crate::harness::lived;
use crate::objects::{Draft, entry, object};
use crate::trial::Trial;
use risk_testkit::{FIRST_COMMIT_AT, NumstatRow, TestRepo, numstat};
use serde_json::Value;

/// Parts of names. None has a NUL or a slash, which a name in a tree cannot have.
const NASTY: [&[u8]; 24] = [
    b"two\nlines.rs",
    b"a\ttab.rs",
    b"\"quoted\".rs",
    b"it's.rs",
    b"back\\slash.rs",
    b"\x1b]0;title\x07.rs",
    b"\x1b[2J\x1b[1;1H.rs",
    "right\u{202e}sr.to left".as_bytes(),
    "iso\u{2066}lated\u{2069}.rs".as_bytes(),
    "zero\u{200b}width\u{feff}.rs".as_bytes(),
    b"<script>alert(1)</script>.rs",
    b"[link](javascript:alert(1)).md",
    b"::error::injected",
    b"\n::error::injected\n",
    b"%0A::error::injected",
    b"=cmd|' 'C'!A0.csv",
    b"$(touch harmed).sh",
    b"`touch harmed`.sh",
    b"--output=harmed",
    b"\xff\xfe\x80.rs",
    b"caf\xe9.rs",
    b" ",
    b"\r\n.rs",
    b"\x01\x02\x7f\xc2\x85.rs",
];

/// One change for each nasty name: it is the file, the author and the subject.
fn nasty() -> TestRepo {
    let repo = lived(510, 30);
    let mut files: Vec<(Vec<u8>, String)> = Vec::new();
    for (step, name) in NASTY.iter().enumerate() {
        let content = format!("fn a_{step}() {{}}\nfn b() {{}}\n").repeat(1 + step % 3);
        files.push((name.to_vec(), object(&repo, "blob", content.as_bytes())));
        let mut sorted = files.clone();
        sorted.sort();
        let tree: Vec<u8> = sorted
            .iter()
            .flat_map(|(name, blob)| entry("100644", name, blob))
            .collect();
        let tree = object(&repo, "tree", &tree);
        let at = FIRST_COMMIT_AT + (100 + step as i64) * 86_400;
        // A line end would end the header.
        let line: Vec<u8> = name.iter().copied().filter(|it| *it != b'\n').collect();
        let who = [&line[..], b" <", &line, format!("> {at} +0000").as_bytes()].concat();
        Draft {
            tree,
            author: who.clone(),
            committer: who,
            message: [b"Fix ", *name, b"\n\nReviewed-by: ", &line, b"\n"].concat(),
            ..Draft::on(&repo, 0)
        }
        .land(&repo);
    }
    repo
}

#[test]
fn names_that_act_on_a_terminal_a_page_or_a_pipeline_are_only_names() {
    let repo = nasty();
    let trial = Trial::new("nasty names", &repo).range("HEAD~24..HEAD");
    let scores = trial.answers();
    assert_eq!(scores["scores"].as_array().unwrap().len(), NASTY.len());
    trial.everything();
    trial.pushes();
    assert!(!repo.path().join("harmed").exists());
}

/// What git counts of each change is what its features say.
#[test]
fn changes_with_nasty_names_are_counted_as_git_counts() {
    let repo = nasty();
    let trial = Trial::new("nasty names, counted", &repo);
    for back in 0..NASTY.len() {
        let revision = format!("HEAD~{back}");
        let text = trial.ok(&["explain", &revision, "--format", "json"]);
        let answer: Value = serde_json::from_str(&text).unwrap();
        let rows = numstat(&repo, &repo.id(&revision));
        let sum = |count: fn(&NumstatRow) -> Option<u64>| -> f64 {
            rows.iter().filter_map(count).sum::<u64>() as f64
        };
        let counted = |name: &str| {
            let features = answer["features"].as_array().unwrap();
            let one = features.iter().find(|one| one["feature"] == name).unwrap();
            one["value"].as_f64().unwrap()
        };
        assert_eq!(counted("la"), sum(|row| row.added), "{revision}: {rows:?}");
        assert_eq!(counted("ld"), sum(|row| row.deleted), "{revision}");
        assert_eq!(counted("nf"), rows.len() as f64, "{revision}: {rows:?}");
    }
}

/// Commits by each of these, with nothing for a message.
fn by(seed: u64, authors: &[&[u8]]) -> TestRepo {
    let repo = lived(seed, 30);
    for (step, who) in authors.iter().enumerate() {
        let blob = object(&repo, "blob", format!("fn a_{step}() {{}}\n").as_bytes());
        let tree = object(&repo, "tree", &entry("100644", b"a.rs", &blob));
        Draft {
            tree,
            author: who.to_vec(),
            message: [&b""[..], b"\n", b"\n\n\n", b" \t\n"][step % 4].to_vec(),
            ..Draft::on(&repo, 100 + step)
        }
        .land(&repo);
    }
    repo
}

#[test]
fn nobody_and_nothing_are_names_too() {
    let authors: [&[u8]; 5] = [
        b" <> 1590000000 +0000",
        b"<> 1590000000 +0000",
        b"A <a@b> <c@d> 1590000000 +0000",
        b"\xff\xff <\xff> 1590000000 +0000",
        b"A <a@b>1590000000+0000",
    ];
    let repo = by(511, &authors);
    let trial = Trial::new("no names", &repo).range("HEAD~5..HEAD");
    trial.answers();
    trial.everything();
    trial.pushes();
}

/// The library gives up at these. They are learned from, but a range with them cannot be listed: that is told, and is no
/// clean answer.
#[test]
fn a_range_with_an_author_who_is_none_is_refused() {
    for who in [&b""[..], b"nobody", b"> < 1590000000"] {
        let repo = by(513, &[who]);
        let trial = Trial::new("an author who is none", &repo).range("HEAD~1..HEAD");
        trial.ok(&["train"]);
        trial.everything();
        let said = trial.run(&["score", "RANGE"]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("listing the range"), "{said:?}");
        let (tip, base) = (repo.head(), repo.id("HEAD~1"));
        let said = trial.looks(&format!("refs/heads/main {tip} refs/heads/main {base}\n"));
        assert!(said.err.contains("not checked: "), "{said:?}");
        trial.pushes();
    }
}

#[test]
fn branches_and_tags_may_be_named_as_git_lets_them() {
    let repo = lived(512, 30);
    let names = [
        "-oops",
        "--output=harmed",
        "\"quoted\"",
        "it's",
        "$(touch harmed)",
        "`touch harmed`;touch harmed|&",
        "<script>alert(1)</script>",
        "right\u{202e}sr.to left",
        "v1.0</title><script>alert(1)</script>",
        "v2.0\u{202e}",
        "HEAD",
        "refs/heads/main",
        "0123456789012345678901234567890123456789",
        "main",
    ];
    let packed: String = names
        .iter()
        .enumerate()
        .flat_map(|(at, name)| {
            let id = repo.id(&format!("HEAD~{at}"));
            let name = name.replace(' ', "\u{a0}");
            [
                (name != "main").then(|| format!("{id} refs/heads/{name}\n")),
                Some(format!("{id} refs/tags/{name}\n")),
            ]
        })
        .flatten()
        .collect();
    let tip = repo.head();
    let mut bytes = packed.into_bytes();
    bytes.extend(format!("{tip} refs/tags/v3.0\n").bytes());
    bytes.extend(format!("{tip} refs/tags/").bytes());
    bytes.extend(b"v4.\xff\xfe\n");
    std::fs::write(repo.path().join(".git/packed-refs"), bytes).unwrap();
    let trial = Trial::new("nasty references", &repo);
    trial.answers();
    trial.everything();
    for name in names {
        // An option is taken for one, whoever made a branch of that name.
        if !name.starts_with('-') {
            trial.run(&["score", name]);
            trial.run(&["release", name]);
        }
    }
    trial.run(&["release", "--history"]);
    trial.pushes();
    assert!(!repo.path().join("harmed").exists());
}
