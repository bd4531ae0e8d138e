//! CSV.

use crate::KindNames;
use crate::entry::{Entry, is_blank};
use crate::error::{At, Error};
use crate::export::{Export, Form};
use csv::{ErrorKind, ReaderBuilder, StringRecord};

/// How columns may be called, without letter case, signs and what stands in brackets; the first that is there is taken.
const KEY: &[&str] = &[
    "key",
    "issuekey",
    "number",
    "iid",
    "issueid",
    "bugid",
    "ticketid",
    "issuenumber",
    "issue",
    "ticket",
    "bug",
    "id",
    "#",
];
const TYPE: &[&str] = &[
    "type",
    "issuetype",
    "kind",
    "tracker",
    "bugtype",
    "tickettype",
];
const LABELS: &[&str] = &["labels", "label", "tags"];
const SEVERITY: &[&str] = &["severity", "bugseverity"];
const CREATED: &[&str] = &[
    "created",
    "createdat",
    "createdate",
    "createddate",
    "creationdate",
    "creationtime",
    "opened",
    "openedat",
    "opendate",
    "reported",
    "reportedat",
    "submitted",
    "submittedat",
    "issuedate",
];
const RESOLVED: &[&str] = &[
    "resolved",
    "resolvedat",
    "resolutiondate",
    "resolveddate",
    "closed",
    "closedat",
    "closeddate",
    "cflastresolved",
    "lastresolved",
];
const ADDRESS: &[&str] = &["htmlurl", "weburl", "url", "link"];

/// Where the columns are.
struct Columns {
    key: usize,
    kind: Option<usize>,
    /// Labels may be in several columns of one name.
    labels: Vec<usize>,
    severity: Option<usize>,
    created: Option<usize>,
    resolved: Option<usize>,
    address: Option<usize>,
}

pub(crate) fn read(bytes: &[u8], names: &KindNames) -> Result<Export, Error> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(bytes))
        .from_reader(bytes);
    let header = reader.headers().map_err(|error| wrong(&error))?.clone();
    let columns = Columns::of(&header)?;
    let mut export = Export::default();
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| wrong(&error))?
    {
        if record.iter().all(is_blank) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let told = columns.entry(&record).tell(At::Line(line), names)?;
        export.add(Form::Csv, told)?;
    }
    Ok(export)
}

/// What stands between the columns of the first line: the sign that is there most, a comma among equals.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes
        .split(|it| *it == b'\n')
        .find(|it| !it.trim_ascii().is_empty());
    let first = first.unwrap_or_default();
    let count = |sign: u8| first.split(|it| *it == sign).count();
    // The last of equals is taken.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

fn wrong(error: &csv::Error) -> Error {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => Error::Columns {
            line: pos.as_ref().map_or(0, csv::Position::line),
            found: *len,
            expected: *expected_len,
        },
        ErrorKind::Utf8 { pos, .. } => Error::Entry {
            at: At::Line(pos.as_ref().map_or(1, csv::Position::line)),
            why: "it is not UTF-8; save the file as UTF-8".to_owned(),
        },
        _ => Error::Foreign {
            what: "it is no CSV",
        },
    }
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, Error> {
        let plain: Vec<String> = header.iter().map(plain).collect();
        let find = |names: &[&str]| {
            let mut names = names.iter();
            names.find_map(|name| plain.iter().position(|it| it == name))
        };
        let labels = LABELS
            .iter()
            .find(|name| plain.iter().any(|it| it == *name));
        let places = |name: &&str| -> Vec<usize> {
            let all = plain.iter().enumerate();
            all.filter(|(_, it)| it == name)
                .map(|(place, _)| place)
                .collect()
        };
        let missing = |what, wanted| Error::NoColumn {
            what,
            wanted,
            found: header.iter().map(str::to_owned).collect(),
        };
        let columns = Self {
            key: find(KEY).ok_or_else(|| {
                missing(
                    "names the issue",
                    "key (or issue key, number, id and the like)",
                )
            })?,
            kind: find(TYPE),
            labels: labels.map(places).unwrap_or_default(),
            severity: find(SEVERITY),
            created: find(CREATED),
            resolved: find(RESOLVED),
            address: find(ADDRESS),
        };
        if columns.kind.is_none() && columns.labels.is_empty() && columns.severity.is_none() {
            return Err(missing(
                "tells which issues are bugs",
                "type (or issue type, labels, severity and the like)",
            ));
        }
        Ok(columns)
    }

    fn entry<'r>(&self, record: &'r StringRecord) -> Entry<'r> {
        let cell = |place: Option<usize>| place.and_then(|place| record.get(place));
        // A name may hold a comma, or several names may be in one cell.
        let names = |text: &'r str| {
            let parts = text.split([',', ';', '|']);
            parts
                .map(str::trim)
                .chain([text])
                .filter(|it| !is_blank(it))
        };
        Entry {
            key: record.get(self.key),
            types: cell(self.kind).into_iter().flat_map(names).collect(),
            labels: self
                .labels
                .iter()
                .filter_map(|place| record.get(*place))
                .flat_map(names)
                .collect(),
            severity: cell(self.severity),
            created: cell(self.created),
            resolved: cell(self.resolved),
            address: cell(self.address),
        }
    }
}

/// The name of a column without letter case, signs and what stands in brackets: `Created At (UTC)` is `createdat`.
fn plain(name: &str) -> String {
    let name = name.trim();
    if name == "#" {
        return name.to_owned();
    }
    let name = name.split('(').next().unwrap_or(name);
    let letters = name.chars().filter(|it| it.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
