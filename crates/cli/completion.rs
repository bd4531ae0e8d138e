//! What can come next on the command line, found in the same definitions that read it.
//!
//! The scripts in `shells/` ask for it with `git-risk complete`, so they need not change when commands do.

use clap::{Arg, ArgAction, Command, ValueHint};

/// What one may type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    /// A whole word, and what it is.
    Word { word: String, about: String },
    /// Files and folders, which the shell lists best.
    Files,
    /// Folders.
    Folders,
}

/// What has been typed before the word in question.
struct Typed<'a> {
    /// The command that was reached.
    command: &'a Command,
    /// The option whose value comes next.
    open: Option<&'a Arg>,
    /// Options that are there.
    used: Vec<&'a Arg>,
    /// Arguments that are there.
    n_arguments: usize,
    /// Whether `--` came: no options any more.
    ended: bool,
    /// The value of `--repo`.
    repo: Option<&'a str>,
}

/// What the last of the words behind `git-risk` can become; `names` lists the revisions of a repository.
pub(crate) fn candidates(
    command: &mut Command,
    words: &[String],
    names: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Candidate> {
    command.build();
    let Some((current, before)) = words.split_last() else {
        return Vec::new();
    };
    let typed = typed(command, before);
    let names = || names(typed.repo.unwrap_or("."));
    if let Some(arg) = typed.open {
        return values(arg, "", current, &names);
    }
    if !typed.ended && current.starts_with('-') {
        let given = current.split_once('=');
        let Some((option, value)) = given.filter(|_| current.starts_with("--")) else {
            return options(&typed, current);
        };
        let arg = long(typed.command, option.trim_start_matches('-'));
        return arg.map_or_else(Vec::new, |arg| {
            values(arg, &format!("{option}="), value, &names)
        });
    }
    let mut all = Vec::new();
    if typed.n_arguments == 0 && !typed.ended {
        for sub in typed
            .command
            .get_subcommands()
            .filter(|sub| !sub.is_hide_set())
        {
            push(
                &mut all,
                current,
                sub.get_name().to_owned(),
                sub.get_about(),
            );
        }
    }
    let arguments = typed.command.get_positionals();
    let arguments: Vec<_> = arguments.filter(|arg| !arg.is_hide_set()).collect();
    // The last one may be given several times.
    let last = arguments.last().filter(|arg| many(arg));
    let next = arguments.get(typed.n_arguments).or(last);
    if let Some(arg) = next
        && !is_excluded(&typed.used, typed.command, arg)
    {
        all.extend(values(arg, "", current, &names));
    }
    all
}

fn typed<'a>(command: &'a Command, before: &'a [String]) -> Typed<'a> {
    let mut typed = Typed {
        command,
        open: None,
        used: Vec::new(),
        n_arguments: 0,
        ended: false,
        repo: None,
    };
    for word in before {
        if let Some(arg) = typed.open.take() {
            if arg.get_id() == "repo" {
                typed.repo = Some(word);
            }
        } else if typed.ended {
            typed.n_arguments += 1;
        } else if word == "--" {
            typed.ended = true;
        } else if let Some(option) = word.strip_prefix("--") {
            let (name, value) = option
                .split_once('=')
                .map_or((option, None), |(name, value)| (name, Some(value)));
            if let Some(arg) = long(typed.command, name) {
                typed.used.push(arg);
                match value {
                    Some(value) if arg.get_id() == "repo" => typed.repo = Some(value),
                    None if needs_value(arg) => typed.open = Some(arg),
                    _ => {}
                }
            }
        } else if word.len() > 1 && word.starts_with('-') {
            // The value of the first option that needs one is what follows it, if anything does.
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                let mut options = typed.command.get_opts().chain(flags(typed.command));
                if let Some(arg) = options.find(|arg| arg.get_short() == Some(letter)) {
                    typed.used.push(arg);
                    if needs_value(arg) {
                        typed.open = Some(arg).filter(|_| letters.as_str().is_empty());
                        break;
                    }
                }
            }
        } else if typed.n_arguments == 0
            && let Some(sub) = typed.command.find_subcommand(word)
        {
            typed.command = sub;
        } else {
            typed.n_arguments += 1;
        }
    }
    typed
}

fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    let options = command.get_arguments().filter(|arg| !arg.is_positional());
    options.filter(|arg| !arg.get_action().takes_values())
}

fn long<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let mut all = command.get_arguments();
    all.find(|arg| arg.get_long() == Some(name))
}

fn needs_value(arg: &Arg) -> bool {
    let at_least = arg.get_num_args().map_or(1, |range| range.min_values());
    arg.get_action().takes_values() && at_least > 0
}

/// Whether it may be given more than once.
fn many(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append | ArgAction::Count)
}

/// The options that can still be given.
fn options(typed: &Typed<'_>, current: &str) -> Vec<Candidate> {
    let mut all = Vec::new();
    let command = typed.command;
    let options = command
        .get_arguments()
        .filter(|arg| !arg.is_positional() && !arg.is_hide_set());
    for arg in options {
        if is_excluded(&typed.used, command, arg) {
            continue;
        }
        if let Some(long) = arg.get_long() {
            push(&mut all, current, format!("--{long}"), arg.get_help());
        }
        if let (Some(short), false) = (arg.get_short(), current.starts_with("--")) {
            push(&mut all, current, format!("-{short}"), arg.get_help());
        }
    }
    all
}

/// Whether an argument cannot be given beside those that are there.
fn is_excluded(used: &[&Arg], command: &Command, arg: &Arg) -> bool {
    let conflict = |one: &Arg, other: &Arg| {
        let conflicts = command.get_arg_conflicts_with(one);
        conflicts.iter().any(|it| it.get_id() == other.get_id())
    };
    used.iter().any(|used| {
        (used.get_id() == arg.get_id() && !many(arg)) || conflict(used, arg) || conflict(arg, used)
    })
}

/// The values that an argument can have, each behind `lead`.
fn values(arg: &Arg, lead: &str, current: &str, names: &dyn Fn() -> Vec<String>) -> Vec<Candidate> {
    let mut all = Vec::new();
    let possible = arg.get_possible_values();
    for value in possible.iter().filter(|value| !value.is_hide_set()) {
        if value.get_name().starts_with(current) {
            push(
                &mut all,
                "",
                format!("{lead}{}", value.get_name()),
                value.get_help(),
            );
        }
    }
    if !possible.is_empty() {
        return all;
    }
    match arg.get_value_hint() {
        ValueHint::DirPath => return vec![Candidate::Folders],
        ValueHint::AnyPath | ValueHint::FilePath | ValueHint::ExecutablePath => {
            return vec![Candidate::Files];
        }
        _ => {}
    }
    if names_revisions(arg) {
        // Of a range the second end is completed once the first is there.
        let ends = current.rfind("..").map_or(0, |dots| dots + 2);
        let (first, second) = current.split_at(ends);
        for name in names() {
            if name.starts_with(second) {
                push(&mut all, "", format!("{lead}{first}{name}"), None);
            }
        }
    }
    all
}

/// Whether the value names commits: it is called `REV`, `RANGE` or `A..B` in the help.
fn names_revisions(arg: &Arg) -> bool {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().any(|name| {
        let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
        parts.any(|part| ["REV", "REVS", "RANGE", "COMMIT", "BASE", "HEAD"].contains(&part))
    })
}

fn push(
    all: &mut Vec<Candidate>,
    current: &str,
    word: String,
    about: Option<&clap::builder::StyledStr>,
) {
    if word.starts_with(current) {
        let about = about.map(ToString::to_string).unwrap_or_default();
        let about = about.lines().next().unwrap_or_default().to_owned();
        all.push(Candidate::Word { word, about });
    }
}

impl std::fmt::Display for Candidate {
    /// As the scripts expect it: the word and what it is, or what the shell shall list.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word { word, about } => write!(f, "{word}\t{about}"),
            Self::Files => f.write_str(":files\t"),
            Self::Folders => f.write_str(":folders\t"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory;

    /// The words that complete the last one of a line.
    fn after(line: &str) -> Vec<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let names = |repo: &str| {
            assert!([".", "there"].contains(&repo), "{repo}");
            ["HEAD", "main", "origin/main", "v1.0"]
                .map(|name| format!("{name}{}", if repo == "." { "" } else { "@" }))
                .to_vec()
        };
        let found = candidates(&mut Cli::command(), &words, &names);
        let word = |candidate: Candidate| match candidate {
            Candidate::Word { word, .. } => word,
            other => other.to_string().trim().to_owned(),
        };
        found.into_iter().map(word).collect()
    }

    #[test]
    fn commands_are_completed_and_hidden_ones_are_not() {
        assert_eq!(after("sc"), ["score"]);
        assert_eq!(after("--repo x sc"), ["score"]);
        let all = after("");
        for name in ["score", "explain", "train", "status", "completions", "help"] {
            assert!(all.contains(&name.to_owned()), "{all:?}");
        }
        assert!(!all.contains(&"complete".to_owned()), "{all:?}");
        assert_eq!(after("help sc"), ["score"]);
        assert!(after("nonsense ").is_empty());
    }

    #[test]
    fn revisions_and_both_ends_of_a_range_are_completed() {
        assert_eq!(after("score m"), ["main"]);
        assert_eq!(after("explain "), ["HEAD", "main", "origin/main", "v1.0"]);
        assert_eq!(after("score main..v"), ["main..v1.0"]);
        assert_eq!(after("score main...o"), ["main...origin/main"]);
        assert_eq!(after("--repo there score m"), ["main@"]);
        assert_eq!(after("score --repo=there m"), ["main@"]);
        assert_eq!(after("score -- m"), ["main"]);
        // There is one revision; a second is none.
        assert!(after("score main m").is_empty());
        assert!(after("status m").is_empty());
    }

    #[test]
    fn options_are_completed_unless_they_cannot_be_given() {
        assert_eq!(after("score --st"), ["--staged"]);
        assert!(after("score --staged --w").is_empty());
        assert!(after("score --staged m").is_empty());
        assert!(after("score --staged --st").is_empty());
        assert!(after("train --st").is_empty());
        assert!(after("score -v --verb").contains(&"--verbose".to_owned()));
        assert!(after("score -v --qu").is_empty());
        assert!(after("score -").contains(&"-q".to_owned()));
        assert!(after("score -- -").is_empty());
    }

    #[test]
    fn values_of_options_are_completed() {
        assert_eq!(after("score --format "), ["text", "json"]);
        assert_eq!(after("score --format=j"), ["--format=json"]);
        assert_eq!(after("--repo "), [":folders"]);
        assert!(after("score --threads ").is_empty());
        assert_eq!(after("completions z"), ["zsh"]);
        assert_eq!(after("man --out "), [":folders"]);
    }

    #[test]
    fn what_a_word_is_is_told_in_one_line() {
        let found = candidates(
            &mut Cli::command(),
            &["score".to_owned(), "--sta".to_owned()],
            &|_| Vec::new(),
        );
        assert_eq!(found.len(), 1);
        let told = found[0].to_string();
        assert!(
            told.starts_with("--staged\tWhat the next commit would hold"),
            "{told}"
        );
        assert_eq!(told.lines().count(), 1);
    }
}
