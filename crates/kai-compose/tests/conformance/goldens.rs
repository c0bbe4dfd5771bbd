//! Every kustomization of the repositories, rendered and compared with what Kustomize printed.

use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::{Project, kustomize};
use kai_core::{Node, Origins, Value};
use kai_syntax::yaml;
use rayon::prelude::*;

use kai_testing::{Folder, corpus, recorded, say};

/// What Kustomize printed, a folder for each repository.
pub(crate) fn goldens() -> Option<PathBuf> {
    recorded("KAI_KUSTOMIZE_DATA", "conformance/kustomize")
}

/// How one golden was met.
enum Outcome {
    Equal { same_bytes: bool },
    Refused,
    Failed { is_refusal: bool, reason: String },
}

#[test]
fn every_kustomization_renders_as_kustomize_renders_it() {
    let (Some(goldens), Some(corpus)) = (goldens(), corpus()) else { return };
    let mut outcomes = Vec::new();
    for repository in folders(&goldens) {
        let name = repository.file_name().unwrap().to_string_lossy().into_owned();
        outcomes.extend(compare_repository(&corpus.join(&name), &repository, &name));
    }
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|it| is(it)).count();
    let refused = count(|it| matches!(it, Outcome::Refused));
    let refusals = refused + count(|it| matches!(it, Outcome::Failed { is_refusal: true, .. }));
    let total = outcomes.len() - refusals;
    let equal = count(|it| matches!(it, Outcome::Equal { .. }));
    let same_bytes = count(|it| matches!(it, Outcome::Equal { same_bytes: true }));
    say(&format!("kustomize: {equal}/{total}"));
    say(&format!("kustomize bytes: {same_bytes}/{total}"));
    say(&format!("kustomize refusals: {refused}/{refusals}"));
    let mut failure_count = 0;
    for outcome in &outcomes {
        if let Outcome::Failed { reason, .. } = outcome {
            say(reason);
            failure_count += 1;
        }
    }
    assert!(failure_count == 0, "{failure_count} goldens differ");
}

fn compare_repository(corpus: &Path, goldens: &Path, name: &str) -> Vec<Outcome> {
    let tree = Folder::read(corpus);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let one = |golden: &String| {
        let (stem, kind) = golden.rsplit_once('.').unwrap();
        let dir = if stem == "_root" { String::new() } else { stem.replace('@', "/") };
        let text = std::fs::read_to_string(goldens.join(golden)).unwrap();
        let is_refusal = kind == "err";
        let outcome = if is_refusal {
            compare_refusal(&project, Utf8Path::new(&dir), &text)
        } else {
            compare(&project, Utf8Path::new(&dir), &text)
        };
        outcome.unwrap_or_else(|reason| Outcome::Failed {
            is_refusal,
            reason: format!("  {name} {dir}: {reason}"),
        })
    };
    data_files(goldens).par_iter().map(one).collect()
}

fn compare(project: &Project<'_>, dir: &Utf8Path, golden: &str) -> Result<Outcome, String> {
    let composition = kustomize::build(project, dir)
        .map_err(|refusal| format!("refused: {}{}", refusal.message, place(project, refusal.at)))?;
    if !composition.gaps.is_empty() {
        return Err(format!("gaps: {:?}", composition.gaps));
    }
    let printed = yaml::emit_stream(&composition.objects);
    if printed == golden {
        return Ok(Outcome::Equal { same_bytes: true });
    }
    let (mine, theirs) = (parsed(&printed), parsed(golden));
    if mine.len() != theirs.len() {
        return Err(format!("{} objects, not {}", mine.len(), theirs.len()));
    }
    for (index, (mine, theirs)) in mine.iter().zip(&theirs).enumerate() {
        difference(mine, theirs, &mut String::new())
            .map_or(Ok(()), |it| Err(format!("object {index} ({}): {it}", label(theirs))))?;
    }
    Ok(Outcome::Equal { same_bytes: false })
}

fn compare_refusal(project: &Project<'_>, dir: &Utf8Path, golden: &str) -> Result<Outcome, String> {
    let is_met = match kustomize::build(project, dir) {
        Err(refusal) => golden.contains("is empty") && refusal.message.contains("is empty"),
        Ok(composition) => composition
            .gaps
            .iter()
            .any(|gap| golden.contains("no such file or directory") && golden.contains(&gap.what)),
    };
    if is_met { Ok(Outcome::Refused) } else { Err(format!("not refused: {}", golden.trim())) }
}

fn place(project: &Project<'_>, at: Option<kai_core::OriginId>) -> String {
    let location =
        at.and_then(|it| project.origins().location(it, kai_core::LocationRole::Primary));
    location.map_or_else(String::new, |it| format!(" ({}:{})", it.path, it.line))
}

pub(crate) fn parsed(text: &str) -> Vec<Node> {
    let origins = Origins::new();
    let path = Utf8PathBuf::from("output");
    let Some(id) = origins.add_document(path, text.into()) else { return Vec::new() };
    yaml::parse(&origins, id).documents.into_iter().map(|it| it.node).collect()
}

fn label(node: &Node) -> String {
    let text = |path: &[&str]| node.str_at(path).unwrap_or_default().to_owned();
    format!("{} {}", text(&["kind"]), text(&["metadata", "name"]))
}

/// The first place where two trees differ, and how.
pub(crate) fn difference(mine: &Node, theirs: &Node, path: &mut String) -> Option<String> {
    let length = path.len();
    match (&mine.value, &theirs.value) {
        (Value::Map(one), Value::Map(other)) => {
            for entry in other.iter() {
                path.push('/');
                path.push_str(&entry.key);
                let found = match one.get(&entry.key) {
                    Some(it) => difference(it, &entry.node, path),
                    None => Some(format!("{path} is missing")),
                };
                if found.is_some() {
                    return found;
                }
                path.truncate(length);
            }
            let extra = one.iter().find(|it| other.get(&it.key).is_none());
            extra.map(|it| format!("{path}/{} is too much", it.key))
        }
        (Value::Seq(one), Value::Seq(other)) => {
            for (index, (one, other)) in one.iter().zip(&**other).enumerate() {
                path.push('/');
                path.push_str(&index.to_string());
                let found = difference(one, other, path);
                if found.is_some() {
                    return found;
                }
                path.truncate(length);
            }
            (one.len() != other.len())
                .then(|| format!("{path} has {} items, not {}", one.len(), other.len()))
        }
        (Value::Scalar(one), Value::Scalar(other)) if one.kind == other.kind => (one.text
            != other.text)
            .then(|| format!("{path} {}", differing_texts(&one.text, &other.text))),
        _ => Some(format!("{path} is {:?}, not {:?}", mine.value, theirs.value)),
    }
}

/// What stands around the first byte that differs.
fn differing_texts(mine: &str, theirs: &str) -> String {
    let same = mine.bytes().zip(theirs.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(same.saturating_sub(30));
        text[from..text.floor_char_boundary(same + 30)].to_owned()
    };
    format!("has {:?} where it should have {:?}", around(mine), around(theirs))
}

pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap().flatten().map(|it| it.path());
    let mut folders: Vec<PathBuf> = entries.filter(|it| it.is_dir()).collect();
    folders.sort();
    folders
}

pub(crate) fn data_files(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|it| it.file_name().into_string().ok()).collect();
    names.retain(|it| it.ends_with(".yaml") || it.ends_with(".err"));
    names.sort();
    names
}
