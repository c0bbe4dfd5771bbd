//! The tools as clients list them.

use kai_mcp::Tool;
use serde_json::{Value, json};

/// Name, title, what it answers.
const TOOLS: &[(&str, &str, &str)] = &[
    (
        "kai_ask",
        "Answer a question",
        "Answers a question about the system in words, each sentence with its evidence: what breaks if X fails, how we would know, what to fix first. A question without an answer gets the list of those that there are.",
    ),
    (
        "kai_blast_radius",
        "Blast radius",
        "What a failure or change of a component reaches: journeys of users that stop or get worse, components that fail with it, data that it keeps.",
    ),
    (
        "kai_break",
        "Break on paper",
        "Plays failures on a simulated cluster: what is lost, what finds no place and why, which journeys stop and for how long, what would have helped. Scenarios are paged, and of each the first of what happens is listed.",
    ),
    (
        "kai_component",
        "Component",
        "Everything known of one component: what it needs, what needs it, journeys, environment, findings, where it is written.",
    ),
    (
        "kai_detection",
        "Detection",
        "Who or what would notice that a component is down, and what nobody would notice.",
    ),
    (
        "kai_diff",
        "Compare",
        "What is new, worse, better and gone between two revisions of the repository, or a revision and the files of now.",
    ),
    (
        "kai_evidence",
        "Evidence",
        "A piece of evidence by its id: the fact, its arithmetic or path, and where it stands.",
    ),
    (
        "kai_finding",
        "Finding",
        "One finding in full: what breaks, how far, how we would know, how to recover, the fix and the command that verifies it.",
    ),
    ("kai_findings", "Findings", "Findings in the order of risk, filtered and paged."),
    (
        "kai_graph",
        "System graph",
        "Components of the system, searched by name, kind or environment, and paged.",
    ),
    (
        "kai_recovery",
        "Recovery",
        "How a component comes back: what recovers it, its backups, and what findings say of its recovery.",
    ),
    (
        "kai_render",
        "Render",
        "What would be applied from a folder with a kustomization, a chart or a Terraform configuration; secrets are masked. Long texts are paged.",
    ),
    (
        "kai_review",
        "Review",
        "The review of the whole system: the verdict, what is solid, counts, the first findings, what is not known.",
    ),
];

pub(super) fn tools() -> Vec<Tool> {
    TOOLS
        .iter()
        .map(|&(name, title, about)| Tool {
            name,
            title,
            about,
            input: input(name),
            output: output(name),
        })
        .collect()
}

/// The same for the engineer with a model.
pub(crate) fn tools_of_engineer() -> Vec<kai_agent::model::Tool> {
    let tools = TOOLS.iter().map(|(name, _, about)| kai_agent::model::Tool {
        name: (*name).to_owned(),
        description: (*about).to_owned(),
        schema: input(name),
    });
    tools.collect()
}

/// Fields that a tool takes; those that it must have end in `!`.
fn fields(tool: &str) -> &'static [(&'static str, &'static str)] {
    match tool {
        "kai_ask" => &[("question!", "In words; components by their names.")],
        "kai_blast_radius" | "kai_component" | "kai_detection" | "kai_recovery" => &[
            ("component!", "`Deployment/ledger` or `ledger`."),
            ("namespace", "Where several have the name."),
            ("environment", "production, staging, development, example or archive."),
        ],
        "kai_break" => &[
            (
                "scenario!",
                "`node=*`, `zone=a`, `workload=NS/NAME`, `drain=*`, `rollout=NS/NAME`, `dependency=*`, `load=5x`; parts joined by ` + `.",
            ),
            ("limit", ""),
            ("cursor", ""),
        ],
        "kai_diff" => &[
            ("base!", "A revision: `main`, `HEAD~1`, a tag."),
            ("head", "Another revision; the files of now if left out."),
        ],
        "kai_evidence" => &[("id!", "As an answer gives it: `E-…`.")],
        "kai_finding" => &[("id!", "Its id, or its rank.")],
        "kai_findings" => &[
            ("component", "Part of the component's name."),
            ("environment", "production, staging, development, example or archive."),
            ("level", "critical, high, medium or low."),
            ("pillar", "One of the eight pillars, such as recovery."),
            ("rule", "The id of a rule."),
            ("limit", ""),
            ("cursor", ""),
        ],
        "kai_graph" => &[
            ("query", "Part of a name."),
            ("kind", "`Deployment`, `workload`, …"),
            ("environment", "production, staging, development, example or archive."),
            ("limit", ""),
            ("cursor", ""),
        ],
        "kai_render" => &[("path!", "A folder below the root."), ("cursor", "")],
        _ => &[],
    }
}

fn input(tool: &str) -> Value {
    let mut properties = serde_json::Map::new();
    let mut required = Vec::new();
    for (name, about) in fields(tool) {
        let plain = name.trim_end_matches('!');
        if plain.len() < name.len() {
            required.push(plain);
        }
        let schema = match plain {
            "limit" => {
                json!({ "type": "integer", "minimum": 1, "maximum": 100, "description": "How many; 20 if left out." })
            }
            "cursor" => {
                json!({ "type": "string", "description": "`next_cursor` of the page before." })
            }
            _ => json!({ "type": "string", "description": about }),
        };
        properties.insert(plain.to_owned(), schema);
    }
    let mut schema =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// What of an answer a client may rely on.
fn output(tool: &str) -> Value {
    let text = || json!({ "type": "string" });
    let list = || json!({ "type": "array", "items": { "type": "object" } });
    let names = || json!({ "type": "array", "items": { "type": "string" } });
    let number = || json!({ "type": "integer" });
    let (properties, required): (Value, &[&str]) = match tool {
        "kai_ask" => (
            json!({ "schema": text(), "is_answered": { "type": "boolean" }, "answer": list(), "sections": list(), "evidence": list() }),
            &["schema", "is_answered"],
        ),
        "kai_blast_radius" => (
            json!({ "component": text(), "environment": text(), "journeys_that_stop": names(), "journeys_that_get_worse": names(),
                "fails_with_it": names(), "keeps_data": { "type": "boolean" }, "findings": list() }),
            &["component", "journeys_that_stop", "fails_with_it"],
        ),
        "kai_break" => (
            json!({ "schema": text(), "cluster": { "type": "object" }, "scenarios": list(), "total": number(), "next_cursor": text() }),
            &["schema", "scenarios", "total"],
        ),
        "kai_component" => (
            json!({ "component": text(), "environment": text(), "needs": list(), "needed_by": list(), "findings": list() }),
            &["component", "needs", "needed_by"],
        ),
        "kai_detection" | "kai_recovery" => (
            json!({ "component": text(), "findings": list(), "answer": { "type": "object" } }),
            &["component", "findings"],
        ),
        "kai_diff" => (json!({ "schema": text() }), &["schema"]),
        "kai_evidence" => (
            json!({ "id": text(), "kind": text(), "text": text(), "places": names() }),
            &["id", "text"],
        ),
        "kai_finding" => (json!({ "finding": { "type": "object" } }), &["finding"]),
        "kai_findings" => (
            json!({ "findings": list(), "total": number(), "next_cursor": text() }),
            &["findings", "total"],
        ),
        "kai_graph" => (
            json!({ "components": list(), "total": number(), "next_cursor": text() }),
            &["components", "total"],
        ),
        "kai_render" => {
            (json!({ "text": text(), "next_cursor": text(), "problems": text() }), &["text"])
        }
        _ => (
            json!({ "verdict": text(), "counts": { "type": "object" }, "solid": list(), "findings": list(), "unknown": number() }),
            &["verdict", "counts", "findings"],
        ),
    };
    json!({ "type": "object", "properties": properties, "required": required })
}
