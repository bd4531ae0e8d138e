//! Every target with its seeds, with what a seeded generator makes of them, and with inputs of hostile sizes.

use risk_fuzz::Target;
use risk_testkit::Dice;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Longest input that is made.
const LONGEST: usize = 8 << 10;

/// Bytes that mean something to many parsers.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\xff",
    b"\x1b[31m",
    b"\xe2\x80\xae",
    b"\xc3",
    b"::",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b">",
    b"%0A",
    b"/**/",
    b"*/",
    b"0000000000000000000000000000000000000000",
    b"18446744073709551615",
    b"-1",
    b"1e999",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
    b"\x7f\xff\xff\xff",
    b"#",
    b"|",
    b"@",
    b"`",
    b"=",
    b" ",
];

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

/// Another input like one of these.
fn mutated(seeds: &[(PathBuf, Vec<u8>)], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(seeds).1.clone();
    for _ in 0..=dice.below(6) {
        let at = dice.up_to(bytes.len());
        let end = (at + 1 + dice.below(16)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, dice.pick(TOKENS).iter().copied())),
            4 => {
                let again = bytes[at..end].repeat(1 + dice.below(40));
                bytes.splice(at..at, again);
            }
            5 => {
                let other = &dice.pick(seeds).1;
                let from = dice.up_to(other.len());
                let until = (from + dice.below(200)).min(other.len());
                bytes.splice(at..end, other[from..until].iter().copied());
            }
            6 => drop(bytes.splice(at..end, (0..end - at).map(|_| dice.below(256) as u8))),
            _ => bytes.truncate(at),
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// Runs targets one after the other, and tells how long each takes.
#[expect(clippy::disallowed_methods, reason = "how long a target takes is told")]
fn each_of(targets: &[Target], run: impl Fn(&Target)) {
    for target in targets {
        let begun = Instant::now();
        run(target);
        println!("{:12} {:6} ms", target.name, begun.elapsed().as_millis());
    }
}

#[test]
fn seeds_and_what_is_made_of_them_do_no_harm() {
    each_of(Target::ALL, |target| {
        let seeds = seeds(target.name);
        for (path, input) in &seeds {
            println!("{}", path.display());
            (target.run)(input);
        }
        let mut dice = Dice(target.name.bytes().map(u64::from).sum());
        for n in 0..target.n_inputs {
            let input = mutated(&seeds, &mut dice);
            let caught = std::panic::catch_unwind(|| (target.run)(&input));
            if let Err(panic) = caught {
                let kept = std::env::temp_dir().join(format!("{}-{n}", target.name));
                fs::write(&kept, &input).unwrap();
                println!("{}: the input is kept in {}", target.name, kept.display());
                std::panic::resume_unwind(panic);
            }
        }
    });
}

#[test]
fn every_target_has_a_file_and_seeds_of_a_few_kilobytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut n_bytes = 0;
    for target in Target::ALL {
        let file = root.join("targets").join(format!("{}.rs", target.name));
        assert!(file.is_file(), "{} is missing", file.display());
        n_bytes += seeds(target.name)
            .iter()
            .map(|it| it.1.len())
            .sum::<usize>();
    }
    let n_files = fs::read_dir(root.join("targets")).unwrap().count();
    let n_studies = if cfg!(feature = "studies") { 0 } else { 3 };
    assert_eq!(n_files, Target::ALL.len() + n_studies);
    assert!(n_bytes <= 300_000, "{n_bytes} bytes of seeds");
}
