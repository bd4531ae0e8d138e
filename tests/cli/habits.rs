//! A person's habits: terminals of all widths and locales, colours, pagers, completions, manual pages, `-v`.

use crate::harness::{command, lived, risk, said};
use nix::pty::{Winsize, openpty};
use risk_testkit::{TestRepo, hermetic};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// A terminal.
struct Terminal {
    columns: u16,
    rows: u16,
}

/// High enough for every answer here.
const HIGH: u16 = 5_000;

impl Terminal {
    /// Runs a command with all three streams on the terminal; what appears on it, and the exit code.
    fn run(&self, mut command: Command) -> (String, Option<i32>) {
        let size = Winsize {
            ws_row: self.rows,
            ws_col: self.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let ends = openpty(&size, None).expect("because the system has terminals");
        let side = || Stdio::from(ends.slave.try_clone().expect("because it is open"));
        let child = command.stdin(side()).stdout(side()).stderr(side()).spawn();
        let mut child = child.expect("because the program exists");
        // The end of the output is the moment when nobody holds the other side any more.
        drop(command);
        drop(ends.slave);
        let mut shown = Vec::new();
        let mut piece = [0; 4096];
        let mut terminal = File::from(ends.master);
        while let Ok(n @ 1..) = terminal.read(&mut piece) {
            shown.extend_from_slice(&piece[..n]);
        }
        let shown = String::from_utf8(shown).expect("because what is printed is UTF-8");
        let code = child.wait().expect("because it was started").code();
        (shown.replace("\r\n", "\n"), code)
    }

    /// Runs the binary in a repository, with variables in its environment; it succeeds.
    #[track_caller]
    fn risk(&self, repo: &TestRepo, args: &[&str], variables: &[(&str, &str)]) -> String {
        let mut command = command(repo, args);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let (shown, code) = self.run(command);
        assert_eq!(code, Some(0), "{shown}");
        shown
    }
}

fn columns(columns: u16) -> Terminal {
    Terminal {
        columns,
        rows: HIGH,
    }
}

/// A program for tests, below the git directory.
fn program(repo: &TestRepo, name: &str, script: &str) -> String {
    let path = repo.path().join(".git").join(name);
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same environment for a program that finds the binary as `git risk`.
fn with_git_risk(program: &str, dir: impl AsRef<Path>) -> Command {
    let mut command = hermetic(program, dir);
    let own = Path::new(env!("CARGO_BIN_EXE_git-risk")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let paths = std::iter::once(own.to_owned()).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(paths).unwrap());
    command
}

fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

const VIEWS: [&[&str]; 6] = [
    &["score", "HEAD"],
    &["score", "HEAD~9..HEAD"],
    &["explain", "HEAD"],
    &["status"],
    &["status", "--skipped", "-q"],
    &["train"],
];

/// A history whose last change has a long subject and a long path.
fn wordy() -> TestRepo {
    let repo = lived(60, 250);
    let path = "src/a/rather/deep/folder/with/一个很长的路径/and_a_long_file_name_too.rs";
    let body: String = (0..9)
        .map(|n| format!("fn f{n}() {{ if a {{ b }} }}\n"))
        .collect();
    repo.write(path, &body)
        .write("src/f1.rs", "fn other() {}\n")
        .commit("Add “ever so” many words — 修正する文字列です — so that no terminal of usual width can hold the subject");
    risk(&repo, &["train"]).silent();
    repo
}

#[test]
fn every_view_fits_every_terminal() {
    let repo = wordy();
    for width in [40, 60, 80, 200] {
        for view in VIEWS {
            let shown = columns(width).risk(&repo, view, &[("NO_COLOR", "1")]);
            for line in shown.lines() {
                let n = unicode_columns(line);
                assert!(
                    n <= usize::from(width),
                    "{n} > {width} in {view:?}: {line}\n{shown}"
                );
            }
        }
    }
    // Narrower ones get all the numbers, if not in their best form.
    let shown = columns(12).risk(&repo, &["score", "HEAD~9..HEAD"], &[("NO_COLOR", "1")]);
    assert_eq!(
        shown.lines().filter(|line| line.contains(" %")).count(),
        9,
        "{shown}"
    );
}

/// Columns by a rule of thumb that is right for these tests: what is Chinese or Japanese is wide.
fn unicode_columns(line: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{9fff}');
    line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[test]
fn nothing_is_cut_or_translated_where_no_terminal_is() {
    let repo = wordy();
    for view in VIEWS {
        let plain = risk(&repo, view).silent().out;
        let mut narrow = command(&repo, view);
        narrow
            .env("COLUMNS", "40")
            .env("LC_ALL", "C")
            .env("TERM", "xterm");
        assert_eq!(said(narrow).silent().out, plain);
    }
    let table = risk(&repo, &["score", "HEAD~2..HEAD"]).out;
    assert!(
        table.contains("no terminal of usual width can hold the subject"),
        "{table}"
    );
    // On a wide terminal it is the same.
    assert_eq!(
        columns(400).risk(&repo, VIEWS[1], &[("NO_COLOR", "1")]),
        risk(&repo, VIEWS[1]).out
    );
}

#[test]
fn the_answer_that_was_kept_is_told_as_wide_as_the_terminal_is() {
    let repo = wordy();
    let kept = risk(&repo, &["score"]).silent().out;
    assert_eq!(risk(&repo, &["score"]).silent().out, kept);
    let wide = columns(400).risk(&repo, &["score"], &[("NO_COLOR", "1")]);
    assert_eq!(wide, kept);
    let narrow = columns(50).risk(&repo, &["score"], &[("NO_COLOR", "1")]);
    assert_ne!(narrow, kept);
    let words = |text: &str| {
        text.split_whitespace()
            .take(40)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&narrow)[..20], words(&kept)[..20]);
}

#[test]
fn the_size_in_the_environment_holds_before_that_of_the_terminal() {
    let repo = wordy();
    let shown = columns(200).risk(&repo, VIEWS[1], &[("COLUMNS", "50"), ("NO_COLOR", "1")]);
    assert!(
        shown.lines().all(|line| unicode_columns(line) <= 50),
        "{shown}"
    );
}

#[test]
fn a_terminal_that_is_not_utf_8_gets_ascii() {
    let repo = wordy();
    for locale in ["C", "POSIX", "de_DE.ISO-8859-1"] {
        for view in VIEWS {
            let shown = columns(80).risk(&repo, view, &[("LC_ALL", locale), ("NO_COLOR", "1")]);
            assert!(shown.is_ascii(), "{view:?}: {shown}");
            assert!(
                shown.lines().all(|line| line.len() <= 80),
                "{view:?}: {shown}"
            );
        }
    }
    let shown = columns(80).risk(&repo, &["score"], &[("LC_ALL", "C")]);
    assert!(
        shown.contains("\"ever so\" many words - ????????"),
        "{shown}"
    );
    let shown = columns(80).risk(&repo, &["score"], &[("LC_ALL", "en_US.UTF-8")]);
    assert!(shown.contains("“ever so” many words — 修正"), "{shown}");
    // So do progress and failures.
    let fresh = columns(80).risk(&repo, &["train", "--fresh"], &[("LC_ALL", "C")]);
    assert!(fresh.is_ascii(), "{fresh}");
    let mut failing = command(&repo, &["score", "—nowhere"]);
    failing.env("LC_ALL", "C").env("TERM", "xterm");
    let (shown, code) = columns(80).run(failing);
    assert_eq!(code, Some(2));
    assert!(shown.contains("no commit is named '-nowhere'"), "{shown}");
}

#[test]
fn colours_follow_the_conventions_on_a_terminal() {
    let repo = lived(61, 60);
    let shown = |args: &[&str], variables: &[(&str, &str)]| {
        columns(80).risk(&repo, args, variables).contains('\u{1b}')
    };
    for args in [
        &["score"] as &[&str],
        &["status"],
        &["--help"],
        &["score", "-h"],
    ] {
        assert!(shown(args, &[]), "{args:?}");
        assert!(!shown(args, &[("NO_COLOR", "1")]), "{args:?}");
        assert!(!shown(args, &[("TERM", "dumb")]), "{args:?}");
        assert!(
            shown(args, &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")]),
            "{args:?}"
        );
    }
    // Standard error too: usage that is wrong is told by clap.
    let failing = |variables: &[(&str, &str)]| {
        let mut command = command(&repo, &["scroe"]);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let (shown, code) = columns(80).run(command);
        assert_eq!(code, Some(2));
        shown.contains('\u{1b}')
    };
    assert!(failing(&[]));
    assert!(!failing(&[("NO_COLOR", "1")]));
    assert!(!failing(&[("TERM", "dumb")]));
    let mut forced = command(&repo, &["scroe"]);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(said(forced).err.contains('\u{1b}'));
}

#[test]
fn long_answers_go_through_the_pager_of_the_user() {
    let repo = wordy();
    let pager = program(
        &repo,
        "pager",
        "#!/bin/sh\necho \"paged $LESS $LV\"\nexec cat\n",
    );
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    let paged = |args: &[&str], variables: &[(&str, &str)]| {
        let shown = low.risk(&repo, args, variables);
        assert!(shown.contains(" %"), "{shown}");
        shown.contains("paged")
    };
    let git_pager = [("GIT_PAGER", pager.as_str())];
    for long in [
        &["explain"] as &[&str],
        &["score", "HEAD~20..HEAD"],
        &["status"],
    ] {
        let shown = low.risk(&repo, long, &git_pager);
        // Colours stay on, and less and lv are told to show them.
        assert!(shown.starts_with("paged FRX -c\n"), "{shown}");
        assert!(shown.contains('\u{1b}'), "{shown}");
    }
    let own = low.risk(&repo, &["explain"], &[git_pager[0], ("LESS", "S")]);
    assert!(own.starts_with("paged S -c\n"), "{own}");
    // Not for what fits, what nobody reads, or where none is wanted.
    assert!(!paged(&["score", "HEAD~3..HEAD"], &git_pager));
    assert!(!paged(&["train"], &git_pager));
    assert!(
        !low.risk(&repo, &["explain", "--format", "json"], &git_pager)
            .contains("paged")
    );
    assert!(!paged(&["explain", "--no-pager"], &git_pager));
    assert!(!paged(
        &["explain"],
        &[("GIT_PAGER", ""), ("PAGER", &pager)]
    ));
    assert!(!paged(
        &["explain"],
        &[("GIT_PAGER", "cat"), ("PAGER", &pager)]
    ));
    assert!(!paged(&["explain"], &[git_pager[0], ("TERM", "dumb")]));
    let mut piped = command(&repo, &["explain"]);
    piped.env("GIT_PAGER", &pager);
    assert!(!said(piped).silent().out.contains("paged"));
}

#[test]
fn the_pager_is_chosen_as_git_does() {
    let repo = wordy();
    let pager = program(&repo, "pager", "#!/bin/sh\necho paged\nexec cat\n");
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    let paged = |program: &str, args: &[&str], variables: &[(&str, &str)]| {
        let mut command = with_git_risk(program, &repo);
        command
            .args(args)
            .env_remove("GIT_PAGER")
            .env("TERM", "xterm");
        command.envs(variables.iter().copied());
        let (shown, code) = low.run(command);
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("does not count as a fix"), "{shown}");
        shown.matches("paged").count()
    };
    let explain = ["explain"];
    assert_eq!(paged("git-risk", &explain, &[("PAGER", &pager)]), 1);
    assert_eq!(paged("git", &["risk", "explain"], &[("PAGER", &pager)]), 1);
    // Git has started it already.
    assert_eq!(
        paged("git", &["-p", "risk", "explain"], &[("PAGER", &pager)]),
        1
    );
    assert_eq!(
        paged(
            "git",
            &["--no-pager", "risk", "explain"],
            &[("PAGER", &pager)]
        ),
        0
    );
    let configured = format!("core.pager={pager}");
    assert_eq!(
        paged(
            "git",
            &["-c", &configured, "risk", "explain"],
            &[("PAGER", "cat")]
        ),
        1
    );
    repo.git(&["config", "core.pager", &pager]);
    assert_eq!(paged("git-risk", &explain, &[("PAGER", "cat")]), 1);
    repo.git(&["config", "pager.risk", "false"]);
    assert_eq!(paged("git-risk", &explain, &[]), 0);
    assert_eq!(paged("git", &["risk", "explain"], &[]), 0);
    repo.git(&["config", "core.pager", "cat"]);
    repo.git(&["config", "pager.risk", &pager]);
    assert_eq!(paged("git-risk", &explain, &[]), 1);
    assert_eq!(paged("git", &["risk", "explain"], &[]), 1);
}

#[test]
fn a_pager_that_cannot_be_started_or_ends_early_is_no_failure() {
    let repo = wordy();
    let whole = columns(80).risk(&repo, &["explain"], &[]);
    let low = Terminal {
        columns: 80,
        rows: 10,
    };
    for pager in ["/nowhere/at/all", "/nowhere/at/all --with options"] {
        let shown = low.risk(&repo, &["explain"], &[("GIT_PAGER", pager)]);
        assert!(shown.ends_with(&whole), "{shown}");
    }
    let pager = program(&repo, "pager", "#!/bin/sh\nhead -n 1\nexit 3\n");
    let shown = low.risk(&repo, &["explain"], &[("GIT_PAGER", &pager)]);
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

#[test]
fn verbose_tells_what_is_going_on() {
    let repo = lived(62, 120);
    let first = risk(&repo, &["-v", "score", "HEAD~1"]).ok();
    first.notes(&[
        "the git directory is",
        "settled is",
        "the main branch refs/heads/main",
        "nothing has been learned yet",
        "learning 120 commits",
        "120 were read from git",
        "the back-test is made",
        "what was learned is kept in",
        " s  ",
    ]);
    let lines = first.err.lines().all(|line| line.starts_with("git-risk: "));
    assert!(lines, "{}", first.err);
    assert!(!first.err.contains("versions compared"));
    assert_eq!(first.out, risk(&repo, &["score", "HEAD~1"]).silent().out);
    risk(&repo, &["score", "HEAD~1", "-v"])
        .ok()
        .notes(&["(120 commits) holds all of it"]);
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["was kept with what was learned"]);
    risk(&repo, &["train", "--fresh", "-vv"])
        .ok()
        .notes(&["versions compared", "threads"]);
    repo.branch("topic");
    repo.switch("topic");
    repo.write("src/f1.rs", "fn topic() {}\n").commit("Topic");
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["looking ahead at 1 commits", "1 were read from git"]);
    repo.git(&["config", "risk.hook.budget", "2s"]);
    risk(&repo, &["score", "-v"])
        .ok()
        .notes(&["configured: hook.budget", "2s"]);
    risk(&repo, &["score", "-v", "-q"]).refused(&["cannot be used with"]);
}

#[test]
fn help_is_ascii_and_wrong_commands_get_a_suggestion() {
    let listed = risk("/", &["man"]).silent().out;
    let pages = listed
        .lines()
        .filter_map(|line| line.strip_prefix("\\fBgit\\-risk\\-"));
    let commands: Vec<String> = pages
        .filter_map(|line| Some(line.split_once("\\fR")?.0.to_owned()))
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
    risk("/", &["scroe"]).refused(&["a similar subcommand exists: 'score'"]);
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
        .unwrap();
    line.split(' ').next().unwrap().parse().unwrap()
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
