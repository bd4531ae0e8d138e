//! Who is let in: requests that are small and well formed, sent to a name of this server, by those who know the token.

use crate::listening::Listening;
use crate::problem::Problem;
use crate::serve_args::ServeArgs;
use crate::token::Token;
use hyper::body::Body;
use hyper::header::{self, HeaderMap};
use hyper::http::uri::Authority;
use hyper::{Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use std::net::IpAddr;
use tokio::net::TcpListener;

/// The longest address that is read: path and query, in bytes.
const MAX_ADDRESS: usize = 2048;

/// What is known about who may come in.
#[derive(Debug)]
pub(crate) struct Door {
    is_loopback: bool,
    /// Names in lower case that are ours beside `localhost`.
    hosts: Vec<String>,
    token: Option<Token>,
    /// Cookies do not tell ports apart, so its name does.
    cookie: String,
}

/// Whoever was let in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// May have an answer.
    In,
    /// Brought the token in the address: gets a cookie and the same address without it.
    SignedIn { cookie: String, location: String },
}

impl Door {
    pub(crate) fn new(
        args: &ServeArgs,
        listening: &Listening,
        listeners: &[TcpListener],
        token: Option<Token>,
    ) -> Self {
        let bound = listeners
            .first()
            .and_then(|listener| listener.local_addr().ok());
        Self {
            is_loopback: listening.is_loopback(),
            hosts: args
                .host
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            token,
            cookie: format!("git-risk-{}", bound.map_or(args.port, |bound| bound.port())),
        }
    }

    /// Refuses what no answer is given to, whoever asks.
    pub(crate) fn check(&self, request: &Request<impl Body>) -> Result<(), Problem> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "nothing can be changed here",
                "use GET or HEAD",
            ));
        }
        let address = request.uri().path_and_query();
        if address.is_some_and(|address| address.as_str().len() > MAX_ADDRESS) {
            return Err(Problem::new(
                StatusCode::URI_TOO_LONG,
                format!("the address is longer than {MAX_ADDRESS} bytes"),
                "/openapi.json lists what there is",
            ));
        }
        if !request.body().is_end_stream() {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "a request has no body here",
                "leave the body out",
            ));
        }
        if !self.is_sent_to_us(request.uri(), request.headers()) {
            return Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "this server does not go by that name",
                "use localhost, or name the host with --host NAME when the server is started",
            ));
        }
        Ok(())
    }

    /// Whether the request names this server.
    ///
    /// A page of anybody may have a name of its own lead to 127.0.0.1 and then read what is here as if it were its own
    /// (DNS rebinding). The name in the request gives it away. Ports are not compared: a tunnel may use another one, and
    /// no page can make a name of ours out of its own.
    fn is_sent_to_us(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let host = host.to_str().ok().and_then(|host| host.parse().ok());
        host.is_some_and(|host: Authority| self.is_ours(&host))
            && uri.authority().is_none_or(|host| self.is_ours(host))
    }

    fn is_ours(&self, authority: &Authority) -> bool {
        let has_odd_end =
            authority.port_u16().is_none() && authority.as_str().len() > authority.host().len();
        if authority.as_str().contains('@') || has_odd_end {
            return false;
        }
        let host = authority.host().to_ascii_lowercase();
        if host == "localhost" || self.hosts.contains(&host) {
            return true;
        }
        let number = host.trim_start_matches('[').trim_end_matches(']');
        let number: Option<IpAddr> = number.parse().ok();
        if self.is_loopback {
            return number.is_some_and(|number| number.is_loopback());
        }
        // Elsewhere any number will do, for no name leads to it. Any name will do too where a token is asked for, which
        // a browser does not send along for a page with another name; unless somebody said which names are ours.
        number.is_some() || (self.token.is_some() && self.hosts.is_empty())
    }

    /// Refuses those who do not know the token, if there is one.
    pub(crate) fn enter(&self, uri: &Uri, headers: &HeaderMap) -> Result<Entry, Problem> {
        let Some(token) = &self.token else {
            return Ok(Entry::In);
        };
        let query = uri.query().unwrap_or_default();
        let given = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("token="));
        if let Some(given) = given {
            let given: Vec<u8> = percent_decode_str(given).collect();
            if token.is(&given) {
                return Ok(Entry::SignedIn {
                    cookie: format!(
                        "{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000",
                        self.cookie,
                        token.cookie()
                    ),
                    location: without_token(uri),
                });
            }
        } else if self.knows_token(token, headers) {
            return Ok(Entry::In);
        }
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "a token is needed here",
            "send Authorization: Bearer TOKEN, or open this address once with ?token=TOKEN",
        ))
    }

    fn knows_token(&self, token: &Token, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION).map(|value| {
            let (scheme, given) = value.as_bytes().split_at_checked(7).unwrap_or((b"", b""));
            scheme.eq_ignore_ascii_case(b"bearer ") && token.is(given)
        });
        bearer.unwrap_or_else(|| {
            let cookies = headers.get_all(header::COOKIE).iter();
            cookies
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(';'))
                .filter_map(|pair| pair.trim().split_once('='))
                .any(|(name, value)| name == self.cookie && token.is_cookie(value.as_bytes()))
        })
    }
}

/// Refuses what a browser asks on behalf of a page of others. Such a page could not read the answer, but each question
/// costs a process. Links that a person follows are no such thing.
pub(crate) fn refuse_strangers(headers: &HeaderMap) -> Result<(), Problem> {
    let site = headers.get("sec-fetch-site");
    let is_strange = site.is_some_and(|site| site != "same-origin" && site != "none");
    let is_followed = headers
        .get("sec-fetch-mode")
        .is_some_and(|mode| mode == "navigate");
    if is_strange && !is_followed {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "pages of other servers cannot ask here",
            "ask from a program, or from the page that this server shows",
        ));
    }
    Ok(())
}

/// The same address without the token, relative to itself: a proxy may have put a folder in front of it.
fn without_token(uri: &Uri) -> String {
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    let query = uri.query().unwrap_or_default();
    let others: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("token="))
        .collect();
    if others.is_empty() {
        format!("./{last}")
    } else {
        format!("./{last}?{}", others.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Empty;
    use hyper::body::Bytes;

    fn door(is_loopback: bool, hosts: &[&str], token: Option<&str>) -> Door {
        Door {
            is_loopback,
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
            token: token.map(Token::new),
            cookie: "git-risk-1".to_owned(),
        }
    }

    fn is_sent_to(door: &Door, host: &str) -> bool {
        let request = Request::get("/").header("host", host);
        door.check(&request.body(Empty::<Bytes>::new()).unwrap())
            .is_ok()
    }

    #[test]
    fn on_loopback_only_names_of_loopback_are_ours() {
        let door = door(true, &["risk.test"], Some("0123456789abcdef"));
        for ours in [
            "localhost",
            "LOCALHOST:7474",
            "127.0.0.1:7474",
            "127.0.0.1",
            "[::1]:7474",
            "localhost:8080",
            "risk.test",
            "Risk.Test:7474",
        ] {
            assert!(is_sent_to(&door, ours), "{ours}");
        }
        for other in [
            "",
            "evil.test",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "10.0.0.1:7474",
            "user@localhost",
            "evil.localhost",
            "localhost:x",
            "0.0.0.0:7474",
            "risk.test.",
        ] {
            assert!(!is_sent_to(&door, other), "{other}");
        }
    }

    #[test]
    fn elsewhere_names_are_ours_by_token_or_if_they_were_given() {
        let open = door(false, &[], None);
        assert!(is_sent_to(&open, "10.0.0.1:7474"));
        assert!(!is_sent_to(&open, "evil.test"));
        assert!(is_sent_to(
            &door(false, &[], Some("0123456789abcdef")),
            "any.test"
        ));
        let named = door(false, &["risk.test"], Some("0123456789abcdef"));
        assert!(is_sent_to(&named, "risk.test"));
        assert!(!is_sent_to(&named, "any.test"));
    }

    #[test]
    fn one_host_has_to_be_named_and_once() {
        let door = door(true, &[], None);
        let none = Request::get("/").body(Empty::<Bytes>::new()).unwrap();
        assert!(door.check(&none).is_err());
        let two = Request::get("/")
            .header("host", "localhost")
            .header("host", "evil.test");
        assert!(
            door.check(&two.body(Empty::<Bytes>::new()).unwrap())
                .is_err()
        );
        let absolute = Request::get("http://evil.test/").header("host", "localhost");
        assert!(
            door.check(&absolute.body(Empty::<Bytes>::new()).unwrap())
                .is_err()
        );
    }

    #[test]
    fn those_who_know_the_token_come_in() {
        let door = door(true, &[], Some("0123456789+/cdef"));
        let enter = |uri: &str, headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            door.enter(&uri.parse().unwrap(), &map)
        };
        let cookie = format!(
            "a=b; git-risk-1={}",
            Token::new("0123456789+/cdef").cookie()
        );
        for (uri, headers) in [
            ("/", ("authorization", "Bearer 0123456789+/cdef")),
            ("/", ("authorization", "bearer 0123456789+/cdef")),
            ("/", ("cookie", cookie.as_str())),
        ] {
            assert_eq!(enter(uri, &[headers]), Ok(Entry::In), "{headers:?}");
        }
        for (uri, headers) in [
            ("/", ("x", "y")),
            ("/", ("authorization", "Bearer 0123456789+/cdeg")),
            ("/", ("authorization", "Basic 0123456789+/cdef")),
            ("/", ("authorization", "Bearer")),
            ("/?token=", ("x", "y")),
            ("/?token=wrong", ("cookie", cookie.as_str())),
            ("/", ("cookie", "git-risk-1=0123456789+/cdef")),
            ("/", ("cookie", "git-risk-2=x")),
        ] {
            assert!(enter(uri, &[headers]).is_err(), "{uri} {headers:?}");
        }
        for (uri, expected) in [
            ("/?token=0123456789%2B%2Fcdef", "./"),
            ("/r/x/?a=1&token=0123456789+/cdef&b", "./?a=1&b"),
            ("//evil.test?token=0123456789+/cdef", "./evil.test"),
        ] {
            let Ok(Entry::SignedIn { location, cookie }) = enter(uri, &[]) else {
                panic!("{uri}");
            };
            assert_eq!(location, expected);
            assert!(!cookie.contains("0123456789"));
        }
    }

    #[test]
    fn pages_of_others_cannot_ask() {
        let refused = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, value.parse().unwrap());
            }
            refuse_strangers(&map).is_err()
        };
        assert!(!refused(&[]));
        assert!(!refused(&[("sec-fetch-site", "same-origin")]));
        assert!(!refused(&[("sec-fetch-site", "none")]));
        assert!(refused(&[("sec-fetch-site", "cross-site")]));
        assert!(refused(&[
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "no-cors")
        ]));
        assert!(!refused(&[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate")
        ]));
    }
}
