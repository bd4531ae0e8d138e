//! Where people look at a repository, by the address of `origin`.

use crate::error::Failure;
use risk_history::Repository;
use risk_report::Forge;

/// The address of `origin`, if there is one.
pub(super) fn origin(repository: &Repository) -> Result<Option<String>, Failure> {
    let entries = repository.configured("remote")?;
    let mut urls = entries
        .into_iter()
        .filter(|entry| entry.key == "remote.origin.url");
    // Git takes the first address of a remote to fetch from.
    Ok(urls.find_map(|entry| entry.value))
}

/// What a repository is called: the last part of the address of `origin`, else of its folder.
pub(super) fn name(repository: &Repository, origin: Option<&str>) -> String {
    let of_origin = origin.and_then(last_part);
    let folder = repository.workdir().unwrap_or(repository.common_dir());
    let folder = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    of_origin
        .or_else(|| last_part(&folder.to_string_lossy()))
        .unwrap_or_else(|| "repository".to_owned())
}

fn last_part(address: &str) -> Option<String> {
    let address = address.trim_end_matches('/');
    let address = address.strip_suffix("/.git").unwrap_or(address);
    let last = address.rsplit(['/', ':', '\\']).next()?;
    let last = last.strip_suffix(".git").unwrap_or(last);
    (!last.is_empty()).then(|| last.to_owned())
}

/// The pages of a forge that is known by its name; `None` for all others, so that no link leads astray.
pub(super) fn forge(origin: &str) -> Option<Forge> {
    let (host, path) = place(origin)?;
    let base = format!("https://{host}/{path}");
    let is = |name: &str| host == format!("{name}.com") || host.starts_with(&format!("{name}."));
    let (name, commit, file, line) = if host == "github.com" || is("github") {
        (
            "GitHub",
            "commit/{commit}",
            "blob/{commit}/{path}",
            "#L{line}",
        )
    } else if is("gitlab") {
        let (commit, file) = ("-/commit/{commit}", "-/blob/{commit}/{path}");
        ("GitLab", commit, file, "#L{line}")
    } else if host == "bitbucket.org" {
        let (commit, file) = ("commits/{commit}", "src/{commit}/{path}");
        ("Bitbucket", commit, file, "#lines-{line}")
    } else if host == "codeberg.org" || is("gitea") || is("forgejo") {
        let (commit, file) = ("commit/{commit}", "src/commit/{commit}/{path}");
        let name = if host == "codeberg.org" {
            "Codeberg"
        } else {
            "Gitea"
        };
        (name, commit, file, "#L{line}")
    } else if host == "git.sr.ht" {
        let (commit, file) = ("commit/{commit}", "tree/{commit}/item/{path}");
        ("SourceHut", commit, file, "#L{line}")
    } else {
        return None;
    };
    Some(Forge {
        name,
        commit: format!("{base}/{commit}"),
        file: format!("{base}/{file}"),
        line,
    })
}

/// Host and path of an address, if they hold nothing but what such names hold. Users, passwords and ports are left out:
/// they are for git.
fn place(origin: &str) -> Option<(String, String)> {
    let (host, path) = match origin.split_once("://") {
        Some((scheme, rest)) => {
            let known = ["https", "http", "ssh", "git", "git+ssh"];
            known
                .contains(&scheme.to_ascii_lowercase().as_str())
                .then_some(())?;
            rest.split_once('/')?
        }
        // As scp writes it; a colon behind a slash is part of a path.
        None => origin
            .split_once(':')
            .filter(|(host, _)| !host.contains('/'))?,
    };
    let host = host.rsplit('@').next()?;
    let host = host.split(':').next()?.to_ascii_lowercase();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let is_path = |c: char| c.is_ascii_alphanumeric() || ".-_~/".contains(c);
    let parts = path.split('/');
    let is_named = host.contains('.') && host.chars().all(is_host) && path.chars().all(is_path);
    // No part climbs out of the repository, and an owner has a name of its own.
    let is_plain = path.contains('/') && parts.clone().all(|part| !["", ".", ".."].contains(&part));
    (is_named && is_plain).then(|| (host, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_known_forges_lead_to_commits_and_files() {
        for origin in [
            "https://github.com/git/git",
            "https://github.com/git/git.git/",
            "https://user:secret@github.com/git/git.git",
            "git@github.com:git/git.git",
            "ssh://git@github.com:22/git/git",
            "git://GitHub.com/git/git.git",
        ] {
            let forge = forge(origin).unwrap();
            assert_eq!(forge.name, "GitHub");
            assert_eq!(forge.commit, "https://github.com/git/git/commit/{commit}");
            assert_eq!(
                forge.file,
                "https://github.com/git/git/blob/{commit}/{path}"
            );
        }
        let gitlab = forge("git@gitlab.gnome.org:GNOME/group/glib.git").unwrap();
        let commit = "https://gitlab.gnome.org/GNOME/group/glib/-/commit/{commit}";
        assert_eq!((gitlab.name, gitlab.commit.as_str()), ("GitLab", commit));
        assert_eq!(forge("https://git.sr.ht/~me/it").unwrap().name, "SourceHut");
        assert_eq!(forge("https://codeberg.org/a/b").unwrap().name, "Codeberg");
        let bitbucket = forge("https://bitbucket.org/a/b").unwrap();
        assert_eq!(bitbucket.line, "#lines-{line}");
    }

    #[test]
    fn other_addresses_lead_nowhere() {
        for origin in [
            "",
            "/srv/git/it.git",
            "../github.com/a/b",
            "file:///github.com/a/b",
            "javascript://github.com/%0aalert(1)",
            "https://github.com",
            "https://github.com/a",
            "https://github.com/../b",
            "https://github.com/a/\"onclick=x",
            "https://github.com/a/b?c",
            "https://example.org/a/b",
            "https://notgithub.com/a/b",
            "github:a/b",
            "ext::sh -c evil% github.com/a/b",
        ] {
            assert_eq!(forge(origin), None, "{origin}");
        }
    }

    #[test]
    fn a_name_is_the_last_part() {
        for (address, name) in [
            ("https://github.com/git/git.git", Some("git")),
            ("git@host:it.git", Some("it")),
            ("/home/me/it/.git", Some("it")),
            ("/", None),
        ] {
            assert_eq!(last_part(address).as_deref(), name);
        }
    }
}
