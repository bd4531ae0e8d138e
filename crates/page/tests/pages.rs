//! Whole pages, of repositories that never were.

#[path = "../examples/sample/dice.rs"]
mod dice;
#[path = "../examples/sample/made.rs"]
mod made;
#[path = "../examples/sample/odd.rs"]
mod odd;
#[path = "../examples/sample/ready.rs"]
mod ready;
#[path = "../examples/sample/risky.rs"]
mod risky;

use made::Made;

const TOOL: &str = "git-risk 0.1.0";

/// What stands between the first `from` and the next `to`.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).expect("because pages have it");
    rest.split_once(to).expect("because pages have it").0
}

#[test]
fn a_page_has_all_that_it_needs_and_asks_nobody() {
    let page = risk_page::html(TOOL, &Made::default().overview());
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    assert!(policy.starts_with("default-src &#39;none&#39;; script-src &#39;sha256-"));
    assert!(policy.contains("connect-src &#39;none&#39;"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
    let (frame, _) = page.split_once("<script>").unwrap();
    for outside in ["src=\"", "href=\"http", "@import", "url("] {
        assert!(!frame.contains(outside), "{outside}");
    }
}

#[test]
fn the_same_overview_gives_the_same_bytes() {
    let page = || risk_page::html(TOOL, &Made::default().overview());
    assert_eq!(page(), page());
}

#[test]
fn texts_of_strangers_stay_text() {
    let overview = odd::hostile();
    let page = risk_page::html(TOOL, &overview);
    let tame = risk_page::html(TOOL, &Made::default().overview());
    // The scripts and styles hold none of it, so whatever markup there is was there before.
    for markup in [
        "<script",
        "</script",
        "<img",
        "<svg",
        "<style",
        "</style",
        "<!--",
        "onerror=\"",
    ] {
        let count = |page: &str| page.matches(markup).count();
        assert_eq!(count(&page), count(&tame), "{markup}");
    }
    let plain = between(&page, "<div id=\"plain\"", "</main>");
    assert!(plain.contains("&lt;/script&gt;&lt;script&gt;window.pwned=1&lt;/script&gt;"));
    assert!(plain.contains("{{data}} {{script}}"));
    for harmful in ['\u{202e}', '\u{2066}', '\u{200f}', '\0', '\u{7}', '\u{1b}'] {
        assert!(!page.contains(harmful), "{harmful:?}");
    }
    assert_eq!(
        between(&page, "<title>", "</title>"),
        "&lt;img src=x onerror=&quot;window.pwned=2&quot;&gt; · risk report"
    );
    assert!(odd::HOSTILE.len() > 10);
}

#[test]
fn what_is_not_known_yet_is_no_obstacle() {
    let page = risk_page::html(TOOL, &odd::young());
    let plain = between(&page, "<div id=\"plain\"", "</main>");
    assert!(plain.contains("too few labels"));
    assert!(plain.contains("<p>None.</p>"));
}

#[test]
fn fifty_thousand_changes_make_a_small_file() {
    let page = risk_page::html(TOOL, &Made::large().overview());
    assert!(page.len() <= 5_000_000, "{} bytes", page.len());
}

#[test]
fn a_report_that_was_written_down_gives_the_same_page() {
    let overview = Made::of(200, 20, 3).overview();
    let json = risk_report::json::overview(TOOL, &overview);
    assert_eq!(
        risk_page::from_json(&json).unwrap(),
        risk_page::html(TOOL, &overview)
    );
}

#[test]
fn fields_that_are_added_later_are_carried_along() {
    let json = risk_report::json::overview(TOOL, &odd::young());
    let later = json.replacen('{', "{\"release\":null,", 1);
    assert!(risk_page::from_json(&later).is_ok());
}

#[test]
fn the_page_of_a_server_asks_its_server_alone() {
    let page = risk_page::live(TOOL, Some("</script><img>"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    assert!(policy.contains("connect-src &#39;self&#39;"));
    let boot = between(&page, "id=\"boot\">", "</script>");
    let boot: serde_json::Value = serde_json::from_str(boot).unwrap();
    assert_eq!(boot["repository"], "</script><img>");
    assert_eq!(boot["root"], "../../");
    assert!(risk_page::live(TOOL, None).contains("\"root\":\"./\""));
}
