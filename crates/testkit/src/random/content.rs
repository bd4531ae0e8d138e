//! What is inside random files.

use crate::Dice;

/// Lines that occur often, so that a difference can be told in several ways.
const FREQUENT: [&str; 8] = [
    "\n",
    "}\n",
    "    }\n",
    "    return 0;\n",
    "// a comment\n",
    "# another one\n",
    "    if (a < b) {\n",
    "\t\n",
];

/// A new file: text with one kind of line end, or now and then empty or binary.
pub(super) fn fresh(dice: &mut Dice) -> Vec<u8> {
    match dice.below(20) {
        0 => Vec::new(),
        1 | 2 => (0..40 + dice.below(200))
            .map(|_| dice.below(256) as u8 & 0x8f)
            .collect(),
        kind => {
            let n_lines = 1 + dice.below(40);
            let mut content: Vec<u8> = (0..n_lines).flat_map(|_| line(dice)).collect();
            if kind < 5 {
                content = with_crlf(&content);
            }
            if dice.percent(12) {
                content.pop();
            }
            content
        }
    }
}

/// The content with one to three places changed, or its line ends, or its last line end.
pub(super) fn edited(dice: &mut Dice, content: &[u8]) -> Vec<u8> {
    match dice.below(30) {
        0 => return fresh(dice),
        1 => return with_crlf(content),
        2 => return without_crlf(content),
        3 if content.ends_with(b"\n") => return content[..content.len() - 1].to_vec(),
        _ => {}
    }
    let mut lines: Vec<Vec<u8>> = lines_of(content);
    let is_crlf = lines.first().is_some_and(|line| line.ends_with(b"\r\n"));
    for _ in 0..=dice.below(3) {
        let at = dice.below(lines.len() + 1);
        let n_deleted = dice.below(4).min(lines.len() - at);
        let added: Vec<Vec<u8>> = (0..dice.below(4))
            .map(|_| {
                let line = line(dice);
                if is_crlf { with_crlf(&line) } else { line }
            })
            .collect();
        if at == lines.len()
            && !added.is_empty()
            && let Some(last) = lines.last_mut().filter(|last| !last.ends_with(b"\n"))
        {
            last.push(b'\n');
        }
        lines.splice(at..at + n_deleted, added);
    }
    lines.concat()
}

/// The content with other white space in a run of lines.
pub(super) fn respaced(dice: &mut Dice, content: &[u8]) -> Vec<u8> {
    let mut lines = lines_of(content);
    let from = dice.below(lines.len() + 1);
    let to = (from + 1 + dice.below(8)).min(lines.len());
    for line in &mut lines[from.min(to)..to] {
        match dice.below(4) {
            0 => *line = [b"    ", line.as_slice()].concat(),
            1 => *line = [b"\t", line.as_slice()].concat(),
            2 => *line = line.trim_ascii_start().to_vec(),
            _ => {
                let end = line.len() - usize::from(line.ends_with(b"\n"));
                line.insert(end, b' ');
            }
        }
    }
    // A blank line that lost its line end would melt into the next one; that is an edit, too.
    lines.concat()
}

/// The beginning of one content and the end of another, sometimes with a line that neither has.
pub(super) fn joined(dice: &mut Dice, ours: &[u8], theirs: &[u8]) -> Vec<u8> {
    let (ours, theirs) = (lines_of(ours), lines_of(theirs));
    let cut = dice.below(ours.len().max(1));
    let mut lines = ours[..cut.min(ours.len())].to_vec();
    if dice.percent(30) {
        lines.push(line(dice));
    }
    lines.extend(theirs.into_iter().skip(cut));
    lines.concat()
}

fn line(dice: &mut Dice) -> Vec<u8> {
    match dice.below(10) {
        0..4 => dice.pick(&FREQUENT).as_bytes().to_vec(),
        4 if dice.percent(10) => b"caf\xe9 \xff\xfe\n".to_vec(),
        5 if dice.percent(10) => b"a\rb\n".to_vec(),
        _ => {
            let (name, value) = (dice.below(50), dice.below(1_000));
            format!("    let v{name} = {value};\n").into_bytes()
        }
    }
}

/// The lines with their line ends; the last may have none.
fn lines_of(content: &[u8]) -> Vec<Vec<u8>> {
    content
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

fn with_crlf(content: &[u8]) -> Vec<u8> {
    let mut with = Vec::with_capacity(content.len() + 64);
    for line in without_crlf(content).split_inclusive(|&byte| byte == b'\n') {
        match line.split_last() {
            Some((b'\n', text)) => {
                with.extend(text);
                with.extend(b"\r\n");
            }
            _ => with.extend(line),
        }
    }
    with
}

fn without_crlf(content: &[u8]) -> Vec<u8> {
    let mut without = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                without.extend(text);
                without.push(b'\n');
            }
            None => without.extend(line),
        }
    }
    without
}
