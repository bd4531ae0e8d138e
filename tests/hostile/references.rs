//! References, borrowed stores and the commit graph: broken, in rings, or lies.

use crate::harness::lived;
use crate::trial::Trial;
use risk_testkit::{Dice, TestRepo};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

fn place(repo: &TestRepo, name: &str) -> PathBuf {
    let path = repo.path().join(".git").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

#[test]
fn broken_references_are_passed_over() {
    let repo = lived(590, 30);
    let right = Trial::new("as it is", &repo).answers();
    let tip = repo.head();
    fs::write(place(&repo, "refs/heads/empty"), "").unwrap();
    fs::write(place(&repo, "refs/heads/noise"), b"\xff\xfe\0\x1b[2J\n").unwrap();
    fs::write(place(&repo, "refs/heads/short"), "1234567\n").unwrap();
    fs::write(place(&repo, "refs/heads/gone"), "1".repeat(40)).unwrap();
    fs::write(place(&repo, "refs/tags/v1.0"), "1".repeat(40)).unwrap();
    fs::write(place(&repo, "refs/heads/own"), "ref: refs/heads/own\n").unwrap();
    fs::write(place(&repo, "refs/heads/one"), "ref: refs/heads/two\n").unwrap();
    fs::write(place(&repo, "refs/heads/two"), "ref: refs/heads/one\n").unwrap();
    fs::write(
        place(&repo, "refs/heads/outside"),
        "ref: ../../../etc/passwd\n",
    )
    .unwrap();
    fs::write(
        place(&repo, "refs/remotes/origin/HEAD"),
        "ref: refs/remotes/origin/nowhere\n",
    )
    .unwrap();
    fs::write(place(&repo, "refs/heads/large"), "1".repeat(5 << 20)).unwrap();
    symlink("/dev/zero", place(&repo, "refs/heads/endless")).unwrap();
    symlink("loop", place(&repo, "refs/heads/loop")).unwrap();
    symlink(".", place(&repo, "refs/heads/folder")).unwrap();
    fs::write(place(&repo, "refs/heads/good"), format!("{tip}\n")).unwrap();
    let trial = Trial::new("broken references", &repo);
    assert_eq!(trial.answers(), right);
    trial.everything();
    for name in [
        "empty", "noise", "short", "gone", "v1.0", "own", "one", "outside", "large", "loop",
    ] {
        let said = trial.run(&["score", name]);
        assert_eq!(said.code, Some(2), "{name}: {said:?}");
    }
    trial.looks(&format!(
        "refs/heads/main {tip} refs/heads/main {}\n",
        "0".repeat(40)
    ));
}

#[test]
fn a_head_that_leads_nowhere_is_told() {
    for (case, head) in [
        ("no branch", "ref: refs/heads/nowhere\n"),
        ("a ring", "ref: HEAD\n"),
        ("noise", "\u{1b}[2Jnoise\n"),
        ("nothing", ""),
        (
            "an object that is not there",
            "1234567812345678123456781234567812345678\n",
        ),
        ("outside", "ref: ../../outside\n"),
        ("a bidi name", "ref: refs/heads/\u{202e}x\n"),
    ] {
        let repo = lived(591, 20);
        let tip = repo.head();
        fs::write(place(&repo, "HEAD"), head).unwrap();
        let trial = Trial::new(case, &repo);
        trial.refuses(&["hint: "]);
        let hook = format!("refs/heads/main {tip} refs/heads/main {}\n", "0".repeat(40));
        trial.looks(&hook);
    }
    // As a link, which git once made of it.
    let repo = lived(592, 20);
    let right = Trial::new("as it is", &repo).answers();
    fs::remove_file(place(&repo, "HEAD")).unwrap();
    symlink("refs/heads/main", place(&repo, "HEAD")).unwrap();
    let trial = Trial::new("HEAD is a link", &repo);
    assert_eq!(trial.answers(), right);
    trial.pushes();
    fs::remove_file(place(&repo, "HEAD")).unwrap();
    symlink("HEAD", place(&repo, "HEAD")).unwrap();
    Trial::new("HEAD is a link to itself", &repo).refuses(&["hint: "]);
}

#[test]
fn packed_references_may_be_anything() {
    let repo = lived(593, 30);
    let tip = repo.head();
    let mut dice = Dice(593);
    let noise: Vec<u8> = (0..100_000).map(|_| dice.below(256) as u8).collect();
    let many: String = (0..crate::size(20_000, 200_000))
        .map(|at| format!("{tip} refs/tags/v{at}.0\n"))
        .collect();
    for (case, bytes) in [
        ("packed noise", noise),
        (
            "a packed reference without an end",
            format!("{tip} refs/heads/x").into_bytes(),
        ),
        ("a packed line of its own length", vec![b'a'; 5 << 20]),
        ("very many tags", many.into_bytes()),
    ] {
        fs::write(place(&repo, "packed-refs"), bytes).unwrap();
        let trial = Trial::new(case, &repo);
        trial.answers();
        trial.run(&["release"]);
        trial.run(&["report", "--out", "-"]);
        trial.looks(&format!(
            "refs/heads/main {tip} refs/heads/main {}\n",
            "0".repeat(40)
        ));
    }
}

#[test]
fn borrowed_stores_may_be_in_a_ring_or_nowhere() {
    let repo = lived(594, 30);
    let right = Trial::new("as it is", &repo).answers();
    let own = place(&repo, "objects");
    let other = lived(595, 5);
    let far = place(&other, "objects");
    fs::write(far.join("info/alternates"), format!("{}\n", own.display())).unwrap();
    let many = format!("{}/../objects\n", own.display()).repeat(1_000);
    for (case, text) in [
        ("a ring of stores", format!("{}\n", far.display())),
        (
            "a store that borrows from itself",
            format!("{}\n.\n../objects\n", own.display()),
        ),
        ("a thousand names of one store", many),
        (
            "a store that is not there",
            "/nowhere/at/all\n/dev/zero\n/etc/passwd\n".to_owned(),
        ),
        (
            "noise for a store",
            "\u{1}\u{2}\"\\377\"\n# a comment\n\n".repeat(100),
        ),
    ] {
        fs::write(own.join("info/alternates"), text).unwrap();
        let trial = Trial::new(case, &repo);
        assert_eq!(trial.answers(), right, "{case}");
        trial.some();
        trial.looks(&format!(
            "refs/heads/main {} refs/heads/main {}\n",
            repo.head(),
            "0".repeat(40)
        ));
    }
}

/// The commit graph says in another place what the commits say themselves, and is not asked, or not believed.
#[test]
fn a_commit_graph_that_lies_changes_nothing() {
    let repo = lived(596, 40);
    let right = Trial::new("as it is", &repo).answers();
    repo.git(&["commit-graph", "write", "--reachable"]);
    let file = place(&repo, "objects/info/commit-graph");
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let data = whole.windows(4).position(|it| it == b"CDAT").unwrap();
    let at = u64::from_be_bytes(whole[data + 4..data + 12].try_into().unwrap()) as usize;
    let lie = |change: &dyn Fn(&mut [u8])| {
        let mut bytes = whole.clone();
        // Of each commit: its tree, two parents, and generation with date.
        for row in bytes[at..at + 40 * 36].chunks_exact_mut(36) {
            change(row);
        }
        bytes
    };
    let mut dice = Dice(596);
    let noise: Vec<u8> = (0..whole.len()).map(|_| dice.below(256) as u8).collect();
    let mut tampered = whole.clone();
    let middle = whole.len() / 2;
    tampered[middle..].reverse();
    for (case, bytes) in [
        ("a graph of noise", noise),
        ("a graph that is cut off", whole[..middle].to_vec()),
        ("a graph in another order", tampered),
        (
            "a graph of other generations",
            lie(&|row| row[28..36].fill(0xff)),
        ),
        (
            "a graph without generations",
            lie(&|row| row[28..36].fill(0)),
        ),
        ("a graph of other parents", lie(&|row| row[20..24].fill(0))),
        (
            "a graph without parents",
            lie(&|row| row[20..28].copy_from_slice(&[0x70, 0, 0, 0, 0x70, 0, 0, 0])),
        ),
        (
            "a graph of parents beyond its end",
            lie(&|row| row[20..28].fill(0x6f)),
        ),
        (
            "a graph of many parents",
            lie(&|row| row[24..28].fill(0xff)),
        ),
    ] {
        fs::write(&file, bytes).unwrap();
        let trial = Trial::new(case, &repo);
        assert_eq!(trial.answers(), right, "{case}");
        trial.some();
        let (tip, base) = (
            repo.git(&["-c", "core.commitGraph=false", "rev-parse", "HEAD"]),
            "0".repeat(40),
        );
        trial.looks(&format!("refs/heads/main {tip} refs/heads/main {base}\n"));
    }
}
