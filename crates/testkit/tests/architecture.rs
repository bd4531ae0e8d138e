//! Who may depend on whom: the edges between the crates, compared with a table.
//!
//! A new edge is a reviewed decision: it changes the table here and the one in `ARCHITECTURE.md`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Each crate with the crates of ours that its shipped code may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("risk-change", &[]),
    ("risk-source", &["risk-change"]),
    ("risk-issues", &["risk-change"]),
    ("risk-history", &["risk-change", "risk-source"]),
    ("risk-features", &["risk-change", "risk-source"]),
    ("risk-szz", &["risk-change", "risk-source"]),
    ("risk-learn", &[]),
    ("risk-evaluate", &["risk-change", "risk-learn"]),
    (
        "risk-replay",
        &[
            "risk-change",
            "risk-source",
            "risk-history",
            "risk-features",
            "risk-szz",
            "risk-evaluate",
        ],
    ),
    ("risk-report", &["risk-change", "risk-evaluate"]),
    (
        "risk-page",
        &["risk-change", "risk-evaluate", "risk-report"],
    ),
    (
        "git-risk",
        &[
            "risk-change",
            "risk-source",
            "risk-issues",
            "risk-history",
            "risk-features",
            "risk-szz",
            "risk-learn",
            "risk-evaluate",
            "risk-replay",
            "risk-report",
            "risk-page",
        ],
    ),
    ("risk-testkit", &[]),
    // Measures all of it, and asks git as the tests do; nothing may depend on it.
    (
        "risk-bench",
        &[
            "risk-change",
            "risk-history",
            "risk-szz",
            "risk-replay",
            "risk-testkit",
        ],
    ),
    // Studies over data sets and repositories; the binary of the hook must not link it.
    (
        "risk-lab",
        &[
            "risk-change",
            "risk-source",
            "risk-issues",
            "risk-history",
            "risk-features",
            "risk-szz",
            "risk-learn",
            "risk-evaluate",
            "risk-replay",
            "risk-report",
        ],
    ),
    // Runs git-risk as a process of its own, and only looks whether a repository changed.
    ("git-risk-serve", &["risk-history", "risk-page"]),
];

/// Crates of others that only the named crates of ours may depend on, and why.
const RESTRICTED: &[(&str, &[&str], &str)] = &[
    (
        "git2",
        &["risk-history"],
        "only risk-history opens a repository",
    ),
    (
        "libgit2-sys",
        &["risk-history"],
        "only risk-history opens a repository",
    ),
    (
        "polars",
        &["risk-lab"],
        "the binary of a hook does not link a data frame engine",
    ),
    (
        "reqwest",
        &[],
        "git-risk never uses the network, and git-risk-serve never connects",
    ),
    (
        "hyper",
        &["git-risk-serve"],
        "git-risk never uses the network",
    ),
    (
        "tokio",
        &["git-risk-serve"],
        "nothing else is asynchronous, and a hook must start at once",
    ),
    ("axum", &[], "hyper alone has the bounds that we need"),
];

/// One dependency as a manifest states it.
struct Edge {
    from: String,
    to: String,
    is_dev: bool,
    /// Whether it is a crate of this repository.
    is_path: bool,
    /// Which versions are wanted.
    versions: String,
}

/// What cargo prints when it is asked about this workspace.
fn cargo(args: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .output()
        .expect("because cargo runs this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// The dependencies of each member of the workspace, from `cargo metadata`.
fn edges() -> (BTreeSet<String>, Vec<Edge>) {
    let printed = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_slice(&printed).expect("because cargo prints JSON");
    let text = |value: &Value| value.as_str().expect("because names are text").to_owned();
    let list = |value: &Value| value.as_array().expect("because it is a list").clone();
    let mut members = BTreeSet::new();
    let mut edges = Vec::new();
    for package in list(&metadata["packages"]) {
        members.insert(text(&package["name"]));
        for dependency in list(&package["dependencies"]) {
            edges.push(Edge {
                from: text(&package["name"]),
                to: text(&dependency["name"]),
                is_dev: dependency["kind"] == "dev",
                is_path: dependency["path"].is_string(),
                versions: text(&dependency["req"]),
            });
        }
    }
    (members, edges)
}

#[test]
fn every_crate_has_a_row_in_the_table() {
    let (members, _) = edges();
    let known: BTreeSet<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(members, known);
}

#[test]
fn crates_depend_only_on_what_the_table_allows() {
    let (members, edges) = edges();
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let violations: Vec<String> = edges
        .iter()
        .filter(|edge| members.contains(&edge.to))
        .filter(|edge| !(edge.is_dev && edge.to == "risk-testkit"))
        .filter(|edge| !allowed[edge.from.as_str()].contains(&edge.to.as_str()))
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert!(
        violations.is_empty(),
        "edges that the table does not allow: {violations:#?}"
    );
}

#[test]
fn restricted_crates_are_used_only_where_they_belong() {
    let (_, edges) = edges();
    for (restricted, users, reason) in RESTRICTED {
        for edge in edges
            .iter()
            .filter(|edge| edge.to == *restricted || edge.to.starts_with(&format!("{restricted}-")))
        {
            assert!(
                users.contains(&edge.from.as_str()),
                "{} -> {}: {reason}",
                edge.from,
                edge.to
            );
        }
    }
}

/// What is linked into the binary of a package on this platform, by name: shipped dependencies of any depth. For other
/// platforms `deny.toml` answers; their crates need not be on this machine.
fn linked_into(package: &str) -> BTreeSet<String> {
    let edges = ["tree", "--locked", "--edges", "normal"];
    let listed = [
        "--prefix",
        "none",
        "--format",
        "{lib}",
        "--package",
        package,
    ];
    let printed = cargo(&[&edges[..], &listed].concat());
    let text = String::from_utf8_lossy(&printed);
    // A repeated one is marked by ` (*)`.
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn the_binary_of_the_hook_links_no_data_frames_and_no_runtime() {
    let hook = linked_into("git-risk");
    // What is linked is listed as rustc names it; without these the list would not be one.
    for needed in ["git2", "risk_history", "rayon"] {
        assert!(hook.contains(needed), "{needed} is not in {hook:?}");
    }
    let foreign = [
        "polars", "arrow", "tokio", "hyper", "axum", "http", "mio", "socket2", "plotters", "zstd",
        "chrono",
    ];
    let found: Vec<&String> = hook
        .iter()
        .filter(|linked| foreign.iter().any(|name| linked.starts_with(name)))
        .collect();
    assert!(found.is_empty(), "a hook must start at once: {found:?}");

    let lab = linked_into("risk-lab");
    assert!(lab.contains("polars_parquet") && lab.contains("polars_arrow"));
    assert!(!lab.contains("tokio") && !lab.contains("polars_core"));
}

#[test]
fn the_server_can_listen_and_has_nothing_to_connect_with() {
    let server = linked_into("git-risk-serve");
    for needed in ["tokio", "hyper", "risk_history"] {
        assert!(server.contains(needed), "{needed} is not in {server:?}");
    }
    let foreign = [
        "reqwest",
        "ureq",
        "curl",
        "rustls",
        "openssl",
        "native_tls",
        "h2",
        "tower",
    ];
    let found: Vec<&String> = server
        .iter()
        .filter(|linked| foreign.iter().any(|name| linked.starts_with(name)))
        .collect();
    assert!(found.is_empty(), "a server has no client in it: {found:?}");
}

#[test]
fn crates_of_others_are_wanted_in_known_versions() {
    let (_, edges) = edges();
    let open: Vec<String> = edges
        .iter()
        .filter(|edge| !edge.is_path && edge.versions.contains('*'))
        .map(|edge| format!("{} -> {} {}", edge.from, edge.to, edge.versions))
        .collect();
    assert!(open.is_empty(), "say which versions: {open:#?}");
}

/// Major and minor number of a version of the compiler.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|it| it.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next())
}

#[test]
fn no_dependency_asks_for_a_newer_compiler_than_we_do() {
    let printed = cargo(&["metadata", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_slice(&printed).expect("because cargo prints JSON");
    let packages = metadata["packages"].as_array();
    let packages = packages.expect("because it is a list");
    let wanted = |package: &Value| package["rust_version"].as_str().map_or((0, 0), release);
    let own = packages.iter().find(|it| it["name"] == "git-risk");
    let oldest = wanted(own.expect("because it is a member"));
    assert!(oldest > (1, 0), "rust-version says which is the oldest one");
    let newer: Vec<&Value> = packages
        .iter()
        .filter(|package| wanted(package) > oldest)
        .map(|package| &package["id"])
        .collect();
    assert!(newer.is_empty(), "{newer:#?}");
}

#[test]
fn the_table_has_no_cycle() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut placed = BTreeSet::new();
    while placed.len() < allowed.len() {
        let ready: Vec<&str> = allowed
            .iter()
            .filter(|(name, uses)| {
                !placed.contains(*name) && uses.iter().all(|used| placed.contains(used))
            })
            .map(|(name, _)| *name)
            .collect();
        assert!(
            !ready.is_empty(),
            "a cycle above {placed:?}, or a crate without a row"
        );
        placed.extend(ready);
    }
}
