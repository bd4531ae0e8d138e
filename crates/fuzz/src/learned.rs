//! A small history that was learned from.

use git_risk_parsers::fuzzed;
use risk_change::ChangeId;
use risk_testkit::{Dice, FIRST_COMMIT_AT, TestRepo};
use std::fmt::Write;
use std::path::PathBuf;

/// A small history that was learned from.
pub(crate) struct Learned {
    pub(crate) repo: TestRepo,
    pub(crate) tip: ChangeId,
    /// The parts of the state.
    pub(crate) parts: Vec<Vec<u8>>,
    /// Where the state is.
    pub(crate) folder: PathBuf,
}

/// Forty-eight changes, some of which repair others, of three people, with a merge, files that move and go, one that is
/// binary, and a submodule.
pub(crate) fn learned() -> Learned {
    let repo = TestRepo::new();
    let mut dice = Dice(48);
    let mut stream = String::new();
    let mut files: Vec<Vec<String>> = vec![vec!["fn main() {}".to_owned()]; 4];
    let mut names: Vec<String> = (0..4).map(|file| format!("src/f{file}.rs")).collect();
    for step in 0..48_usize {
        let file = dice.below(files.len());
        let is_fix = step > 6 && dice.percent(30);
        let lines = &mut files[file];
        if is_fix && lines.len() > 2 {
            let at = 1 + dice.below(lines.len() - 1);
            lines[at] = format!("    let repaired = {step};");
        }
        for n in 0..=dice.below(5) {
            lines.insert(1, format!("    let v{step}_{n} = {};", dice.below(900)));
        }
        let what = if is_fix {
            "Fix wrong value"
        } else {
            "Add step"
        };
        let message = format!("{what} {step}\n");
        let author = dice.pick(&["Ann", "Ben", "Cleo"]);
        let at = FIRST_COMMIT_AT + step as i64 * 6 * 86_400;
        let content = lines.join("\n") + "\n";
        let mut put = |text: String| stream.push_str(&text);
        put(format!("commit refs/heads/main\nmark :{}\n", step + 1));
        put(format!(
            "author {author} <{author}@example.org> {at} +0000\n"
        ));
        put(format!(
            "committer {author} <{author}@example.org> {at} +0000\n"
        ));
        put(format!("data {}\n{message}", message.len()));
        if step > 0 {
            put(format!("from :{step}\n"));
        }
        if step == 30 {
            put("merge :20\n".to_owned());
        }
        if step % 9 == 8 && step != 8 {
            let name = format!("lib/f{file}_{step}.rs");
            put(format!("R {} {name}\n", names[file]));
            names[file] = name;
        }
        match step {
            11 | 33 => put(format!("M 100644 inline logo\ndata 4\n\0{step}\0\n")),
            17 => put(format!("M 160000 {} sub\n", "5".repeat(40))),
            38 => put("D logo\n".to_owned()),
            _ => {}
        }
        put(format!(
            "M 100644 inline {}\ndata {}\n",
            names[file],
            content.len()
        ));
        writeln!(stream, "{content}").expect("writing to a string cannot fail");
    }
    repo.fast_import(&stream);
    let tip = fuzzed::learn(repo.path());
    let folder = repo.path().join(".git/risk");
    let parts = fuzzed::parts(&folder.join("state")).expect("it was just written");
    Learned {
        repo,
        tip,
        parts,
        folder,
    }
}
