//! All that can be configured, by name.

/// A thing that can be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    WarnAbove,
    FailAbove,
    WaitingDays,
    Exclude,
    Bots,
    BandsTypical,
    BandsElevated,
    BandsHigh,
    FixesWords,
    FixesNever,
    IssuesFile,
    IssuesPatterns,
    IssuesBug,
    IssuesOther,
    IssuesCustomer,
    ReleaseFound,
    ReleaseWeekly,
    HookBudget,
    HookStrict,
    HookBackground,
}

/// What is known about a key.
#[derive(Debug)]
pub(crate) struct Definition {
    /// Name in `.git-risk.toml`, with its table before a dot.
    pub(crate) name: &'static str,
    /// Name in git's configuration.
    pub(crate) git: &'static str,
    /// What may be written.
    pub(crate) takes: &'static str,
    pub(crate) meaning: &'static str,
    /// What becomes of it with another value.
    pub(crate) otherwise: &'static str,
}

impl Key {
    /// In the order in which they are told: those without a table first.
    pub(crate) const ALL: [Self; 20] = [
        Self::WarnAbove,
        Self::FailAbove,
        Self::WaitingDays,
        Self::Exclude,
        Self::Bots,
        Self::BandsTypical,
        Self::BandsElevated,
        Self::BandsHigh,
        Self::FixesWords,
        Self::FixesNever,
        Self::IssuesFile,
        Self::IssuesPatterns,
        Self::IssuesBug,
        Self::IssuesOther,
        Self::IssuesCustomer,
        Self::ReleaseFound,
        Self::ReleaseWeekly,
        Self::HookBudget,
        Self::HookStrict,
        Self::HookBackground,
    ];

    /// Whether it holds a list, to which each place that names it adds.
    pub(crate) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Exclude
                | Self::Bots
                | Self::FixesWords
                | Self::FixesNever
                | Self::IssuesPatterns
                | Self::IssuesBug
                | Self::IssuesOther
                | Self::IssuesCustomer
        )
    }

    /// Whether the answer to `git risk score` depends on it.
    pub(crate) fn shapes_scores(self) -> bool {
        !matches!(
            self,
            Self::WarnAbove
                | Self::FailAbove
                | Self::IssuesCustomer
                | Self::ReleaseFound
                | Self::ReleaseWeekly
                | Self::HookBudget
                | Self::HookStrict
                | Self::HookBackground
        )
    }

    pub(crate) fn name(self) -> &'static str {
        self.definition().name
    }

    /// The key with this name in `.git-risk.toml`.
    pub(crate) fn of_file(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The key with this name in git's configuration, which does not tell letter case apart in its first and last part.
    pub(crate) fn of_git(name: &str) -> Option<Self> {
        let is_same = |key: &Self| canonical(key.definition().git) == canonical(name);
        Self::ALL.into_iter().find(is_same)
    }

    #[expect(clippy::too_many_lines, reason = "it is one table")]
    pub(crate) fn definition(self) -> &'static Definition {
        match self {
            Self::WarnAbove => &Definition {
                name: "warn_above",
                git: "risk.warnAbove",
                takes: "conditions that must all hold, as p90 (percentile), x2.5 (times the average), 40% (probability)",
                meaning: "from where on the hook warns and CI annotates",
                otherwise: "lower speaks more often, and is less often right; p100 never speaks",
            },
            Self::FailAbove => &Definition {
                name: "fail_above",
                git: "risk.failAbove",
                takes: "conditions as those of warn_above, or never",
                meaning: "from where on the hook stops a push and CI fails",
                otherwise: "most changes that it stops need no fix: choose it much higher than warn_above",
            },
            Self::WaitingDays => &Definition {
                name: "waiting_days",
                git: "risk.waitingDays",
                takes: "a number of days from 0 to 36500",
                meaning: "after how many days without a fix a change counts as clean",
                otherwise: "fewer days teach sooner and call more faulty changes clean; history is followed anew",
            },
            Self::Exclude => &Definition {
                name: "exclude",
                git: "risk.exclude",
                takes: "patterns of paths as in .gitattributes; name/ is a folder with all in it, !pattern takes back",
                meaning: "files that do not count, beside those that .gitattributes calls linguist-generated or linguist-vendored",
                otherwise: "what is left out is neither scored nor traced, whoever edits it by hand; history is followed anew",
            },
            Self::Bots => &Definition {
                name: "bots",
                git: "risk.bots",
                takes: "names or mail addresses of authors with * for anything; !pattern takes back",
                meaning: "whose changes are followed, but neither scored nor learned from",
                otherwise: "a pattern that fits a person hides the work of that person; history is followed anew",
            },
            Self::BandsTypical => &Definition {
                name: "bands.typical",
                git: "risk.bands.typical",
                takes: "a number from 0 on, lower than bands.elevated",
                meaning: "from which lift on a change is typical, and not low",
                otherwise: "higher calls more changes low",
            },
            Self::BandsElevated => &Definition {
                name: "bands.elevated",
                git: "risk.bands.elevated",
                takes: "a number between bands.typical and bands.high",
                meaning: "from which lift on a change is elevated",
                otherwise: "lower calls more changes elevated",
            },
            Self::BandsHigh => &Definition {
                name: "bands.high",
                git: "risk.bands.high",
                takes: "a number higher than bands.elevated",
                meaning: "from which lift on a change is high",
                otherwise: "lower calls more changes high; warn_above does not follow it",
            },
            Self::FixesWords => &Definition {
                name: "fixes.words",
                git: "risk.fixes.words",
                takes: "regular expressions, held against whole words of the subject in any letter case",
                meaning: "words that mark a fix, beside those that are built in",
                otherwise: "a word that other changes have, too, makes labels wrong; history is followed anew",
            },
            Self::FixesNever => &Definition {
                name: "fixes.never",
                git: "risk.fixes.never",
                takes: "regular expressions, held against any part of the subject in any letter case",
                meaning: "subjects that are never those of a fix, whatever else the message says",
                otherwise: "faulty changes whose fixes it hides count as clean; history is followed anew",
            },
            Self::IssuesFile => &Definition {
                name: "issues.file",
                git: "risk.issues.file",
                takes: "the path of an export of issues (CSV, or JSON of GitHub, GitLab, Jira or Bugzilla), or nothing",
                meaning: "issues of a tracker: what names a bug is a fix, what names something else is none by its words alone",
                otherwise: "in .git-risk.toml it is a file of the repository; elsewhere any file; history is followed anew",
            },
            Self::IssuesPatterns => &Definition {
                name: "issues.patterns",
                git: "risk.issues.patterns",
                takes: "regular expressions with one group, the key, as JIRA-(\\d+); built-in stands for those that hold without any",
                meaning: "how messages name issues, in place of #123, GH-123, owner/repository#123, ABC-123, Bug 123 and addresses",
                otherwise: "what fits other numbers, too, makes labels wrong; history is followed anew",
            },
            Self::IssuesBug => &Definition {
                name: "issues.bug",
                git: "risk.issues.bug",
                takes: "names of types or labels, without regard to letter case",
                meaning: "types and labels of issues that mean a bug, beside bug, defect, regression and the like",
                otherwise: "a label that features have, too, makes labels wrong; history is followed anew",
            },
            Self::IssuesOther => &Definition {
                name: "issues.other",
                git: "risk.issues.other",
                takes: "names of types or labels, without regard to letter case",
                meaning: "types and labels that mean no bug, beside enhancement, feature, task, question and the like",
                otherwise: "a label that bugs have, too, takes fixes away; history is followed anew",
            },
            Self::IssuesCustomer => &Definition {
                name: "issues.customer",
                git: "risk.issues.customer",
                takes: "names of types or labels, without regard to letter case",
                meaning: "types and labels of issues that customers found, which git risk release counts apart",
                otherwise: "without any, defects that customers found are not told from others",
            },
            Self::ReleaseFound => &Definition {
                name: "release.found",
                git: "risk.release.found",
                takes: "a share from 0 to 1",
                meaning: "which share of the defects to be expected has to be found before a release is ready",
                otherwise: "higher waits longer for fewer surprises",
            },
            Self::ReleaseWeekly => &Definition {
                name: "release.weekly",
                git: "risk.release.weekly",
                takes: "a share from 0 to 1",
                meaning: "to which share of its peak the weekly number of fixes has to fall before a release is ready",
                otherwise: "lower waits longer until it is calm",
            },
            Self::HookBudget => &Definition {
                name: "hook.budget",
                git: "risk.hook.budget",
                takes: "a time from 1ms to 10min, as 500ms, 1s, 2min",
                meaning: "how long a push may wait for the hook",
                otherwise: "less skips large pushes and stale states; more makes people wait",
            },
            Self::HookStrict => &Definition {
                name: "hook.strict",
                git: "risk.hook.strict",
                takes: "true or false",
                meaning: "whether a failure of the hook itself stops the push",
                otherwise: "true stops pushes that nothing is wrong with",
            },
            Self::HookBackground => &Definition {
                name: "hook.background",
                git: "risk.hook.background",
                takes: "true or false",
                meaning: "whether the hook learns in the background what came since",
                otherwise: "false leaves that to git risk train; until then the hook is often skipped",
            },
        }
    }
}

/// A name of git's configuration with its section and its variable in lower case.
pub(crate) fn canonical(name: &str) -> String {
    let Some((first, rest)) = name.split_once('.') else {
        return name.to_ascii_lowercase();
    };
    let (between, last) = match rest.rsplit_once('.') {
        Some((between, last)) => (Some(between), last),
        None => (None, rest),
    };
    let (first, last) = (first.to_ascii_lowercase(), last.to_ascii_lowercase());
    match between {
        Some(between) => format!("{first}.{between}.{last}"),
        None => format!("{first}.{last}"),
    }
}

/// The name among `known` that somebody may have meant.
pub(crate) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let last = |name: &str| plain(name.rsplit('.').next().unwrap_or(name));
    let wanted = plain(name);
    let distance = |own: &str| {
        // A name in the wrong table is one letter away.
        let whole = strsim::osa_distance(&wanted, &plain(own));
        whole.min(strsim::osa_distance(&last(name), &last(own)) + 1)
    };
    let best = known.min_by_key(|own| distance(own))?;
    (distance(best) <= (wanted.chars().count() / 3).max(1)).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_a_place_and_a_name_in_both_worlds() {
        for (place, key) in Key::ALL.into_iter().enumerate() {
            let Definition { name, git, .. } = key.definition();
            assert_eq!(key as usize, place);
            assert_eq!(Key::of_file(name), Some(key));
            assert_eq!(
                Key::of_git(
                    &git.to_uppercase()
                        .replace("BANDS", "bands")
                        .replace("FIXES", "fixes")
                        .replace("ISSUES", "issues")
                        .replace("RELEASE", "release")
                        .replace("HOOK", "hook")
                ),
                Some(key)
            );
            let plain = |name: &str| name.replace(['_'], "").to_lowercase();
            assert_eq!(plain(git), format!("risk.{}", plain(name)));
        }
        assert_eq!(
            Key::of_git("risk.HOOK.strict"),
            None,
            "git tells these apart"
        );
    }

    #[test]
    fn the_nearest_name_is_found_across_styles_and_tables() {
        for (name, meant) in [
            ("warn_abov", Some("warn_above")),
            ("warnAbove", Some("warn_above")),
            ("warn-above", Some("warn_above")),
            ("budget", Some("hook.budget")),
            ("hooks.budget", Some("hook.budget")),
            ("bands.hihg", Some("bands.high")),
            ("excludes", Some("exclude")),
            ("fix.words", Some("fixes.words")),
            ("telemetry", None),
            ("x", None),
        ] {
            let names = Key::ALL.into_iter().map(Key::name);
            assert_eq!(nearest(name, names), meant, "{name}");
        }
    }
}
