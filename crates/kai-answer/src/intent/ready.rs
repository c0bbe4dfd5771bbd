//! Is it ready for production?

use kai_core::{ComponentId, Evidence, EvidenceKind, Finding, LossClass, Pillar};
use kai_graph::DependencyKind;

use super::backup::copies;
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident;
use crate::part;
use crate::words::{clause, count, list, sentence};

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
        Some(id) => weighed(case, id),
        None => case.assessment.findings.iter().collect(),
    };
    let direct = match asked.subject {
        Some(id) => verdict(case, id, &findings),
        None => whole(case, &findings),
    };
    let solid = asked.subject.map(|id| part::state(case, id, 0)).unwrap_or_else(|| best(case));
    let mut sections = vec![
        Section::document("Where it stands", solid),
        Section::document(
            "What is at risk, pillar by pillar",
            pillars(case, asked.subject, &findings),
        ),
        Section::new(
            Step::Priority,
            findings.iter().take(3).map(|it| step(case, asked.subject, it)).collect(),
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

/// What to do about a finding, told to who asks about one component or about all.
pub(super) fn step(case: Case<'_>, subject: Option<ComponentId>, finding: &Finding) -> Statement {
    match subject {
        Some(id) => part::listed_of(case, id, finding),
        None => part::listed(case, finding),
    }
}

/// What is wrong with it, and what is gravely wrong with anything that it cannot work without or reads.
fn weighed(case: Case<'_>, id: ComponentId) -> Vec<&Finding> {
    let mut findings = case.findings(id);
    let near = part::behind(case, id).into_iter().chain(read_by(case, id));
    findings.extend(near.flat_map(|it| case.findings(it)).filter(|it| is_grave(it)));
    findings.sort_by_key(|it| it.rank);
    findings.dedup_by_key(|it| it.rank);
    findings
}

/// Secrets and settings that it reads.
fn read_by(case: Case<'_>, id: ComponentId) -> impl Iterator<Item = ComponentId> {
    use DependencyKind::{ReadsConfiguration, ReadsSecret};
    let arrows = case.system().needs(id).iter();
    arrows.filter(|it| matches!(it.kind, ReadsConfiguration | ReadsSecret)).map(|it| it.target)
}

fn is_grave(finding: &Finding) -> bool {
    finding.loss_class <= LossClass::Outage
}

/// State that it cannot work without and that nothing known copies away.
fn uncopied(case: Case<'_>, id: ComponentId) -> Vec<ComponentId> {
    let needed = std::iter::once(id).chain(part::behind(case, id));
    let held = needed.filter(|it| part::is_stateful(case, *it));
    held.filter(|it| copies(case, *it).is_copied.is_none()).collect()
}

fn verdict(case: Case<'_>, id: ComponentId, findings: &[&Finding]) -> Statement {
    let label = &case.label(id);
    let against: Vec<&&Finding> = findings.iter().filter(|it| is_grave(it)).collect();
    let uncopied: Vec<String> = uncopied(case, id).iter().map(|it| case.label(*it)).collect();
    match (against.first(), findings.first()) {
        (Some(worst), _) => Statement::new(
            format!(
                "No, I would not put `{label}` into production: {} against it, the worst being that {}",
                stand(against.len()),
                weakness(case, id, worst),
            ),
            vec![case.finding(worst)],
        ),
        (None, _) if !uncopied.is_empty() => Statement::new(
            format!(
                "Not as far as I know: nothing that I read copies {} away, and `{label}` keeps its data there.",
                list(&uncopied, 3)
            ),
            vec![case.absence(
                uncopied[0].clone(),
                format!("no backup of `{}`", uncopied[0]),
                case.scope(),
            )],
        ),
        (None, Some(first)) => Statement::new(
            format!(
                "Yes, with {}: nothing that I read loses data, opens a door or stops a journey; the first is that {}",
                reservations(findings.len()),
                weakness(case, id, first),
            ),
            vec![case.finding(first)],
        ),
        (None, None) => unopposed(case, id),
    }
}

/// The verdict where no rule finds anything, which is no praise where nobody would know.
fn unopposed(case: Case<'_>, id: ComponentId) -> Statement {
    let label = case.label(id);
    let found = case.absence(label.clone(), "no finding", case.scope());
    let sign = part::sign(case, id);
    if sign.is_heard {
        let text = format!(
            "I find nothing against `{label}` in what is declared; whether it was ever restored, loaded or drilled is not written anywhere."
        );
        return Statement::new(text, vec![found]);
    }
    let text = format!(
        "No rule of mine finds anything against `{label}` in what is declared, but nobody is known to be woken when it is down; whether it was ever restored, loaded or drilled is not written anywhere."
    );
    Statement::new(text, [vec![found], sign.evidence].concat())
}

fn stand(many: usize) -> String {
    if many == 1 { "1 finding stands".to_owned() } else { format!("{many} findings stand") }
}

fn reservations(many: usize) -> String {
    if many == 1 { "one reservation".to_owned() } else { format!("{many} reservations") }
}

/// What is wrong with it, as the end of a sentence; a finding may name another one first.
pub(super) fn weakness(case: Case<'_>, id: ComponentId, finding: &Finding) -> String {
    let label = case.label(id);
    let title = sentence(part::title_of_one(finding));
    // What is told of another one has its files and lines.
    let is_told_of_other = finding.message.contains(&format!("`{}`", finding.component));
    let is_named = finding.message.contains(&format!("`{label}`"));
    if finding.component == label || is_named && !is_told_of_other {
        clause(&finding.message)
    } else if finding.components.contains(&id) {
        format!("it shares a weakness with `{}`: {title}", finding.component)
    } else if let Some(other) = holder(case, finding, part::behind(case, id)) {
        format!("it cannot work without `{other}`: {title}")
    } else if let Some(other) = holder(case, finding, read_by(case, id)) {
        format!("it reads `{other}`: {title}")
    } else {
        format!("it shares a weakness with `{}`: {title}", finding.component)
    }
}

/// Which of these a finding is about: the one that it speaks of, else another one.
fn holder(
    case: Case<'_>,
    finding: &Finding,
    all: impl IntoIterator<Item = ComponentId>,
) -> Option<String> {
    let held = all.into_iter().filter(|it| finding.components.contains(it));
    let labels: Vec<String> = held.map(|it| case.label(it)).collect();
    let first = labels.iter().find(|it| **it == finding.component).or(labels.first());
    first.cloned()
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
fn pillars(case: Case<'_>, subject: Option<ComponentId>, findings: &[&Finding]) -> Vec<Statement> {
    let of = |(pillar, title): &(Pillar, &str)| {
        let mut own = findings.iter().filter(|it| it.pillar == *pillar);
        let first = own.next()?;
        let more = match own.count() {
            0 => String::new(),
            more => format!(" ({} more)", count(more, "finding")),
        };
        let asked = subject.filter(|it| first.components.contains(it));
        let label = asked.map_or_else(|| first.component.clone(), |it| case.label(it));
        let text = format!("{title}: `{label}`, {}{more}.", first.title);
        Some(Statement::new(text, vec![case.finding(first)]))
    };
    PILLARS.iter().filter_map(of).collect()
}
