//! Files that git-risk writes itself, in hands that it does not know.

use crate::learned::{Learned, learned};
use crate::parts;
use git_risk_parsers::fuzzed;
use risk_change::ChangeId;
use risk_learn::PriorFile;
use std::cell::LazyCell;
use std::fs;
use std::path::Path;
use std::sync::Once;
use tempfile::TempDir;

/// An empty folder, in memory where there is a place for that.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder can be made")
}

/// Warnings that were shown.
pub(crate) fn shown(input: &[u8]) {
    let folder = folder();
    fs::write(folder.path().join("shown"), input).expect("a new folder can be written to");
    assert!(fuzzed::shown(folder.path()) <= input.split(|&byte| byte == b'\n').count());
}

/// What was learned on its way to another clone.
pub(crate) fn parcel(input: &[u8]) {
    if !fuzzed::parcel(input) {
        // Else nothing but the checksum of the header would be tried.
        fuzzed::parcel(&sealed(input));
    }
}

/// A parcel with the checksum that its header should have.
fn sealed(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if let Some(length) = input.get(20..24) {
        let length = u32::from_le_bytes(length.try_into().expect("four bytes were taken"));
        let end = (24_usize).saturating_add(length as usize);
        if let Some(covered) = input.get(..end) {
            let sum = libdeflater::crc32(covered);
            bytes.truncate(end.max(24));
            bytes.extend_from_slice(&sum.to_le_bytes());
            bytes.extend_from_slice(input.get(end + 4..).unwrap_or_default());
        }
    }
    bytes
}

/// Changes that were read once: each part of the input is the body of a record, which gets the length and the checksum
/// that it should have; the last part is what follows the records.
pub(crate) fn changes(input: &[u8]) {
    let bodies: [&[u8]; 3] = parts(input);
    let mut bytes = records(&bodies[..2]);
    let ids = bodies[..2].iter().filter_map(|body| body.get(1..21));
    let ids: Vec<ChangeId> = ids.filter_map(ChangeId::from_bytes).collect();
    bytes.extend_from_slice(bodies[2]);
    let folder = folder();
    let path = folder.path().join("changes");
    fs::write(&path, &bytes).expect("a new folder can be written to");
    for valid in [bytes.len() as u64, u64::MAX, 40] {
        assert!(fuzzed::changes(&path, valid, &ids) <= ids.len());
    }
}

/// Changes that were read once, of a history that is followed by them anew: their records with other bytes in them, and
/// the lengths and checksums that belong to these.
///
/// The input is edits as in [`state`].
pub(crate) fn fold(input: &[u8]) {
    thread_local! {
        static READ: LazyCell<(Learned, Vec<Vec<u8>>)> = LazyCell::new(|| {
            let learned = learned();
            let file = fs::read(learned.folder.join("changes")).expect("it was just written");
            let mut rest = &file[fuzzed::changes_begin().len()..];
            let mut bodies = Vec::new();
            while let Some((length, after)) = rest.split_first_chunk::<4>() {
                let (body, after) = after[4..].split_at(u32::from_le_bytes(*length) as usize);
                bodies.push(body.to_vec());
                rest = after;
            }
            (learned, bodies)
        });
    }
    READ.with(|read| {
        let (learned, bodies) = &**read;
        let mut bodies = bodies.clone();
        let (edits, _) = input.as_chunks::<6>();
        for edit in edits.iter().take(32) {
            change(&mut bodies, *edit);
        }
        let bytes = records(&bodies);
        fs::write(learned.folder.join("changes"), &bytes).expect("the folder can be written to");
        fuzzed::fold(learned.repo.path(), &learned.tip, bytes.len() as u64);
    });
}

/// A file of changes with these bodies.
fn records<B: AsRef<[u8]>>(bodies: &[B]) -> Vec<u8> {
    let mut bytes = fuzzed::changes_begin().to_vec();
    for body in bodies {
        let body = body.as_ref();
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&libdeflater::crc32(body).to_le_bytes());
        bytes.extend_from_slice(body);
    }
    bytes
}

/// The file of a prior.
pub(crate) fn prior(input: &[u8]) {
    if let Ok(file) = serde_json::from_slice::<PriorFile>(input) {
        let _ = file.prior();
    }
}

/// A state with other bytes in its parts and the checksums that belong to them, as who would harm might hand on. It is
/// looked at as an import is, and if it passes, questions are asked of it.
///
/// The input is edits of six bytes: a part, three bytes of where in it, what is done, and a byte to do it with. The last
/// byte chooses the question.
pub(crate) fn state(input: &[u8]) {
    thread_local! {
        static LEARNED: LazyCell<Learned> = LazyCell::new(learned);
    }
    // What panics over such a state is caught, and counts as damage. libFuzzer would not wait for that.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    LEARNED.with(|learned| ask(learned, input));
}

fn ask(learned: &Learned, input: &[u8]) {
    let mut parts = learned.parts.clone();
    let (edits, rest) = input.as_chunks::<6>();
    for edit in edits.iter().take(32) {
        change(&mut parts, *edit);
    }
    let state = learned.folder.join("state");
    fuzzed::write_parts(&state, &parts).expect("the folder can be written to");
    if !fuzzed::take_in(learned.repo.path(), &learned.folder, &learned.tip) {
        return;
    }
    let place = learned.repo.path().to_str().expect("it was made of ASCII");
    let questions: [&[&str]; 8] = [
        &["score"],
        &["score", "HEAD~9"],
        &["score", "HEAD~9..HEAD"],
        &["explain"],
        &["status"],
        &["log"],
        &["why-fix", "HEAD~1"],
        &["annotate", "HEAD~5..HEAD"],
    ];
    let question = questions[usize::from(rest.last().copied().unwrap_or(0)) % questions.len()];
    fuzzed::answers(&[&["git-risk", "--repo", place, "--format", "json"], question].concat());
    // It may have been made anew.
    fuzzed::write_parts(&state, &learned.parts).expect("the folder can be written to");
}

/// Does one edit to the parts.
fn change(parts: &mut [Vec<u8>], [part, a, b, c, what, with]: [u8; 6]) {
    let n_parts = parts.len();
    let part = &mut parts[usize::from(part) % n_parts];
    if part.is_empty() {
        part.push(with);
        return;
    }
    let at = (usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16) % part.len();
    let end = part.len().min(at + 4);
    match what % 8 {
        0 => part[at] = with,
        1 => part[at] ^= 1 << (with % 8),
        2 => part[at..end].fill(with),
        3 => part.truncate(at),
        4 => drop(part.remove(at)),
        5 => part.insert(at, with),
        6 => {
            // The next number or so, as counts and positions are often wrong by one.
            part[at] = part[at].wrapping_add(with % 3).wrapping_sub(1);
        }
        _ => {
            let again = part[at..].to_vec();
            part.extend_from_slice(&again[..again.len().min(usize::from(with))]);
        }
    }
}
