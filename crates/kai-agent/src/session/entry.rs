//! One line.

use camino::Utf8PathBuf;
use kai_core::{Evidence, EvidenceId, EvidenceKind, Location, LocationRole};
use serde_json::{Value, json};

use super::message::{read_message, write_message};
use crate::model::Message;

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// The folder that is talked about, the model, and the seconds since 1970.
    Started { root: String, model: String, at: u64 },
    /// A turn of somebody.
    Said(Message),
    /// Evidence that may be cited from then on.
    Shown(Evidence),
    /// What the user got to see.
    Ended { ending: String, text: String, tokens: u64, dollars: Option<f64> },
}

const SCHEMA: &str = "kai.session/v1";

/// The entry as a line, with its break.
#[must_use]
pub fn line(entry: &Entry) -> String {
    let value = match entry {
        Entry::Started { root, model, at } => {
            json!({ "type": "started", "schema": SCHEMA, "root": root, "model": model, "at": at })
        }
        Entry::Said(message) => json!({ "type": "said", "message": write_message(message) }),
        Entry::Shown(evidence) => json!({ "type": "shown", "evidence": write_evidence(evidence) }),
        Entry::Ended { ending, text, tokens, dollars } => {
            json!({ "type": "ended", "ending": ending, "text": text, "tokens": tokens, "dollars": dollars })
        }
    };
    format!("{value}\n")
}

/// All entries of a text, and what is wrong with it, by line. Unknown kinds of entries are passed over.
#[must_use]
pub fn read(text: &str) -> (Vec<Entry>, Vec<String>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let is_whole = line.ends_with('\n');
        match serde_json::from_str::<Value>(line) {
            Ok(value) => match entry(&value) {
                Ok(found) => entries.extend(found),
                Err(reason) => problems.push(format!("line {number}: {reason}")),
            },
            // The last write did not come to its end.
            Err(_) if !is_whole => {
                problems.push(format!("line {number} broke off and is left out"));
            }
            Err(error) => problems.push(format!("line {number}: {error}")),
        }
    }
    (entries, problems)
}

fn entry(value: &Value) -> Result<Option<Entry>, String> {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Ok(Some(match value["type"].as_str() {
        Some("started") if value["schema"] != SCHEMA => return Err(format!("it is no {SCHEMA}")),
        Some("started") => Entry::Started {
            root: text("root"),
            model: text("model"),
            at: value["at"].as_u64().unwrap_or_default(),
        },
        Some("said") => Entry::Said(read_message(&value["message"])?),
        Some("shown") => Entry::Shown(read_evidence(&value["evidence"])?),
        Some("ended") => Entry::Ended {
            ending: text("ending"),
            text: text("text"),
            tokens: value["tokens"].as_u64().unwrap_or_default(),
            dollars: value["dollars"].as_f64(),
        },
        Some(_) => return Ok(None),
        None => return Err("it has no `type`".to_owned()),
    }))
}

fn write_evidence(it: &Evidence) -> Value {
    let places: Vec<Value> = it
        .places
        .iter()
        .map(|it| json!({ "path": it.path.as_str(), "line": it.line, "column": it.column }))
        .collect();
    json!({ "id": it.id.to_string(), "kind": it.kind.as_str(), "subject": it.subject, "text": it.text, "details": it.details, "places": places })
}

fn read_evidence(value: &Value) -> Result<Evidence, String> {
    const KINDS: &[EvidenceKind] = &[
        EvidenceKind::Span,
        EvidenceKind::Finding,
        EvidenceKind::Path,
        EvidenceKind::Number,
        EvidenceKind::Absence,
    ];
    let kind = KINDS.iter().find(|it| value["kind"] == it.as_str()).ok_or("evidence of no kind")?;
    let id = value["id"]
        .as_str()
        .and_then(|it| u64::from_str_radix(it, 16).ok())
        .ok_or("evidence without an id")?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| value[name].as_array().map_or(&[][..], Vec::as_slice);
    let details = list("details").iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    let number = |it: &Value| it.as_u64().and_then(|it| u32::try_from(it).ok()).unwrap_or(1);
    let places = list("places").iter().map(|it| Location {
        path: Utf8PathBuf::from(it["path"].as_str().unwrap_or_default()),
        line: number(&it["line"]),
        column: number(&it["column"]),
        role: LocationRole::Primary,
    });
    Ok(Evidence {
        id: EvidenceId(id),
        kind: *kind,
        subject: text("subject"),
        text: text("text"),
        details,
        places: places.collect(),
    })
}
