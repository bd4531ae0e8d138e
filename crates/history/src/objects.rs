//! The object store, asked only for what is whole.
//!
//! What lies in packs is read by ourselves (see [`crate::packs`]), the rest by the git library. The library waits
//! for ever for the rest of a loose object whose file ends too early, as a crash or a full disk leaves it. So each
//! loose object is inflated once by ourselves before the library is asked for it.

use crate::error::TOO_LARGE;
use crate::ids;
use crate::packs::{Miss, Packed, Packs, Unpacker, largest};
use flate2::{Decompress, FlushDecompress, Status};
use git2::{ErrorClass, ErrorCode, ObjectFormat, ObjectType, Odb, OdbObject, Oid, Repository};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// How many stores may borrow from each other in a row, as in git.
const BORROWED: usize = 5;

/// Which objects lie in files of their own, and in which directory.
pub(crate) struct Loose {
    directories: Vec<PathBuf>,
    /// What kind of ids there are.
    format: ObjectFormat,
    /// The packs of the same directories.
    packs: Packs,
    /// By the first byte of an object, listed when it is first asked for: for each object the number of the
    /// directory that is looked in first.
    found: Vec<OnceLock<FxHashMap<Oid, usize>>>,
}

impl Loose {
    /// Finds the common git directory's store and those it borrows from; their ids are of one kind.
    pub(crate) fn list(common_dir: &Path, format: ObjectFormat) -> Self {
        let mut directories = Vec::new();
        add(&mut directories, &common_dir.join("objects"), BORROWED);
        Self {
            packs: Packs::list(&directories, ids::width(format)),
            directories,
            format,
            found: (0..=u8::MAX).map(|_| OnceLock::new()).collect(),
        }
    }
    /// The loose objects with a first byte.
    fn with_first(&self, first: u8) -> FxHashMap<Oid, usize> {
        let digits = format!("{first:02x}");
        let n_digits = 2 * ids::width(self.format) - digits.len();
        let mut found = FxHashMap::default();
        for (number, objects) in self.directories.iter().enumerate() {
            // A directory that is missing or closed to us holds nothing that could be checked.
            let Ok(files) = fs::read_dir(objects.join(&digits)) else {
                continue;
            };
            for file in files.flatten() {
                let name = file.file_name();
                let rest = name.to_str().filter(|rest| rest.len() == n_digits);
                if let Some(oid) =
                    rest.and_then(|rest| ids::from_hex(format!("{digits}{rest}").as_bytes()))
                {
                    found.entry(oid).or_insert(number);
                }
            }
        }
        found
    }

    /// The number of the directory in which an object lies loose.
    fn place(&self, oid: Oid) -> Option<usize> {
        let first = oid.as_bytes()[0];
        let found = self.found[usize::from(first)].get_or_init(|| self.with_first(first));
        found.get(&oid).copied()
    }

    /// Whether the library finds a loose object in a pack before it looks for its file.
    ///
    /// It asks the own packs, the own files, the borrowed packs and the borrowed files, in this order.
    fn is_packed_too(&self, oid: Oid) -> bool {
        let own = self.place(oid) == Some(0);
        let asked = if own { 1 } else { self.directories.len() };
        Packs::list(&self.directories[..asked], ids::width(self.format)).have(oid)
    }

    fn path(&self, oid: Oid) -> Option<PathBuf> {
        let number = self.place(oid)?;
        let digits = oid.to_string();
        Some(
            self.directories[number]
                .join(&digits[..2])
                .join(&digits[2..]),
        )
    }
}

/// Adds a store and those it borrows from.
fn add(directories: &mut Vec<PathBuf>, objects: &Path, depth: usize) {
    if directories.iter().any(|known| known == objects) {
        return;
    }
    directories.push(objects.to_path_buf());
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let borrowed = fs::read(objects.join("info/alternates")).unwrap_or_default();
    for line in borrowed.split(|&byte| byte == b'\n') {
        if !line.is_empty() && !line.starts_with(b"#") {
            add(directories, &objects.join(OsStr::from_bytes(line)), depth);
        }
    }
}

/// An object store that gives an error where the library would not come back.
pub(crate) struct Objects<'repo> {
    odb: Odb<'repo>,
    loose: Arc<Loose>,
    whole: RefCell<FxHashSet<Oid>>,
    unpacker: RefCell<Unpacker>,
}

/// An object: a pack's, or the library's.
pub(crate) enum Object<'repo> {
    Packed(Packed),
    Library(OdbObject<'repo>),
}

impl Object<'_> {
    pub(crate) fn kind(&self) -> ObjectType {
        match self {
            Self::Packed(object) => object.kind,
            Self::Library(object) => object.kind(),
        }
    }

    pub(crate) fn data(&self) -> &[u8] {
        match self {
            Self::Packed(object) => &object.data,
            Self::Library(object) => object.data(),
        }
    }

    /// Its bytes to keep: shared with the unpacker, or a copy.
    pub(crate) fn share(self) -> Rc<Vec<u8>> {
        match self {
            Self::Packed(object) => object.data,
            Self::Library(object) => Rc::new(object.data().to_vec()),
        }
    }
}

impl<'repo> Objects<'repo> {
    pub(crate) fn open(
        repository: &'repo Repository,
        loose: Arc<Loose>,
        checks: bool,
    ) -> Result<Self, git2::Error> {
        Ok(Self {
            odb: repository.odb()?,
            loose,
            whole: RefCell::default(),
            unpacker: RefCell::new(Unpacker::new(checks)),
        })
    }

    /// Much is going to be read: from here on packed bytes are compared with their checksums.
    pub(crate) fn check_from_now_on(&self) {
        self.unpacker.borrow_mut().check_from_now_on();
    }

    pub(crate) fn read(&self, oid: Oid) -> Result<Object<'_>, git2::Error> {
        self.is_of_our_kind(oid)?;
        let packed = self.packed(oid, |unpacker| unpacker.read(&self.loose.packs, oid))?;
        if let Some(object) = packed {
            return Ok(Object::Packed(object));
        }
        self.check(oid)?;
        let packed = self.packed(oid, |unpacker| unpacker.measure(&self.loose.packs, oid))?;
        let measured = match packed {
            Some(measured) => Some(measured),
            None if self.is_loose(oid) => Some(self.odb.read_header(oid)?),
            None => None,
        };
        if measured.is_some_and(|(size, kind)| size > largest(kind)) {
            return Err(too_large());
        }
        self.odb.read(oid).map(Object::Library)
    }

    /// Length and kind of an object.
    pub(crate) fn read_header(&self, oid: Oid) -> Result<(usize, ObjectType), git2::Error> {
        self.is_of_our_kind(oid)?;
        let packed = self.packed(oid, |unpacker| unpacker.measure(&self.loose.packs, oid))?;
        if let Some(measured) = packed {
            return Ok(measured);
        }
        self.check(oid)?;
        if !self.is_loose(oid) {
            // The library's header of a damaged packed object may have no kind that there is.
            return self
                .odb
                .read(oid)
                .map(|object| (object.len(), object.kind()));
        }
        self.odb.read_header(oid)
    }

    /// The library would compare as many bytes of an id as those have that are here.
    fn is_of_our_kind(&self, oid: Oid) -> Result<(), git2::Error> {
        if oid.object_format() == self.loose.format {
            return Ok(());
        }
        let text = format!("the ids of this repository are {}", self.loose.format);
        Err(git2::Error::new(ErrorCode::NotFound, ErrorClass::Odb, text))
    }

    /// Asks the packs; `None` if the library has to be asked.
    fn packed<T>(
        &self,
        oid: Oid,
        ask: impl FnOnce(&mut Unpacker) -> Result<T, Miss>,
    ) -> Result<Option<T>, git2::Error> {
        let asked = ask(&mut self.unpacker.borrow_mut());
        match asked {
            Ok(answer) => Ok(Some(answer)),
            Err(Miss::Elsewhere) => {
                let mut unpacker = self.unpacker.borrow_mut();
                if unpacker.is_unsound(&self.loose.packs, oid) {
                    return Err(fault(
                        "the packed object, or one that it is told by, is not where the index says, or of no length that can be",
                    ));
                }
                Ok(None)
            }
            Err(Miss::Damaged) => Err(fault(
                "the packed object has not the checksum that its index tells",
            )),
            Err(Miss::TooLarge) => Err(too_large()),
        }
    }

    /// The object whose id begins with these digits, if there is exactly one.
    pub(crate) fn expand(&self, digits: &str) -> Option<Oid> {
        let prefix = Oid::from_str_ext(digits, self.loose.format).ok()?;
        if self.is_whole_name(digits) {
            return Some(prefix);
        }
        self.odb.exists_prefix(prefix, digits.len()).ok()
    }

    /// Whether a text is as long as a whole id.
    pub(crate) fn is_whole_name(&self, text: &str) -> bool {
        text.len() == 2 * ids::width(self.loose.format)
    }

    pub(crate) fn is_loose(&self, oid: Oid) -> bool {
        self.loose.place(oid).is_some()
    }

    /// Whether the library can be asked for an object: it is not loose, or its file is whole.
    pub(crate) fn check(&self, oid: Oid) -> Result<(), git2::Error> {
        if !self.is_loose(oid) || self.whole.borrow().contains(&oid) {
            return Ok(());
        }
        let Some(path) = self.loose.path(oid) else {
            return Ok(());
        };
        match File::open(path).and_then(is_whole) {
            Ok(true) => {}
            // Packs are looked in first, so that a fetch mends what a crash has damaged.
            Ok(false) if self.loose.is_packed_too(oid) => {}
            Ok(false) => return Err(fault("the loose object is cut off or damaged")),
            // It was packed since it was listed, or it is lost: the library knows.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(fault(&format!("the loose object: {error}"))),
        }
        self.whole.borrow_mut().insert(oid);
        Ok(())
    }
}

fn too_large() -> git2::Error {
    let text = "the object is larger than what is read";
    git2::Error::new(TOO_LARGE, ErrorClass::Odb, text)
}

fn fault(text: &str) -> git2::Error {
    git2::Error::new(ErrorCode::GenericError, ErrorClass::Odb, text)
}

/// Inflates a loose object to its end: whether the stream is complete and as long as its header says.
fn is_whole(mut file: impl Read) -> io::Result<bool> {
    let mut inflate = Decompress::new(true);
    let (mut packed, mut plain) = ([0; 8 << 10], [0; 16 << 10]);
    let (mut from, mut to) = (0, 0);
    let mut head = Vec::new();
    loop {
        if from == to {
            (from, to) = (0, file.read(&mut packed)?);
        }
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let Ok(status) = inflate.decompress(&packed[from..to], &mut plain, FlushDecompress::None)
        else {
            return Ok(false);
        };
        let used = (inflate.total_in() - before_in) as usize;
        let made = (inflate.total_out() - before_out) as usize;
        from += used;
        // The header is short: a kind, a space, at most 20 digits and a NUL.
        let missing = HEADER - head.len();
        head.extend_from_slice(&plain[..made.min(missing)]);
        let ended = status == Status::StreamEnd;
        if ended || head.len() == HEADER {
            let Some(length) = whole_length(&head) else {
                return Ok(false);
            };
            if ended || inflate.total_out() > length {
                return Ok(inflate.total_out() == length);
            }
        }
        if used == 0 && made == 0 {
            return Ok(false);
        }
    }
}

const HEADER: usize = 32;

/// The length of header and content together, by what the header says.
fn whole_length(head: &[u8]) -> Option<u64> {
    let end = memchr::memchr(0, head)?;
    let (kind, size) = std::str::from_utf8(&head[..end]).ok()?.split_once(' ')?;
    let size: u64 = size.parse().ok()?;
    let known = matches!(kind, "commit" | "tree" | "blob" | "tag");
    size.checked_add(end as u64 + 1).filter(|_| known)
}

#[cfg(test)]
mod tests {
    use super::is_whole;
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;

    fn deflated(plain: &[u8]) -> Vec<u8> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
        out.write_all(plain).expect("memory takes it");
        out.finish().expect("memory takes it")
    }

    #[test]
    fn every_cut_is_seen() {
        let mut long = b"blob 70000\0".to_vec();
        long.extend((0..70_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8));
        for plain in [&b"blob 0\0"[..], b"tree 3\0abc", &long] {
            let packed = deflated(plain);
            assert!(is_whole(&packed[..]).expect("memory is readable"));
            let step = packed.len().div_ceil(500);
            for cut in (0..packed.len()).step_by(step).chain([packed.len() - 1]) {
                assert!(!is_whole(&packed[..cut]).expect("memory is readable"));
            }
        }
    }

    #[test]
    fn a_header_that_lies_is_seen() {
        for plain in [
            &b"blob 2\0abc"[..],
            b"blob 4\0abc",
            b"glob 3\0abc",
            b"blob\0abc",
            b"blob 3",
            b"blob x\0abc",
            b"blob 18446744073709551615\0abc",
            b"",
        ] {
            assert!(!is_whole(&deflated(plain)[..]).expect("memory is readable"));
        }
        assert!(!is_whole(&b"no stream"[..]).expect("memory is readable"));
    }
}
