//! What the shells and `man` know of git-risk.

use crate::harness::{command, lived, risk, said};
use crate::terminal::{exists, with_git_risk};
use risk_testkit::{TestRepo, hermetic};
use std::fs;
use std::path::Path;

#[test]
fn help_is_ascii_and_wrong_commands_get_a_suggestion() {
    let listed = risk("/", &["man"]).silent().out;
    let pages = listed
        .lines()
        .filter_map(|line| line.strip_prefix("\\fBgit\\-risk\\-"));
    let commands: Vec<String> = pages
        .filter_map(|line| Some(line.split_once("\\fR")?.0.replace("\\-", "-")))
        .collect();
    assert!(commands.len() >= 7, "{commands:?}");
    for name in &commands {
        for args in [
            &[name.as_str(), "-h"] as &[&str],
            &[name, "--help"],
            &["help", name],
            &["man", name],
        ] {
            let said = risk("/", args).silent();
            assert!(said.out.is_ascii(), "{args:?}: {}", said.out);
        }
    }
    assert!(risk("/", &["-h"]).silent().out.is_ascii());
    assert!(risk("/", &["--help"]).silent().out.is_ascii());
    risk("/", &["scroe"]).refused(&["similar subcommand", "'score'"]);
    risk("/", &["man", "nothing"])
        .refused(&["there is no page git-risk-nothing", "hint: git risk -h"]);
}

#[test]
fn the_manual_is_found_by_git() {
    let prefix = tempfile::TempDir::new().unwrap();
    let at = prefix.path().to_str().unwrap();
    risk("/", &["setup", "--prefix", at]).ok().tells(&[
        "manual pages",
        "bash",
        "zsh",
        "fish",
        "--remove",
    ]);
    let manual = prefix.path().join("share/man");
    assert!(manual.join("man1/git-risk.1").is_file());
    assert!(manual.join("man1/git-risk-score.1").is_file());
    if !exists("man") {
        return;
    }
    let shown = |args: &[&str]| {
        let mut git = with_git_risk("git", "/");
        git.args(args)
            .env("MANPATH", &manual)
            .env("MANPAGER", "cat")
            .env("MANWIDTH", "80");
        said(git).ok().out
    };
    let page = shown(&["risk", "--help"]);
    for part in [
        "NAME",
        "git-risk",
        "how likely",
        "git risk score",
        "EXIT CODES",
        "git-risk-score(1)",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert_eq!(shown(&["help", "risk"]), page);
    assert!(shown(&["help", "git-risk-score"]).contains("--staged"));
    // Nothing in it is an unknown request.
    if exists("groff") {
        for page in fs::read_dir(manual.join("man1")).unwrap() {
            let mut groff = hermetic("groff", "/");
            groff
                .args(["-man", "-Tutf8", "-ww", "-z"])
                .arg(page.unwrap().path());
            said(groff).silent();
        }
    }
}

#[test]
fn setup_writes_what_it_says_and_removes_nothing_else() {
    let home = tempfile::TempDir::new().unwrap();
    let run = |args: &[&str]| {
        let mut command = command(home.path(), args);
        command.env("HOME", home.path());
        said(command)
    };
    let all = run(&["setup"]).ok();
    let data = home.path().join(".local/share");
    let scripts = [
        "bash-completion/completions/git-risk",
        "zsh/site-functions/_git-risk",
        "fish/vendor_completions.d/git-risk.fish",
    ];
    for script in scripts {
        let path = data.join(script);
        assert!(path.is_file());
        all.tells(&[path.to_str().unwrap()]);
    }
    run(&["setup"]).ok();
    // Somebody's own page and script stay where they are, and stop the setup before it writes anything.
    let own = data.join("man/man1/git-risk-own.1");
    fs::write(&own, ".TH mine").unwrap();
    let removed = run(&["setup", "--remove"]).silent();
    assert_eq!(
        removed
            .out
            .lines()
            .filter(|line| line.starts_with("removed "))
            .count(),
        all.out.matches("completion ").count() + pages(&all.out)
    );
    assert!(own.is_file());
    assert!(scripts.iter().all(|script| !data.join(script).exists()));
    run(&["setup", "--remove"])
        .silent()
        .tells(&["nothing to remove"]);
    fs::write(data.join(scripts[2]), "# mine").unwrap();
    run(&["setup"]).refused(&[
        "git-risk.fish was not written by git-risk",
        "hint:",
        "--prefix",
    ]);
    assert!(!data.join(scripts[0]).exists());
    assert!(!data.join("man/man1/git-risk.1").exists());
}

fn pages(told: &str) -> usize {
    let line = told
        .lines()
        .find(|line| line.contains("manual pages"))
        .expect("because pages were written");
    let number = line.split(' ').next().and_then(|word| word.parse().ok());
    number.expect("because the line begins with their number")
}

/// What bash offers for a line, by the script for it.
#[track_caller]
fn offered(repo: &TestRepo, setup: &str, function: &str, line: &str) -> Vec<String> {
    // As readline takes a line apart.
    let script = format!(
        "{setup}\n. <(git-risk completions bash)\nCOMP_LINE='{line}' COMP_POINT=${{#COMP_LINE}}\n\
         read -ra COMP_WORDS <<<\"$(sed 's/[=:]/ & /g' <<<\"$COMP_LINE\")\"\n\
         [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')\n\
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n{function}\n\
         [[ ${{#COMPREPLY[@]}} -eq 0 ]] || printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let mut bash = with_git_risk("bash", repo);
    bash.args(["--norc", "-c", &script]);
    let said = said(bash);
    let out = said
        .out
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    assert!(
        !said.err.contains("error") && !said.err.contains("not found"),
        "{}",
        said.err
    );
    out
}

#[test]
fn bash_completes_git_risk() {
    if !exists("bash") {
        return;
    }
    let repo = lived(63, 5);
    repo.branch("topic");
    repo.git(&["tag", "v1.0"]);
    let offered = |line| offered(&repo, "", "__git_risk_alone", line);
    assert_eq!(offered("git-risk sc"), ["score"]);
    assert_eq!(offered("git-risk score to"), ["topic"]);
    assert_eq!(offered("git-risk score main..t"), ["main..topic"]);
    assert_eq!(
        offered("git-risk explain "),
        ["HEAD", "main", "topic", "v1.0"]
    );
    assert_eq!(offered("git-risk score --sta"), ["--staged"]);
    assert_eq!(offered("git-risk score --format "), ["text", "json"]);
    assert_eq!(offered("git-risk score --format=j"), ["json"]);
    assert_eq!(offered("git-risk --repo s"), ["src"]);
    assert_eq!(offered("git-risk --repo=s"), ["src"]);
    assert!(offered("git-risk score --threads ").is_empty());
    assert!(offered("git-risk nonsense x").is_empty());
}

#[test]
fn bash_completes_git_risk_through_git() {
    let script = [
        "/usr/share/bash-completion/completions/git",
        "/usr/share/git/completion/git-completion.bash",
    ];
    let Some(script) = script
        .into_iter()
        .find(|script| Path::new(script).is_file())
    else {
        return;
    };
    let repo = lived(64, 5);
    repo.branch("topic");
    let setup = format!(". {script}");
    let offered = |line| offered(&repo, &setup, "__git_wrap__git_main", line);
    assert_eq!(offered("git risk sc"), ["score"]);
    assert_eq!(offered("git risk score to"), ["topic"]);
    assert_eq!(offered("git risk score main..t"), ["main..topic"]);
    assert_eq!(offered("git risk score --format=j"), ["json"]);
    assert!(offered("git -C / risk score to").is_empty());
}
