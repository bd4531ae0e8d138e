//! `.git-risk.toml`.

use super::entry::{Entry, Origin, Written, quoted};
use super::keys::{Key, nearest};
use crate::error::Failure;
use risk_report::clean;
use std::fmt::Display;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a file is called, and where its lines are.
pub(crate) struct File<'t> {
    pub(crate) text: &'t [u8],
    /// The place of one of its lines.
    pub(crate) origin: &'t dyn Fn(usize) -> Origin,
}

/// A value with the name it was given and the byte it begins at.
struct Found<'d, 't> {
    name: String,
    at: usize,
    value: &'d Spanned<DeValue<'t>>,
}

impl File<'_> {
    /// All that it says, from top to bottom.
    pub(crate) fn read(&self) -> Result<Vec<Entry>, Failure> {
        let text = std::str::from_utf8(self.text).map_err(|error| {
            let at = self.place(error.valid_up_to());
            Failure::new(format_args!("{at}: what is not UTF-8 cannot be read"))
                .hint("save the file as UTF-8")
        })?;
        let document = DeTable::parse(text).map_err(|error| {
            let at = self.place(error.span().map_or(0, |span| span.start));
            let what = error.message().lines().collect::<Vec<_>>().join("; ");
            Failure::new(format_args!("{at}: {}", clean(&what)))
                .hint("it is written in TOML, as: warn_above = \"p90 x2.5\"")
        })?;
        let mut found = Vec::new();
        gather(document.get_ref(), "", &mut found);
        found.sort_by_key(|it| it.at);
        let mut entries = Vec::new();
        // Counted once, for there may be as many values as lines.
        let ends = self.text.iter().enumerate();
        let ends: Vec<usize> = ends
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at)
            .collect();
        let line = |byte: usize| ends.partition_point(|&end| end < byte) + 1;
        for one in found {
            self.enter(&one, &line, &mut entries)?;
        }
        Ok(entries)
    }

    fn enter(
        &self,
        one: &Found<'_, '_>,
        line: &dyn Fn(usize) -> usize,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Failure> {
        let Some(key) = Key::of_file(&one.name) else {
            return Err(self.unknown(one));
        };
        let origin = |at: &Spanned<DeValue<'_>>| (self.origin)(line(at.span().start));
        let entry = |item: &Spanned<DeValue<'_>>| Entry {
            key,
            value: written(item.get_ref()),
            origin: origin(item),
        };
        match (key.is_list(), one.value.get_ref()) {
            (true, DeValue::Array(items)) => entries.extend(items.iter().map(entry)),
            (true, _) => {
                let example = format!("write a list: {} = [\"…\"]", one.name);
                return Err(entry(one.value).refuse(Some(&example)));
            }
            (false, _) => entries.push(entry(one.value)),
        }
        Ok(())
    }

    fn unknown(&self, one: &Found<'_, '_>) -> Failure {
        let names = || Key::ALL.into_iter().map(Key::name);
        let is_table =
            |name: &str| names().any(|own| own.split_once('.').is_some_and(|it| it.0 == name));
        let at = self.place(one.at);
        if is_table(&one.name) {
            return Failure::new(format_args!(
                "{at}: {} = {}: it is a table",
                one.name,
                written(one.value.get_ref())
            ))
            .hint(format!(
                "write [{}] and its keys on the lines below",
                one.name
            ));
        }
        unknown(at, &one.name, &Key::ALL.map(Key::name))
    }

    fn place(&self, byte: usize) -> Origin {
        (self.origin)(self.line(byte))
    }

    fn line(&self, byte: usize) -> usize {
        let before = &self.text[..byte.min(self.text.len())];
        before.split(|&byte| byte == b'\n').count()
    }
}

/// A key that there is not.
pub(crate) fn unknown(at: impl Display, name: &str, known: &[&str]) -> Failure {
    let failure = Failure::new(format_args!("{at}: there is no key {}", clean(name)));
    match nearest(name, known.iter().copied()) {
        Some(meant) => failure.hint(format!("did you mean {meant}?")),
        None => failure.hint(format!("there are {}", known.join(", "))),
    }
}

/// All values with their names; those in tables have it before a dot.
fn gather<'d, 't>(table: &'d DeTable<'t>, before: &str, found: &mut Vec<Found<'d, 't>>) {
    for (name, value) in table {
        let whole = format!("{before}{}", name.get_ref());
        let has_keys = |name: &str| {
            let start = format!("{name}.");
            Key::ALL
                .into_iter()
                .any(|key| key.name().starts_with(&start))
        };
        match value.get_ref() {
            DeValue::Table(inner)
                if before.is_empty() && (has_keys(&whole) || !inner.is_empty()) =>
            {
                gather(inner, &format!("{whole}."), found);
            }
            _ => found.push(Found {
                name: whole,
                at: name.span().start,
                value,
            }),
        }
    }
}

fn written(value: &DeValue<'_>) -> Written {
    let number = |text: &str| text.parse::<f64>().ok();
    match value {
        DeValue::String(text) => Written::Text(text.to_string()),
        DeValue::Integer(value) => i64::from_str_radix(value.as_str(), value.radix())
            .map_or(Written::Other("a number that is too large"), |it| {
                Written::Number(it as f64)
            }),
        DeValue::Float(value) => {
            number(value.as_str()).map_or(Written::Other("no number"), Written::Number)
        }
        DeValue::Boolean(value) => Written::Flag(*value),
        DeValue::Datetime(_) => Written::Other("a date"),
        DeValue::Array(_) => Written::Other("a list"),
        DeValue::Table(_) => Written::Other("a table"),
    }
}

/// A list as TOML has it.
pub(crate) fn list<'i>(items: impl Iterator<Item = &'i str>) -> String {
    let items: Vec<String> = items.map(quoted).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn read(text: &str) -> Result<Vec<Entry>, Failure> {
        let origin = |line| Origin::Named {
            path: PathBuf::from("F"),
            line,
        };
        File {
            text: text.as_bytes(),
            origin: &origin,
        }
        .read()
    }

    #[test]
    fn entries_come_in_order_with_their_lines() {
        let text = "# note\nwaiting_days = 60\nexclude = [\n  \"a/\",\n  \"b/\",\n]\nhook.strict = true\n[bands]\nhigh = 3.5\n";
        let entries = read(text).unwrap();
        let told: Vec<String> = entries
            .iter()
            .map(|it| format!("{} {} {}", it.origin, it.key.name(), it.value))
            .collect();
        assert_eq!(
            told,
            [
                "F, line 2 waiting_days 60",
                "F, line 4 exclude \"a/\"",
                "F, line 5 exclude \"b/\"",
                "F, line 7 hook.strict true",
                "F, line 9 bands.high 3.5",
            ]
        );
        assert!(read("").unwrap().is_empty() && read("[hook]\n").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_used_names_line_and_remedy() {
        for (text, message, hint) in [
            (
                "\nwarn_abov = 1\n",
                "F, line 2: there is no key warn_abov",
                "did you mean warn_above?",
            ),
            (
                "[hooks]\nbudget = \"1s\"\n",
                "F, line 2: there is no key hooks.budget",
                "did you mean hook.budget?",
            ),
            (
                "budget = \"1s\"\n",
                "F, line 1: there is no key budget",
                "did you mean hook.budget?",
            ),
            (
                "telemetry = true\n",
                "F, line 1: there is no key telemetry",
                "there are warn_above, fail_above, ",
            ),
            (
                "[odd]\n",
                "F, line 1: there is no key odd",
                "there are warn_above, fail_above, ",
            ),
            (
                "hook = 3\n",
                "F, line 1: hook = 3: it is a table",
                "write [hook]",
            ),
            ("[hook.budget]\n", "F, line 1", ""),
            (
                "exclude = \"vendor/\"\n",
                "F, line 1: exclude = \"vendor/\": write a list",
                "!pattern takes back",
            ),
            ("bots = [\"a\"\nhigh = 1\n", "F, line 2", "TOML"),
            ("waiting_days = 1\nwaiting_days = 2\n", "F, line 2", "TOML"),
        ] {
            let error = match read(text) {
                Err(error) => error,
                Ok(entries) => entries[0].text().unwrap_err(),
            };
            assert!(
                error.message.starts_with(message),
                "{text}: {}",
                error.message
            );
            assert!(
                error.hints.join("\n").contains(hint),
                "{text}: {:?}",
                error.hints
            );
        }
    }
}
