//! Manual pages, made of the same definitions as the help.

use clap::builder::StyledStr;
use clap::{Arg, Command};
use std::fmt::Write;

/// The first line of each page tells that it is ours.
pub(crate) const MARK: &str = ".\\\" Made by git-risk; `git risk setup --remove` takes it away.";

/// A page of the manual.
pub(crate) struct Page {
    /// As in `man git-risk-score`.
    pub(crate) name: String,
    /// In the language of `man`.
    pub(crate) roff: String,
}

impl Page {
    pub(crate) fn file(&self) -> String {
        format!("{}.1", self.name)
    }
}

/// One page for a command and each of the commands below it; hidden ones and `help` have none.
pub(crate) fn pages(mut command: Command) -> Vec<Page> {
    command.build();
    let mut pages = Vec::new();
    add(&command, None, &mut pages);
    pages
}

fn add(command: &Command, above: Option<&str>, pages: &mut Vec<Page>) {
    let own = command.get_name();
    let name = above.map_or_else(|| own.to_owned(), |above| format!("{above}-{own}"));
    pages.push(Page {
        roff: page(command, &name, above),
        name: name.clone(),
    });
    for sub in below(command) {
        add(sub, Some(&name), pages);
    }
}

fn below(command: &Command) -> impl Iterator<Item = &Command> {
    let all = command.get_subcommands();
    all.filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
}

fn page(command: &Command, name: &str, above: Option<&str>) -> String {
    let mut out = Roff(format!("{MARK}\n"));
    let version = env!("CARGO_PKG_VERSION");
    let title = name.to_uppercase();
    out.request(&format!(
        ".TH \"{title}\" \"1\" \"\" \"git-risk {version}\" \"Manual of git-risk\""
    ));
    // Neither hyphens at the end of lines nor stretched blanks.
    out.request(".nh\n.ad l");
    out.section("NAME");
    out.text(&format!("{name} - {}", lower(&text(command.get_about()))));
    out.section("SYNOPSIS");
    let usage = command.clone().render_usage().to_string();
    for (at, line) in usage.trim_start_matches("Usage:").lines().enumerate() {
        if at > 0 {
            out.request(".br");
        }
        out.bold(line.trim());
    }
    out.section("DESCRIPTION");
    out.paragraphs(&text(command.get_long_about().or(command.get_about())));
    let subs: Vec<_> = below(command).collect();
    if !subs.is_empty() {
        out.section("COMMANDS");
        for sub in subs {
            let page = format!(
                "\\fB{}\\fR(1)",
                escaped(&format!("{name}-{}", sub.get_name()))
            );
            out.tagged(&page, &text(sub.get_about()));
        }
    }
    let shown = |arg: &&Arg| !arg.is_hide_set();
    let arguments: Vec<_> = command.get_positionals().filter(shown).collect();
    out.arguments("ARGUMENTS", &arguments);
    let options = command
        .get_arguments()
        .filter(|arg| !arg.is_positional())
        .filter(shown);
    let (common, own): (Vec<_>, Vec<_>) =
        options.partition(|arg| arg.is_global_set() && above.is_some());
    out.arguments("OPTIONS", &own);
    out.arguments("OPTIONS OF ALL COMMANDS", &common);
    out.blocks(&text(
        command.get_after_long_help().or(command.get_after_help()),
    ));
    if let Some(above) = above {
        out.section("SEE ALSO");
        out.request(&format!("\\fB{}\\fR(1)", escaped(above)));
    }
    out.0
}

/// Help as plain text.
fn text(help: Option<&StyledStr>) -> String {
    help.map(ToString::to_string).unwrap_or_default()
}

/// A sentence as it stands behind a dash.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    let rest = letters.as_str();
    let first = first.map_or(String::new(), String::from);
    format!("{first}{}", rest.trim_end_matches('.'))
}

/// Text in which nothing is a request of roff, and hyphens can be searched for and copied.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with(['.', '\'']) {
            out.push_str("\\&");
        }
        for c in line.chars() {
            match c {
                '\\' => out.push_str("\\e"),
                '-' => out.push_str("\\-"),
                '`' => out.push_str("\\(ga"),
                '\'' => out.push_str("\\(aq"),
                '^' => out.push_str("\\(ha"),
                '~' => out.push_str("\\(ti"),
                c => out.push(c),
            }
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// A page as it grows.
struct Roff(String);

impl Roff {
    /// Something that is roff already.
    fn request(&mut self, line: &str) {
        writeln!(self.0, "{line}").expect("writing to a string cannot fail");
    }

    fn section(&mut self, title: &str) {
        self.request(&format!(".SH \"{title}\""));
    }

    fn text(&mut self, text: &str) {
        self.request(&escaped(text));
    }

    fn bold(&mut self, text: &str) {
        self.request(&format!("\\fB{}\\fR", escaped(text)));
    }

    fn paragraphs(&mut self, text: &str) {
        for (at, paragraph) in text.split("\n\n").enumerate() {
            if at > 0 {
                self.request(".PP");
            }
            self.text(paragraph);
        }
    }

    /// A term, and below it what it means.
    fn tagged(&mut self, term: &str, text: &str) {
        self.request(&format!(".TP\n{term}"));
        let mut paragraphs = text.split("\n\n");
        self.text(paragraphs.next().unwrap_or_default());
        for paragraph in paragraphs {
            self.request(".IP");
            self.text(paragraph);
        }
    }

    fn arguments(&mut self, title: &str, arguments: &[&Arg]) {
        if arguments.is_empty() {
            return;
        }
        self.section(title);
        for arg in arguments {
            let mut about = text(arg.get_long_help().or(arg.get_help()));
            let defaults: Vec<_> = arg
                .get_default_values()
                .iter()
                .map(|it| it.to_string_lossy())
                .collect();
            let takes_value = arg.get_action().takes_values();
            if !defaults.is_empty() && takes_value && !arg.is_hide_default_value_set() {
                about = format!("{about} [default: {}]", defaults.join(" "));
            }
            self.tagged(&term(arg), &about);
            for value in arg
                .get_possible_values()
                .iter()
                .filter(|it| takes_value && !it.is_hide_set())
            {
                let meaning = value
                    .get_help()
                    .map_or(String::new(), |help| format!(": {help}"));
                self.request(".IP");
                self.request(&format!(
                    "\\fB{}\\fR{}",
                    escaped(value.get_name()),
                    escaped(&meaning)
                ));
            }
        }
    }

    /// What stands below the help: `Title: text`; or a title alone, and below it terms, two blanks or more, and what
    /// they mean, or lines that stay as they are.
    fn blocks(&mut self, text: &str) {
        for block in text.split("\n\n").filter(|block| !block.is_empty()) {
            let (title, rest) = block.split_once(':').unwrap_or(("NOTES", block));
            self.section(&title.to_uppercase());
            let Some(lines) = rest.strip_prefix('\n') else {
                self.text(rest.trim());
                continue;
            };
            let pairs = lines.lines().map(|line| line.trim().split_once("  "));
            if let Some(pairs) = pairs.collect::<Option<Vec<_>>>() {
                for (term, meaning) in pairs {
                    self.tagged(&format!("\\fB{}\\fR", escaped(term)), meaning.trim());
                }
            } else {
                self.request(".nf");
                self.text(lines);
                self.request(".fi");
            }
        }
    }
}

/// How an argument is written.
fn term(arg: &Arg) -> String {
    let value = || {
        let names = arg.get_value_names().unwrap_or_default();
        let names: Vec<_> = names
            .iter()
            .map(|name| format!("\\fI{}\\fR", escaped(name)))
            .collect();
        names.join(" ")
    };
    if arg.is_positional() {
        return value();
    }
    let short = arg.get_short().map(|letter| format!("\\fB\\-{letter}\\fR"));
    let long = arg
        .get_long()
        .map(|name| format!("\\fB\\-\\-{}\\fR", escaped(name)));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let mut term = names.join(", ");
    if arg.get_action().takes_values() {
        term.push(' ');
        term.push_str(&value());
    }
    term
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_command_that_is_shown_has_a_page() {
        let names: Vec<_> = pages(Cli::command())
            .into_iter()
            .map(|page| page.file())
            .collect();
        for name in [
            "git-risk.1",
            "git-risk-score.1",
            "git-risk-explain.1",
            "git-risk-train.1",
            "git-risk-status.1",
        ] {
            assert!(names.contains(&name.to_owned()), "{names:?}");
        }
        assert!(
            !names
                .iter()
                .any(|name| name.contains("help") || name == "git-risk-complete.1")
        );
    }

    #[test]
    fn a_page_tells_what_the_help_tells() {
        let pages = pages(Cli::command());
        let score = pages
            .iter()
            .find(|page| page.name == "git-risk-score")
            .unwrap();
        for part in [
            ".SH \"NAME\"\ngit\\-risk\\-score \\- score changes",
            "git risk score [OPTIONS] [REV|RANGE]",
            "\\fB\\-\\-staged\\fR\nWhat the next commit would hold",
            ".SH \"OPTIONS OF ALL COMMANDS\"",
            "\\fB\\-\\-format\\fR \\fIFORMAT\\fR",
            "\\fBjson\\fR",
            "[default: text]",
            "\\fBgit\\-risk\\fR(1)",
        ] {
            assert!(
                score.roff.contains(part),
                "{part:?} is not in\n{}",
                score.roff
            );
        }
        assert!(
            pages[0]
                .roff
                .contains(".SH \"EXAMPLES\"\n.TP\n\\fBgit risk score\\fR\nthe last commit\n"),
            "{}",
            pages[0].roff
        );
        assert!(pages[0].roff.contains("\\fBgit\\-risk\\-score\\fR(1)"));
    }

    #[test]
    fn text_is_no_request() {
        assert_eq!(
            escaped(".git is\n'here' a\\b --x"),
            "\\&.git is\n\\&\\(aqhere\\(aq a\\eb \\-\\-x"
        );
    }
}
