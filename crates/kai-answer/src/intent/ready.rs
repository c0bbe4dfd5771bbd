//! Is it ready for production?

use kai_core::{Evidence, EvidenceKind, Finding, LossClass, Pillar};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident;
use crate::part;
use crate::words::{count, first_sentence, sentence};

pub(super) const INTENT: Intent = Intent {
    id: "ready",
    example: "is X ready for production?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "ready|readiness|fit|good|prepared production|prod|live|launch|ship|traffic|go-live|customers|users",
        "ready|readiness",
        "production-ready|prod-ready|productionready",
        "can|could|should|may|do|would go|ship|launch|put|bring|run live|production|prod|go-live",
        "production|prod readiness|ready|review|grade|quality",
        "go-live",
        "review|assess|evaluate|judge|rate X|system|everything|whole|this",
        "how good|solid|healthy|robust|reliable|mature X|system|this|setup|we",
        "how robust|solid|healthy|mature is X",
        "what|what's|anything stands|stops|blocks|prevents|keeps between|from|us production|prod|live|launch",
    ],
    answer: ready,
};

const PILLARS: &[(Pillar, &str)] = &[
    (Pillar::SinglePointsOfFailure, "Single points of failure"),
    (Pillar::Recovery, "Recovery"),
    (Pillar::DeploymentSafety, "Deployment"),
    (Pillar::Observability, "Observability"),
    (Pillar::Security, "Security"),
    (Pillar::Scaling, "Scaling"),
    (Pillar::OperationalReadiness, "Operations"),
    (Pillar::Cost, "Cost"),
];

fn ready(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let findings: Vec<&Finding> = match asked.subject {
        Some(id) => case.findings(id),
        None => case.assessment.findings.iter().collect(),
    };
    let direct = match asked.subject {
        Some(id) => verdict(case, &case.label(id), &findings),
        None => whole(case, &findings),
    };
    let solid = asked.subject.map(|id| part::state(case, id, 0)).unwrap_or_else(|| best(case));
    let mut sections = vec![
        Section::document("Where it stands", solid),
        Section::document("What is at risk, pillar by pillar", pillars(case, &findings)),
        Section::new(
            Step::Priority,
            findings.iter().take(3).map(|it| part::listed(case, it)).collect(),
        )
        .numbered(),
    ];
    if let Some(id) = asked.subject {
        sections
            .insert(1, Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]));
        sections.insert(3, Section::new(Step::Observability, part::observability(case, id)));
    }
    sections.push(Section::new(Step::Unknown, part::unknown(case, 2)));
    let incident = findings.first().and_then(|it| incident::of_finding(case, it));
    Ok(answer(vec![direct], sections, incident))
}

fn verdict(case: Case<'_>, label: &str, findings: &[&Finding]) -> Statement {
    let grave = |it: &&&Finding| it.loss_class <= LossClass::Outage;
    let against: Vec<&&Finding> = findings.iter().filter(grave).collect();
    match (against.first(), findings.first()) {
        (Some(worst), _) => Statement::new(
            format!(
                "No, I would not put `{label}` into production: {} against it, the worst being that {}",
                stand(against.len()),
                clause(label, worst),
            ),
            vec![case.finding(worst)],
        ),
        (None, Some(first)) => Statement::new(
            format!(
                "Yes, with {}: nothing that I read loses data, opens a door or stops a journey; the first is that {}",
                reservations(findings.len()),
                clause(label, first),
            ),
            vec![case.finding(first)],
        ),
        (None, None) => Statement::new(
            format!(
                "I find nothing against `{label}` in what is declared; whether it was ever restored, loaded or drilled is not written anywhere."
            ),
            vec![case.absence(label, "no finding", case.scope())],
        ),
    }
}

fn stand(many: usize) -> String {
    if many == 1 { "1 finding stands".to_owned() } else { format!("{many} findings stand") }
}

fn reservations(many: usize) -> String {
    if many == 1 { "one reservation".to_owned() } else { format!("{many} reservations") }
}

/// What is wrong with it, as the end of a sentence; a finding may name another one first.
fn clause(label: &str, finding: &Finding) -> String {
    if finding.component == label || finding.message.contains(label) {
        return first_sentence(&finding.message);
    }
    format!("it shares a weakness with `{}`: {}.", finding.component, finding.title)
}

fn whole(case: Case<'_>, findings: &[&Finding]) -> Statement {
    let evidence = match findings.first() {
        Some(first) => vec![case.finding(first)],
        None => vec![case.absence("", "no finding", case.scope())],
    };
    Statement::new(sentence(&case.assessment.verdict), evidence)
}

fn best(case: Case<'_>) -> Vec<Statement> {
    let solid = case.assessment.solid.iter().take(3);
    solid
        .map(|it| {
            let places = it.locations.first().cloned().into_iter().collect();
            let (kind, label) = (EvidenceKind::Span, it.component.clone());
            let evidence = Evidence::new(kind, label, it.title.clone(), Vec::new(), places);
            Statement::new(format!("Solid: {}", sentence(&it.title)), vec![evidence])
        })
        .collect()
}

/// One line a pillar that has a finding, its worst one.
fn pillars(case: Case<'_>, findings: &[&Finding]) -> Vec<Statement> {
    let of = |(pillar, title): &(Pillar, &str)| {
        let mut own = findings.iter().filter(|it| it.pillar == *pillar);
        let first = own.next()?;
        let more = match own.count() {
            0 => String::new(),
            more => format!(" ({} more)", count(more, "finding")),
        };
        let text = format!("{title}: `{}`, {}{more}.", first.component, first.title);
        Some(Statement::new(text, vec![case.finding(first)]))
    };
    PILLARS.iter().filter_map(of).collect()
}
