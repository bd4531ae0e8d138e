//! Labels as git notes at `refs/notes/risk`, which can be pushed and fetched.
//!
//! A note is text for people with lines that can be read back:
//!
//! ```text
//! Risk-Label: defective
//! Risk-Why: readers of the old format fail
//!  on files without a trailer
//! Risk-By: Ann <ann@example.org>
//! Risk-At: 2026-11-25T01:48:25Z
//! Risk-Known-At: 2026-11-24T16:20:00Z
//! ```
//!
//! `Risk-Label` and `Risk-At` are needed. Other lines may stand around these.

use super::{Fate, Given, Place, tidied};
use crate::error::Failure;
use risk_change::{ChangeId, Timestamp};
use risk_history::{Note, Repository};
use std::io::Write;
use std::process::{Command, Stdio};

/// The reference that holds the notes.
pub(crate) const REFERENCE: &str = "refs/notes/risk";

const LABEL: &str = "Risk-Label";
const WHY: &str = "Risk-Why";
const BY: &str = "Risk-By";
const AT: &str = "Risk-At";
const KNOWN_AT: &str = "Risk-Known-At";
const FIELDS: [&str; 5] = [LABEL, WHY, BY, AT, KNOWN_AT];

/// A note that is not a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotUnderstood {
    pub(crate) commit: ChangeId,
    /// For people.
    pub(crate) why: &'static str,
}

/// The label that a note gives.
pub(crate) fn parse(note: &Note) -> Result<Given, NotUnderstood> {
    read(note).map_err(|why| NotUnderstood {
        commit: note.commit,
        why,
    })
}

fn read(note: &Note) -> Result<Given, &'static str> {
    let text = std::str::from_utf8(&note.text).map_err(|_| "its note is not UTF-8")?;
    let mut values: [Option<String>; 5] = Default::default();
    let mut open: Option<usize> = None;
    for line in text.lines() {
        if let (true, Some(at)) = (line.starts_with([' ', '\t']), open) {
            let value = values[at].get_or_insert_default();
            value.push('\n');
            value.push_str(line);
            continue;
        }
        open = None;
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let is_ours = name
            .get(..5)
            .is_some_and(|it| it.eq_ignore_ascii_case("Risk-"));
        let field = FIELDS
            .iter()
            .position(|field| field.eq_ignore_ascii_case(name));
        match field {
            None if is_ours => {
                return Err("its note has a Risk- line that this version does not know");
            }
            None => {}
            Some(at) if values[at].is_some() => return Err("its note has a Risk- line twice"),
            Some(at) => {
                values[at] = Some(value.to_owned());
                open = Some(at);
            }
        }
    }
    let [label, why, by, at, known_at] = values.map(|value| value.as_deref().map(tidied));
    let label = match label.as_deref() {
        Some("clean") => Fate::Clean,
        Some("defective") => Fate::Defective,
        Some(_) => return Err("its note has a Risk-Label that is neither clean nor defective"),
        None => return Err("its note has no line Risk-Label"),
    };
    let moment = |text: Option<String>| text.map(|text| Timestamp::from_iso(&text));
    let at = match moment(at) {
        Some(Some(at)) => at,
        Some(None) => return Err("its note has a Risk-At that is not like 2026-01-31T09:00:00Z"),
        None => return Err("its note has no line Risk-At"),
    };
    let known_at = match moment(known_at) {
        Some(Some(known_at)) => known_at,
        Some(None) => {
            return Err("its note has a Risk-Known-At that is not like 2026-01-31T09:00:00Z");
        }
        None => at,
    };
    Ok(Given {
        commit: note.commit,
        label,
        why: why.unwrap_or_default(),
        by: by.unwrap_or_default(),
        at,
        known_at,
        place: Place::Note,
    })
}

/// The text of a note.
pub(crate) fn written(given: &Given) -> String {
    let folded = |text: &str| text.replace('\n', "\n ");
    format!(
        "{LABEL}: {}\n{WHY}: {}\n{BY}: {}\n{AT}: {}\n{KNOWN_AT}: {}\n",
        given.label.name(),
        folded(&given.why),
        folded(&given.by),
        given.at.iso(),
        given.known_at.iso()
    )
}

/// Writes a label as a note, in place of one that is there.
pub(crate) fn write(repository: &Repository, given: &Given) -> Result<(), Failure> {
    let commit = given.commit.to_hex();
    git(
        repository,
        &["add", "-f", "-F", "-", &commit],
        &written(given),
    )
}

/// Takes the note of a commit away.
pub(crate) fn remove(repository: &Repository, commit: &ChangeId) -> Result<(), Failure> {
    git(repository, &["remove", &commit.to_hex()], "")
}

/// Lets git change the notes: it knows who commits, takes locks, and keeps the history of the notes.
fn git(repository: &Repository, args: &[&str], input: &str) -> Result<(), Failure> {
    let not_run = |error: std::io::Error| {
        Failure::new(format_args!(
            "git, which writes notes, could not be run: {error}"
        ))
        .hint("without --note the label is kept in a file, and git is not needed")
    };
    let mut child = Command::new("git")
        .arg("--git-dir")
        .arg(repository.git_dir())
        .args(["notes", "--ref", REFERENCE])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_run)?;
    let mut pipe = child.stdin.take().expect("it was asked for above");
    // A note is smaller than what a pipe holds; git that stops early says why itself.
    let sent = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().map_err(not_run)?;
    if output.status.success() {
        return sent.map_err(not_run);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
    Err(Failure::new(format_args!(
        "git notes did not change {REFERENCE}: {}",
        risk_report::clean(&said.join("; "))
    )))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{given, id};
    use super::*;

    fn read(text: &str) -> Result<Given, &'static str> {
        let note = Note {
            commit: id("a"),
            text: text.as_bytes().to_vec(),
        };
        parse(&note).map_err(|problem| problem.why)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut given = given("a", Fate::Defective, 1_700_000_000, Place::Note);
        given.why = "Risk-Label: clean\nsecond: line\n# third".to_owned();
        let text = written(&given);
        assert!(text.starts_with("Risk-Label: defective\nRisk-Why: Risk-Label: clean\n second"));
        assert_eq!(read(&text), Ok(given.clone()));
        let around = format!("Seen in review.\n\n{text}\nReviewed-by: Ben\n");
        assert_eq!(read(&around), Ok(given));
    }

    #[test]
    fn a_note_by_hand_needs_two_lines() {
        let given = read("risk-label:clean\nRISK-AT: 2026-01-31T09:00:00Z\n").unwrap();
        assert_eq!(given.label, Fate::Clean);
        assert_eq!((given.why.as_str(), given.by.as_str()), ("", ""));
        assert_eq!(given.at.iso(), "2026-01-31T09:00:00Z");
        assert_eq!(given.known_at, given.at);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let at = "Risk-At: 2026-01-31T09:00:00Z\n";
        for (text, what) in [
            ("Looks fine to me.\n".to_owned(), "no line Risk-Label"),
            (format!("Risk-Label: fine\n{at}"), "neither clean nor"),
            (format!("Risk-Label:\n{at}"), "neither clean nor"),
            ("Risk-Label: clean\n".to_owned(), "no line Risk-At"),
            (
                "Risk-Label: clean\nRisk-At: today\n".to_owned(),
                "Risk-At that is not like",
            ),
            (
                format!("Risk-Label: clean\n{at}Risk-Known-At: -\n"),
                "Risk-Known-At that is not",
            ),
            (
                format!("Risk-Label: clean\n{at}Risk-Label: clean\n"),
                "twice",
            ),
            (
                format!("Risk-Label: clean\n{at}Risk-Until: x\n"),
                "does not know",
            ),
        ] {
            let why = read(&text).unwrap_err();
            assert!(why.contains(what), "{what}: {why}");
        }
        let note = Note {
            commit: id("a"),
            text: b"Risk-Label: \xff".to_vec(),
        };
        assert_eq!(parse(&note).unwrap_err().why, "its note is not UTF-8");
    }
}
