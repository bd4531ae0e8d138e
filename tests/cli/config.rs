//! `git risk config`, and what is configured.

use crate::harness::{Said, command, fresh, json, kept, lived, number, risk, said, state};
use risk_testkit::TestRepo;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

/// `git -c …`, which hands its settings on to our binary.
fn through_git(repo: &TestRepo, args: &[&str]) -> Command {
    let mut command = repo.git_command();
    let binary = Path::new(env!("CARGO_BIN_EXE_git-risk"));
    let mut path = OsString::from(binary.parent().expect("because it is a file"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    command.env("PATH", path).args(args);
    command
}

/// What holds, as `git risk config` prints it: the value of a key without a table.
#[track_caller]
fn value(said: &Said, key: &str) -> String {
    let line = said.out.lines().find_map(|line| line.strip_prefix(key));
    let value = line.and_then(|rest| rest.strip_prefix(" = "));
    value
        .unwrap_or_else(|| panic!("{key} is not in:\n{}", said.out))
        .to_owned()
}

/// A key as JSON tells it.
fn entry(repo: &TestRepo, args: &[&str], key: &str) -> serde_json::Value {
    let answer = json(repo, &[&["config"], args].concat());
    let keys = answer["keys"].as_array();
    let keys = keys.expect("because all keys are told").clone();
    keys.into_iter()
        .find(|it| it["key"] == key)
        .expect("because every key is told")
}

#[test]
fn what_is_printed_says_the_same_when_it_is_read() {
    let repo = TestRepo::new();
    repo.write(
        ".git-risk.toml",
        "exclude = ['a\"b/', \"!x\\ty\"]\nbots = [\"*[bot]\"]\nhook.budget = \"90s\"\n\
         fail_above = \"p99 x4\"\n[fixes]\nnever = ['^chore\\b']\n",
    )
    .commit("Configure");
    let plain = risk(&repo, &["config"]).silent();
    let explained = risk(&repo, &["config", "--explain"]).silent();
    let without_notes = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(str::to_owned)
            .filter(|it| !it.is_empty())
            .collect()
    };
    assert!(plain.out.contains("exclude = [\"a\\\"b/\", \"!x\\ty\"]"));
    for printed in [&plain.out, &explained.out] {
        fs::write(repo.path().join("printed.toml"), printed).unwrap();
        let again = risk(&repo, &["config", "--config", "printed.toml"]).silent();
        assert_eq!(without_notes(&again.out), without_notes(&plain.out));
    }
}

#[test]
fn only_what_is_committed_at_the_base_acts() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {}\n").commit("Add a");
    repo.write(".git-risk.toml", "warn_above = \"p80\"\n");
    let before = risk(&repo, &["config", "--explain"]).silent();
    assert_eq!(value(&before, "warn_above"), "\"p90 x2.5\"");
    before.tells(&[
        "The .git-risk.toml of the working tree does not act yet",
        "git risk config --config .git-risk.toml",
        "from: default",
    ]);
    let tried = risk(
        &repo,
        &["config", "--config", ".git-risk.toml", "--explain"],
    )
    .silent();
    assert_eq!(value(&tried, "warn_above"), "\"p80\"");
    tried.tells(&["from: .git-risk.toml, line 1"]);
    // Committed on a branch it does not act either: a change must not lower its own grade.
    repo.git(&["checkout", "-q", "-b", "topic"]);
    let own = repo.commit("Configure");
    let on_topic = risk(&repo, &["config"]).silent();
    assert_eq!(value(&on_topic, "warn_above"), "\"p90 x2.5\"");
    repo.git(&["branch", "-f", "main", "topic"]);
    let landed = risk(&repo, &["config", "--explain"]).silent();
    assert_eq!(value(&landed, "warn_above"), "\"p80\"");
    landed.tells(&[&format!("from: .git-risk.toml at {}, line 1", &own[..10])]);
    assert!(!landed.out.contains("does not act"));
}

#[test]
fn git_config_overrides_the_file_level_by_level() {
    let repo = TestRepo::new();
    repo.write(".git-risk.toml", "warn_above = \"p80\"\nbots = [\"ann\"]\n")
        .commit("Configure");
    let home = repo.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::write(home.join("more"), "[risk]\n\tbots = ben\n").unwrap();
    fs::write(
        home.join(".gitconfig"),
        "[risk]\n\twarnAbove = p81\n[risk \"hook\"]\n\tstrict\n[include]\n\tpath = more\n",
    )
    .unwrap();
    let told = |arguments: &[&str]| {
        let mut command = command(&repo, &[&["config", "--explain"], arguments].concat());
        said({
            command.env("HOME", &home);
            command
        })
        .silent()
    };
    let user = told(&[]);
    assert_eq!(value(&user, "warn_above"), "\"p81\"");
    assert_eq!(value(&user, "strict"), "true");
    assert_eq!(value(&user, "bots"), "[\"ann\", \"ben\"]");
    user.tells(&[
        "from: git config, user, ",
        "included by ",
        "in place of \"p80\" from: .git-risk.toml at ",
    ]);
    repo.git(&["config", "RISK.warnabove", "p82"]);
    let local = told(&[]);
    assert_eq!(value(&local, "warn_above"), "\"p82\"");
    local.tells(&["from: git config, repository, ", ".git/config\n"]);
    repo.git(&["config", "extensions.worktreeConfig", "true"]);
    repo.git(&["config", "--worktree", "risk.warnAbove", "p83"]);
    let own = told(&[]);
    assert_eq!(value(&own, "warn_above"), "\"p83\"");
    own.tells(&["from: git config, worktree, "]);
    let call = [
        "-c",
        "risk.warnAbove=p84 x'2'",
        "-c",
        "risk.warnAbove=p84 x2",
        "-c",
        "risk.bots=",
        "-c",
        "risk.bots=*[bot]",
        "-c",
        "risk.hook.strict",
        "risk",
        "config",
        "--explain",
    ];
    let through = said(through_git(&repo, &call));
    // The first one cannot be read, though the second would hold.
    through.refused(&["git -c or the environment: risk.warnAbove", "p84 x'2'"]);
    let through = said(through_git(&repo, &call[2..])).silent();
    assert_eq!(value(&through, "warn_above"), "\"p84 x2\"");
    assert_eq!(value(&through, "bots"), "[\"*[bot]\"]");
    assert_eq!(value(&through, "strict"), "true");
    through.tells(&[
        "takes away all before it",
        "from: git -c or the environment",
    ]);
}

#[test]
fn json_tells_each_key_with_its_sources() {
    let repo = TestRepo::new();
    repo.write(
        ".gitattributes",
        "*.png binary\n*.pb.go linguist-generated\n",
    )
    .commit("Attributes");
    repo.git(&["config", "risk.exclude", "vendor/"]);
    let answer = json(&repo, &["config"]);
    assert_eq!(answer["schema_version"], 1);
    assert_eq!(answer["base"], repo.head().as_str());
    assert_eq!(answer["attributes"].as_array().unwrap().len(), 1);
    let origin = answer["attributes"][0]["origin"].as_str().unwrap();
    assert_eq!(
        origin,
        format!(".gitattributes at {}, line 2", &repo.head()[..10])
    );
    let exclude = entry(&repo, &[], "exclude");
    assert_eq!(exclude["value"], "[\"vendor/\"]");
    assert_eq!(exclude["sources"][0]["value"], "\"vendor/\"");
    assert_eq!(
        entry(&repo, &[], "waiting_days")["sources"],
        serde_json::json!([])
    );
    risk(&repo, &["config"])
        .silent()
        .tells(&["what 1 line of .gitattributes leave out"]);
}

#[test]
fn every_key_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let repo = TestRepo::new();
    repo.write("a", "a\n").commit("Add a");
    let answer = json(&repo, &["config"]);
    for key in answer["keys"].as_array().unwrap() {
        let name = |field: &str| key[field].as_str().unwrap().to_owned();
        let value = name("value").replace('|', "\\|");
        let row = format!("| `{}` | `{}` | `{value}` |", name("key"), name("git"));
        assert!(text.contains(&row), "{row} is not in docs/configuration.md");
    }
}

#[test]
fn what_cannot_be_used_is_refused_by_every_command_with_what_was_meant() {
    let repo = lived(70, 30);
    risk(&repo, &["train"]).silent();
    let commands: [&[&str]; 6] = [
        &["score"],
        &["score", "HEAD~1"],
        &["explain"],
        &["train"],
        &["status"],
        &["config"],
    ];
    for (name, value, words) in [
        ("risk.warnabov", "p90", "did you mean risk.warnAbove?"),
        ("risk.hook.budgets", "1s", "did you mean risk.hook.budget?"),
        ("risk.hook.budget", "soon", "a time from 1ms to 10min"),
        ("risk.fixes.words", "a(", "unclosed group"),
    ] {
        repo.git(&["config", name, value]);
        for args in commands {
            risk(&repo, args).refused(&["git config, repository, ", name, words]);
        }
        repo.git(&["config", "--unset", name]);
    }
    fs::write(repo.path().join("odd.toml"), "\nwarn_abov = \"p90\"\n").unwrap();
    for args in commands {
        let args = [args, &["--config", "odd.toml"]].concat();
        risk(&repo, &args).refused(&[
            "odd.toml, line 2: there is no key warn_abov",
            "did you mean warn_above?",
        ]);
    }
    risk(&repo, &["config", "--config", "none.toml"]).refused(&["none.toml could not be read"]);
    repo.write(".git-risk.toml", "[bands]\nhigh = 1.0\n")
        .commit("Configure");
    risk(&repo, &["score"]).refused(&[
        &format!(
            ".git-risk.toml at {}, line 2: bands.high = 1: ",
            &repo.head()[..10]
        ),
        "each must be higher than the one before",
        "--config FILE takes its place",
    ]);
    risk(&repo, &["score", "--config", "/dev/null"]).silent();
}

/// Runs a command, says whether history was followed anew for this reason, and compares with a fresh clone that is
/// configured alike.
#[track_caller]
fn is_followed_anew(repo: &TestRepo, why: &str) -> bool {
    let said = risk(repo, &["score", "--format", "json"]).ok();
    let alone = repo.full_clone();
    for line in repo.git(&["config", "--list", "--local"]).lines() {
        if let Some((name, value)) = line.split_once('=').filter(|it| it.0.starts_with("risk.")) {
            alone.git(&["config", "--add", name, value]);
        }
    }
    let answer = risk(&alone, &["score", "--format", "json"]).silent().json();
    assert_eq!(said.json(), answer);
    if said.err.is_empty() {
        return false;
    }
    said.notes(&[why, "changed; following history anew"]);
    // Once is enough.
    risk(repo, &["score"]).silent();
    assert!(state(repo) == state(&alone), "the states differ");
    true
}

#[test]
fn what_is_left_out_is_followed_anew_where_it_was_met_and_nowhere_else() {
    let repo = lived(71, 80);
    risk(&repo, &["train"]).silent();
    let why = "which files are left out";
    for (file, text, is_anew) in [
        (".gitattributes", "*.png binary\n", false),
        (".gitattributes", "*.pb.go linguist-generated\n", false),
        (".git-risk.toml", "warn_above = \"p80\"\n", false),
        (".git-risk.toml", "exclude = [\"third_party/\"]\n", false),
        (".gitattributes", "f1.rs linguist-generated\n", true),
        // The same files by other words.
        (".gitattributes", "src/f1.rs linguist-vendored\n", false),
        (".git-risk.toml", "exclude = [\"src/f1.rs\"]\n", false),
        (".gitattributes", "\n", false),
        (
            ".git-risk.toml",
            "exclude = [\"src/f1.rs\", \"src/f2.rs\"]\n",
            true,
        ),
        (
            ".git-risk.toml",
            "exclude = [\"src/f1.rs\", \"src/f2.rs\", \"!src/*\"]\n",
            true,
        ),
        (".git-risk.toml", "\n", false),
    ] {
        repo.write(file, text).commit(format!("Edit {file}"));
        assert_eq!(is_followed_anew(&repo, why), is_anew, "{file}: {text}");
    }
    repo.git(&["config", "risk.exclude", "f3.rs"]);
    assert!(is_followed_anew(&repo, why));
    risk(&repo, &["status"]).silent();
    repo.git(&["config", "--unset", "risk.exclude"]);
    risk(&repo, &["status"]).refused(&[
        "which files are left out changed since this was learned",
        "git risk train",
    ]);
    assert!(is_followed_anew(&repo, why));
}

#[test]
fn files_that_are_left_out_have_no_part_in_a_score() {
    let repo = lived(72, 60);
    repo.write(".gitattributes", "gen/** linguist-generated\n")
        .commit("Generate");
    risk(&repo, &["train"]).silent();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    let big = "fn made() {}\n".repeat(300);
    repo.write("src/f1.rs", "fn one() {}\n").commit("Change f1");
    let without = json(&repo, &["score"]);
    repo.git(&["reset", "-q", "--soft", "HEAD~1"]);
    repo.at(repo
        .git(&["log", "-1", "--format=%ct", "topic@{1}"])
        .parse()
        .unwrap());
    repo.write("gen/a.rs", &big).commit("Change f1");
    let with = json(&repo, &["score"]);
    assert_eq!(
        with["scores"][0]["probability"],
        without["scores"][0]["probability"]
    );
    assert_eq!(with["scores"][0]["files"].as_array().unwrap().len(), 1);
    let account = json(&repo, &["explain"]);
    assert_eq!(account["n_excluded"], 1);
    risk(&repo, &["explain"])
        .silent()
        .tells(&["left out: 1 file "]);
    // Nothing is left of it.
    repo.write("gen/a.rs", &(big.clone() + "fn more() {}\n"))
        .commit("Generate");
    risk(&repo, &["score"]).refused(&["it changes only files that are left out"]);
    assert_eq!(json(&repo, &["explain"])["score"], serde_json::Value::Null);
    repo.write("gen/a.rs", &big);
    risk(&repo, &["score", "--worktree"]).refused(&["only files that are left out"]);
    repo.write("src/f2.rs", "fn two() {}\n");
    let edits = json(&repo, &["score", "--worktree"]);
    assert_eq!(edits["scores"][0]["files"].as_array().unwrap().len(), 1);
}

#[test]
fn lines_in_files_that_are_left_out_are_not_traced() {
    let repo = TestRepo::new();
    repo.write("gen/a.rs", "fn a() {\n}\n").commit("Add a");
    repo.write("gen/a.rs", "fn a() {\n    let limit = 10;\n}\n")
        .commit("Limit it");
    repo.write("gen/a.rs", "fn a() {\n    let limit = 11;\n}\n")
        .commit("Fix crash at the limit");
    let n_repaired = || {
        json(&repo, &["explain"])["repairs"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(n_repaired(), 1);
    repo.git(&["config", "risk.exclude", "gen/"]);
    assert_eq!(n_repaired(), 0);
    repo.git(&["config", "--add", "risk.exclude", "!gen/a.rs"]);
    assert_eq!(n_repaired(), 1);
}

#[test]
fn bots_are_followed_and_not_scored() {
    let repo = lived(73, 60);
    repo.write("src/f1.rs", "fn bumped() {}\n")
        .commit_as("robo[bot] <robo@example.org>", "Bump f1");
    let before = json(&repo, &["score"])["model"]["changes"].clone();
    for (pattern, is_anew) in [("*[nobody]", false), ("Robo[*", true)] {
        repo.git(&["config", "risk.bots", pattern]);
        risk(&repo, &["score", "HEAD~1"]).ok();
        let said = risk(&repo, &["score"]);
        assert_eq!(said.code == Some(2), is_anew, "{pattern}");
    }
    risk(&repo, &["score"]).refused(&["a bot wrote it"]);
    risk(&repo, &["explain"])
        .silent()
        .tells(&["a bot wrote it"]);
    let after = json(&repo, &["score", "HEAD~1"])["model"]["changes"].clone();
    assert_eq!(number(&after) + 1.0, number(&before));
    // Its work counts for who comes after it.
    repo.write("src/f1.rs", "fn by_hand() {}\n")
        .commit("Change f1");
    let told = json(&repo, &["explain"]);
    let developers = told["features"].as_array().unwrap().iter();
    let ndev = developers
        .clone()
        .find(|it| it["feature"] == "ndev")
        .unwrap();
    let ndev = number(&ndev["value"]);
    repo.git(&["config", "risk.bots", ""]);
    assert!(is_followed_anew(&repo, "who is a bot"));
    let told = json(&repo, &["explain"]);
    let mut again = told["features"].as_array().unwrap().iter();
    assert_eq!(
        number(&again.find(|it| it["feature"] == "ndev").unwrap()["value"]),
        ndev
    );
}

#[test]
fn own_words_mark_fixes_and_subjects_may_be_excluded() {
    let repo = TestRepo::new();
    repo.write("a.rs", "fn a() {\n}\n").commit("Add a");
    repo.write("a.rs", "fn a() {\n    let limit = 10;\n}\n")
        .commit("Limit it");
    repo.write("a.rs", "fn a() {\n    let limit = 11;\n}\n")
        .commit("Grenze berichtigt");
    assert_eq!(json(&repo, &["explain"])["is_fix"], false);
    repo.git(&["config", "risk.fixes.words", "berichtig(t|en)"]);
    let told = json(&repo, &["explain"]);
    assert_eq!(
        (&told["is_fix"], &told["matched"]),
        (&true.into(), &"berichtigt".into())
    );
    assert_eq!(told["repairs"].as_array().unwrap().len(), 1);
    assert_eq!(
        fresh_with(&repo, "risk.fixes.words", "berichtig(t|en)"),
        told
    );
    repo.git(&["config", "risk.fixes.never", "^grenze"]);
    let told = json(&repo, &["explain"]);
    assert_eq!(told["is_fix"], false);
    assert_eq!(
        told["why_fix"],
        "the configuration says that such a subject is none"
    );
    assert!(is_followed_anew_by(
        &repo,
        "risk.fixes.never",
        "^Grenzen",
        "the words of [fixes]"
    ));
}

fn fresh_with(repo: &TestRepo, name: &str, value: &str) -> serde_json::Value {
    let alone = repo.full_clone();
    alone.git(&["config", name, value]);
    fresh(&alone, &["explain"]);
    json(&alone, &["explain"])
}

#[track_caller]
fn is_followed_anew_by(repo: &TestRepo, name: &str, value: &str, why: &str) -> bool {
    repo.git(&["config", name, value]);
    is_followed_anew(repo, why)
}

#[test]
fn another_waiting_time_is_another_history() {
    let repo = lived(74, 80);
    let labelled = |repo: &TestRepo| number(&json(repo, &["score"])["model"]["labelled"]);
    let before = labelled(&repo);
    assert!(is_followed_anew_by(
        &repo,
        "risk.waitingDays",
        "10",
        "waiting_days"
    ));
    assert!(labelled(&repo) > before);
    assert!(!is_followed_anew_by(
        &repo,
        "risk.waitingDays",
        "10.0",
        "waiting_days"
    ));
}

#[test]
fn bands_are_asked_for_each_answer_and_nothing_is_learned_anew() {
    let repo = lived(75, 550);
    let band = |args: &[&str]| {
        let said = risk(&repo, &[&["score", "--format", "json"], args].concat()).silent();
        said.json()["scores"][0]["band"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let lift = number(&json(&repo, &["score"])["scores"][0]["lift"]);
    let usual = band(&[]);
    let before = state(&repo);
    let wide = format!(
        "[bands]\ntypical = 0\nelevated = {}\nhigh = 1000\n",
        lift + 0.1
    );
    fs::write(repo.path().join("wide.toml"), wide).unwrap();
    assert_eq!(band(&["--config", "wide.toml"]), "typical");
    fs::write(
        repo.path().join("wide.toml"),
        "[bands]\ntypical = 100\nelevated = 200\nhigh = 1000\n",
    )
    .unwrap();
    assert_eq!(band(&["--config", "wide.toml"]), "low");
    for (name, value) in [("typical", "100"), ("elevated", "200"), ("high", "300")] {
        repo.git(&["config", &format!("risk.bands.{name}"), value]);
    }
    assert_eq!(band(&[]), "low");
    repo.git(&["config", "--remove-section", "risk.bands"]);
    assert_eq!(band(&[]), usual);
    assert!(state(&repo) == before, "something was learned anew");
}

#[test]
fn an_answer_that_was_kept_is_told_whatever_the_hook_is_set_to() {
    let repo = lived(76, 120);
    repo.git(&["config", "risk.bands.high", "9"]);
    risk(&repo, &["train"]).silent();
    let text = risk(&repo, &["score"]).silent().out;
    // Nothing but the stamp and the answer can be read any more.
    for name in ["rows", "changes"] {
        fs::remove_file(kept(&repo, name)).unwrap();
    }
    repo.git(&["config", "risk.warnAbove", "p50"]);
    repo.git(&["config", "risk.hook.budget", "3s"]);
    assert_eq!(risk(&repo, &["score"]).silent().out, text);
    repo.git(&["config", "risk.bands.high", "8"]);
    risk(&repo, &["score"]).ok().notes(&["learning anew"]);
}
