//! Which files `git` would print lines of, asked of `git` itself.

use crate::class::{Verdict, secret};
use crate::flags::Arguments;
use crate::folder::joined;
use crate::paths::normally_holds_secrets;
use crate::walk::Walk;
use crate::words::Word;

/// Flags that say how something is shown, and not what of.
const SHOWING: &str = "--oneline --graph --decorate --no-decorate --stat --shortstat --numstat --name-only --name-status \
    --summary --date --abbrev-commit --no-abbrev-commit --abbrev --left-right --cherry-mark --no-ext-diff --no-textconv \
    --no-color --color -M -C --find-renames --find-copies -w -b --ignore-all-space --ignore-space-change \
    --ignore-blank-lines -U --unified --word-diff --color-words --no-patch -s --raw -z --relative --no-renames --patience \
    --histogram --minimal -m -c --cc --parents --children --no-notes --dirstat --check --exit-code --quiet -q --no-prefix \
    --full-index --function-context -W --pretty --format -R --text -a --encoding --relative-date --reverse -r -t --root \
    --no-commit-id --always";
/// Flags that leave files out by how they changed, which a rename without renames did not.
const LEAVING_OUT: &str = "--diff-filter";
/// Flags that count commits: what else decides which they are may read their changes, and renames are told otherwise here.
const COUNTING: &[&str] = &["-#", "-n", "--max-count", "--skip"];
const READING: &[&str] = &["-S", "-G", "--diff-filter", "--follow"];

/// What is said of a command that prints changes, or lines of all files, by the names of those that it would print;
/// nothing where they cannot be told. A name may come that is not printed, but none is left out.
pub(super) fn printed(
    verb: &str,
    parsed: &Arguments<'_>,
    paths: &[Word],
    walk: &Walk<'_>,
) -> Option<Verdict> {
    let place = walk.folder.as_deref()?;
    let names = match verb {
        "grep" => walk.there.git(place, &indexed(paths))?,
        "diff" | "log" | "show" => changed(verb, parsed, paths, walk, place)?,
        _ => return None,
    };
    // A repository of its own in a folder tells names from itself.
    let is_secret = |it: &&String| normally_holds_secrets(&joined(place, it));
    let found = names.iter().find(is_secret);
    Some(found.map_or(Ok(()), |it| {
        secret(format!("`git {verb}` prints `{it}`, which normally holds secrets"))
    }))
}

/// True for a name of the content of a file: its hash, or a tag of it.
pub(super) fn is_file(revision: &str, walk: &Walk<'_>) -> bool {
    let words = ["rev-parse", "--quiet", "--verify"].map(str::to_owned);
    let words: Vec<String> = words.into_iter().chain([format!("{revision}^{{blob}}")]).collect();
    walk.folder.as_deref().is_some_and(|it| walk.there.git(it, &words).is_some())
}

/// Asks for all files that are kept.
fn indexed(paths: &[Word]) -> Vec<String> {
    let words = ["ls-files", "-z", "--cached", "--full-name", "--"].map(str::to_owned);
    words.into_iter().chain(paths.iter().map(|it| it.text.clone())).collect()
}

/// The files that changed. The last operands may be files that are there.
fn changed(
    verb: &str,
    parsed: &Arguments<'_>,
    paths: &[Word],
    walk: &Walk<'_>,
    place: &str,
) -> Option<Vec<String>> {
    if parsed.has(&["--submodule", "-L"]) {
        return None;
    }
    let operands: Vec<&str> = parsed.operands.iter().map(|it| it.text.as_str()).collect();
    let files_max = if paths.is_empty() { operands.len() } else { 0 };
    (0..=files_max).find_map(|file_count| {
        let (commits, files) = operands.split_at(operands.len() - file_count);
        if !files.iter().all(|it| is_there(it, walk, place)) {
            return None;
        }
        let mut words: Vec<String> =
            [verb, "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff"]
                .map(str::to_owned)
                .into();
        if verb != "diff" {
            words.extend(["--format=".to_owned(), "-m".to_owned()]);
        }
        words.extend(chosen(parsed));
        words.extend(commits.iter().map(|it| peeled(it)).collect::<Option<Vec<_>>>()?);
        let files = files.iter().copied().chain(paths.iter().map(|it| it.text.as_str()));
        words.push("--".to_owned());
        words.extend(files.map(str::to_owned));
        walk.there.git(place, &words)
    })
}

fn is_there(path: &str, walk: &Walk<'_>, place: &str) -> bool {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let entries = walk.there.entries(&joined(place, folder));
    entries.is_some_and(|it| it.iter().any(|it| it == name))
}

/// The flags that choose commits and files.
fn chosen(parsed: &Arguments<'_>) -> Vec<String> {
    let reads = parsed.has(READING);
    let is_left_out = |name: &str| {
        name == LEAVING_OUT
            || SHOWING.split_ascii_whitespace().any(|it| it == name)
            || reads && COUNTING.contains(&name)
    };
    let flags = parsed.flags.iter().filter(|it| !is_left_out(&it.0));
    flags
        .map(|(name, value)| match value {
            Some(value) if name == "-#" => format!("-{value}"),
            Some(value) if name.starts_with("--") => format!("{name}={value}"),
            Some(value) => format!("{name}{value}"),
            None => name.clone(),
        })
        .collect()
}

/// A revision that is a commit, or one on each side of a range: whatever else it names, git fails.
fn peeled(revision: &str) -> Option<String> {
    if revision.contains(':') {
        return None;
    }
    let peel = |it: &str| if it.is_empty() { String::new() } else { format!("{it}^{{commit}}") };
    let dots = if revision.contains("...") { "..." } else { ".." };
    Some(match revision.split_once(dots) {
        Some((base, head)) => format!("{}{dots}{}", peel(base), peel(head)),
        None => peel(revision),
    })
}
