//! Objects that are gone, cut off, of another kind, or not what their name says, in files of their own and in packs.

use crate::harness::lived;
use crate::objects::{file_of, land, misplaced, stored, zlib};
use crate::trial::Trial;
use risk_testkit::{Dice, TestRepo};
use std::fs;
use std::os::unix::fs::PermissionsExt;

const KINDS: [(&str, &str); 4] = [
    ("a commit", "HEAD~4"),
    ("a root tree", "HEAD~4^{tree}"),
    ("a tree", "HEAD~4:src"),
    ("the tip", "HEAD"),
];

/// A history in which every object is in a file of its own.
fn loose(seed: u64) -> TestRepo {
    let repo = lived(seed, 30);
    let packs = repo.path().join(".git/objects/pack");
    let away = repo.path().join("away");
    fs::rename(&packs, &away).unwrap();
    fs::create_dir(&packs).unwrap();
    for file in fs::read_dir(&away).unwrap().map(|it| it.unwrap().path()) {
        if file.extension().is_some_and(|it| it == "pack") {
            repo.git_with(&["unpack-objects", "-q"], &fs::read(file).unwrap());
        }
    }
    fs::remove_dir_all(away).unwrap();
    repo
}

/// Ways to harm a file.
fn harms(whole: &[u8], other: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut flipped = whole.to_vec();
    flipped[whole.len() / 2] ^= 0x10;
    vec![
        ("cut off", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("one bit", flipped),
        ("noise", vec![0x55; whole.len()]),
        ("of another kind", other.to_vec()),
        ("a kind that there is not", zlib(b"glob 3\0abc")),
        ("a length that is a lie", zlib(b"tree 99999999999\0abc")),
        (
            "longer than it says",
            zlib(&[b"blob 3\0", &[b'a'; 70_000][..]].concat()),
        ),
    ]
}

#[test]
fn what_is_needed_and_damaged_is_named() {
    for (seed, (kind, name)) in (570..).zip(KINDS) {
        let repo = loose(seed);
        let id = repo.id(name);
        let whole = fs::read(file_of(&repo, &id)).unwrap();
        let other = fs::read(file_of(&repo, &repo.id("HEAD:src/f1.rs"))).unwrap();
        // What HEAD leads to is a name's.
        let words: &[&str] = match kind {
            "the tip" => &["hint: "],
            _ => &[&id, "git fsck"],
        };
        let case = format!("{kind}, gone");
        fs::remove_file(file_of(&repo, &id)).unwrap();
        let trial = Trial::new(&case, &repo).range("HEAD~8..HEAD");
        trial.refuses(words);
        trial.pushes();
        for (how, bytes) in harms(&whole, &other) {
            stored(&repo, &id, &bytes);
            let case = format!("{kind}, {how}");
            let trial = Trial::new(&case, &repo).range("HEAD~8..HEAD");
            trial.refuses(words);
            trial.looks(&format!(
                "refs/heads/main {} refs/heads/main {}\n",
                "1".repeat(40),
                "0".repeat(40)
            ));
        }
    }
}

/// A file that cannot be read takes the score of the changes that touch it, and of no other.
#[test]
fn a_damaged_file_takes_the_scores_of_its_changes_alone() {
    let repo = loose(576);
    let whole_answer = Trial::new("whole", &repo).range("HEAD~8..HEAD").answers();
    let path = repo.git(&["diff-tree", "-r", "--name-only", "HEAD~5", "HEAD~4"]);
    let path = path.lines().next().unwrap().to_owned();
    let id = repo.id(&format!("HEAD~4:{path}"));
    let whole = fs::read(file_of(&repo, &id)).unwrap();
    let other = fs::read(file_of(&repo, &repo.id("HEAD^{tree}"))).unwrap();
    let mut harms = harms(&whole, &other);
    harms.push(("gone", Vec::new()));
    for (how, bytes) in harms {
        stored(&repo, &id, &bytes);
        if how == "gone" {
            fs::remove_file(file_of(&repo, &id)).unwrap();
        }
        let case = format!("a file, {how}");
        let trial = Trial::new(&case, &repo).range("HEAD~8..HEAD");
        let answer = trial.answers();
        let ids = |answer: &serde_json::Value| -> Vec<String> {
            let scores = answer["scores"].as_array().unwrap();
            scores.iter().map(|it| it["commit"].to_string()).collect()
        };
        let touched = format!("\"{}\"", repo.id("HEAD~4"));
        assert!(ids(&whole_answer).contains(&touched), "{case}");
        assert!(
            !ids(&answer).contains(&touched),
            "{case}: a score of nothing"
        );
        let said = trial.run(&["score", "HEAD~4"]);
        assert_eq!(said.code, Some(2), "{case}: {said:?}");
        trial.some();
        trial.pushes();
    }
}

/// Every byte of a pack and its index may be another one.
#[test]
fn a_damaged_pack_is_refused_or_answers_as_it_did() {
    let repo = lived(577, 30);
    repo.git(&["repack", "-a", "-d", "-q", "--depth=50", "--window=50"]);
    let folder = repo.path().join(".git/objects/pack");
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    let right = Trial::new("whole", &repo).range("HEAD~8..HEAD").answers();
    let mut dice = Dice(577);
    for ending in ["pack", "idx"] {
        let file = files
            .iter()
            .find(|it| it.extension().is_some_and(|it| it == ending))
            .unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        let whole = fs::read(file).unwrap();
        for round in 0..crate::size(12, 200) {
            let mut bytes = whole.clone();
            match round % 4 {
                0 => bytes.truncate(dice.below(whole.len())),
                1 => bytes.fill(0),
                _ => {
                    for _ in 0..=dice.below(3) {
                        bytes[dice.below(whole.len())] ^= 1 << dice.below(8);
                    }
                }
            }
            fs::write(file, &bytes).unwrap();
            let trial = Trial::new("a damaged pack", &repo).range("HEAD~8..HEAD");
            trial.forget();
            let said = trial.run(&["score", "RANGE", "--format", "json"]);
            if said.code == Some(0) {
                let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
                // Without a file some have no score, and what was learned is another thing. That is told.
                let told = trial.ok(&["status", "--skipped"]);
                let is_told = told.contains("a file could not be read");
                assert!(is_told || answer == right, "{ending} {round}: {told}");
            }
            let line = format!(
                "refs/heads/main {} refs/heads/main {}\n",
                "1".repeat(40),
                "0".repeat(40)
            );
            trial.looks(&line);
        }
        fs::write(file, &whole).unwrap();
    }
}

#[test]
fn tags_that_name_themselves_or_each_other_lead_nowhere() {
    let repo = lived(578, 30);
    let own = "7".repeat(40);
    let [one, other] = ["8".repeat(40), "9".repeat(40)];
    let tag = |of: &str, kind: &str| {
        format!("object {of}\ntype {kind}\ntag v9.0\ntagger A <a@b> 1590000000 +0000\n\nx\n")
    };
    for (id, of) in [(&own, &own), (&one, &other), (&other, &one)] {
        misplaced(&repo, id, "tag", tag(of, "tag").as_bytes());
    }
    let tags = repo.path().join(".git/refs/tags");
    fs::create_dir_all(&tags).unwrap();
    fs::write(tags.join("v9.0"), format!("{own}\n")).unwrap();
    fs::write(tags.join("v9.1"), format!("{one}\n")).unwrap();
    let trial = Trial::new("a ring of tags", &repo);
    trial.answers();
    trial.some();
    for name in [
        "v9.0",
        "v9.1",
        "v9.0..HEAD",
        "v9.1~3",
        "v9.0^{commit}",
        "v9.0^{tree}",
    ] {
        let said = trial.run(&["score", name]);
        assert_eq!(said.code, Some(2), "{name}: {said:?}");
    }
    for id in [&own, &one] {
        let zero = "0".repeat(40);
        trial.looks(&format!("refs/tags/v9.0 {id} refs/tags/v9.0 {zero}\n"));
        trial.looks(&format!(
            "refs/heads/main {} refs/heads/main {id}\n",
            repo.head()
        ));
    }
    trial.pushes();
}

#[test]
fn a_chain_of_thousands_of_tags_leads_to_its_commit() {
    let n = crate::size(1_000, 10_000);
    let repo = lived(579, 30);
    let tip = repo.head();
    let mut stream = String::new();
    for at in 1..=n {
        let from = if at == 1 {
            tip.clone()
        } else {
            format!(":{}", at - 1)
        };
        stream += &format!(
            "tag v1.{at}\nmark :{at}\nfrom {from}\ntagger A <a@b> 1590000000 +0000\ndata 1\nx\n"
        );
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], stream.as_bytes());
    // Only the last of them has a name.
    let last = repo.id(&format!("v1.{n}"));
    let _ = fs::remove_file(repo.path().join(".git/packed-refs"));
    fs::remove_dir_all(repo.path().join(".git/refs/tags")).unwrap();
    land(&repo, &tip);
    fs::create_dir(repo.path().join(".git/refs/tags")).unwrap();
    fs::write(repo.path().join(".git/refs/tags/v1.0"), format!("{last}\n")).unwrap();
    let trial = Trial::new("a chain of tags", &repo);
    trial.answers();
    trial.some();
    let by_tag = trial.ok(&["score", "v1.0", "--format", "json"]);
    assert_eq!(by_tag, trial.ok(&["score", &tip, "--format", "json"]));
    let zero = "0".repeat(40);
    trial.looks(&format!("refs/tags/v1.0 {last} refs/tags/v1.0 {zero}\n"));
    trial.pushes();
}

/// What lies below a name that is not its own: a history that leads back to itself.
#[test]
fn commits_that_are_their_own_ancestors_are_refused() {
    let repo = lived(580, 30);
    let id = "7".repeat(40);
    let tree = repo.id("HEAD^{tree}");
    let who = "A <a@b> 1590000000 +0000";
    let body = format!("author {who}\ncommitter {who}\n\nFix it\n");
    let usual = repo.head();
    for (case, parents) in [
        ("a commit that is its own parent", format!("parent {id}\n")),
        (
            "a commit in a ring",
            format!("parent {}\nparent {usual}\n", "8".repeat(40)),
        ),
    ] {
        let bytes = format!("tree {tree}\n{parents}{body}");
        misplaced(&repo, &id, "commit", bytes.as_bytes());
        let back = format!("tree {tree}\nparent {id}\n{body}");
        misplaced(&repo, &"8".repeat(40), "commit", back.as_bytes());
        land(&repo, &id);
        let trial = Trial::new(case, &repo).range("HEAD");
        trial.refuses(&["is malformed", "git fsck"]);
        trial.run(&["score", &format!("{usual}..HEAD")]);
        trial.run(&["log"]);
        trial.looks(&format!("refs/heads/main {id} refs/heads/main {usual}\n"));
        land(&repo, &usual);
        let trial = Trial::new(case, &repo);
        fs::write(repo.path().join(".git/refs/heads/ring"), format!("{id}\n")).unwrap();
        trial.answers();
        trial.some();
        for range in ["main..ring", "ring..main", "main...ring", "ring~9", "ring"] {
            trial.run(&["score", range]);
        }
        trial.looks(&format!("refs/heads/ring {id} refs/heads/ring {usual}\n"));
        trial.pushes();
    }
}
