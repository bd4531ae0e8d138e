//! Who reads what is written: how wide their terminal is, and what it can show.

use anstream::ColorChoice;
use risk_report::Page;
use std::io::IsTerminal;

/// What is known about whoever reads one of our outputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reader {
    /// Whether a person reads along: on a terminal, or through a pager that git has started for us.
    pub(crate) is_person: bool,
    /// Whether the output is a terminal that can hold a pager.
    pub(crate) can_page: bool,
    /// What fits into a line. Endless and of all characters for pipes and files, as git does it.
    pub(crate) page: Page,
    /// Lines of the terminal.
    pub(crate) height: usize,
    /// Whether there are colours.
    pub(crate) colour: ColorChoice,
}

/// A variable of the environment; empty ones count as unset.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a terminal has that does not say how large it is.
const USUAL: (usize, usize) = (80, 24);

impl Reader {
    /// Who reads standard output.
    pub(crate) fn of_stdout() -> Self {
        let stdout = std::io::stdout();
        let colour = anstream::AutoStream::choice(&stdout);
        Self::new(stdout.is_terminal(), size_of(&stdout), colour, &environment)
    }

    /// Who reads standard error. That of a hook is the terminal of the person who pushes.
    pub(crate) fn of_stderr() -> Self {
        let stderr = std::io::stderr();
        let colour = anstream::AutoStream::choice(&stderr);
        let own = |name: &str| environment(name).filter(|_| name != PAGER_IN_USE);
        Self::new(stderr.is_terminal(), size_of(&stderr), colour, &own)
    }

    fn new(
        is_terminal: bool,
        size: Option<(usize, usize)>,
        colour: ColorChoice,
        environment: Environment<'_>,
    ) -> Self {
        let is_dumb = environment("TERM").is_some_and(|term| term == "dumb");
        let in_pager = !is_terminal && environment(PAGER_IN_USE).is_some_and(|it| is_true(&it));
        let is_person = is_terminal || in_pager;
        if !is_person {
            return Self {
                is_person,
                can_page: false,
                page: Page::default(),
                height: usize::MAX,
                colour,
            };
        }
        let number = |name| environment(name)?.parse().ok().filter(|number| *number > 0);
        let size = size.unwrap_or(USUAL);
        let is_grey = is_dumb || environment("NO_COLOR").is_some();
        Self {
            is_person,
            can_page: is_terminal && !is_dumb,
            page: Page {
                width: Some(number("COLUMNS").unwrap_or(size.0)),
                plain: !shows_utf8(environment),
            },
            height: number("LINES").unwrap_or(size.1),
            colour: if in_pager && !is_grey {
                ColorChoice::Always
            } else {
                colour
            },
        }
    }

    /// A text in the characters that can be shown.
    pub(crate) fn translated(&self, text: &str) -> String {
        if self.page.plain {
            risk_report::ascii(text)
        } else {
            text.to_owned()
        }
    }
}

/// Set by git while a pager that it has started reads the output.
const PAGER_IN_USE: &str = "GIT_PAGER_IN_USE";

/// A variable of the environment of this process.
pub(crate) fn environment(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// Whether a value of git's configuration says yes.
fn is_true(value: &str) -> bool {
    ["true", "yes", "on", "1"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes))
}

/// What the locale says, by the variable that decides; without any it is `C`, which is ASCII.
fn shows_utf8(environment: Environment<'_>) -> bool {
    if cfg!(windows) {
        return true;
    }
    let mut deciding = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| environment(name));
    deciding.next().is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(unix)]
fn size_of(terminal: impl std::os::fd::AsFd) -> Option<(usize, usize)> {
    let (width, height) = terminal_size::terminal_size_of(terminal)?;
    let (width, height) = (usize::from(width.0), usize::from(height.0));
    (width > 0 && height > 0).then_some((width, height))
}

#[cfg(windows)]
fn size_of(_: impl std::os::windows::io::AsHandle) -> Option<(usize, usize)> {
    let (width, height) = terminal_size::terminal_size()?;
    Some((usize::from(width.0), usize::from(height.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(is_terminal: bool, variables: &[(&str, &str)]) -> Reader {
        let environment = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found
                .map(|(_, value)| (*value).to_owned())
                .filter(|value| !value.is_empty())
        };
        let choice = if is_terminal {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        };
        Reader::new(
            is_terminal,
            is_terminal.then_some((100, 40)),
            choice,
            &environment,
        )
    }

    #[test]
    fn a_pipe_gets_everything_as_it_is() {
        for variables in [
            &[] as &[_],
            &[("LC_ALL", "C"), ("COLUMNS", "40"), ("TERM", "xterm")],
        ] {
            let reader = reader(false, variables);
            assert_eq!(reader.page, Page::default());
            assert!(!reader.is_person && !reader.can_page);
            assert_eq!(reader.colour, ColorChoice::Never);
        }
    }

    #[test]
    fn a_pager_of_git_is_like_a_terminal_but_for_another_pager() {
        let variables = [
            ("GIT_PAGER_IN_USE", "true"),
            ("COLUMNS", "90"),
            ("LANG", "de_DE.UTF-8"),
        ];
        let read = reader(false, &variables);
        assert!(read.is_person && !read.can_page);
        assert_eq!((read.page.width, read.page.plain), (Some(90), false));
        assert_eq!(read.colour, ColorChoice::Always);
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let variables = [&variables[..], &[(name, value)]].concat();
            assert_eq!(reader(false, &variables).colour, ColorChoice::Never);
        }
        assert!(!reader(false, &[("GIT_PAGER_IN_USE", "false")]).is_person);
    }

    #[test]
    fn a_terminal_says_how_large_it_is_unless_the_environment_knows_better() {
        let sized = |variables: &[(&str, &str)]| {
            let reader = reader(true, variables);
            (reader.page.width, reader.height)
        };
        assert_eq!(sized(&[]), (Some(100), 40));
        assert_eq!(sized(&[("COLUMNS", "60"), ("LINES", "10")]), (Some(60), 10));
        for nonsense in ["", "0", "-5", "wide"] {
            assert_eq!(sized(&[("COLUMNS", nonsense)]), (Some(100), 40));
        }
        assert!(!reader(true, &[("TERM", "dumb")]).can_page);
    }

    #[test]
    fn the_locale_that_decides_says_what_can_be_shown() {
        let plain = |variables: &[(&str, &str)]| reader(true, variables).page.plain;
        assert!(plain(&[]));
        assert!(plain(&[("LANG", "C")]));
        assert!(plain(&[("LANG", "en_US")]));
        assert!(plain(&[("LANG", "de_DE.ISO-8859-15@euro")]));
        assert!(plain(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]));
        assert!(plain(&[("LC_CTYPE", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!plain(&[("LANG", "en_US.UTF-8")]));
        assert!(!plain(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(!plain(&[("LC_ALL", ""), ("LANG", "C.UTF-8")]));
    }
}
