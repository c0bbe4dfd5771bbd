//! What each tool answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use kai_answer::Reply;
use kai_core::{ComponentId, Finding, LocationRole};
use kai_graph::{Component, ComponentKind, Facts, Strength};
use kai_report::diff::{self, Snapshot};
use serde_json::{Map, Value, json};

use super::super::breaks;
use super::super::diff::snapshot;
use super::index::{Held, Index, LISTING};
use super::page::page;
use crate::git;

/// A page of a rendered text.
const TEXT_MAX: usize = 48 << 10;
/// Fewer findings than all, in the review.
const FIRST: usize = 10;
/// Of what happens in a scenario nobody reads more than this of a kind.
const LISTED: usize = 20;

type Arguments = Map<String, Value>;

/// The answer of a tool, or a sentence that says why there is none.
pub(crate) fn answer(tool: &str, arguments: &Arguments, index: &Index) -> Result<Value, String> {
    match tool {
        "kai_break" => return scenarios(broken(arguments, index)?, arguments),
        "kai_render" => return render(arguments, index),
        _ => {}
    }
    let held = index.now().map_err(|it| it.chain())?;
    match tool {
        "kai_ask" => asked(text(arguments, "question")?, index, &held),
        "kai_blast_radius" => blast_radius(arguments, &held),
        "kai_component" => component(arguments, &held),
        "kai_detection" => detection(arguments, index, &held),
        "kai_diff" => compare(arguments, index, &held),
        "kai_evidence" => evidence(text(arguments, "id")?, index, &held),
        "kai_finding" => finding(text(arguments, "id")?, &held),
        "kai_findings" => findings(arguments, &held),
        "kai_graph" => graph(arguments, &held),
        "kai_recovery" => recovery(arguments, index, &held),
        _ => Ok(review(&held)),
    }
}

/// All that a scenario comes to, its long lists cut.
pub(super) fn broken(arguments: &Arguments, index: &Index) -> Result<Value, String> {
    let scenario = text(arguments, "scenario")?;
    let clusters = index.clusters().map_err(|it| it.chain())?;
    breaks::excerpt(scenario, &clusters.reviewed, "`.`", LISTED).map_err(|it| it.chain())
}

/// What was played, scenarios paged.
pub(super) fn scenarios(mut played: Value, arguments: &Arguments) -> Result<Value, String> {
    let all = played.get_mut("scenarios").map(Value::take);
    let Some(Value::Array(all)) = all else { return Ok(played) };
    if let (Value::Object(page), Some(fields)) =
        (page("scenarios", all, arguments)?, played.as_object_mut())
    {
        fields.extend(page);
    }
    Ok(played)
}

fn text<'a>(arguments: &'a Arguments, name: &str) -> Result<&'a str, String> {
    match arguments.get(name) {
        None | Some(Value::Null) => Err(format!("`{name}` is missing")),
        Some(Value::String(text)) if text.trim().is_empty() => Err(format!("`{name}` is empty")),
        Some(Value::String(text)) => Ok(text.trim()),
        Some(_) => Err(format!("`{name}` must be a string")),
    }
}

fn optional<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a str> {
    arguments.get(name).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn review(held: &Held) -> Value {
    let all = list(held.review(), "findings");
    let mut counts = Map::new();
    for level in ["critical", "high", "medium", "low"] {
        counts
            .insert(level.to_owned(), json!(all.iter().filter(|it| it["level"] == level).count()));
    }
    let read = &held.run.assessment.reading;
    json!({
        "verdict": held.review()["verdict"],
        "counts": counts,
        "solid": list(held.review(), "solid").iter().take(FIRST).collect::<Vec<_>>(),
        "findings": all.iter().take(FIRST).map(short).collect::<Vec<_>>(),
        "unknown": list(held.review(), "unknown").len(),
        "problems": list(held.review(), "problems").len(),
        "read": { "files": read.file_count, "objects": read.object_count, "roots": read.root_count },
    })
}

/// A finding as lists show it.
fn short(finding: &Value) -> Value {
    let mut short = Map::new();
    for field in [
        "rank",
        "id",
        "rule",
        "pillar",
        "level",
        "title",
        "component",
        "environment",
        "blast_radius",
    ] {
        if let Some(value) = finding.get(field) {
            short.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(place) = list(finding, "locations").first() {
        short.insert("location".to_owned(), place.clone());
    }
    Value::Object(short)
}

fn findings(arguments: &Arguments, held: &Held) -> Result<Value, String> {
    let is_wanted = |finding: &&Value| {
        ["environment", "level", "pillar", "rule"].iter().all(|field| {
            optional(arguments, field).is_none_or(|it| {
                finding[*field].as_str().is_some_and(|is| is.eq_ignore_ascii_case(it))
            })
        }) && optional(arguments, "component").is_none_or(|it| {
            finding["component"]
                .as_str()
                .is_some_and(|is| is.to_lowercase().contains(&it.to_lowercase()))
        })
    };
    let wanted = list(held.review(), "findings").iter().filter(is_wanted).map(short).collect();
    page("findings", wanted, arguments)
}

fn finding(id: &str, held: &Held) -> Result<Value, String> {
    let id = id.trim_start_matches("E-");
    let rank = id.parse::<u64>().ok();
    let found = list(held.review(), "findings")
        .iter()
        .find(|it| it["id"].as_str() == Some(id) || rank.is_some() && it["rank"].as_u64() == rank);
    let found = found.ok_or_else(|| format!("no finding is `{id}`; `kai_findings` lists them"))?;
    Ok(json!({ "finding": found }))
}

fn graph(arguments: &Arguments, held: &Held) -> Result<Value, String> {
    let is_wanted = |it: &&Value| {
        let field = |name: &str| it[name].as_str().unwrap_or_default().to_lowercase();
        let asked = |name: &str| optional(arguments, name).map(str::to_lowercase);
        asked("query").is_none_or(|query| field("name").contains(&query))
            && asked("environment").is_none_or(|it| field("environment") == it)
            && asked("kind").is_none_or(|it| field("kind") == it || field("native_kind") == it)
    };
    page(
        "components",
        list(held.graph(), "components").iter().filter(is_wanted).cloned().collect(),
        arguments,
    )
}

/// The one component that is meant: the most important environment wins, then the order of the graph.
fn meant<'a>(arguments: &Arguments, held: &'a Held) -> Result<&'a Component, String> {
    let name = text(arguments, "component")?;
    let system = &held.run.reviewed.system;
    let environment = |it: &Component| format!("{:?}", system.environment(it)).to_lowercase();
    let is_meant = |it: &&Component| {
        let is_named = it.label().eq_ignore_ascii_case(name) || it.name.eq_ignore_ascii_case(name);
        is_named
            && optional(arguments, "namespace").is_none_or(|namespace| it.namespace == namespace)
            && optional(arguments, "environment")
                .is_none_or(|asked| environment(it).eq_ignore_ascii_case(asked))
    };
    let is_support =
        |it: &Component| it.workload().is_none() && it.kind != ComponentKind::Datastore;
    let found = system
        .components()
        .iter()
        .filter(is_meant)
        .min_by_key(|it| (system.environment(it), is_support(it), it.id));
    found.ok_or_else(|| {
        let plain = |it: &str| it.to_lowercase().replace(['_', ' ', '.'], "-");
        let word = plain(name.rsplit('/').next().unwrap_or(name));
        let near: BTreeSet<String> = system
            .components()
            .iter()
            .filter(|it| plain(&it.name).contains(&word))
            .map(Component::label)
            .take(5)
            .collect();
        let near: Vec<String> = near.into_iter().collect();
        match near.is_empty() {
            true => format!("no component is `{name}`; `kai_graph` lists them"),
            false => format!("no component is `{name}`; there are {}", near.join(", ")),
        }
    })
}

fn findings_of(id: ComponentId, held: &Held) -> impl Iterator<Item = &Finding> {
    held.run.assessment.findings.iter().filter(move |it| it.components.contains(&id))
}

fn in_review(found: &Finding, held: &Held) -> Value {
    let id = found.id.to_string();
    let all = list(held.review(), "findings").iter();
    all.clone().find(|it| it["id"].as_str() == Some(id.as_str())).map_or(Value::Null, short)
}

/// What names the component, in every answer about one.
fn named(it: &Component, held: &Held) -> Map<String, Value> {
    let system = &held.run.reviewed.system;
    let place = held.run.reviewed.origins.location(it.origin, LocationRole::Primary);
    let mut fields = Map::new();
    fields.insert("component".to_owned(), json!(it.label()));
    fields.insert("namespace".to_owned(), json!(it.namespace.as_str()));
    fields.insert(
        "environment".to_owned(),
        json!(format!("{:?}", system.environment(it)).to_lowercase()),
    );
    fields.insert("root".to_owned(), json!(system.root(it.root).path.as_str()));
    if let Some(place) = place {
        fields.insert("location".to_owned(), json!(format!("{}:{}", place.path, place.line)));
    }
    fields
}

fn component(arguments: &Arguments, held: &Held) -> Result<Value, String> {
    let it = meant(arguments, held)?;
    let system = &held.run.reviewed.system;
    let arrow = |other: ComponentId, kind: &str, strength: Strength| {
        let other = system.component(other);
        let strength = if strength == Strength::Hard { "hard" } else { "soft" };
        json!({ "component": other.label(), "namespace": other.namespace.as_str(), "how": kind, "strength": strength })
    };
    let mut fields = named(it, held);
    let needs =
        system.needs(it.id).iter().map(|to| arrow(to.target, to.kind.as_str(), to.strength));
    let needed_by =
        system.needed_by(it.id).map(|from| arrow(from.source, from.kind.as_str(), from.strength));
    fields.insert("kind".to_owned(), json!(it.kind.as_str()));
    fields.insert("needs".to_owned(), needs.collect());
    fields.insert("needed_by".to_owned(), needed_by.collect());
    fields.insert("journeys".to_owned(), json!(journeys(it, held)));
    fields.insert(
        "findings".to_owned(),
        findings_of(it.id, held).map(|it| in_review(it, held)).collect(),
    );
    Ok(Value::Object(fields))
}

fn journeys(it: &Component, held: &Held) -> BTreeSet<String> {
    held.run.reviewed.system.journeys_through(it.id).map(|it| it.0.name.clone()).collect()
}

fn blast_radius(arguments: &Arguments, held: &Held) -> Result<Value, String> {
    let it = meant(arguments, held)?;
    let system = &held.run.reviewed.system;
    let through = || system.journeys_through(it.id);
    let stop: BTreeSet<&str> =
        through().filter(|it| it.1 == Strength::Hard).map(|it| it.0.name.as_str()).collect();
    let worse: BTreeSet<&str> =
        through().map(|it| it.0.name.as_str()).filter(|it| !stop.contains(it)).collect();
    let fails: BTreeSet<String> =
        system.fails_with(it.id).into_iter().map(|it| system.component(it).label()).collect();
    let keeps_data = it.kind == ComponentKind::Datastore
        || it.workload().is_some_and(|it| !system.claims_of(it).is_empty())
        || matches!(
            it.facts,
            Facts::Claim(_) | Facts::PersistentVolume(_) | Facts::ManagedDatabase(_)
        );
    let mut fields = named(it, held);
    fields.insert("journeys_that_stop".to_owned(), json!(stop));
    fields.insert("journeys_that_get_worse".to_owned(), json!(worse));
    fields.insert("fails_with_it".to_owned(), json!(fails));
    fields.insert("keeps_data".to_owned(), json!(keeps_data));
    fields.insert(
        "findings".to_owned(),
        findings_of(it.id, held).map(|it| in_review(it, held)).collect(),
    );
    Ok(Value::Object(fields))
}

fn detection(arguments: &Arguments, index: &Index, held: &Held) -> Result<Value, String> {
    let it = meant(arguments, held)?;
    let mut fields = named(it, held);
    let said = findings_of(it.id, held)
        .map(|it| json!({ "rank": it.rank, "title": it.title, "detection": it.detection }));
    fields.insert("findings".to_owned(), said.collect());
    with_answer(
        &mut fields,
        &format!("How would we know that {} is down?", it.label()),
        index,
        held,
    )?;
    Ok(Value::Object(fields))
}

fn recovery(arguments: &Arguments, index: &Index, held: &Held) -> Result<Value, String> {
    let it = meant(arguments, held)?;
    let system = &held.run.reviewed.system;
    let mut fields = named(it, held);
    let said = findings_of(it.id, held).map(|it| json!({ "rank": it.rank, "title": it.title, "recovery": it.recovery, "fix": it.remedy, "verify": it.verify }));
    fields.insert("findings".to_owned(), said.collect());
    let backups: Vec<String> = system.backups_of(it).into_iter().map(Component::label).collect();
    fields.insert("backups".to_owned(), json!(backups));
    with_answer(&mut fields, &format!("How do we recover {}?", it.label()), index, held)?;
    Ok(Value::Object(fields))
}

/// The words of an adviser, where there are some.
fn with_answer(
    fields: &mut Map<String, Value>,
    question: &str,
    index: &Index,
    held: &Held,
) -> Result<(), String> {
    let answer = asked(question, index, held)?;
    if answer["is_answered"] == true {
        fields.insert("answer".to_owned(), answer);
    }
    Ok(())
}

fn asked(question: &str, index: &Index, held: &Held) -> Result<Value, String> {
    let reply = index.reply(question, held).map_err(|it| it.chain())?;
    Ok(match reply {
        Reply::Answer(it) => serde_json::from_str(&kai_answer::json(&it)).unwrap_or_default(),
        Reply::Unanswered(it) => {
            serde_json::from_str(&kai_answer::refusal(&it)).unwrap_or_default()
        }
        Reply::Compare { base, head } => {
            // The tool takes what is now for a head that is left out.
            let head = match head.as_str() {
                "." => "without a head".to_owned(),
                head => format!("and head `{head}`"),
            };
            let reason = format!("`kai_diff` with base `{base}` {head} answers this");
            json!({
                "schema": "kai.ask/v1", "question": question, "is_answered": false,
                "refusal": { "reason": reason },
            })
        }
    })
}

fn evidence(id: &str, index: &Index, held: &Held) -> Result<Value, String> {
    let found = index.evidence(id, held)?;
    let places: Vec<String> =
        found.places.iter().map(|it| format!("{}:{}", it.path, it.line)).collect();
    Ok(json!({
        "id": format!("E-{}", found.id), "kind": format!("{:?}", found.kind).to_lowercase(), "subject": found.subject,
        "text": found.text, "details": found.details, "places": places,
    }))
}

fn compare(arguments: &Arguments, index: &Index, held: &Held) -> Result<Value, String> {
    let side = |name: &str| -> Result<Arc<Snapshot>, String> {
        let Some(revision) = optional(arguments, name) else {
            return Ok(Arc::new(Snapshot::of(&held.run.assessment)));
        };
        let is_plain = !revision.is_empty()
            && !revision.starts_with(['-', '/', '.'])
            && !revision.contains("..")
            && revision.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_./~^@{}".contains(&it));
        let is_path = std::fs::symlink_metadata(revision).is_ok();
        if !is_plain || is_path && index.below(revision).is_none() {
            return Err(format!("`{revision}` is no revision"));
        }
        let review = |it: &str| snapshot(it, LISTING).map_err(|it| it.chain());
        if is_path {
            return review(revision).map(Arc::new);
        }
        let commit = git::commit(revision).map_err(|it| it.chain())?;
        held.revision(&commit, || review(&commit))
    };
    text(arguments, "base")?;
    let (base, head) = (side("base")?, side("head")?);
    let comparison = diff::compare(&base, &head);
    serde_json::from_str(&diff::json(&comparison)).map_err(|it| it.to_string())
}

/// The command of that name does it, in a process of its own: it prints as it goes.
fn render(arguments: &Arguments, index: &Index) -> Result<Value, String> {
    let path = text(arguments, "path")?;
    let folder =
        index.below(path).ok_or_else(|| format!("`{path}` is no folder below the root"))?;
    let start = match optional(arguments, "cursor") {
        None => 0,
        Some(it) => it.parse::<usize>().map_err(|_| format!("`{it}` is no cursor that I gave"))?,
    };
    let program = std::env::current_exe().map_err(|it| it.to_string())?;
    let output = std::process::Command::new(program)
        .args(["render", "--color", "never"])
        .arg(folder.as_str())
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|it| it.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let whole = index.seal(&String::from_utf8_lossy(&output.stdout));
    if whole.is_empty() && !output.status.success() {
        return Err(index.seal(said.trim()));
    }
    let boundary = |at: usize| {
        (0..=at.min(whole.len())).rev().find(|it| whole.is_char_boundary(*it)).unwrap_or(0)
    };
    let (start, end) = (boundary(start), boundary(start.saturating_add(TEXT_MAX)));
    let mut answer = json!({ "text": &whole[start..end] });
    if !said.trim().is_empty() {
        answer["problems"] = json!(said.trim());
    }
    if end < whole.len() {
        answer["next_cursor"] = json!(end.to_string());
    }
    Ok(answer)
}
