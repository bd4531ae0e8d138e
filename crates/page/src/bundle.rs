//! The scripts and styles of a page, put together from the files of `assets`.
//!
//! Modules are plain ES modules there, so that editors and node understand them. A page that is opened from a file
//! cannot load modules, so they are laid one after the other here: lines with `import` go, the word `export` goes, and
//! what they name is in the scope of one function. It takes only what these files do: an import in one line, an export
//! in front of a declaration, and every name at the top of a file once among all.

/// Draws the charts; see `vendor/echarts/README.md`.
pub(crate) const CHARTS: &str = include_str!("../vendor/echarts/echarts.min.js");

/// The styles.
pub(crate) const STYLE: &str = include_str!("../assets/page.css");

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../assets/", $name)))),*]
    };
}

/// Name and text of each module, behind all that it imports from.
const MODULES: &[(&str, &str)] = modules![
    "dom.js",
    "format.js",
    "state.js",
    "theme.js",
    "data.js",
    "forge.js",
    "chips.js",
    "chart.js",
    "sorting.js",
    "table.js",
    "headline.js",
    "since.js",
    "release.js",
    "timeline.js",
    "riskiest.js",
    "changes.js",
    "folders.js",
    "treemap.js",
    "hotspots.js",
    "worth.js",
    "latency.js",
    "report.js",
    "live.js",
    "main.js",
];

/// All modules as one script.
pub(crate) fn script() -> String {
    let mut script = String::from("(() => {\n\"use strict\";\n");
    for (name, text) in MODULES {
        script.push_str("// ");
        script.push_str(name);
        script.push('\n');
        for line in text.lines().filter(|line| !line.starts_with("import ")) {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script.push_str("})();\n");
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The name that a line at the top of a module declares.
    fn declared(line: &str) -> Option<&str> {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = ["function ", "const ", "let ", "class "]
            .iter()
            .find_map(|keyword| line.strip_prefix(keyword))?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
    }

    #[test]
    fn imports_name_what_an_earlier_module_exports() {
        let mut exported: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (module, text) in MODULES {
            for line in text.lines().filter(|line| line.starts_with("import ")) {
                let (names, from) = line
                    .strip_prefix("import { ")
                    .and_then(|rest| rest.strip_suffix("\";"))
                    .and_then(|rest| rest.split_once(" } from \"./"))
                    .unwrap_or_else(|| panic!("{module}: {line}"));
                for name in names.split(", ") {
                    assert!(
                        exported.contains(&(from, name)),
                        "{module} takes {name}, which {from} before it does not have"
                    );
                }
            }
            let lines = text.lines().filter(|line| line.starts_with("export "));
            exported.extend(lines.filter_map(declared).map(|name| (*module, name)));
        }
    }

    #[test]
    fn names_at_the_top_are_given_once() {
        let mut seen = BTreeSet::new();
        for (module, text) in MODULES {
            for name in text.lines().filter_map(declared) {
                assert!(seen.insert(name), "{module} has another {name}");
            }
        }
    }

    #[test]
    fn modules_are_short_and_make_no_markup_of_text() {
        for (module, text) in MODULES {
            assert!(text.lines().count() <= 600, "{module} is too long");
            for forbidden in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "setAttribute(\"style\"",
            ] {
                assert!(!text.contains(forbidden), "{module} has {forbidden}");
            }
        }
    }

    #[test]
    fn nothing_ends_the_elements_early() {
        for text in [CHARTS, &script()] {
            assert!(!text.contains("</script") && !text.contains("<!--"));
        }
        assert!(!STYLE.contains("</style"));
    }

    #[test]
    fn the_charts_are_those_that_the_readme_tells_of() {
        use sha2::{Digest, Sha256};
        use std::fmt::Write;
        let mut checksum = String::new();
        for byte in Sha256::digest(CHARTS) {
            write!(checksum, "{byte:02x}").unwrap();
        }
        let readme = include_str!("../vendor/echarts/README.md");
        assert!(readme.contains(&format!("sha256 {checksum}")));
    }
}
