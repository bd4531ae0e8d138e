use super::apply::{apply, check};
use super::entry::Written;
use super::*;

fn given(key: Key, text: &str) -> Entry {
    Entry {
        key,
        value: Written::Text(text.to_owned()),
        origin: Origin::Environment,
    }
}

/// What is written about all keys.
fn written(settings: &Settings) -> Vec<String> {
    let keys = Key::ALL.into_iter();
    keys.map(|key| settings.written(key)).collect()
}

#[test]
fn what_is_written_is_what_holds_when_it_is_read_again() {
    let entries = [
        (Key::WarnAbove, "p95 x3 20%"),
        (Key::FailAbove, "p99.5"),
        (Key::WaitingDays, "60.5"),
        (Key::Exclude, "a b/"),
        (Key::Exclude, "!\"q\\\\.c"),
        (Key::Bots, "*[bot]"),
        (Key::BandsHigh, "4"),
        (Key::BandsElevated, "3"),
        (Key::FixesWords, r"oops|corre(c|k)t\w*"),
        (Key::FixesNever, "^chore"),
        (Key::IssuesFile, "data/issues of us.json"),
        (Key::IssuesPatterns, r"T(\d+)"),
        (Key::IssuesPatterns, "built-in"),
        (Key::IssuesBug, "P1"),
        (Key::IssuesOther, "Wunsch"),
        (Key::HookBudget, "1500ms"),
        (Key::HookStrict, "yes"),
        (Key::HookBackground, "off"),
    ];
    let entries = entries.map(|(key, text)| given(key, text)).to_vec();
    check(&entries).unwrap();
    for settings in [Settings::default(), apply(b"", entries).unwrap()] {
        let lines = Key::ALL.map(|key| format!("{} = {}\n", key.name(), settings.written(key)));
        let origin = |line| Origin::Named {
            path: "F".into(),
            line,
        };
        let text = lines.concat();
        let file = File {
            text: text.as_bytes(),
            origin: &origin,
        };
        let again = apply(b"", file.read().unwrap()).unwrap();
        assert_eq!(written(&again), written(&settings));
    }
}

#[test]
fn the_last_one_holds_and_lists_grow_until_they_are_emptied() {
    let entries = [
        (Key::WarnAbove, "p80"),
        (Key::Bots, "ann"),
        (Key::FailAbove, "p99"),
        (Key::WarnAbove, "p95"),
        (Key::Bots, ""),
        (Key::Bots, "ben"),
        (Key::Bots, "!cleo"),
        (Key::FailAbove, "never"),
    ];
    let entries = entries.map(|(key, text)| given(key, text)).to_vec();
    let settings = apply(b"", entries).unwrap();
    assert_eq!(settings.warn_above.to_string(), "p95");
    assert_eq!(settings.fail_above, None);
    assert_eq!(settings.written(Key::Bots), "[\"ben\", \"!cleo\"]");
}

#[test]
fn what_a_key_does_not_take_is_refused_with_what_it_takes() {
    for (key, text, why) in [
        (Key::WarnAbove, "high", "\"high\" is no threshold"),
        (Key::WarnAbove, "never", "is no threshold"),
        (Key::FailAbove, "p101", "out of range"),
        (Key::WaitingDays, "-1", "a number of days from 0 to 36500"),
        (Key::WaitingDays, "36501", "a number of days"),
        (Key::WaitingDays, "soon", "a number of days"),
        (Key::Exclude, "a[b", "bracket"),
        (Key::Exclude, "!", "it is empty"),
        (Key::BandsTypical, "1.5", "each must be higher"),
        (Key::BandsHigh, "inf", "a number higher than bands.elevated"),
        (Key::FixesWords, "a(b", "unclosed group"),
        (Key::FixesNever, "x*", "every subject"),
        (Key::IssuesPatterns, "T", "needs one, the key"),
        (Key::IssuesPatterns, "(a(b))", "needs one, the key"),
        (Key::HookBudget, "1h", "a time from 1ms to 10min"),
        (Key::HookStrict, "maybe", "true or false"),
    ] {
        let error = apply(b"", vec![given(key, text)]).unwrap_err();
        let told = format!("{}\n{}", error.message, error.hints.join("\n"));
        let name = key.definition().git;
        let start = format!("git -c or the environment: {name} = \"{text}\": ");
        assert!(told.starts_with(&start) && told.contains(why), "{told}");
        assert!(told.contains(key.definition().takes), "{told}");
    }
}

#[test]
fn a_file_has_types() {
    for (key, value) in [
        (Key::WaitingDays, Written::Text("60".to_owned())),
        (Key::HookStrict, Written::Text("true".to_owned())),
        (Key::WarnAbove, Written::Number(90.0)),
        (Key::HookBudget, Written::Number(1.0)),
        (Key::Bots, Written::Flag(true)),
    ] {
        let origin = committed(FILE, &ChangeId::from_bytes(&[1; 20]).unwrap(), 7);
        let error = apply(b"", vec![Entry { key, value, origin }]).unwrap_err();
        assert!(
            error
                .message
                .starts_with(".git-risk.toml at 0101010101, line 7: ")
        );
        assert!(error.message.contains("it takes"), "{}", error.message);
    }
}
