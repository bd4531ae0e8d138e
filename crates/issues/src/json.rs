//! JSON of trackers.

use crate::KindNames;
use crate::cell::Cell;
use crate::entry::Entry;
use crate::error::{At, Error, shortened};
use crate::export::{Export, Form};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Reads documents one after the other: pages of lists, results of searches, or an issue a line.
pub(crate) fn read(bytes: &[u8], names: &KindNames) -> Result<Export, Error> {
    let mut export = Export::default();
    let mut number = 0;
    for node in serde_json::Deserializer::from_slice(bytes).into_iter::<Node>() {
        let node = node.map_err(|source| Error::Json { source })?;
        take(node, &mut number, &mut export, names)?;
    }
    Ok(export)
}

fn take(
    node: Node,
    number: &mut usize,
    export: &mut Export,
    names: &KindNames,
) -> Result<(), Error> {
    let inner = match node {
        Node::Many(nodes) => nodes,
        Node::One(mut object) => {
            let lists = [&mut object.issues, &mut object.bugs, &mut object.items];
            let lists: Vec<Vec<Node>> = lists.into_iter().filter_map(Option::take).collect();
            if lists.is_empty() {
                *number += 1;
                return take_one(&object, At::Entry(*number), export, names);
            }
            lists.into_iter().flatten().collect()
        }
    };
    for node in inner {
        take(node, number, export, names)?;
    }
    Ok(())
}

fn take_one(object: &Object, at: At, export: &mut Export, names: &KindNames) -> Result<(), Error> {
    // GitHub lists pull requests among issues; their links are the only ones that have this.
    if object.pull_request.is_there {
        export.n_pull_requests += 1;
        return Ok(());
    }
    let (form, entry) = object.entry().ok_or_else(|| object.refuse(at))?;
    export.add(form, entry.tell(at, names)?)
}

/// A document, or a part of one that may hold issues.
#[derive(Debug)]
enum Node {
    Many(Vec<Node>),
    One(Box<Object>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNode;
        impl<'de> Visitor<'de> for AnyNode {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an issue, or a list of issues")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = items.next_element()? {
                    nodes.push(node);
                }
                Ok(Node::Many(nodes))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Node, A::Error> {
                Object::deserialize(MapAccessDeserializer::new(entries))
                    .map(|it| Node::One(Box::new(it)))
            }
        }
        deserializer.deserialize_any(AnyNode)
    }
}

/// An object with what issues have in any form; what else it has is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    /// Lists of issues: those of Jira, Bugzilla, and of a search in GitHub.
    issues: Option<Vec<Node>>,
    bugs: Option<Vec<Node>>,
    items: Option<Vec<Node>>,
    /// What Jira has of an issue.
    fields: Option<Fields>,
    pull_request: Cell,
    key: Cell,
    id: Cell,
    iid: Cell,
    number: Cell,
    #[serde(rename = "type")]
    kind: Cell,
    issue_type: Cell,
    #[serde(rename = "issueType")]
    issue_type_of_gh: Cell,
    cf_type: Cell,
    cf_bug_type: Cell,
    cf_issue_type: Cell,
    labels: Cell,
    severity: Cell,
    created: Cell,
    created_at: Cell,
    #[serde(rename = "createdAt")]
    created_at_of_gh: Cell,
    creation_time: Cell,
    resolved: Cell,
    closed_at: Cell,
    #[serde(rename = "closedAt")]
    closed_at_of_gh: Cell,
    cf_last_resolved: Cell,
    url: Cell,
    html_url: Cell,
    web_url: Cell,
}

/// What Jira has of an issue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    issuetype: Cell,
    labels: Cell,
    created: Cell,
    resolutiondate: Cell,
}

impl Object {
    /// The issue and the form it is in; `None` if it is none.
    fn entry(&self) -> Option<(Form, Entry<'_>)> {
        let labels = self.labels.texts().collect();
        if let Some(fields) = &self.fields {
            let entry = Entry {
                key: Some(self.key.text()?),
                types: fields.issuetype.texts().collect(),
                labels: fields.labels.texts().collect(),
                created: fields.created.text(),
                resolved: fields.resolutiondate.text(),
                ..Entry::default()
            };
            return Some((Form::Jira, entry));
        }
        if let Some(key) = self.iid.text() {
            // Its own type is `issue` for most; `severity` is that of an incident.
            let entry = Entry {
                key: Some(key),
                types: self.issue_type.texts().collect(),
                labels,
                created: self.created_at.text(),
                resolved: self.closed_at.text(),
                address: self.web_url.text(),
                ..Entry::default()
            };
            return Some((Form::GitLab, entry));
        }
        let of_bugzilla = [&self.creation_time, &self.cf_last_resolved, &self.severity];
        if of_bugzilla.iter().any(|it| it.is_there) {
            let types = [
                &self.kind,
                &self.cf_type,
                &self.cf_bug_type,
                &self.cf_issue_type,
            ];
            let entry = Entry {
                key: Some(self.id.text()?),
                types: types.into_iter().flat_map(Cell::texts).collect(),
                severity: self.severity.text(),
                created: self.creation_time.text(),
                resolved: self.cf_last_resolved.text(),
                ..Entry::default()
            };
            return Some((Form::Bugzilla, entry));
        }
        if let Some(key) = self.number.text() {
            let types = [&self.kind, &self.issue_type_of_gh];
            let entry = Entry {
                key: Some(key),
                types: types.into_iter().flat_map(Cell::texts).collect(),
                labels,
                created: first(&[&self.created_at, &self.created_at_of_gh]),
                resolved: first(&[&self.closed_at, &self.closed_at_of_gh]),
                address: first(&[&self.html_url, &self.url]),
                ..Entry::default()
            };
            return Some((Form::GitHub, entry));
        }
        let says = [
            &self.kind,
            &self.issue_type,
            &self.labels,
            &self.created,
            &self.created_at,
        ];
        if !says.iter().any(|it| it.is_there) {
            return None;
        }
        let types = [&self.kind, &self.issue_type];
        let entry = Entry {
            key: Some(first(&[&self.key, &self.id])?),
            types: types.into_iter().flat_map(Cell::texts).collect(),
            labels,
            created: first(&[&self.created, &self.created_at]),
            resolved: first(&[&self.resolved, &self.closed_at]),
            address: first(&[&self.html_url, &self.web_url, &self.url]),
            ..Entry::default()
        };
        Some((Form::Plain, entry))
    }

    fn refuse(&self, at: At) -> Error {
        let named = first(&[&self.key, &self.number, &self.id]);
        let named = named.map_or_else(String::new, |it| format!(" ({})", shortened(it)));
        Error::Entry {
            at,
            why: format!(
                "it is no issue{named}: it has neither number and created_at (GitHub), nor iid (GitLab), nor key and \
                 fields (Jira), nor id and creation_time (Bugzilla), nor key and type; if a tracker answered with an \
                 error, export again"
            ),
        }
    }
}

fn first<'c>(cells: &[&'c Cell]) -> Option<&'c str> {
    cells.iter().find_map(|cell| cell.text())
}
