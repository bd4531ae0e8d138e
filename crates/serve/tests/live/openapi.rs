//! The description of the API, against what the server does.

use crate::harness::{Reply, Server, Stub};
use boon::{Compiler, Schemas};
use serde_json::Value;
use std::collections::BTreeSet;

fn described() -> Value {
    serde_json::from_str(include_str!("../../openapi.json")).expect("because it is JSON")
}

/// What is wrong with a value by a schema of the description, named by a JSON pointer.
fn violations(pointer: &str, value: &Value) -> Option<String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler
        .add_resource("mem:///openapi.json", described())
        .expect("because the name is a place");
    let place = format!("mem:///openapi.json#{pointer}");
    let schema = compiler
        .compile(&place, &mut schemas)
        .expect("because the schema is valid itself");
    let checked = schemas.validate(value, schema);
    checked.err().map(|error| format!("{error:#}"))
}

/// What the description says of an answer: the pointer to the schema, or `None` for an answer that is no JSON.
fn expected(template: &str, status: u16) -> Option<String> {
    let description = described();
    let place = template.replace('~', "~0").replace('/', "~1");
    let responses = format!("/paths/{place}/get/responses");
    let all = description
        .pointer(&responses)
        .expect("because it is described");
    let status = status.to_string();
    let key = if all.get(&status).is_some() {
        &status
    } else {
        "default"
    };
    let answer = followed(&description, format!("{responses}/{key}"));
    let schema = format!("{answer}/content/application~1json/schema");
    // A schema with a name of its own is compiled there.
    let known = description.pointer(&schema).is_some();
    known.then(|| followed(&description, schema))
}

/// Where a reference at a place of the description leads, or the place if there is none.
fn followed(description: &Value, place: String) -> String {
    let reference = description.pointer(&format!("{place}/$ref"));
    let leads = reference.and_then(|reference| reference.as_str()?.strip_prefix('#'));
    leads.map_or(place, str::to_owned)
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
    let reply = server.get("/api/v1/repositories/repo/score/-x");
    assert_eq!(reply.status, 400);
    fits(failing, &reply);
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
        "{}",
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
