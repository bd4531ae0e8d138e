//! The frame of a page with its places to fill in.

const FRAME: &str = include_str!("../assets/page.html");

/// Fills the places `{{name}}` of the frame with what is given for each name.
///
/// The frame is gone through once, so nothing that was filled in is looked at again: a message with `{{data}}` in it
/// stays as it is.
///
/// # Panics
///
/// If the frame has a place for which nothing is given.
pub(crate) fn fill(given: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = FRAME;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after
            .split_once("}}")
            .expect("because each place of the frame is closed");
        let (_, text) = given
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("nothing is given for {name}"));
        filled.push_str(before);
        filled.push_str(text);
        rest = after;
    }
    filled.push_str(rest);
    filled
}
