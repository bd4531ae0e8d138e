//! Which project of a tracker an address is in.

/// The project and the number that the address of an issue names: `owner/repository` and `12` for
/// `https://github.com/owner/repository/issues/12`, `group/subgroup/project` and `5` for
/// `https://gitlab.com/group/subgroup/project/-/issues/5`. Addresses of an interface for programs name none.
pub(crate) fn of_address(address: &str) -> Option<(&str, &str)> {
    let rest = address.trim().strip_prefix("http")?;
    let rest = rest.strip_prefix('s').unwrap_or(rest).strip_prefix("://")?;
    let (host, path) = rest.split_once('/')?;
    let (project, number) = ["/issues/", "/work_items/"]
        .into_iter()
        .find_map(|between| path.rsplit_once(between))?;
    let project = project.strip_suffix("/-").unwrap_or(project);
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let is_project = project.contains('/') && !project.starts_with('/') && !project.ends_with('/');
    let is_for_people = !host.starts_with("api.") && !project.starts_with("api/");
    (is_number && is_project && is_for_people).then_some((project, number))
}

#[cfg(test)]
mod tests {
    use super::of_address;

    #[test]
    fn addresses_name_project_and_number() {
        for (address, named) in [
            ("https://github.com/o/r/issues/12", Some(("o/r", "12"))),
            ("http://git.example.org/a/b/issues/7 ", Some(("a/b", "7"))),
            ("https://gitlab.com/g/s/p/-/issues/5", Some(("g/s/p", "5"))),
            ("https://gitlab.com/g/p/-/work_items/5", Some(("g/p", "5"))),
            ("https://api.github.com/repos/o/r/issues/12", None),
            ("https://gitlab.com/api/v4/projects/1/issues/5", None),
            ("https://github.com/o/r/pull/12", None),
            ("https://github.com/o/r/issues/12#x", None),
            ("https://jira.example.org/browse/A-1", None),
            ("o/r#12", None),
            ("https:///issues/1", None),
            ("", None),
        ] {
            assert_eq!(of_address(address), named, "{address}");
        }
    }
}
