//! What reads bytes, for `crates/fuzz` alone: there only if it is compiled for that.

use crate::args::Cli;
use crate::cache;
use crate::commands::hook;
use crate::engine::{Engine, Setup, Unfit, examine};
use crate::error::Failure;
use crate::labels;
use crate::output::Output;
use crate::parcel::Parcel;
use crate::settings;
use crate::shelf::{self, Shelf};
use crate::state::{FORMAT, Folder, PARTS};
use crate::tell::Tell;
use clap::Parser;
use risk_change::ChangeId;
use risk_history::{Note, Remembered, Repository};
use risk_replay::Replay;
use std::borrow::Cow;
use std::io;
use std::path::Path;

/// How many references move by what git tells a hook about a push; `None` if that is not understood.
pub fn push(told: &[u8]) -> Option<usize> {
    hook::push::parse(told).ok().map(|updates| updates.len())
}

/// How many warnings are remembered in a folder.
pub fn shown(folder: &Path) -> usize {
    hook::shown::Shown::read(folder).len()
}

/// Whether a `.git-risk.toml` beside a `.gitattributes` can be used; if not, what is told.
pub fn settings(file: &[u8], attributes: &[u8]) -> Result<(), String> {
    settings::read_alone(file, attributes).map_err(|failure| failure.in_a_line())
}

/// Whether a value of git's configuration can be used; if not, what is told.
pub fn configured(name: &str, value: Option<&str>) -> Result<(), String> {
    settings::check_alone(name, value).map_err(|failure| failure.in_a_line())
}

/// How many labels a file holds, or what is told.
pub fn labels(file: &[u8]) -> Result<usize, String> {
    let labels = labels::file::parse(Path::new("labels"), file);
    labels
        .map(|labels| labels.len())
        .map_err(|failure| failure.in_a_line())
}

/// Whether a note gives a label; what it writes is read back as the same.
pub fn note(text: &[u8]) -> bool {
    let commit = ChangeId::from_bytes(&[7; 20]).expect("an id has 20 bytes");
    let parse = |text: Vec<u8>| labels::note::parse(&Note { commit, text });
    let Ok(given) = parse(text.to_vec()) else {
        return false;
    };
    let again = parse(labels::note::written(&given).into_bytes());
    assert_eq!(again, Ok(given), "a label does not come back");
    true
}

/// Unpacks a parcel into nothing; whether it is whole.
pub fn parcel(bytes: &[u8]) -> bool {
    let unpacked = || {
        let mut parcel = Parcel::open(bytes)?;
        for head in parcel.header.files.clone() {
            parcel.unpack(&head, &mut io::sink())?;
        }
        parcel.finish()
    };
    unpacked().is_ok()
}

/// What a file of changes begins with.
pub fn changes_begin() -> &'static [u8] {
    cache::MAGIC
}

/// How many of some changes a file of changes gives back.
pub fn changes(path: &Path, valid: u64, ids: &[ChangeId]) -> usize {
    let kept = cache::Kept::open(path, valid);
    ids.iter().filter(|id| (&kept).take(id).is_some()).count()
}

/// Follows the history of a repository anew, by so many bytes of what its file of changes says of them. Panics if that
/// does not come off, or if what it leads to could not be taken up again.
pub fn fold(repository: &Path, tip: &ChangeId, valid: u64) {
    let opened = Repository::discover(repository).expect("it was just made");
    let saved = Engine::from_changes(opened, tip, valid, setup());
    let saved = saved.map_err(Failure::in_a_line);
    let saved = saved.expect("what is no change is read from git");
    Replay::restore(saved, risk_replay::Options::default()).expect("it goes together");
}

/// How many labels the notes of a repository give, and how many of them are not understood; or what is told.
pub fn noted(repository: &Path) -> Result<(usize, usize), String> {
    let opened = Repository::discover(repository).expect("it was just made");
    let labels = labels::Labels::of(&opened).map_err(Failure::in_a_line)?;
    Ok((labels.all().len(), labels.not_understood().len()))
}

/// The parts of a state that is whole.
pub fn parts(state: &Path) -> Option<Vec<Vec<u8>>> {
    let shelf = Shelf::open(state, FORMAT, PARTS).ok()?;
    (0..PARTS).map(|part| shelf.numbers(part).ok()).collect()
}

/// Writes parts as a state, with the checksums that they should have.
pub fn write_parts(state: &Path, parts: &[Vec<u8>]) -> io::Result<()> {
    let parts: Vec<Cow<'_, [u8]>> = parts.iter().map(|it| Cow::Borrowed(&it[..])).collect();
    shelf::write(std::fs::File::create(state)?, FORMAT, &parts)
}

/// Learns from the history of a repository up to its tip, and keeps it.
pub fn learn(repository: &Path) -> ChangeId {
    let opened = Repository::discover(repository).expect("it was just made");
    let tip = opened.resolve("HEAD").expect("it has commits");
    let learned = Engine::up_to(opened, &tip, false, setup());
    assert!(learned.is_ok(), "a history that was just made is followed");
    tip
}

/// Whether the files of a folder would be taken in as what another clone has learned.
pub fn take_in(repository: &Path, folder: &Path, tip: &ChangeId) -> bool {
    let opened = Repository::discover(repository).expect("it was just made");
    let found = examine(opened, &Folder::at(folder), tip, setup());
    !matches!(found, Err(Unfit::Repository(_))) && found.is_ok()
}

/// Runs a command as if it were typed; whether it had an answer.
///
/// What was learned is taken as it is, however damaged it turns out to be.
pub fn answers(command: &[&str]) -> bool {
    let cli = Cli::try_parse_from(command).expect("the command is one");
    let mut out = Output::held();
    crate::on_trial(&cli, Tell::new(&cli.global).hushed(), &mut out).is_ok()
}

fn setup() -> Setup {
    let cli = Cli::try_parse_from(["git-risk", "status"]).expect("it is a command");
    Setup {
        threads: 1,
        tell: Tell::new(&cli.global).hushed(),
        distrust: false,
        given: crate::given(None, None).expect("nothing is given"),
    }
}
