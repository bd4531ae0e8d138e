//! Answers requests.

use crate::child::Program;
use crate::door::{Door, Entry, refuse_strangers};
use crate::encoded::{Encoded, takes_gzip};
use crate::page::{POLICY, page};
use crate::problem::Problem;
use crate::questions::Questions;
use crate::repository::Repository;
use crate::routes::Route;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::time::timeout;

/// An answer has to be there within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(90);

/// What stays as it is in a part of a path.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

type Answer = Response<Full<Bytes>>;

/// All that answers.
pub(crate) struct Server {
    repositories: Vec<Arc<Repository>>,
    door: Door,
    questions: Questions,
    openapi: Encoded,
    /// The page on which to choose.
    choice: OnceLock<Encoded>,
}

impl Server {
    pub(crate) fn new(
        repositories: Vec<Arc<Repository>>,
        door: Door,
        program: Arc<Program>,
    ) -> Self {
        Self {
            repositories,
            door,
            questions: Questions::new(program),
            openapi: Encoded::json(include_bytes!("../openapi.json").to_vec()),
            choice: OnceLock::new(),
        }
    }

    /// The answer to a request, whatever it is.
    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Answer {
        let answer = timeout(ANSWER_WITHIN, self.answer(&request)).await;
        let late = |_| {
            Err(Problem::new(
                StatusCode::GATEWAY_TIMEOUT,
                "the answer took too long",
                "ask again later",
            ))
        };
        let answer = answer.unwrap_or_else(late);
        guarded(answer.unwrap_or_else(|problem| refusal(&problem)))
    }

    async fn answer(&self, request: &Request<Incoming>) -> Result<Answer, Problem> {
        self.door.check(request)?;
        let (uri, headers) = (request.uri(), request.headers());
        let route = Route::of(uri.path());
        // Whoever watches over services has no token, and learns nothing else here.
        match route {
            Some(Route::Health) => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(json_answer(
                    StatusCode::OK,
                    &json!({ "status": "ok", "version": version }),
                ));
            }
            Some(Route::Ready) => return Ok(self.readiness()),
            _ => {}
        }
        if let Entry::SignedIn { cookie, location } = self.door.enter(uri, headers)? {
            let mut answer = redirect(StatusCode::SEE_OTHER, &location)?;
            answer
                .headers_mut()
                .insert(header::SET_COOKIE, value(&cookie)?);
            return Ok(answer);
        }
        match route.ok_or_else(Problem::nothing_there)? {
            Route::Start => self.start(headers),
            Route::PageWithoutSlash => {
                let last = uri.path().rsplit('/').next().unwrap_or_default();
                redirect(StatusCode::PERMANENT_REDIRECT, &format!("./{last}/"))
            }
            Route::Page { name } => {
                let repository = self.named(&name)?;
                let page = repository
                    .page
                    .get_or_init(|| Encoded::html(page(Some(&name))));
                Ok(sent(page, headers))
            }
            Route::OpenApi => Ok(sent(&self.openapi, headers)),
            Route::Repositories => {
                refuse_strangers(headers)?;
                let all: Vec<Value> = self.repositories.iter().map(|one| gist(one)).collect();
                let list = json!({ "repositories": all });
                Ok(sent(&Encoded::json(list.to_string().into_bytes()), headers))
            }
            Route::Status { name } => {
                refuse_strangers(headers)?;
                Ok(json_answer(StatusCode::OK, &status(self.named(&name)?)))
            }
            Route::Report { name } => {
                refuse_strangers(headers)?;
                let report = self.named(&name)?.report()?;
                Ok(sent(&report.body, headers))
            }
            Route::Question {
                name,
                question,
                revision,
            } => {
                refuse_strangers(headers)?;
                let repository = self.named(&name)?;
                let answer = self
                    .questions
                    .answer(repository, question, revision)
                    .await?;
                Ok(sent(&answer, headers))
            }
            Route::Health | Route::Ready => unreachable!("because they were answered above"),
        }
    }

    /// The page of the one repository, or that on which to choose.
    fn start(&self, headers: &HeaderMap) -> Result<Answer, Problem> {
        if let [only] = &*self.repositories {
            let name = utf8_percent_encode(&only.name, IN_PATH);
            return redirect(StatusCode::TEMPORARY_REDIRECT, &format!("./r/{name}/"));
        }
        let choice = || Encoded::html(page(None));
        Ok(sent(self.choice.get_or_init(choice), headers))
    }

    fn named(&self, name: &str) -> Result<&Arc<Repository>, Problem> {
        let found = self.repositories.iter().find(|one| one.name == name);
        found.ok_or_else(Problem::no_repository)
    }

    /// Whether every repository has a report.
    fn readiness(&self) -> Answer {
        let made = |one: &&Arc<Repository>| one.standing().report.is_some();
        let ready = self.repositories.iter().filter(made).count();
        let of = self.repositories.len();
        let (status, word) = if ready == of {
            (StatusCode::OK, "ready")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "loading")
        };
        json_answer(status, &json!({ "status": word, "ready": ready, "of": of }))
    }
}

/// What the list of repositories says of one.
fn gist(repository: &Repository) -> Value {
    let standing = repository.standing();
    let report = standing.report.as_ref();
    json!({
        "name": repository.name,
        "state": standing.state().name(),
        "error": standing.error,
        "tip": report.map(|report| &report.tip),
        "made_at": report.map(|report| report.made_at),
    })
}

/// All that can be said of how it stands with a repository.
fn status(repository: &Repository) -> Value {
    let mut status = gist(repository);
    let standing = repository.standing();
    let report = standing.report.as_ref();
    let looked = standing
        .looked_at
        .map(|at| (at.elapsed().as_secs_f64() * 10.0).round() / 10.0);
    status["refreshing"] = standing.refreshing.into();
    status["failures"] = standing.failures.into();
    status["looked_seconds_ago"] = json!(looked);
    status["took_seconds"] = json!(report.map(|report| report.took_seconds));
    status["bytes"] = json!(report.map(|report| report.body.plain.len()));
    status["packed_bytes"] = json!(report.map(|report| report.body.gzip.len()));
    status
}

/// A body, in the form that the client takes, or that it has it already.
fn sent(body: &Encoded, headers: &HeaderMap) -> Answer {
    let text = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    };
    let packed = takes_gzip(text(header::ACCEPT_ENCODING));
    let is_known = body.is_known_by(text(header::IF_NONE_MATCH));
    let bytes = match (is_known, packed) {
        (true, _) => Bytes::new(),
        (false, true) => body.gzip.clone(),
        (false, false) => body.plain.clone(),
    };
    let mut answer = Response::new(Full::new(bytes));
    let tag = body.tag(packed);
    let tag = HeaderValue::from_str(&tag).expect("because a tag is made of digits and letters");
    let head = answer.headers_mut();
    head.insert(header::ETAG, tag);
    head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if body.is_page() {
        // Also where the page is known: what comes with that replaces what came with the page.
        let policy = HeaderValue::from_static(POLICY);
        head.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !is_known {
        head.insert(header::CONTENT_TYPE, HeaderValue::from_static(body.content));
        if packed {
            head.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    answer
}

fn json_answer(status: StatusCode, value: &Value) -> Answer {
    let mut answer = Response::new(Full::from(value.to_string()));
    *answer.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    let fresh = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, fresh);
    answer
}

fn redirect(status: StatusCode, location: &str) -> Result<Answer, Problem> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::LOCATION, value(location)?);
    Ok(answer)
}

fn value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|_| Problem::nothing_there())
}

fn refusal(problem: &Problem) -> Answer {
    let mut answer = Response::new(Full::from(problem.body()));
    *answer.status_mut() = problem.status;
    let head = answer.headers_mut();
    let fixed = |text| HeaderValue::from_static(text);
    head.insert(header::CONTENT_TYPE, fixed("application/json"));
    head.insert(header::CACHE_CONTROL, fixed("no-store"));
    match problem.status {
        StatusCode::METHOD_NOT_ALLOWED => {
            head.insert(header::ALLOW, fixed("GET, HEAD"));
            // What else it sends is not read.
            head.insert(header::CONNECTION, fixed("close"));
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            head.insert(header::CONNECTION, fixed("close"));
        }
        StatusCode::UNAUTHORIZED => {
            head.insert(header::WWW_AUTHENTICATE, fixed("Bearer"));
        }
        _ => {}
    }
    if let Some(seconds) = problem.retry_after {
        head.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// The answer with what keeps browsers from doing with it what is not meant.
fn guarded(mut answer: Answer) -> Answer {
    let head = answer.headers_mut();
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        head.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "private, no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        head.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}
