//! What a question came to, for people and for programs.

use kai_agent::engineer::{Ending, Outcome};
use kai_agent::verify::{Claim, Kind, Shown};
use kai_answer::safe_lines;
use serde_json::{Value, json};

/// The answer as people read it: claims in their order, what they rest on, and what does not stand.
pub(crate) fn text(outcome: &Outcome, shown: &Shown) -> String {
    let mut cited: Vec<&str> = Vec::new();
    let mut text = String::new();
    for claim in &outcome.claims {
        let numbers: Vec<String> =
            claim.evidence.iter().map(|id| number(&mut cited, id).to_string()).collect();
        let bullet = if claim.kind == Kind::Recommendation { "→" } else { "•" };
        text.push_str(&format!("{bullet} {} [{}]\n", plain(&claim.text), numbers.join(", ")));
        if let Some(command) = &claim.verify {
            text.push_str(&format!("  Verify: {}\n", plain(command)));
        }
    }
    if outcome.claims.is_empty() && outcome.ending == Ending::Inconclusive {
        text.push_str("Inconclusive: no claim of the model is carried by evidence.\n");
    }
    if !outcome.to_collect.is_empty() {
        text.push_str("\nWhat I would collect:\n");
        outcome.to_collect.iter().for_each(|it| text.push_str(&format!("- {}\n", plain(it))));
    }
    if !outcome.unsupported.is_empty() {
        text.push_str("\nNot supported by evidence, and left out:\n");
        for it in &outcome.unsupported {
            let reasons: Vec<String> = it.reasons.iter().map(|it| plain(&it.to_string())).collect();
            text.push_str(&format!(
                "- {} ({})\n",
                plain(&it.claim.beginning()),
                reasons.join("; ")
            ));
        }
    }
    if !cited.is_empty() {
        text.push_str("\nEvidence (`kai evidence ID` shows it)\n");
        for (number, id) in (1..).zip(&cited) {
            let Some(it) = shown.get(id) else { continue };
            let place = it
                .places
                .first()
                .map(|it| format!("{}:{}  ", it.path, it.line))
                .unwrap_or_default();
            text.push_str(&format!("{number:>3} {id}  {place}{}\n", plain(&it.text)));
        }
    }
    text
}

fn number<'a>(cited: &mut Vec<&'a str>, id: &'a str) -> usize {
    match cited.iter().position(|it| *it == id) {
        Some(at) => at + 1,
        None => {
            cited.push(id);
            cited.len()
        }
    }
}

/// On one line, without what a terminal would obey.
fn plain(text: &str) -> String {
    safe_lines(text).join(" ")
}

/// `kai.chat/v1`.
pub(crate) fn json(question: &str, outcome: &Outcome, shown: &Shown) -> Value {
    without_nulls(with_nulls(question, outcome, shown))
}

/// What is not known is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|it| !it.1.is_null());
            fields.map(|(name, it)| (name, without_nulls(it))).collect()
        }
        other => other,
    }
}

fn with_nulls(question: &str, outcome: &Outcome, shown: &Shown) -> Value {
    let claim = |it: &Claim| {
        let kind = if it.kind == Kind::Recommendation { "recommendation" } else { "fact" };
        json!({ "kind": kind, "text": it.text, "evidence": it.evidence, "verify": it.verify })
    };
    let unsupported = outcome.unsupported.iter().map(|it| {
        let reasons: Vec<String> = it.reasons.iter().map(ToString::to_string).collect();
        json!({ "claim": claim(&it.claim), "reasons": reasons })
    });
    let evidence = shown.all().filter(|it| outcome.claims.iter().any(|claim| claim.evidence.contains(&it.name()))).map(|it| {
        let places: Vec<String> = it.places.iter().map(|it| format!("{}:{}", it.path, it.line)).collect();
        json!({ "id": it.name(), "kind": it.kind.as_str(), "subject": it.subject, "text": it.text, "details": it.details, "places": places })
    });
    json!({
        "schema": "kai.chat/v1",
        "question": question,
        "ending": ending(&outcome.ending),
        "reason": match &outcome.ending { Ending::Without(why) => Some(why.to_string()), _ => None },
        "claims": outcome.claims.iter().map(claim).collect::<Vec<_>>(),
        "unsupported": unsupported.collect::<Vec<_>>(),
        "to_collect": outcome.to_collect,
        "evidence": evidence.collect::<Vec<_>>(),
        "spent": { "steps": outcome.spent.steps, "tokens": outcome.spent.tokens, "dollars": outcome.spent.dollars, "seconds": outcome.spent.time.as_secs() },
    })
}

pub(crate) fn ending(ending: &Ending) -> &'static str {
    match ending {
        Ending::Answered => "answered",
        Ending::Inconclusive => "inconclusive",
        Ending::Without(_) => "without-model",
        Ending::Cancelled => "cancelled",
    }
}
