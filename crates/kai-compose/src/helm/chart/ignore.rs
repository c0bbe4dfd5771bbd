//! `.helmignore`: globs of one level, the first that speaks decides.

use regex::Regex;

/// The lines of one file, and what Helm leaves out anyway.
#[derive(Debug)]
pub(crate) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    glob: Regex,
    negates: bool,
    only_folders: bool,
    /// Without a slash a pattern looks at the last part of a path alone.
    looks_at_name: bool,
}

impl Ignore {
    /// # Errors
    ///
    /// A pattern with two stars, or one that is no glob.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let lines = text.trim_start_matches('\u{feff}').lines().chain(["templates/.?*"]);
        let mut rules = Vec::new();
        for line in lines.map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
            if line.contains("**") {
                return Err("double-star (**) syntax is not supported".into());
            }
            let negates = line.starts_with('!');
            let line = line.strip_prefix('!').unwrap_or(line);
            let only_folders = line.ends_with('/');
            let line = line.strip_suffix('/').unwrap_or(line);
            let glob = line.strip_prefix('/').unwrap_or(line);
            let looks_at_name = !line.contains('/');
            let glob = go_glob(glob).ok_or_else(|| format!("`{line}` is no pattern"))?;
            rules.push(Rule { glob, negates, only_folders, looks_at_name });
        }
        Ok(Self { rules })
    }

    /// True for a file that is left out, itself or with a folder above it.
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.into_iter().any(|it| self.matches(it, true)) || self.matches(path, false)
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.rules {
            let name = if rule.looks_at_name { path.rsplit('/').next() } else { Some(path) };
            let fits =
                (is_folder || !rule.only_folders) && name.is_some_and(|it| rule.glob.is_match(it));
            // What a negative line does not match is left out.
            if rule.negates && !fits {
                return true;
            }
            if fits && !rule.negates {
                return true;
            }
        }
        false
    }
}

/// A pattern of Go's `filepath.Match`.
fn go_glob(pattern: &str) -> Option<Regex> {
    let mut regex = String::from("^(?s:");
    let mut characters = pattern.chars();
    while let Some(it) = characters.next() {
        match it {
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '[' => {
                regex.push('[');
                loop {
                    match characters.next()? {
                        ']' => break,
                        '\\' => regex.push_str(&regex::escape(&characters.next()?.to_string())),
                        it @ ('^' | '-') => regex.push(it),
                        it => regex.push_str(&regex::escape(&it.to_string())),
                    }
                }
                regex.push(']');
            }
            '\\' => regex.push_str(&regex::escape(&characters.next()?.to_string())),
            it => regex.push_str(&regex::escape(&it.to_string())),
        }
    }
    regex.push_str(")$");
    Regex::new(&regex).ok()
}
