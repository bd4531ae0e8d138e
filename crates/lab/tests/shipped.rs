//! A small cut of the study that ships with git-risk, against stored bytes.

use risk_lab::extract::Format;
use risk_lab::extract::folder::Work;
use risk_lab::{Protocol, Study, output, plan};
use std::fs;
use std::path::Path;

/// Changes of each stream.
const FIRST: usize = 1_400;

#[test]
fn a_cut_of_the_shipped_study_gives_the_stored_bytes_on_any_number_of_threads() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../experiments/dynamic-against-static/study.toml");
    let (mut inputs, mut options) = plan::read(&shipped).unwrap();
    assert_eq!((inputs.len(), options.models.len()), (6, 10));
    // The two that are long enough in years for a few labels in so many changes.
    inputs.retain(|input| ["bugzilla", "postgres"].contains(&input.name.as_str()));
    for input in &mut inputs {
        input.first = Some(FIRST);
    }
    options.draws = 10;
    options.predictions = Format::Csv;
    options.protocols.truncate(1);
    let Protocol::Prequential(waiting) = options.protocols[0] else {
        panic!("the first protocol of the study is prequential")
    };
    assert_eq!(waiting.days().0, 365.0);

    let written = |threads| {
        let work = Work {
            threads,
            progress: &|_| unreachable!("nothing is read from git"),
        };
        let study = Study::of(inputs.clone(), options.clone(), &work).unwrap();
        let folder = tempfile::tempdir().unwrap();
        output::prepare(folder.path()).unwrap();
        output::write(&study, folder.path()).unwrap();
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read(path).unwrap())
            })
            .collect();
        files.sort();
        // The folder may be used again.
        output::prepare(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        files
    };
    let files = written(1);
    assert!(files == written(4));
    for (name, stored) in [
        ("summary.md", include_str!("data/shipped-cut.md")),
        ("study.json", include_str!("data/shipped-cut.json")),
    ] {
        let (_, found) = files.iter().find(|(file, _)| file == name).unwrap();
        let found = String::from_utf8_lossy(found);
        // Whoever changes a metric, a model or a protocol on purpose stores what the test prints.
        assert!(found == stored, "{name}:\n{found}");
    }
}
