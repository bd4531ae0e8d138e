//! Files that steer: in a pull request that wants to silence its own warning, and as damage on the main branch.

use crate::harness::lived;
use crate::objects::{Draft, entry, object};
use crate::size;
use crate::trial::Trial;
use risk_testkit::TestRepo;
use serde_json::Value;

/// The tree of HEAD with another entry.
fn with(repo: &TestRepo, mode: &str, name: &str, id: &str) -> String {
    let listed = repo.git(&["ls-tree", "HEAD"]);
    let mut entries: Vec<(String, Vec<u8>)> = listed
        .lines()
        .map(|line| {
            let (before, name) = line.split_once('\t').unwrap();
            let mut words = before.split(' ');
            let (mode, _, id) = (words.next(), words.next(), words.next());
            let mode = mode.unwrap().trim_start_matches('0');
            (name.to_owned(), entry(mode, name.as_bytes(), id.unwrap()))
        })
        .filter(|(other, _)| other != name)
        .collect();
    entries.push((name.to_owned(), entry(mode, name.as_bytes(), id)));
    entries.sort();
    let bytes: Vec<u8> = entries.into_iter().flat_map(|(_, it)| it).collect();
    object(repo, "tree", &bytes)
}

/// What a range is told to be, without what names its commits.
fn told(answer: &Value) -> Vec<(String, String)> {
    let scores = answer["scores"].as_array().unwrap();
    let told = |it: &Value| (it["subject"].to_string(), it["probability"].to_string());
    scores.iter().map(told).collect()
}

/// A branch of a change to speak of, and then of the files that would silence it.
fn branch(files: &[(&str, &str)]) -> TestRepo {
    let repo = lived(600, 120);
    repo.git(&["config", "risk.warnAbove", "p50"]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    for file in ["src/f0.rs", "src/f3.rs", "src/f7.rs"] {
        let lines: String = (0..60)
            .map(|at| format!("    let v_{at} = {at};\n"))
            .collect();
        repo.write(file, &lines);
    }
    repo.commit_as("Ann <Ann@example.org>", "Add values");
    let id = repo.head();
    for (name, content) in files {
        repo.write(*name, &content.replace("THE-ID", &id));
    }
    if !files.is_empty() {
        repo.commit("Silence it");
    }
    repo
}

#[test]
fn a_branch_cannot_silence_its_own_warning() {
    let expected = {
        let repo = branch(&[]);
        let trial = Trial::new("a loud branch", &repo).range("main..topic");
        told(&trial.answers())
    };
    let silencing = [
        (
            ".git-risk.toml",
            "exclude = [\"**\"]\nbots = [\"*\"]\nwarn_above = \"p100\"\n[fixes]\nnever = [\".*\"]\n",
        ),
        (".git-risk.toml", "this is no toml = = ["),
        (
            ".gitattributes",
            "* linguist-generated=true\n* -diff\n* binary\n",
        ),
        (".mailmap", "Ben <Ben@example.org> <Ann@example.org>\n"),
        (".git-blame-ignore-revs", "THE-ID\n"),
    ];
    for (name, content) in silencing {
        let repo = branch(&[(name, content)]);
        let trial = Trial::new(name, &repo).range("main..topic");
        let answer = trial.answers();
        assert_eq!(told(&answer)[..1], expected[..], "{name}");
        let tip = repo.head();
        let base = repo.id("main");
        let said = trial.looks(&format!("refs/heads/topic {tip} refs/heads/topic {base}\n"));
        assert!(said.err.contains("Add values"), "{name}: {}", said.err);
    }
}

/// On the main branch they hold: what cannot be understood of them is refused by name, or is nothing, as in git.
#[test]
fn damaged_steering_files_are_told_or_passed_over() {
    let repo = lived(601, 40);
    let usual = repo.head();
    let large = |line: &str| {
        line.repeat(size(20_000, 5_000_000) / line.len())
            .into_bytes()
    };
    let binary: Vec<u8> = (0..100_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let names = [
        ".git-risk.toml",
        ".gitattributes",
        ".mailmap",
        ".git-blame-ignore-revs",
    ];
    for name in names {
        let lines: &[&str] = match name {
            ".git-risk.toml" => &[
                "[a]\n",
                "a = 1\n",
                "[[[[[[[[",
                "exclude = [\"a*\"]\n",
                "a.",
                "#\n",
            ],
            ".gitattributes" => &[
                "* a b c d e\n",
                "[attr]a b\n",
                "**/**/**/** linguist-generated\n",
                "*?*?*?*?*?x linguist-vendored\n",
                "\"\\377\n",
            ],
            ".mailmap" => &[
                "A <a@b> B <c@d>\n",
                "<a@b> <a@b>\n",
                "<<<<>>>>\n",
                "Ann <x@y> <Ann@example.org>\n",
            ],
            _ => &[
                "1234567812345678123456781234567812345678\n",
                "#\n",
                "not an id\n",
                "1234\n",
            ],
        };
        let mut contents: Vec<(String, Vec<u8>)> = lines
            .iter()
            .map(|line| (format!("{name}: {}", line.trim()), large(line)))
            .collect();
        contents.push((format!("{name}: binary"), binary.clone()));
        contents.push((format!("{name}: zeros"), vec![0; 100_000]));
        for (case, content) in &contents {
            crate::objects::land(&repo, &usual);
            let blob = object(&repo, "blob", content);
            let tree = with(&repo, "100644", name, &blob);
            Draft {
                tree,
                ..Draft::on(&repo, 100)
            }
            .land(&repo);
            steers(&repo, case, name);
        }
        let target = object(&repo, "blob", b"/etc/passwd");
        let folder = repo.id(&format!("{usual}:src"));
        let missing = "1".repeat(40);
        for (case, mode, id) in [
            ("a link", "120000", &target),
            ("a submodule", "160000", &usual),
            ("a submodule that is not here", "160000", &missing),
            ("a folder", "40000", &folder),
            ("a file that is not here", "100644", &missing),
            ("a folder for a file", "100644", &folder),
        ] {
            crate::objects::land(&repo, &usual);
            let tree = with(&repo, mode, name, id);
            Draft {
                tree,
                ..Draft::on(&repo, 100)
            }
            .land(&repo);
            steers(&repo, &format!("{name}: {case}"), name);
        }
    }
}

/// It answers, always the same, or tells which file is wrong.
#[track_caller]
fn steers(repo: &TestRepo, case: &str, name: &str) {
    let trial = Trial::new(case, repo);
    trial.forget();
    let said = trial.run(&["train"]);
    if said.code == Some(0) {
        trial.answers();
    } else {
        let is_named = [name, "object "].iter().any(|it| said.err.contains(it));
        assert!(is_named, "{case}: {}", said.err);
        trial.refuses_to_learn(&[]);
    }
    let zero = "0".repeat(40);
    trial.looks(&format!(
        "refs/heads/main {} refs/heads/main {zero}\n",
        repo.head()
    ));
}
