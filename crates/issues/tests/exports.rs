//! Exports as trackers write them, shortened to the fields that matter and some that do not.

use proptest::prelude::*;
use risk_change::{Issue, IssueKind, Timestamp};
use risk_issues::{Export, Form, KindNames, read, read_file};

fn export(text: &str) -> Export {
    read(text.as_bytes(), &KindNames::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refused(text: &str) -> String {
    let error = read(text.as_bytes(), &KindNames::default()).expect_err(text);
    error.to_string()
}

/// Each issue as `key kind created resolved`.
fn told(export: &Export) -> Vec<String> {
    let moment = |at: Option<Timestamp>| at.map_or("-".to_owned(), Timestamp::iso);
    let line = |(key, issue): (&str, &Issue)| {
        let Issue {
            kind,
            created,
            resolved,
        } = issue;
        format!("{key} {kind:?} {} {}", moment(*created), moment(*resolved))
    };
    export.issues.iter().map(line).collect()
}

#[test]
fn github_as_its_interface_lists_issues() {
    let export = export(
        r#"[
  {"url": "https://api.github.com/repos/octocat/Hello-World/issues/1347", "id": 1, "number": 1347,
   "html_url": "https://github.com/octocat/Hello-World/issues/1347", "state": "open", "title": "Found a bug",
   "user": {"login": "octocat", "id": 1, "type": "User"}, "type": null,
   "labels": [{"id": 208045946, "name": "bug", "color": "f29513", "default": true}],
   "milestone": {"number": 1, "created_at": "2011-04-10T20:09:31Z", "closed_at": null},
   "created_at": "2011-04-22T13:33:48Z", "closed_at": null},
  {"number": 1348, "labels": [{"name": "good first issue"}], "type": {"id": 3, "name": "Feature"},
   "created_at": "2011-04-23T13:33:48Z", "closed_at": "2012-04-23T13:33:48Z"},
  {"number": 1349, "labels": [{"name": "bug"}], "created_at": "2011-04-24T13:33:48Z",
   "pull_request": {"url": "https://api.github.com/repos/octocat/Hello-World/pulls/1349"}},
  {"number": 1350, "labels": [], "created_at": "2011-04-25T13:33:48Z", "closed_at": null}
]"#,
    );
    assert_eq!(
        told(&export),
        [
            "1347 Bug 2011-04-22T13:33:48Z -",
            "1348 Other 2011-04-23T13:33:48Z 2012-04-23T13:33:48Z",
            "1350 Unknown 2011-04-25T13:33:48Z -",
            "OCTOCAT/HELLO-WORLD#1347 Bug 2011-04-22T13:33:48Z -",
        ]
    );
    assert_eq!(export.n_pull_requests, 1);
    assert_eq!(
        export.to_string(),
        "3 issues, 1 of them bugs (JSON of GitHub)"
    );
}

#[test]
fn github_as_gh_writes_it_and_pages_that_overlap() {
    let export = export(
        r#"[{"closedAt":null,"createdAt":"2024-02-01T10:00:00Z","labels":[{"id":"x","name":"C-bug"}],"number":5,"title":"t"}]
           [{"closedAt":"2024-03-01T10:00:00Z","createdAt":"2024-02-01T10:00:00Z","labels":[{"name":"C-bug"}],"number":5},
            {"createdAt":"2024-02-02T10:00:00Z","labels":[],"number":6,"url":"https://github.com/a/b/issues/6"}]"#,
    );
    assert_eq!(
        told(&export),
        [
            "5 Bug 2024-02-01T10:00:00Z 2024-03-01T10:00:00Z",
            "6 Unknown 2024-02-02T10:00:00Z -",
            "A/B#6 Unknown 2024-02-02T10:00:00Z -",
        ]
    );
    assert_eq!(
        (export.n_issues, export.n_repeated, export.n_bugs),
        (3, 1, 1)
    );
}

#[test]
fn gitlab_as_its_interface_lists_issues() {
    let export = export(
        r#"[{"id": 76, "iid": 6, "project_id": 8, "title": "t", "state": "closed", "created_at": "2016-01-04T15:31:46.176Z",
             "closed_at": "2016-01-05T15:31:46.176Z", "labels": ["Type::Bug", "foo"], "type": "ISSUE", "issue_type": "issue",
             "severity": "UNKNOWN", "web_url": "https://gitlab.example.com/group/sub/project/-/issues/6"},
            {"id": 77, "iid": 7, "created_at": "2016-01-04T15:31:46.176+02:00", "closed_at": null, "labels": [],
             "issue_type": "task"}]"#,
    );
    assert_eq!(
        told(&export),
        [
            "6 Bug 2016-01-04T15:31:46Z 2016-01-05T15:31:46Z",
            "7 Other 2016-01-04T13:31:46Z -",
            "GROUP/SUB/PROJECT#6 Bug 2016-01-04T15:31:46Z 2016-01-05T15:31:46Z",
        ]
    );
    assert!(export.forms.contains(&Form::GitLab));
}

#[test]
fn jira_as_a_search_answers() {
    let page = |key: &str, kind: &str, resolved: &str| {
        format!(
            r#"{{"expand":"schema,names","startAt":0,"maxResults":50,"total":2,"issues":[{{"expand":"x","id":"10230",
            "self":"https://issues.example.org/rest/api/2/issue/10230","key":"{key}","fields":{{
            "issuetype":{{"self":"u","id":"1","name":"{kind}","subtask":false}},"labels":[],
            "created":"2011-06-16T12:21:29.000+0000","resolutiondate":{resolved},
            "resolution":{{"name":"Fixed"}}}}}}]}}"#
        )
    };
    let pages = [
        page("HDFS-2081", "Bug", "\"2011-06-20T02:00:00.000+0200\""),
        page("HDFS-2082", "Improvement", "null"),
    ];
    let export = export(&pages.join("\n"));
    assert_eq!(
        told(&export),
        [
            "HDFS-2081 Bug 2011-06-16T12:21:29Z 2011-06-20T00:00:00Z",
            "HDFS-2082 Other 2011-06-16T12:21:29Z -",
        ]
    );
}

#[test]
fn bugzilla_as_a_search_answers() {
    let export = export(
        r#"{"bugs": [
          {"id": 35, "type": "defect", "severity": "S2", "creation_time": "2000-07-25T13:50:04Z",
           "cf_last_resolved": "2001-07-25T13:50:04Z", "summary": "t"},
          {"id": 36, "type": "enhancement", "severity": "N/A", "creation_time": "2000-07-26T13:50:04Z",
           "cf_last_resolved": null},
          {"id": 37, "severity": "enhancement", "creation_time": "2000-07-26T13:50:04Z"},
          {"id": 38, "severity": "critical", "creation_time": "2000-07-26T13:50:04Z"}],
          "faults": []}"#,
    );
    assert_eq!(
        told(&export),
        [
            "35 Bug 2000-07-25T13:50:04Z 2001-07-25T13:50:04Z",
            "36 Other 2000-07-26T13:50:04Z -",
            "37 Other 2000-07-26T13:50:04Z -",
            "38 Bug 2000-07-26T13:50:04Z -",
        ]
    );
}

#[test]
fn plain_json_and_an_issue_a_line() {
    let export = export(
        "{\"key\": \"A-1\", \"type\": \"bug\", \"created\": 1308226889, \"resolved\": null}\n\
         {\"id\": 2, \"labels\": [\"task\"], \"created_at\": \"2011-06-16\"}\n",
    );
    assert_eq!(
        told(&export),
        [
            "2 Other 2011-06-16T23:59:59Z -",
            "A-1 Bug 2011-06-16T12:21:29Z -"
        ]
    );
    assert!(
        read(b"[]", &KindNames::default())
            .unwrap()
            .issues
            .is_empty()
    );
}

#[test]
fn csv_of_many_makers() {
    for (text, expected) in [
        (
            "key,type,created,resolved\nA-1,Bug,2011-06-16 12:21:29,\n\n#7,task,1308226889,2011-06-17\n",
            vec![
                "7 Other 2011-06-16T12:21:29Z 2011-06-17T23:59:59Z",
                "A-1 Bug 2011-06-16T12:21:29Z -",
            ],
        ),
        // Jira
        (
            "\u{feff}Summary,Issue key,Issue id,Issue Type,Created,Resolved,Labels,Labels\r\n\
             \"a, \"\"b\"\"\nand c\",TEST-9,10002,Bug,16/Jun/11 12:21 PM,,x,y\r\n",
            vec!["TEST-9 Bug 2011-06-16T12:21:00Z -"],
        ),
        // GitLab
        (
            "Title,Issue ID,URL,State,Created At (UTC),Closed At (UTC),Labels\n\
             t,4,https://gitlab.com/g/p/-/issues/4,Closed,2020-01-02 03:04:05,2020-02-02 03:04:05,\"ui,bug\"\n",
            vec![
                "4 Bug 2020-01-02T03:04:05Z 2020-02-02T03:04:05Z",
                "G/P#4 Bug 2020-01-02T03:04:05Z 2020-02-02T03:04:05Z",
            ],
        ),
        // Bugzilla
        (
            "\"bug_id\",\"bug_severity\",\"opendate\",\"short_desc\"\n35,\"enhancement\",\"2000-07-25 13:50:04\",\"x\"\n\
             36,\"normal\",\"2000-07-25 13:50:04\",\"x\"\n",
            vec![
                "35 Other 2000-07-25T13:50:04Z -",
                "36 Bug 2000-07-25T13:50:04Z -",
            ],
        ),
        // Redmine, from a spreadsheet
        (
            "#;Tracker;Subject;Created\n12;Bug;x;\n;;;\n",
            vec!["12 Bug - -"],
        ),
        ("number\tlabels\n3\tdocs|question\n", vec!["3 Other - -"]),
    ] {
        assert_eq!(told(&export(text)), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_a_remedy() {
    for (text, parts) in [
        ("", &["it is empty"][..]),
        ("  \n", &["it is empty"]),
        (
            "<html>",
            &["it is XML or a web page; export the issues as JSON or CSV"],
        ),
        ("\u{0}\u{1}", &["it is no text"]),
        (
            "a,b\n1,2\n",
            &[
                "line 1: no column names the issue",
                "called key",
                "and has a, b",
            ],
        ),
        (
            "key,created\n1,2\n",
            &[
                "line 1: no column tells which issues are bugs",
                "called type",
            ],
        ),
        (
            "key,type\n1,bug\n2,bug,x\n",
            &["line 3: it has 3 columns, and the first line has 2"],
        ),
        (
            "key,type,created\n1,bug,soon\n",
            &["line 2: created: soon is no date; write it as 2011-06-16T"],
        ),
        ("key,type\n,bug\n", &["line 2: the issue has no key"]),
        (
            "[{\"number\": 1,]",
            &["line 1, column 15", "export it again"],
        ),
        (
            "{\"message\": \"Bad credentials\"}",
            &["issue 1 of it: it is no issue", "export again"],
        ),
        (
            "[{\"number\": 1, \"createdAt\": \"x\"}]",
            &["issue 1 of it: created: x is no date"],
        ),
        (
            "[{\"number\": 1}, {\"id\": 7}]",
            &[
                "issue 2 of it: it is no issue (7)",
                "GitHub",
                "GitLab",
                "Jira",
                "Bugzilla",
            ],
        ),
        ("{\"key\": \"A-1\", \"fields\": 3}", &["line 1, column"]),
        ("[1]", &["line 1, column 2"]),
    ] {
        let error = refused(text);
        for part in parts {
            assert!(error.contains(part), "{text}: {error}");
        }
    }
    let error = read(b"key,type\n1,\xff\n", &KindNames::default()).expect_err("it is not UTF-8");
    assert_eq!(
        error.to_string(),
        "line 2: it is not UTF-8; save the file as UTF-8"
    );
    let error = read(b"\xff\xfek\0", &KindNames::default()).expect_err("it is UTF-16");
    assert!(error.to_string().contains("UTF-16"));
    let deep = "[".repeat(100_000);
    assert!(refused(&deep).contains("recursion limit"));
    let error = read_file("no/such/file".as_ref(), &KindNames::default());
    assert!(
        error
            .expect_err("it is missing")
            .to_string()
            .starts_with("it cannot be read: ")
    );
}

#[test]
fn the_later_of_two_issues_with_a_key_holds() {
    let export = export("key,type\nA-1,bug\na-1,task\nB-1,bug\n");
    assert_eq!(told(&export), ["A-1 Other - -", "B-1 Bug - -"]);
    let counts = (
        export.n_issues,
        export.n_repeated,
        export.n_bugs,
        export.n_others,
    );
    assert_eq!(counts, (3, 1, 1, 1));
}

#[test]
fn names_of_a_project_decide() {
    let names = KindNames::new(&["Störfall".to_owned()], &["bug".to_owned()]);
    let export = read("key,type\n1,störfall\n2,bug\n".as_bytes(), &names).unwrap();
    let kinds: Vec<IssueKind> = export.issues.iter().map(|(_, it)| it.kind).collect();
    assert_eq!(kinds, [IssueKind::Bug, IssueKind::Other]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, &KindNames::default());
    }

    #[test]
    fn nor_do_odd_cells(key in "\\PC{0,12}", kind in "\\PC{0,12}", created in "[0-9TZ:+./ -]{0,28}|\\PC{0,12}") {
        let table = format!("key;type;created\n{key};{kind};{created}\n");
        let _ = read(table.as_bytes(), &KindNames::default());
        let object = serde_json::json!([{"number": key, "labels": [kind], "created_at": created}]);
        let _ = read(object.to_string().as_bytes(), &KindNames::default());
        let jira = serde_json::json!({"issues": [{"key": key, "fields": {"created": created}}]});
        let _ = read(jira.to_string().as_bytes(), &KindNames::default());
    }

    #[test]
    fn what_is_written_is_read(
        issues in prop::collection::btree_map("[A-Z]{2,5}-[1-9][0-9]{0,4}", (any::<bool>(), 0..4_000_000_000_i64), 0..20)
    ) {
        let mut table = "key,type,created\n".to_owned();
        for (key, (is_bug, at)) in &issues {
            let kind = if *is_bug { "Bug" } else { "Task" };
            table.extend([key.as_str(), ",", kind, ",", &Timestamp(*at).iso(), "\n"]);
        }
        let export = read(table.as_bytes(), &KindNames::default()).unwrap();
        prop_assert_eq!(export.issues.len(), issues.len());
        for (key, (is_bug, at)) in &issues {
            let issue = export.issues.get(key).unwrap();
            prop_assert_eq!(issue.created, Some(Timestamp(*at)));
            prop_assert_eq!(issue.kind == IssueKind::Bug, *is_bug);
        }
    }
}
