//! Feeds everything that reads bytes of strangers with what nobody would write.
//!
//! A [`Target`] is a parser with what must hold for it whatever it is given. `targets/` hands each to libFuzzer
//! (`cargo +nightly fuzz run NAME`); `tests/seeds.rs` runs all of them with the stable compiler, on the seeds that are
//! kept in `seeds/` and on inputs that a seeded generator makes of these. `docs/design/fuzzing.md` tells how.
//!
//! An input of several parts is split at bytes that are 0xff, which stand in no UTF-8: seeds stay readable.

mod configuration;
mod edits;
mod kept;
mod learned;
mod packs;
mod people;
mod reports;
#[cfg(feature = "studies")]
mod studies;
mod texts;
mod trees;

/// A parser, and what must hold for it.
#[derive(Clone, Copy)]
pub struct Target {
    /// Also that of its seeds, and of its file in `targets/`.
    pub name: &'static str,
    /// Panics if something does not hold.
    pub run: fn(&[u8]),
    /// How many inputs the test makes; fewer where one takes long.
    pub n_inputs: usize,
}

impl Target {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::new("attributes", texts::attributes, 1_500),
        Self::new("changes", kept::changes, 300),
        Self::new("commit", people::commit, 3_000),
        Self::new("configured", configuration::configured, 1_000),
        #[cfg(feature = "studies")]
        Self::new("datasets", studies::datasets, 400),
        Self::new("fold", kept::fold, 60),
        Self::new("hook", people::hook, 3_000),
        Self::new("issues", texts::issues, 1_500),
        Self::new("labels", people::labels, 1_500),
        Self::new("lines", edits::lines, 1_000),
        Self::new("mailmap", people::mailmap, 3_000),
        Self::new("messages", texts::messages, 600),
        Self::new("note", people::note, 3_000),
        Self::new("notes", trees::notes, 300),
        Self::new("packs", packs::packs, 200),
        Self::new("parcel", kept::parcel, 1_000),
        Self::new("prior", kept::prior, 40),
        Self::new("report", reports::report, 600),
        Self::new("settings", configuration::settings, 600),
        Self::new("shown", kept::shown, 300),
        Self::new("similarity", edits::similarity, 1_000),
        Self::new("source", texts::source, 1_500),
        Self::new("state", kept::state, 60),
        #[cfg(feature = "studies")]
        Self::new("study", studies::study, 600),
        #[cfg(feature = "studies")]
        Self::new("tables", studies::tables, 600),
        Self::new("trees", trees::trees, 200),
    ];

    const fn new(name: &'static str, run: fn(&[u8]), n_inputs: usize) -> Self {
        Self {
            name,
            run,
            n_inputs,
        }
    }

    /// Runs the target of this name.
    ///
    /// # Panics
    ///
    /// If there is none, or if something does not hold.
    pub fn run(name: &str, input: &[u8]) {
        let target = Self::ALL.iter().find(|target| target.name == name);
        (target.expect("there is a target of this name").run)(input);
    }
}

/// What is between two bytes.
const END: u8 = 0xff;

/// The parts of an input; those that are missing are empty, and the last takes the rest.
fn parts<const N: usize>(input: &[u8]) -> [&[u8]; N] {
    let mut split = input.splitn(N, |&byte| byte == END);
    std::array::from_fn(|_| split.next().unwrap_or_default())
}

/// As [`parts`], as text; what is not UTF-8 is replaced.
fn texts<const N: usize>(input: &[u8]) -> [String; N] {
    parts(input).map(|part| String::from_utf8_lossy(part).into_owned())
}

/// What is told to people must not steer their terminal.
#[track_caller]
fn is_harmless(told: &str) {
    let is_harmful = |c: char| {
        let turns = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}'];
        let embeds =
            ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        c != '\n' && (c.is_control() || turns.contains(&c) || embeds)
    };
    let harmful = told.chars().find(|&c| is_harmful(c));
    assert_eq!(harmful, None, "a control character is told: {told:?}");
}
