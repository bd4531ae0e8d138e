//! Packs in every form that git writes, and damaged ones: what is read is what git stored, or an error.

use risk_history::{Cached, Error, History, Repository, Silent};
use risk_testkit::{TestRepo, random_history};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn read(path: &Path) -> Result<History, Error> {
    let repository = Repository::discover(path)?;
    let tip = repository.resolve("HEAD")?;
    repository.read(&tip, &|_| None, 0, &mut Cached::default(), 2, &Silent)
}

/// A history with long chains of deltas: large files that change a little, again and again.
fn history() -> TestRepo {
    let repo = random_history(11, 70);
    let line = |at: usize| format!("line {at} of a file that is long enough to be a base\n");
    let mut lines: Vec<String> = (0..400).map(line).collect();
    for step in 0..40 {
        lines[step * 7] = format!("changed in step {step}\n");
        lines.insert(step * 3, line(step + 1_000));
        repo.write("long.txt", &lines.concat())
            .commit(format!("step {step}"));
    }
    repo
}

/// The same history with SHA-1 ids and with SHA-256 ids.
fn histories() -> [TestRepo; 2] {
    let repo = history();
    let other = repo.in_sha_256().0;
    [repo, other]
}

fn files_of(repo: &TestRepo, extension: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(repo.path().join(".git/objects/pack")).expect("it was packed");
    files
        .map(|file| file.expect("the directory is ours").path())
        .filter(|path| path.extension().is_some_and(|own| own == extension))
        .collect()
}

#[test]
fn every_form_of_pack_is_read_alike() {
    for repo in histories() {
        every_form_is_read_alike(&repo);
    }
}

fn every_form_is_read_alike(repo: &TestRepo) {
    let loose = read(repo.path()).expect("nothing is damaged");
    let forms: [(&str, &[&str], &[&str]); 7] = [
        ("as git does it", &[], &[]),
        ("deep chains", &[], &["--depth=4000", "--window=50"]),
        ("no deltas", &[], &["--depth=0"]),
        ("bases by name", &["repack.useDeltaBaseOffset=false"], &[]),
        (
            "not compressed",
            &["core.compression=0", "pack.compression=0"],
            &[],
        ),
        ("best compression", &["pack.compression=9"], &[]),
        ("an index of the old form", &["pack.indexVersion=1"], &[]),
    ];
    for (what, config, options) in forms {
        let config = config.iter().flat_map(|setting| ["-c", setting]);
        let repack = ["repack", "-a", "-d", "-f", "-q"];
        let args: Vec<&str> = config
            .chain(repack)
            .chain(options.iter().copied())
            .collect();
        repo.git(&args);
        repo.git(&["prune-packed"]);
        let packed = read(repo.path()).expect("nothing is damaged");
        assert_eq!(packed.changes, loose.changes, "{what}");
        assert_eq!(packed.parents, loose.parents, "{what}");
    }
}

/// Offsets beyond 2 GiB stand in a table of their own; git can be told to use it for smaller ones.
#[test]
fn an_index_with_wide_offsets_is_read_alike() {
    for repo in histories() {
        let loose = read(repo.path()).expect("nothing is damaged");
        repo.git(&["repack", "-a", "-d", "-q"]);
        for pack in files_of(&repo, "pack") {
            let index = pack.with_extension("idx");
            fs::remove_file(&index).expect("the directory is ours");
            let (pack, index) = (pack.display().to_string(), index.display().to_string());
            repo.git(&["index-pack", "--index-version=2,0x200", "-o", &index, &pack]);
        }
        let wide = read(repo.path()).expect("nothing is damaged");
        assert_eq!(wide.changes, loose.changes);
    }
}

#[test]
fn several_packs_and_borrowed_ones_are_read_alike() {
    for format in ["sha1", "sha256"] {
        let repo = TestRepo::with_object_format(format);
        for step in 0..30 {
            repo.write("a.txt", &format!("{step}\n").repeat(50))
                .commit(format!("step {step}"));
            if step % 10 == 9 {
                repo.git(&["repack", "-d", "-q"]);
            }
        }
        assert_eq!(files_of(&repo, "idx").len(), 3);
        let own = read(repo.path()).expect("nothing is damaged");
        let borrower = TestRepo::new();
        let path = borrower.path().join("borrower");
        repo.git(&["clone", "-q", "--shared", ".", &path.display().to_string()]);
        assert_eq!(read(&path).expect("it is all there").changes, own.changes);
    }
}

/// Each byte of pack and index in turn is damaged, in steps that hit headers, deltas and data alike.
#[test]
fn a_damaged_pack_never_gives_another_history() {
    for repo in histories() {
        is_told_or_read_alike(&repo);
    }
}

fn is_told_or_read_alike(repo: &TestRepo) {
    repo.git(&["repack", "-a", "-d", "-f", "-q"]);
    let truth = read(repo.path()).expect("nothing is damaged");
    let (mut told, mut unharmed) = (0, 0);
    for (extension, step) in [("pack", 97), ("idx", 61)] {
        let [file] = &files_of(repo, extension)[..] else {
            panic!("one pack was made");
        };
        let good = fs::read(file).expect("git wrote it");
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).expect("it is ours");
        for at in (0..good.len()).step_by(step) {
            let mut bad = good.clone();
            bad[at] ^= 0x55;
            fs::write(file, &bad).expect("it is ours");
            match read(repo.path()) {
                Err(_) => told += 1,
                Ok(history) if !history.skipped.is_empty() => told += 1,
                Ok(history) => {
                    assert_eq!(history.changes, truth.changes, "{extension}, byte {at}");
                    unharmed += 1;
                }
            }
        }
        for left in [good.len() / 3, good.len() - 30, 12, 0] {
            fs::write(file, &good[..left]).expect("it is ours");
            let harmed = read(repo.path()).map_or(true, |history| !history.skipped.is_empty());
            assert!(harmed, "{extension}, {left} bytes left");
        }
        fs::write(file, &good).expect("it is ours");
    }
    assert!(told > 100, "{told} told, {unharmed} unharmed");
}
