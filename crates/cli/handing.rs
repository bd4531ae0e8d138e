//! Handing on what was learned: out of the folder into a [parcel], and out of a parcel into the folder.
//!
//! A parcel is made of a state and rows that fit together, while others may go on learning: both are read through
//! files that stay what they are when another takes their name, and every byte is checked before the first one is
//! written. What comes in is unpacked beside the state, read as the next command would read it, and put in its place
//! only then ([`Folder::replace`]).

use crate::engine::{Examined, Setup, Unfit, Whole, examine};
use crate::error::{Failure, StateError};
use crate::outfile;
use crate::parcel::{self, Header, Packed, Parcel, Refused, Span};
use crate::state::{self, Folder};
use risk_change::ChangeId;
use risk_history::Repository;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// The files of a parcel, in their order; the last may be missing.
const FILES: [&str; 3] = ["state", "rows", "changes"];

/// What is to be handed on.
pub(crate) struct Outgoing {
    pub(crate) header: Header,
    spans: Vec<Span>,
    /// Nobody else may learn while a file is read that is written in place.
    _lock: Option<state::Lock>,
}

impl Outgoing {
    /// Takes what the folder of a repository holds; with the changes that were read, if these are asked for.
    pub(crate) fn take(
        repository: &Repository,
        with_changes: bool,
        waiting: impl Fn(),
    ) -> Result<Self, Failure> {
        let folder = Folder::of(repository.common_dir());
        // Nothing is made where nothing was learned.
        if !folder.file("state").exists() {
            return Err(StateError::Missing.into());
        }
        let mut lock = None;
        if with_changes {
            lock = Some(folder.lock(&waiting)?);
        }
        let whole = match Whole::read(&folder) {
            // Another process may have put new rows in place, and not yet the state that they belong to.
            Err(StateError::Damaged { .. }) if lock.is_none() => {
                let held = folder.lock(&waiting)?;
                let whole = Whole::read(&folder)?;
                drop(held);
                whole
            }
            whole => whole?,
        };
        let state = &whole.state;
        let tip = state.replay.tip().ok_or(StateError::Other)?;
        if state.stamp.tool != crate::TOOL {
            return Err(StateError::Other.into());
        }
        let unread = |path: &Path| {
            let path = path.to_path_buf();
            move |source| StateError::File {
                path,
                doing: "read",
                source,
            }
        };
        let mut spans = vec![
            state.kept.span().map_err(unread(&folder.file("state")))?,
            whole.rows.span().map_err(unread(&folder.file("rows")))?,
        ];
        if with_changes {
            let path = folder.file("changes");
            let file = File::open(&path).map_err(unread(&path))?;
            let length = file.metadata().map_err(unread(&path))?.len();
            let valid = state.stamp.cached_bytes;
            if valid == 0 || valid > length {
                return Err(Failure::new("the changes that were read are not all there")
                    .hint("leave out --with-changes, or read them anew: git risk train --fresh"));
            }
            spans.push(Span::new(file, valid));
        }
        let heads = FILES.into_iter().zip(&spans).map(|(name, span)| {
            span.pack(name)
                .map_err(|error| unread(&folder.file(name))(error))
        });
        Ok(Self {
            header: Header {
                tool: state.stamp.tool.clone(),
                state_format: state::FORMAT,
                tip,
                files: heads.collect::<Result<_, _>>()?,
            },
            spans,
            _lock: lock,
        })
    }

    /// Writes it to a file, which appears when it is whole, or takes the place of the one before.
    ///
    /// Returns how long the file is, if it is one.
    pub(crate) fn write_to(self, path: &Path) -> Result<Option<u64>, Failure> {
        let failed = |error: io::Error| {
            Failure::new(format_args!(
                "{} could not be written: {error}",
                path.display()
            ))
            .hint("check the permissions of the folder and the space on the disk")
        };
        // A pipe or a device is written to as it is.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            let mut file = File::options().write(true).open(path).map_err(failed)?;
            self.write(&mut file).map_err(failed)?;
            return Ok(None);
        }
        let write = || {
            let mut file = outfile::begin(path)?;
            self.write(&mut file)?;
            file.as_file().sync_all()?;
            let length = file.as_file().metadata()?.len();
            file.persist(path).map_err(|error| error.error)?;
            Ok(length)
        };
        write().map(Some).map_err(failed)
    }

    pub(crate) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        parcel::write(out, &self.header, self.spans)
    }
}

/// Reads a parcel and puts it in the place of what was learned here.
pub(crate) fn take_in(
    repository: Repository,
    input: impl Read,
    setup: Setup,
    waiting: impl Fn(),
) -> Result<Examined, Failure> {
    let mut parcel = Parcel::open(BufReader::with_capacity(1 << 16, input)).map_err(refused)?;
    let header = parcel.header.clone();
    check(&repository, &header)?;
    let folder = Folder::of(repository.common_dir());
    let lock = folder.lock(waiting)?;
    let beside = folder.beside()?;
    for head in &header.files {
        unpack(&mut parcel, head, &beside.path().join(&head.name))?;
    }
    parcel.finish().map_err(refused)?;
    let found = examine(repository, &Folder::at(beside.path()), &header.tip, setup);
    let found = found.map_err(|unfit| explain(unfit, &header.tip))?;
    folder.replace(&lock, beside.path())?;
    Ok(found)
}

/// Whether a parcel with this header can be used at all.
fn check(repository: &Repository, header: &Header) -> Result<(), Failure> {
    let learn = "or learn from the history of this repository: git risk train";
    if header.state_format > state::FORMAT {
        return Err(Failure::new(format_args!(
            "the export holds a state of a newer version of git-risk (format {}, this one reads {})",
            header.state_format,
            state::FORMAT
        ))
        .hint(format!("upgrade git-risk here to {}", shown(&header.tool)))
        .hint(learn));
    }
    if header.state_format < state::FORMAT || header.tool != crate::TOOL {
        return Err(Failure::new(format_args!(
            "the export was made by {}, and this is {}: rules and formulas are those of one version",
            shown(&header.tool),
            crate::TOOL
        ))
        .hint("use the same version on both sides")
        .hint(learn));
    }
    let names: Vec<&str> = header.files.iter().map(|file| file.name.as_str()).collect();
    if names != FILES && names != FILES[..2] {
        return Err(refused(Refused::Damaged("it does not hold what it should")));
    }
    if !repository.has_commit(&header.tip) {
        return Err(elsewhere(repository, &header.tip));
    }
    Ok(())
}

/// What a stranger calls itself, harmless.
fn shown(tool: &str) -> String {
    risk_report::clean(tool).chars().take(60).collect()
}

fn elsewhere(repository: &Repository, tip: &ChangeId) -> Failure {
    let failure = Failure::new(format_args!(
        "the export stands at {tip}, a commit that is not in this repository"
    ));
    if repository.is_shallow() {
        failure
            .hint("the clone is shallow; if the commit is further back, fetch the rest: git fetch --unshallow")
    } else {
        failure
            .hint("if it was made in a clone of this repository, fetch first: git fetch")
            .hint("otherwise it belongs to another repository; git risk train learns from this one")
    }
}

fn unpack<R: Read>(parcel: &mut Parcel<R>, head: &Packed, path: &Path) -> Result<(), Failure> {
    let failed = |source| StateError::File {
        path: path.to_path_buf(),
        doing: "written",
        source,
    };
    let mut file = state::new_file(path).map_err(failed)?;
    match parcel.unpack(head, &mut file) {
        Err(Refused::Unwritten(source)) => return Err(failed(source).into()),
        done => done.map_err(refused)?,
    }
    Ok(file.sync_all().map_err(failed)?)
}

fn refused(why: Refused) -> Failure {
    match why {
        Refused::Foreign => Failure::new("this is not an export of git-risk")
            .hint("git risk state export FILE makes one"),
        Refused::Newer(found) => Failure::new(format_args!(
            "the export was made by a newer version of git-risk (format {found}, this one reads {})",
            parcel::FORMAT
        ))
        .hint("upgrade git-risk here, or learn from the history of this repository: git risk train"),
        Refused::Damaged(what) => Failure::new(format_args!("the export is damaged: {what}"))
            .hint("copy it again, or make it anew: git risk state export FILE"),
        Refused::Unread(error) => Failure::new(format_args!("the export could not be read: {error}"))
            .hint("check its name and its permissions; git risk state export FILE makes one"),

        Refused::Unwritten(error) => error.into(),
    }
}

fn explain(unfit: Unfit, tip: &ChangeId) -> Failure {
    let anew = "make it anew, with this version: git risk train && git risk state export FILE";
    match unfit {
        Unfit::State(error @ StateError::File { .. }) => error.into(),
        Unfit::State(StateError::Damaged { what, .. }) => refused(Refused::Damaged(what)),
        Unfit::State(error) => Failure::new(format_args!("the export cannot be used: {error}")).hint(anew),
        Unfit::Replay(error) => Failure::new(format_args!("the export cannot be used: {error}")).hint(anew),
        Unfit::Astray => Failure::new(format_args!(
            "the export stands at {}, and the first parents of neither HEAD nor the main branch lead there",
            tip.short()
        ))
        .hint("fetch the branch that it was made on, or make it on the main branch: git risk state export FILE"),
        // What is read after unpacking was checked, so this is not about the export.
        Unfit::Repository(failure) => Failure {
            damaged: false,
            ..failure
        },
    }
}
