//! The real binary on a made-up project: the same study gives the same bytes, and what is wrong is told.

use flate2::Compression;
use flate2::write::GzEncoder;
use risk_testkit::random_history;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// Changes of the made-up project.
const N: usize = 1_300;

/// Models of a study that does not say which.
const N_MODELS: usize = 9;

/// An ORB file in which changes of many lines and files are repaired, some late; every 20th change is a merge.
fn made_up() -> String {
    let mut text = String::from(
        "fix,ns,nd,nf,entrophy,la,ld,lt,ndev,age,nuc,exp,rexp,sexp,contains_bug,author_date_unix_timestamp,\
         days_to_first_fix\n",
    );
    for i in 0..N {
        let at = 1_000_000_000 + i * 60_000;
        if i % 20 == 0 {
            writeln!(text, "False,0,0,0,0,0,0,0,0,0,0,0,0,0,False,{at},")
                .expect("because a string takes all");
            continue;
        }
        // Two sequences that look drawn, and repeat after 997 and 1,009 changes.
        let (a, b) = (i * 389 % 997, i * 271 % 1_009);
        let (la, nf) = (a * a / 997, 1 + b % 5);
        let defective = a + 250 * nf > 1_350;
        let days = if defective {
            format!("{}.25", (a * 7 + b) % 200)
        } else {
            String::new()
        };
        writeln!(
            text,
            "{},1,1,{nf},0.5,{la},{},{},{},{}.5,{},{},{}.5,{},{},{at},{days}",
            if b % 3 == 0 { "True" } else { "False" },
            b % 40,
            a % 300,
            1 + a % 7,
            b % 90,
            b % 60,
            i % 500,
            i % 50,
            i % 100,
            if defective { "True" } else { "False" },
        )
        .expect("because a string takes all");
    }
    text
}

fn lab(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_git-risk-lab"))
        .env_clear()
        .current_dir(folder)
        .args(args)
        .output()
        .expect("because the binary was built for this test")
}

#[track_caller]
fn run(folder: &Path, args: &[&str]) -> String {
    let output = lab(folder, args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).expect("because results are UTF-8")
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("because the study made it");
    entries
        .map(|entry| {
            let entry = entry.expect("because the folder is readable");
            let name = entry
                .file_name()
                .into_string()
                .expect("because names are UTF-8");
            (
                name,
                fs::read(entry.path()).expect("because the folder holds files alone"),
            )
        })
        .collect()
}

/// The rows of a table as maps from column to value.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .map(|row| row.expect("because it is a table"))
        .collect()
}

#[test]
fn the_same_study_gives_the_same_bytes_wherever_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    fs::write(folder.path().join("made-up.csv"), made_up()).unwrap();
    fs::write(folder.path().join("elsewhere/made-up.csv"), made_up()).unwrap();
    let options = [
        "--profile",
        "orb",
        "--waiting",
        "90,90",
        "--split",
        "0.8",
        "--draws",
        "20",
    ];
    let study = |data, out| {
        let mut args = vec!["study", "--data", data, "--out", out];
        args.extend(options);
        run(folder.path(), &args)
    };
    let told = study("made-up.csv", "one");
    assert_eq!(told, study("elsewhere/made-up.csv", "elsewhere/two"));

    let one = files(&folder.path().join("one"));
    assert!(one == files(&folder.path().join("elsewhere/two")));
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "across.csv",
            "blocks.csv",
            "comparisons.csv",
            "made-up-split-0.8-auc.svg",
            "made-up-split-0.8-effort.svg",
            "made-up-split-0.8-gmean.svg",
            "made-up-split-0.8-reliability.svg",
            "made-up-waiting-90-auc.svg",
            "made-up-waiting-90-effort.svg",
            "made-up-waiting-90-gmean.svg",
            "made-up-waiting-90-reliability.svg",
            "predictions.csv",
            "split-0.8-compared.svg",
            "study.json",
            "summary.csv",
            "summary.md",
            "waiting-90-compared.svg",
        ]
    );
    assert_eq!(one["summary.md"], told.as_bytes());
    // Whoever changes a metric, a model or a protocol on purpose stores what the test prints.
    assert_eq!(told, include_str!("data/made-up.md"), "{told}");
    assert!(one["made-up-waiting-90-auc.svg"].starts_with(b"<svg"));

    let manifest: serde_json::Value = serde_json::from_slice(&one["study.json"]).unwrap();
    assert_eq!(
        manifest["command"],
        "git-risk-lab study --data made-up.csv --profile orb --waiting 90 --split 0.8 --maturity 0 --seed 1 --draws 20"
    );
    assert_eq!(manifest["streams"][0]["n_empty_left_out"], 65);
    let listed: Vec<&str> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(listed.len(), names.len());
    assert!(names.iter().all(|name| listed.contains(name)));
    // `sha256sum` of the file, as 64 digits.
    assert_eq!(manifest["streams"][0]["sha256"].as_str().unwrap().len(), 64);

    let summary = rows(&one["summary.csv"]);
    assert_eq!(summary.len(), 2 * N_MODELS);
    let auc = |protocol: &str, model: &str| -> f64 {
        let row = summary
            .iter()
            .find(|row| row["protocol"] == protocol && row["model"] == model);
        row.unwrap()["auc"].parse().unwrap()
    };
    assert!(auc("waiting-90", "online") > auc("waiting-90", "la"));
    assert!((auc("waiting-90", "random") - 0.5).abs() < 0.1);

    let predictions = rows(&one["predictions.csv"]);
    let n_scored = N - 65;
    assert_eq!(
        predictions.len(),
        (n_scored + n_scored - n_scored * 8 / 10) * N_MODELS
    );
    for row in &predictions {
        if let Ok(known_at) = row["label_time"].parse::<i64>() {
            assert!(known_at >= row["time"].parse::<i64>().unwrap());
        }
    }
    // After the split nothing is learned.
    let after = predictions
        .iter()
        .filter(|row| row["protocol"] == "split-0.8");
    assert!(after.clone().count() > 0);
    assert!(after.into_iter().all(|row| row["label_time"].is_empty()));
}

#[test]
fn a_study_file_finds_its_packed_data_and_repositories_and_replaces_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deep");
    fs::create_dir(&place).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(made_up().as_bytes()).unwrap();
    fs::write(
        folder.path().join("made-up.csv.gz"),
        packed.finish().unwrap(),
    )
    .unwrap();
    let repo = random_history(5, 120);
    let plan = format!(
        "draws = 0\npredictions = 'parquet'\nmodels = ['la', 'git-risk']\n\
         [[stream]]\ndata = '../made-up.csv.gz'\nprofile = 'orb'\nfirst = 200\n\
         [[stream]]\nname = 'repo'\nrepository = '{}'\n",
        repo.path().display()
    );
    fs::write(place.join("study.toml"), plan).unwrap();

    let told = run(folder.path(), &["study", "deep/study.toml"]);
    assert!(
        told.contains("## made-up: waiting time 90 days\n\n200 changes judged"),
        "{told}"
    );
    assert!(told.contains("## repo: waiting time 90 days"), "{told}");
    let one = files(&place.join("results"));
    assert!(one["predictions.parquet"].starts_with(b"PAR1"));
    let manifest: serde_json::Value = serde_json::from_slice(&one["study.json"]).unwrap();
    assert_eq!(manifest["command"], "git-risk-lab study study.toml");
    assert_eq!(manifest["streams"][1]["profile"], "repository");
    assert_eq!(manifest["streams"][1]["tip"].as_str().unwrap().len(), 40);

    // Again, and on another number of threads, although one of the results is gone.
    fs::remove_file(place.join("results/summary.csv")).unwrap();
    let again = run(
        folder.path(),
        &["study", "deep/study.toml", "--threads", "3"],
    );
    assert!(told == again && one == files(&place.join("results")));

    // What the study did not write stays, and so does all beside it.
    fs::write(place.join("results/notes.txt"), "mine").unwrap();
    let refused = lab(folder.path(), &["study", "deep/study.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(files(&place.join("results")).len(), one.len() + 1);
}

#[test]
fn what_cannot_be_done_is_told_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.csv"), "la,ld\n1,2\n").unwrap();
    fs::write(folder.path().join("study.toml"), "sed = 1\n").unwrap();
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/x.csv"), "").unwrap();
    let told = |args: &str| {
        let args: Vec<&str> = args.split(' ').collect();
        let output = lab(folder.path(), &args);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    for (args, expected) in [
        (
            "study --data x.csv --profile orb --out full",
            "the folder full is not empty\n  hint: name a folder",
        ),
        (
            "study --data x.csv --profile orb --out o",
            "x.csv has no column `ns`; it has la, ld\n  hint: choose",
        ),
        (
            "study --data gone.csv --profile orb --out o",
            "gone.csv cannot be read",
        ),
        (
            "study study.toml",
            "unknown field `sed`, expected one of `title`, `prior`, `seed`,",
        ),
        ("study study.toml --waiting 90", "cannot be used with"),
        (
            "study --data x.csv --profile orb --out o --waiting=-1",
            "a waiting time is finite and not negative",
        ),
    ] {
        let text = told(args);
        assert!(text.contains(expected), "{text}");
    }
}
