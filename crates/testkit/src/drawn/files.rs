//! Histories of files that are more than text in one place.

use super::{commit, lines};
use crate::TestRepo;

/// ```text
///   A---B---C
/// ```
///
/// B makes `a.sh` executable and nothing else; C takes that back and changes a line.
pub fn mode_only() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.sh", "echo 1\necho 2\n");
    commit(&repo, "A", "add a");
    repo.chmod("a.sh", 0o755);
    commit(&repo, "B", "make it executable");
    repo.chmod("a.sh", 0o644)
        .write("a.sh", "echo 1\necho two\n");
    commit(&repo, "C", "mode and a line");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A adds a file; B makes it a symbolic link; C makes it a directory with a file inside; D makes it a file again.
pub fn kinds() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a", "1\n2\n").write("other", "x\n");
    commit(&repo, "A", "a file");
    repo.symlink("a", "other");
    commit(&repo, "B", "a symbolic link");
    repo.remove("a").write("a/b", "1\n2\n3\n");
    commit(&repo, "C", "a directory");
    repo.remove("a/b").write("a", "4\n");
    commit(&repo, "D", "a file again");
    repo
}

/// ```text
///   A---B---C---D---E
/// ```
///
/// A adds binary bytes; B changes them; C moves the file as it is; D makes it text; E makes it binary again
/// and adds a text whose only NUL comes after the first 8,000 bytes, which git takes for text.
pub fn binary() -> TestRepo {
    let repo = TestRepo::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(2_000).collect();
    repo.write_bytes("a.bin", &bytes);
    commit(&repo, "A", "add bytes");
    repo.write_bytes("a.bin", [&bytes[..], b"more"].concat());
    commit(&repo, "B", "change bytes");
    repo.rename("a.bin", "b.bin");
    commit(&repo, "C", "move bytes");
    repo.write("b.bin", &lines("text", 5));
    commit(&repo, "D", "make it text");
    let late = lines("line", 1_000) + "\0\n";
    repo.write_bytes("b.bin", &bytes).write("late.txt", &late);
    commit(&repo, "E", "make it binary again");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A adds a submodule beside a file; B moves it to another commit; C changes only the file; D removes it.
pub fn submodule() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("a.txt", "1\n").submodule("sub", &"1".repeat(40));
    commit(&repo, "A", "add a submodule");
    repo.submodule("sub", &"2".repeat(40));
    commit(&repo, "B", "move the submodule");
    repo.write("a.txt", "2\n");
    commit(&repo, "C", "change the file");
    repo.git(&["rm", "-q", "--cached", "sub"]);
    std::fs::remove_dir(repo.path().join("sub"))
        .expect("because a submodule is an empty directory");
    commit(&repo, "D", "remove the submodule");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A and C are empty commits, A the root; B adds an empty file and one with a line; D deletes the empty file.
pub fn empty_commit() -> TestRepo {
    let repo = TestRepo::new();
    repo.empty_commit("A: nothing");
    repo.tag("A").write("empty", "").write("a.txt", "1\n");
    commit(&repo, "B", "an empty file");
    repo.empty_commit("C: nothing");
    repo.tag("C").remove("empty");
    commit(&repo, "D", "delete the empty file");
    repo
}

/// ```text
///   A---B---C---D---E
/// ```
///
/// A adds three lines, the last without a line end; B adds the line end; C makes all line ends CRLF; D changes
/// one of these lines; E goes back to LF and has a lone CR inside a line.
pub fn line_ends() -> TestRepo {
    let repo = TestRepo::new();
    for (letter, what, text) in [
        ("A", "no last line end", "one\ntwo\nthree"),
        ("B", "a last line end", "one\ntwo\nthree\n"),
        ("C", "CRLF", "one\r\ntwo\r\nthree\r\n"),
        ("D", "change a line", "one\r\n2\r\nthree\r\n"),
        ("E", "LF, and a lone CR", "one\n2\rtwo\nthree\n"),
    ] {
        repo.write("a.txt", text);
        commit(&repo, letter, what);
    }
    repo
}

/// ```text
///   A---B---C
/// ```
///
/// A adds a file whose name and content are Latin-1, with a Latin-1 message that names its encoding; B adds one
/// whose name has a tab, a quote and a line end, with a message in Latin-1 that names no encoding; C moves the first.
pub fn not_utf8() -> TestRepo {
    let repo = TestRepo::new();
    repo.write_bytes(b"caf\xe9.txt", b"un caf\xe9\nune cr\xe8me\n");
    repo.commit_encoded(b"A: ajoute un caf\xe9", "ISO-8859-1");
    repo.tag("A").write("odd \"name\"\t\n.txt", "1\n");
    repo.commit_encoded(b"B: cr\xe8me", "ISO-8859-1");
    // Without the name of an encoding, git itself would mend the message; the object may hold any bytes.
    let named = repo.git_with(&["cat-file", "commit", "HEAD"], b"");
    let unnamed: Vec<u8> = named
        .split_inclusive(|&byte| byte == b'\n')
        .filter(|line| !line.starts_with(b"encoding "))
        .flatten()
        .copied()
        .collect();
    let id = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin"], &unnamed);
    let id = String::from_utf8_lossy(&id).trim().to_owned();
    repo.git(&["reset", "-q", "--soft", &id]);
    repo.tag("B").rename(b"caf\xe9.txt", b"th\xe9.txt");
    commit(&repo, "C", "move it");
    repo
}

/// ```text
///   A---B---C---D
/// ```
///
/// A adds `a.txt`, B deletes it, C adds it again with the same content, D changes a line of it.
pub fn delete_and_recreate() -> TestRepo {
    let repo = TestRepo::new();
    let text = lines("line", 5);
    repo.write("a.txt", &text).write("keep.txt", "keep\n");
    commit(&repo, "A", "add a");
    repo.remove("a.txt");
    commit(&repo, "B", "delete a");
    repo.write("a.txt", &text);
    commit(&repo, "C", "add a again");
    repo.write("a.txt", &text.replace("line 2\n", "two\n"));
    commit(&repo, "D", "change line 2");
    repo
}
