//! The description of the API, against what the server does.

use crate::harness::{Reply, Server, Stub};
use boon::{Compiler, Schemas};
use serde_json::Value;
use std::collections::BTreeSet;

fn described() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).unwrap()
}

/// What is wrong with a value by a schema of the description, named by a JSON pointer.
fn violations(pointer: &str, value: &Value) -> Option<String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler
        .add_resource("mem:///openapi.json", described())
        .unwrap();
    let place = format!("mem:///openapi.json#{pointer}");
    let schema = compiler.compile(&place, &mut schemas).unwrap();
    let checked = schemas.validate(value, schema);
    checked.err().map(|error| format!("{error:#}"))
}

/// What the description says of an answer: the pointer to the schema, or `None` for an answer that is no JSON.
fn expected(template: &str, status: u16) -> Option<String> {
    let description = described();
    let place = template.replace('~', "~0").replace('/', "~1");
    let responses = format!("/paths/{place}/get/responses");
    let all = description.pointer(&responses).unwrap();
    let status = status.to_string();
    let key = if all.get(&status).is_some() {
        &status
    } else {
        "default"
    };
    let mut at = format!("{responses}/{key}");
    if let Some(elsewhere) = description.pointer(&format!("{at}/$ref")) {
        at = elsewhere
            .as_str()
            .unwrap()
            .trim_start_matches('#')
            .to_owned();
    }
    let schema = format!("{at}/content/application~1json/schema");
    description.pointer(&schema).is_some().then(|| {
        // A schema with a name of its own is compiled there.
        match description.pointer(&format!("{schema}/$ref")) {
            Some(elsewhere) => elsewhere
                .as_str()
                .unwrap()
                .trim_start_matches('#')
                .to_owned(),
            None => schema,
        }
    })
}

#[track_caller]
fn fits(template: &str, reply: &Reply) {
    match expected(template, reply.status) {
        Some(schema) => {
            let wrong = violations(&schema, &reply.json());
            assert_eq!(wrong, None, "{template} {}", reply.status);
        }
        None => assert_ne!(reply.header("content-type"), Some("application/json")),
    }
}

#[test]
fn every_answer_is_as_described() {
    let stub = Stub::new();
    let (server, _repo) = Server::ready(&stub, &[]);
    let description = server.get("/openapi.json").ok();
    assert_eq!(description, described());
    let templates: BTreeSet<&String> = description["paths"].as_object().unwrap().keys().collect();
    assert_eq!(templates.len(), 10);
    for template in templates {
        let path = template
            .replace("{name}", "repo")
            .replace("{revision}", "HEAD");
        let reply = server.get(&path);
        assert!(
            [200, 307].contains(&reply.status),
            "{path}: {}",
            reply.status
        );
        fits(template, &reply);
        let unknown = template
            .replace("{name}", "none")
            .replace("{revision}", "HEAD");
        fits(template, &server.get(&unknown));
        let known = format!("if-none-match: {}", reply.header("etag").unwrap_or("\"\""));
        fits(template, &server.ask("GET", &path, &[&known]));
    }
    let failing = "/api/v1/repositories/{name}/score/{revision}";
    stub.begin("score.fails");
    let _repo = {
        let reply = server.get("/api/v1/repositories/repo/score/-x");
        assert_eq!(reply.status, 400);
        fits(failing, &reply);
    };
}

#[test]
fn what_is_loading_or_failed_is_as_described() {
    let stub = Stub::new();
    stub.begin("report.fails");
    let repo = crate::harness::one_commit();
    let server = Server::start(&stub, &[repo.path()], &[]);
    crate::harness::until("it failed", || server.gist()["state"] == "failed");
    for template in [
        "/readyz",
        "/api/v1/repositories",
        "/api/v1/repositories/{name}/status",
        "/api/v1/repositories/{name}/report",
    ] {
        fits(template, &server.get(&template.replace("{name}", "repo")));
    }
}

#[test]
fn a_wrong_answer_would_be_noticed() {
    let schema = "/components/schemas/Repositories";
    let good =
        r#"{"repositories":[{"name":"x","state":"ready","error":null,"tip":null,"made_at":1}]}"#;
    assert_eq!(
        violations(schema, &serde_json::from_str(good).unwrap()),
        None
    );
    for bad in [
        r#"{}"#,
        r#"{"repositories":[{"name":"x","state":"odd","error":null,"tip":null,"made_at":1}]}"#,
        r#"{"repositories":[{"name":"x","state":"ready","error":null,"tip":"12","made_at":1}]}"#,
        r#"{"repositories":[{"name":"x","state":"ready","error":null,"tip":null}]}"#,
    ] {
        let bad = serde_json::from_str(bad).unwrap();
        assert!(violations(schema, &bad).is_some(), "{bad}");
    }
    let status = r#"{"name":"x","state":"ready","error":null,"tip":null,"made_at":1}"#;
    let status = serde_json::from_str(status).unwrap();
    assert!(violations("/components/schemas/Status", &status).is_some());
}
