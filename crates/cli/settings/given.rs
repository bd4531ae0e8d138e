//! What was given with the call: `--config`, and git's configuration in the environment.

use crate::error::Failure;
use risk_report::clean;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What was given with the call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Given {
    /// The file that takes the place of the committed `.git-risk.toml`, with what it holds.
    pub(crate) file: Option<(PathBuf, Vec<u8>)>,
    /// Entries of git's configuration in the order in which git reads them. `None` is a name alone: true.
    pub(crate) environment: Vec<(String, Option<String>)>,
    /// The export of issues that `--issues` names.
    pub(crate) issues: Option<PathBuf>,
}

impl Given {
    /// Reads the file that `--config` names, and the environment.
    pub(crate) fn new(config: Option<&Path>, issues: Option<&Path>) -> Result<Self, Failure> {
        let file = config.map(|path| {
            std::fs::read(path)
                .map(|text| (path.to_owned(), text))
                .map_err(|error| {
                    let path = clean(&path.to_string_lossy()).into_owned();
                    Failure::new(format_args!("{path} could not be read: {error}"))
                        .hint("--config takes a file in the form of .git-risk.toml")
                })
        });
        Ok(Self {
            file: file.transpose()?,
            environment: environment(&|name| std::env::var_os(name))?,
            issues: issues.map(Path::to_owned),
        })
    }
}

/// What `git -c` and its variables say, as git reads them: numbered ones first, then those of `git -c`.
fn environment(
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Vec<(String, Option<String>)>, Failure> {
    let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
    let mut entries = Vec::new();
    if let Some(count) = text("GIT_CONFIG_COUNT").filter(|count| !count.is_empty()) {
        let n: usize = count
            .parse()
            .ok()
            .filter(|&n| i32::try_from(n).is_ok())
            .ok_or_else(|| {
                Failure::new(format_args!(
                    "GIT_CONFIG_COUNT = {:?}: it is no number",
                    clean(&count)
                ))
                .hint("do not set it by hand; git -c name=value does")
            })?;
        for at in 0..n {
            let needed = |what: &str| {
                let name = format!("GIT_CONFIG_{what}_{at}");
                text(&name).ok_or_else(|| {
                    Failure::new(format_args!(
                        "{name} is missing, and GIT_CONFIG_COUNT is {n}"
                    ))
                    .hint("do not set it by hand; git -c name=value does")
                })
            };
            entries.push((needed("KEY")?, Some(needed("VALUE")?)));
        }
    }
    if let Some(all) = text("GIT_CONFIG_PARAMETERS") {
        let parameters = parameters(&all);
        entries.extend(parameters.ok_or_else(|| {
            Failure::new("GIT_CONFIG_PARAMETERS is not as git writes it")
                .hint("do not set it by hand; git -c name=value does")
        })?);
    }
    Ok(entries)
}

/// Entries in the quotes of a shell, one after the other: `'name=value'`, or since git 2.31 `'name'='value'`.
fn parameters(all: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut entries = Vec::new();
    let mut rest = all.trim_start();
    while !rest.is_empty() {
        let (first, after) = dequoted(rest)?;
        let ends =
            |text: &str| text.is_empty() || text.starts_with(|it: char| it.is_ascii_whitespace());
        let (entry, after) = if let Some(after) = after.strip_prefix('=') {
            if ends(after) {
                ((first, None), after)
            } else {
                let (value, after) = dequoted(after)?;
                ((first, Some(value)), after)
            }
        } else {
            let entry = match first.split_once('=') {
                Some((name, value)) => (name.trim().to_owned(), Some(value.to_owned())),
                None => (first.trim().to_owned(), None),
            };
            (entry, after)
        };
        if !ends(after) {
            return None;
        }
        entries.push(entry);
        rest = after.trim_start();
    }
    Some(entries)
}

/// What stands in single quotes, and the rest after them; a quote or an exclamation mark is written outside, behind a
/// backslash.
fn dequoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut out = String::new();
    loop {
        let (inner, after) = rest.split_once('\'')?;
        out.push_str(inner);
        let escaped = ["\\''", "\\!'"]
            .into_iter()
            .find(|it| after.starts_with(it));
        let Some(escaped) = escaped else {
            return Some((out, after));
        };
        out.push_str(&escaped[1..2]);
        rest = &after[escaped.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Vec<(String, Option<String>)>, Failure> {
        environment(&|name| {
            let own = variables.iter().find(|it| it.0 == name);
            own.map(|it| OsString::from(it.1))
        })
    }

    fn entry(name: &str, value: Option<&str>) -> (String, Option<String>) {
        (name.to_owned(), value.map(str::to_owned))
    }

    #[test]
    fn both_styles_of_quoting_are_read() {
        let all = "'risk.bots'='a '\\''b'\\'' c' 'risk.warnAbove=p95 x3'  'risk.hook.strict' 'risk.x'= 'a.b'=''\\!''";
        assert_eq!(
            read(&[("GIT_CONFIG_PARAMETERS", all)]).unwrap(),
            [
                entry("risk.bots", Some("a 'b' c")),
                entry("risk.warnAbove", Some("p95 x3")),
                entry("risk.hook.strict", None),
                entry("risk.x", None),
                entry("a.b", Some("!")),
            ]
        );
        for odd in ["risk.x=1", "'a", "'a'b", "'a'=b", "'a'='b'c"] {
            assert!(read(&[("GIT_CONFIG_PARAMETERS", odd)]).is_err(), "{odd}");
        }
    }

    #[test]
    fn numbered_variables_come_first_and_must_all_be_there() {
        let all = [
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "risk.bots"),
            ("GIT_CONFIG_VALUE_0", "ann"),
            ("GIT_CONFIG_PARAMETERS", "'risk.bots'='ben'"),
        ];
        let expected = [
            entry("risk.bots", Some("ann")),
            entry("risk.bots", Some("ben")),
        ];
        assert_eq!(read(&all).unwrap(), expected);
        assert!(
            read(&all[..2])
                .unwrap_err()
                .message
                .contains("GIT_CONFIG_VALUE_0")
        );
        assert!(read(&[("GIT_CONFIG_COUNT", "many")]).is_err());
        assert!(read(&[("GIT_CONFIG_COUNT", "")]).unwrap().is_empty());
        assert!(read(&[]).unwrap().is_empty());
    }
}
