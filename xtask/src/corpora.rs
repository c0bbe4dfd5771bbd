//! The release binary over real repositories: it may find what it likes, but it must not fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use serde_json::Value;

use crate::{repository, shared};

/// Holds text for people only, so there is nothing to review and the exit code says so.
const WITHOUT_CONFIGURATION: &str = "prometheus-operator__runbooks";
const NOTHING_READABLE: i32 = 3;

/// Reviews every pinned repository twice.
pub(crate) fn run() -> Result<(), String> {
    let binary = repository().join("target/release/kai");
    if !binary.is_file() {
        return Err(format!("{} is not there; build it first", binary.display()));
    }
    let Some(folder) = unpacked()? else {
        println!("corpora: SKIPPED, there is no shared/corpus beside this repository");
        return Ok(());
    };
    let (mut offences, seen) = (Vec::new(), seen()?);
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|it| format!("cannot list {}: {it}", folder.display()))?
        .filter_map(|it| it.ok().map(|it| it.path()))
        .filter(|it| it.is_dir())
        .collect();
    folders.sort();
    for corpus in &folders {
        review(&binary, corpus, &seen, &mut offences)?;
    }
    println!("corpora: {}/{}", folders.len() - offending(&offences), folders.len());
    if offences.is_empty() {
        return Ok(());
    }
    offences.iter().for_each(|(name, offence)| println!("  {name}: {offence}"));
    Err(format!("{} offences", offences.len()))
}

/// How many repositories have an offence; the offences of one stand together.
fn offending(offences: &[(String, String)]) -> usize {
    let mut names: Vec<&String> = offences.iter().map(|(name, _)| name).collect();
    names.dedup();
    names.len()
}

/// Unpacks the archives below `target`; nothing where there are none.
fn unpacked() -> Result<Option<PathBuf>, String> {
    if let Some(folder) = std::env::var_os("KAI_CORPUS_DATA") {
        return Ok(Some(folder.into()));
    }
    let Some(shared) = shared() else { return Ok(None) };
    let folder = repository().join("target/corpus");
    let script = shared.join("corpus/unpack");
    let status = Command::new("bash").arg(&script).arg(&folder).output();
    let output = status.map_err(|it| format!("cannot start bash: {it}"))?;
    if !output.status.success() {
        return Err(format!("{} failed", script.display()));
    }
    Ok(Some(folder))
}

/// A rule, and the repository, path and line where it has found something true.
struct Seen {
    rule: String,
    repository: String,
    path: String,
    line: u64,
}

/// The table of what every rule has found, without what more than the repository was needed for.
fn seen() -> Result<Vec<Seen>, String> {
    let place = repository().join("crates/kai-rules/seen.tsv");
    let table = std::fs::read_to_string(&place)
        .map_err(|it| format!("cannot read {}: {it}", place.display()))?;
    let row = |row: &str| match *row.split('\t').collect::<Vec<_>>() {
        [rule, repository, _, path, line, ""] => {
            let [rule, repository, path] = [rule, repository, path].map(str::to_owned);
            Some(Seen { rule, repository, path, line: line.parse().ok()? })
        }
        _ => None,
    };
    Ok(table.lines().skip(1).filter_map(row).collect())
}

/// What the table says of a repository and a review of it does not find.
fn unseen(seen: &[Seen], name: &str, review: &Value) -> Vec<String> {
    let is_found = |seen: &Seen| {
        let findings = review["findings"].as_array().into_iter().flatten();
        let mut own = findings.filter(|it| it["rule"] == *seen.rule);
        own.any(|it| {
            let mut places = it["locations"].as_array().into_iter().flatten();
            places.any(|it| it["path"] == *seen.path && it["line"] == seen.line)
        })
    };
    let own = seen.iter().filter(|it| it.repository.replace('/', "__") == name);
    let lost = own.filter(|it| !is_found(it));
    lost.map(|it| format!("seen.tsv: no {} at {}:{}", it.rule, it.path, it.line)).collect()
}

fn review(
    binary: &Path,
    corpus: &Path,
    seen: &[Seen],
    offences: &mut Vec<(String, String)>,
) -> Result<(), String> {
    let name = corpus.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let start = Instant::now();
    let first = kai(binary, corpus)?;
    let seconds = start.elapsed().as_secs_f64();
    let second = kai(binary, corpus)?;
    let mut offend = |offence: String| offences.push((name.clone(), offence));
    if first.stdout != second.stdout {
        offend("two runs print different bytes".to_owned());
    }
    let stderr = String::from_utf8_lossy(&first.stderr);
    if stderr.contains("panicked") {
        offend(format!("panic: {stderr}"));
    }
    let code = first.status.code();
    if name == WITHOUT_CONFIGURATION {
        if code != Some(NOTHING_READABLE) {
            offend(format!("exit code {code:?}, expected {NOTHING_READABLE}"));
        }
        println!("  {seconds:>5.2} s  {name}: {}", stderr.trim());
        return Ok(());
    }
    if !matches!(code, Some(0 | 1)) {
        offend(format!("exit code {code:?}: {stderr}"));
        return Ok(());
    }
    match serde_json::from_slice::<Value>(&first.stdout) {
        Ok(review) => {
            let count = |key: &str| review[key].as_array().map_or(0, Vec::len);
            println!(
                "  {seconds:>5.2} s  {name}: {} findings, {} solid, {} unknown, {} problems",
                count("findings"),
                count("solid"),
                count("unknown"),
                count("problems"),
            );
            let lost = unseen(seen, &name, &review);
            wrong_in(&review).into_iter().chain(lost).for_each(offend);
        }
        Err(error) => offend(format!("not JSON: {error}")),
    }
    Ok(())
}

/// What a review may not say of itself, or leave out.
fn wrong_in(review: &Value) -> Vec<String> {
    let items = |key: &str| review[key].as_array().cloned().unwrap_or_default();
    let has_place = |it: &Value| {
        it["path"].as_str().is_some_and(|it| !it.is_empty()) && it["line"].as_u64() > Some(0)
    };
    let failures = items("failures").into_iter().map(|it| format!("about Kai itself: {it}"));
    let problems = items("problems").into_iter().filter(|it| !has_place(it));
    let problems = problems.map(|it| format!("a problem without a place: {it}"));
    let findings = items("findings");
    let nowhere = findings.iter().filter(|it| !it["locations"].get(0).is_some_and(has_place));
    let nowhere = nowhere.map(|it| format!("a finding without a place: {}", it["title"]));
    let ids = findings.iter().filter_map(|it| it["id"].as_str());
    failures.chain(problems).chain(nowhere).chain(repeated(ids)).collect()
}

fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    let pair = ids.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(format!("two findings have the id {}", pair[0]))
}

fn kai(binary: &Path, corpus: &Path) -> Result<Output, String> {
    Command::new(binary)
        .args(["review", "--format", "json"])
        .arg(corpus)
        .output()
        .map_err(|it| format!("cannot start {}: {it}", binary.display()))
}
