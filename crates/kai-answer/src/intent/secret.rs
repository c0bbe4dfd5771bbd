//! Where a secret is used.

use kai_core::ComponentId;
use kai_graph::{DependencyKind, Facts};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::words::list;

const SHOWN: usize = 8;

pub(super) const INTENT: Intent = Intent {
    id: "secret",
    example: "where is the secret X used?",
    wants: Wants::Secret,
    is_played: false,
    patterns: &[
        "where|who|what|which|anything|how use*|used|read|reads|reading|mount*|referenc*|need*|consum*|access*|has|have secret|secrets|password*|credential*|token|key",
        "secret|password|credential|credentials usage|users|consumers|used|uses|use|where|who|which",
        "rotat*",
        ">what|which secret|secrets|password*|credential* does|do X use|read|need|mount",
        ">who|what holds|hold|knows|know X",
        "what|how|who happen*|if|when|once leak*|stolen|exposed|compromised secret|secrets|password*|credential*|token|key",
        "is|are|was|has leak*|exposed|public|stolen secret|secrets|password*|credential*|token|key X",
        "leak*|stolen|exposed secret*|password*|credential*|token|key|X",
        "where|who|what|which use*|used|read|reads|reading|mount*|access* secret|secrets|password*|credential*|token|key X",
        "where|what|which used|read|reads|reading|mount*|mounts|referenc* X",
        "where|who use*|used|read*|mount* configmap|config|configuration",
    ],
    answer: secret,
};

fn secret(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let component = case.component(id);
    let label = component.label();
    if !matches!(component.facts, Facts::Secret(_) | Facts::Configuration(_)) {
        return Ok(of_reader(case, id));
    }
    let mut users: Vec<(ComponentId, Statement)> = Vec::new();
    for arrow in case.system().needed_by(id) {
        if users.iter().any(|it| it.0 == arrow.source) || arrow.kind == DependencyKind::Controls {
            continue;
        }
        let text = format!("`{}` {} it.", case.label(arrow.source), verb(arrow.kind));
        let evidence = vec![case.at(arrow.source, arrow.origin)];
        users.push((arrow.source, Statement::new(text, evidence)));
    }
    // The same lines through several roots are one reader to whoever asks.
    let mut seen = std::collections::BTreeSet::new();
    users.retain(|it| seen.insert(it.1.evidence.first().map(|it| it.id)));
    let names: Vec<String> = users.iter().map(|it| case.label(it.0)).collect();
    let direct = match names.len() {
        0 => Statement::new(
            format!("Nothing that I read uses `{label}`."),
            vec![
                case.named(id),
                case.absence(label.clone(), format!("no reference to `{label}`"), case.scope()),
            ],
        ),
        _ => Statement::new(
            format!("`{label}` is used by {}.", list(&names, SHOWN)),
            users.iter().take(SHOWN).flat_map(|it| it.1.evidence.clone()).collect(),
        ),
    };
    let mut keys = Vec::new();
    if let Facts::Secret(facts) = &component.facts {
        let names: Vec<&str> = facts.keys.iter().map(|it| it.0.as_str()).collect();
        if !names.is_empty() {
            keys.push(Statement::new(
                format!("Its keys are {}; I keep no value.", list(&names, 6)),
                vec![case.named(id)],
            ));
        }
        if facts.is_reference {
            keys.push(Statement::new(
                "It only describes a secret that a controller fills.",
                vec![case.named(id)],
            ));
        }
        if !facts.material.is_empty() {
            keys.push(Statement::new(
                "It stands in the repository in the clear: whoever can read that has it.",
                vec![case.named(id)],
            ));
        }
    }
    let rows = users.into_iter().take(SHOWN).map(|it| it.1).collect();
    let sections = vec![
        Section::document("Who reads it, and where", rows),
        Section::new(Step::CurrentState, keys),
        Section::document("To rotate it", rotation(case, id, &names)).numbered(),
        Section::new(Step::Priority, part::priority(case, id, 2)).numbered(),
    ];
    let is_open = matches!(&component.facts, Facts::Secret(it) if !it.material.is_empty());
    Ok(answer(vec![direct], sections, is_open.then(|| incident::of(Mode::SecretInGit)).flatten()))
}

fn verb(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::ReadsSecret | DependencyKind::ReadsConfiguration => "reads",
        other => other.as_str(),
    }
}

/// Somebody named who reads secrets rather than one.
fn of_reader(case: Case<'_>, id: ComponentId) -> Answer {
    let label = case.label(id);
    let arrows = case.system().needs(id).iter();
    let read: Vec<_> = arrows.filter(|it| it.kind == DependencyKind::ReadsSecret).collect();
    let mut names: Vec<String> = read.iter().map(|it| case.label(it.target)).collect();
    names.dedup();
    let direct = match read.is_empty() {
        true => Statement::new(
            format!("`{label}` is no secret, and reads none that I know of."),
            vec![
                case.named(id),
                case.absence(label.clone(), "no reference to a secret", case.scope()),
            ],
        ),
        false => Statement::new(
            format!("`{label}` is no secret; it reads {}.", list(&names, SHOWN)),
            read.iter().take(SHOWN).map(|it| case.at(id, it.origin)).collect(),
        ),
    };
    answer(vec![direct], Vec::new(), None)
}

fn rotation(case: Case<'_>, id: ComponentId, users: &[String]) -> Vec<Statement> {
    if users.is_empty() {
        return Vec::new();
    }
    let line = vec![case.named(id)];
    vec![
        Statement::new(
            "Make the new one valid beside the old one where it is issued.",
            line.clone(),
        ),
        Statement::new(
            format!(
                "Put it where `{}` comes from, not into a running cluster by hand.",
                case.label(id)
            ),
            line.clone(),
        ),
        Statement::new(
            format!("Restart who reads it at start: {}.", list(users, SHOWN)),
            line.clone(),
        ),
        Statement::new("Make the old one invalid, and see that nothing fails.", line),
    ]
}
