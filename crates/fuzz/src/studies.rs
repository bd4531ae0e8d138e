//! Files of studies: data sets of others, samples, and what is asked of a study.

use crate::kept::folder;
use crate::{is_harmless, parts};
use risk_evaluate::{Bootstrap, Waiting};
use risk_lab::fixes::Fixes;
use risk_lab::links::oracle::{Links, Oracle};
use risk_lab::links::{self, fit};
use risk_lab::{Empty, Error, Model, Profile, Protocol, Run, extract, plan, prior};
use std::fs;
use std::path::Path;

/// A data set in a form that the first byte tells, which is read and, if it is short, predicted from.
///
/// After a `p` it is made Parquet of first, of which edits that stand before it, split off by 0xff, overwrite bytes: three
/// of place, from the end, and one of content.
pub(crate) fn datasets(input: &[u8]) {
    let Some((&which, bytes)) = input.split_first() else {
        return;
    };
    if which == b'p' {
        return parquet(bytes);
    }
    let profile = Profile::ALL[usize::from(which) % Profile::ALL.len()];
    let path = Path::new("a/b.csv");
    let stream = match profile.read(path, bytes, Empty::LeftOut) {
        Ok(stream) => stream,
        Err(error) => return is_told(&error),
    };
    assert!(stream.changes.is_sorted_by_key(|change| change.at));
    let all = profile.read(path, bytes, Empty::Kept);
    let all = all.expect("it was read before");
    assert_eq!(all.changes.len(), stream.changes.len() + stream.n_empty);
    if stream.changes.len() > 64 {
        return;
    }
    for protocol in [
        Protocol::Prequential(Waiting::default()),
        Protocol::Split(0.5),
    ] {
        let run = match Run::of(&stream, protocol, None) {
            Ok(run) => run,
            Err(error) => {
                is_told(&error);
                continue;
            }
        };
        for name in ["la", "git-risk"] {
            let model = Model::of_name(name).expect("it is one of ours");
            let _ = model.predictions(&run, 1);
        }
    }
}

fn parquet(input: &[u8]) {
    let path = Path::new("a/b.parquet");
    let [edits, text] = parts(input);
    let Ok(columns) = extract::columns(path, text) else {
        return;
    };
    let made = extract::Format::Parquet.bytes(path, &columns);
    let mut bytes = made.expect("they are columns");
    for [a, b, c, byte] in edits.as_chunks::<4>().0 {
        let at = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
        let n = bytes.len();
        bytes[n - 1 - at % n] = *byte;
    }
    if let Err(error) = Profile::Extracted.read(path, &bytes, Empty::Kept) {
        is_told(&error);
    }
}

/// What is asked of a study.
pub(crate) fn study(input: &[u8]) {
    let folder = folder();
    let path = folder.path().join("study.toml");
    fs::write(&path, input).expect("a new folder can be written to");
    if let Err(error) = plan::read(&path) {
        is_told(&error);
    }
}

/// Tables of a study: which one is told by the first byte. A sample of changes, a list of repositories, a prior, or known
/// pairs with links and candidates beside them, which are split off by 0xff.
pub(crate) fn tables(input: &[u8]) {
    let Some((&which, bytes)) = input.split_first() else {
        return;
    };
    let folder = folder();
    let path = folder.path().join("table");
    fs::write(&path, bytes).expect("a new folder can be written to");
    let told = match which % 4 {
        0 => Fixes::of(&path, &[]).map(drop),
        1 => extract::Input::listed(&path).map(drop),
        2 => prior::read(&path).map(drop),
        _ => pairs(bytes),
    };
    if let Err(error) = told {
        is_told(&error);
    }
}

fn pairs(bytes: &[u8]) -> Result<(), Error> {
    let path = Path::new("a/b.csv");
    let [pairs, links, candidates] = parts(bytes);
    let pairs = links::Fixes::read(path, pairs, "issue_date")?;
    let links = Links::read(path, links)?;
    let bootstrap = Bootstrap { draws: 20, seed: 1 };
    let oracle = Oracle::of(&pairs, &links, bootstrap);
    assert!(oracle.csv().lines().count() > oracle.agreements.len());
    oracle.markdown();
    let choices = fit::choices(path, candidates, &pairs, 64.0)?;
    fit::source(&fit::fit(&choices, 1.0)?);
    Ok(())
}

/// Whoever tells it cleans it.
fn is_told(error: &Error) {
    let hint = error.hint().unwrap_or_default();
    is_harmless(&risk_report::clean(&format!("{error}\n{hint}")));
}
