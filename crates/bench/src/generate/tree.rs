//! A tree of files that changes from commit to commit.

use super::stream::File;
use risk_testkit::Dice;

/// As many files as a tree grows to.
const MOST_FILES: usize = 2_000;

struct Source {
    path: String,
    /// The number of each line: its text follows from it.
    lines: Vec<u64>,
}

/// The files as they stand, and the randomness that changes them.
pub(crate) struct Tree {
    files: Vec<Source>,
    usual_lines: usize,
    dice: Dice,
    next_line: u64,
    next_name: u64,
}

impl Tree {
    pub(crate) fn new(seed: u64, n_files: usize, usual_lines: usize) -> Self {
        let mut tree = Self {
            files: Vec::with_capacity(n_files),
            usual_lines,
            dice: Dice(seed),
            next_line: 0,
            next_name: 0,
        };
        for _ in 0..n_files {
            tree.add();
        }
        tree
    }

    fn below(&mut self, end: usize) -> usize {
        self.dice.below(end.max(1))
    }

    fn add(&mut self) -> usize {
        let path = self.name();
        let n = self.usual_lines / 2 + self.below(self.usual_lines);
        let lines = (0..n).map(|_| self.line()).collect();
        self.files.push(Source { path, lines });
        self.files.len() - 1
    }

    fn name(&mut self) -> String {
        self.next_name += 1;
        let name = self.next_name;
        format!("src/part{}/module{}/file{name}.rs", name % 7, name % 40)
    }

    /// A new line, one in eight a frequent one.
    fn line(&mut self) -> u64 {
        if self.below(8) == 0 {
            return self.below(3) as u64;
        }
        self.next_line += 1;
        self.next_line + 2
    }

    /// The message of the n-th commit.
    pub(crate) fn message(&mut self, n: u64) -> String {
        if self.below(5) == 0 {
            format!("fix: wrong value in case {n}")
        } else {
            format!("change {n}")
        }
    }

    pub(crate) fn all(&self) -> Vec<File> {
        self.files.iter().map(Source::write).collect()
    }

    /// Edits one to three files, or adds one as long as there are few.
    pub(crate) fn edits(&mut self) -> Vec<File> {
        if self.files.len() > 10 && self.files.len() < MOST_FILES && self.below(20) == 0 {
            let new = self.add();
            return vec![self.files[new].write()];
        }
        let n = if self.files.len() < 10 {
            1
        } else {
            1 + self.below(3)
        };
        let mut chosen: Vec<usize> = (0..n).map(|_| self.choose()).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen.into_iter().map(|file| self.edit(file)).collect()
    }

    /// Edits two different files.
    pub(crate) fn two_edits(&mut self) -> (File, File) {
        let first = self.choose();
        let second = (first + 1) % self.files.len();
        (self.edit(first), self.edit(second))
    }

    pub(crate) fn edit_all(&mut self) -> Vec<File> {
        (0..self.files.len()).map(|file| self.edit(file)).collect()
    }

    pub(crate) fn move_file(&mut self) -> Vec<File> {
        let file = self.choose();
        let gone = File::Delete(self.files[file].path.clone());
        self.files[file].path = self.name();
        vec![gone, self.edit(file)]
    }

    pub(crate) fn move_directory(&mut self) -> Vec<File> {
        let chosen = self.choose();
        let directory = directory(&self.files[chosen].path).to_owned();
        self.next_name += 1;
        let to = format!("src/moved{}", self.next_name);
        let mut files = Vec::new();
        for file in &mut self.files {
            if directory_of(file) == directory {
                files.push(File::Delete(file.path.clone()));
                file.path = format!("{to}{}", &file.path[directory.len()..]);
                files.push(file.write());
            }
        }
        files
    }

    /// A file, the earlier ones more often: the square of an evenly drawn place.
    fn choose(&mut self) -> usize {
        let place = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((place * place) * self.files.len() as f64) as usize
    }

    /// Replaces, adds or deletes up to five lines at one place.
    fn edit(&mut self, file: usize) -> File {
        let len = self.files[file].lines.len();
        let at = self.below(len);
        let most = (len - at).min(5);
        let (mut gone, mut come) = (self.below(most + 1), 1 + self.below(5));
        // Files stay about as long as they were.
        if len > self.usual_lines * 2 {
            gone = most;
            come = 1;
        }
        let new: Vec<u64> = (0..come).map(|_| self.line()).collect();
        self.files[file].lines.splice(at..at + gone, new);
        self.files[file].write()
    }
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn directory_of(file: &Source) -> &str {
    directory(&file.path)
}

impl Source {
    fn write(&self) -> File {
        let mut content = Vec::with_capacity(self.lines.len() * 32);
        for &line in &self.lines {
            match line {
                0 => content.push(b'\n'),
                1 => content.extend_from_slice(b"    }\n"),
                2 => content.extend_from_slice(b"        return;\n"),
                line => {
                    let text = format!(
                        "        let v{line:x} = if ready({line}) {{ {} }};\n",
                        line % 97
                    );
                    content.extend_from_slice(text.as_bytes());
                }
            }
        }
        File::Write(self.path.clone(), content)
    }
}
