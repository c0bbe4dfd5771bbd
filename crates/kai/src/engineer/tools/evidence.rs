//! What of the engine's answers may be cited.

use camino::Utf8PathBuf;
use kai_core::{Evidence, EvidenceId, EvidenceKind, Location, LocationRole};
use serde_json::{Map, Value};

use super::toolbox::Done;
use crate::commands::mcp::{Index, answer};

/// More of a list is asked for page by page.
const ITEMS_MAX: usize = 40;

/// The answer of a tool of the engine, with its evidence.
pub(super) fn of_engine(tool: &str, mut value: Value, index: &Index) -> Done {
    let mut evidence = Vec::new();
    collect(&value, &mut evidence);
    if matches!(tool, "kai_blast_radius" | "kai_component") {
        evidence.extend(arrows(&value));
        evidence.extend(ways(&value, index));
    }
    let subject = value["component"].as_str().unwrap_or(tool).to_owned();
    evidence.extend(rows(&subject, &value));
    say(&value, &mut evidence);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("evidence");
    }
    Done { text: value.to_string(), evidence, ..Done::default() }
}

/// Evidence and findings, wherever they stand in an answer.
fn collect(value: &Value, into: &mut Vec<Evidence>) {
    match value {
        Value::Array(items) => items.iter().for_each(|it| collect(it, into)),
        Value::Object(fields) => {
            into.extend(evidence(value).or_else(|| finding(value)));
            fields.values().for_each(|it| collect(it, into));
        }
        _ => {}
    }
}

/// What Kai itself says of a piece of evidence belongs to it, so that a model may say it, too.
fn say(value: &Value, evidence: &mut [Evidence]) {
    match value {
        Value::Array(items) => items.iter().for_each(|it| say(it, evidence)),
        Value::Object(fields) => {
            if let (Some(said), Some(ids)) = (value["text"].as_str(), value["evidence"].as_array())
            {
                let is_cited = |it: &&mut Evidence| ids.iter().any(|id| *id == it.name());
                for it in evidence.iter_mut().filter(is_cited) {
                    it.details.push(said.to_owned());
                }
            }
            fields.values().for_each(|it| say(it, evidence));
        }
        _ => {}
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn id(value: &Value) -> Option<EvidenceId> {
    let digits = value["id"].as_str()?.trim_start_matches("E-");
    (digits.len() == 16).then(|| u64::from_str_radix(digits, 16).ok()).flatten().map(EvidenceId)
}

/// As `kai_ask` and `kai_evidence` list it.
fn evidence(value: &Value) -> Option<Evidence> {
    const KINDS: &[EvidenceKind] = &[
        EvidenceKind::Span,
        EvidenceKind::Finding,
        EvidenceKind::Path,
        EvidenceKind::Number,
        EvidenceKind::Absence,
    ];
    let kind = *KINDS.iter().find(|it| value["kind"] == it.as_str())?;
    let details = value["details"]
        .as_array()?
        .iter()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect();
    let places = value["places"].as_array()?.iter().filter_map(place).collect();
    Some(Evidence {
        id: id(value)?,
        kind,
        subject: text(value, "subject").to_owned(),
        text: value["text"].as_str()?.to_owned(),
        details,
        places,
    })
}

/// `{path, line}`, or `path:line`.
fn place(value: &Value) -> Option<Location> {
    let (path, line) = match value.as_str() {
        Some(it) => {
            let (path, line) = it.rsplit_once(':')?;
            (path, line.parse().ok()?)
        }
        None => (value["path"].as_str()?, value["line"].as_u64()?),
    };
    Some(Location {
        path: Utf8PathBuf::from(path),
        line: u32::try_from(line).ok()?,
        column: 1,
        role: LocationRole::Primary,
    })
}

fn finding(value: &Value) -> Option<Evidence> {
    let (rule, title) = (value["rule"].as_str()?, value["title"].as_str()?);
    let places = value["locations"]
        .as_array()
        .into_iter()
        .flatten()
        .chain(value.get("location"))
        .filter_map(place)
        .collect();
    let mut details = vec![rule.to_owned()];
    for (name, it) in value.as_object()? {
        if !matches!(name.as_str(), "id" | "rule" | "title" | "locations" | "location") {
            lines(name, it, &mut details);
        }
    }
    Some(Evidence {
        id: id(value)?,
        kind: EvidenceKind::Finding,
        subject: text(value, "component").to_owned(),
        text: title.to_owned(),
        details,
        places,
    })
}

/// `name: value`, all the way down.
fn lines(name: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::String(it) => into.push(format!("{name}: {it}")),
        Value::Bool(_) | Value::Number(_) => into.push(format!("{name}: {value}")),
        Value::Array(items) => items.iter().for_each(|it| lines(name, it, into)),
        Value::Object(fields) => {
            fields.iter().for_each(|(inner, it)| lines(&format!("{name} {inner}"), it, into));
        }
    }
}

/// Each arrow at a component is a path of its own.
fn arrows(value: &Value) -> Vec<Evidence> {
    let it = text(value, "component");
    let arrow = |from: &str, how: &str, to: &str| {
        let details = vec![format!("{from} {how} {to}")];
        Evidence::new(EvidenceKind::Path, from, format!("{from} → {to}"), details, Vec::new())
    };
    let list =
        |name: &str| value[name].as_array().map_or(&[][..], Vec::as_slice).iter().take(ITEMS_MAX);
    let needs = list("needs").map(|to| arrow(it, text(to, "how"), text(to, "component")));
    let needed =
        list("needed_by").map(|from| arrow(text(from, "component"), text(from, "how"), it));
    needs.chain(needed).collect()
}

/// The paths along which a failure of the component goes.
fn ways(value: &Value, index: &Index) -> Vec<Evidence> {
    let question = Value::String(format!("What breaks if {} fails?", text(value, "component")));
    let mut evidence = Vec::new();
    if let Ok(answer) =
        answer("kai_ask", &Map::from_iter([("question".to_owned(), question)]), index)
    {
        collect(&answer, &mut evidence);
        say(&answer, &mut evidence);
    }
    evidence
}

/// What is no finding and no evidence yet: each row of a list, and the fields beside them.
fn rows(subject: &str, value: &Value) -> Vec<Evidence> {
    let mut rows = Vec::new();
    let mut beside = Vec::new();
    for (name, field) in value.as_object().into_iter().flatten() {
        match field {
            _ if matches!(
                name.as_str(),
                "findings"
                    | "finding"
                    | "evidence"
                    | "answer"
                    | "sections"
                    | "schema"
                    | "question"
                    | "refusal"
                    | "incident"
            ) => {}
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for it in items.iter().take(ITEMS_MAX) {
                    let mut said = Vec::new();
                    lines(name, it, &mut said);
                    let about = it["name"].as_str().or(it["component"].as_str()).unwrap_or(subject);
                    rows.push(Evidence::new(
                        EvidenceKind::Span,
                        about,
                        said.join("; "),
                        Vec::new(),
                        Vec::new(),
                    ));
                }
            }
            it => lines(name, it, &mut beside),
        }
    }
    if !beside.is_empty() {
        rows.insert(
            0,
            Evidence::new(EvidenceKind::Span, subject, beside.join("; "), Vec::new(), Vec::new()),
        );
    }
    rows
}
