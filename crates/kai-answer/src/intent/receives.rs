//! Who or what receives an alert.

use kai_assess::detection::{Near, alerting, length};
use kai_core::Evidence;
use kai_graph::{AlertRule, Facts, GROUP_WAIT, Notifications, Urgency, given_labels};

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;

pub(super) const INTENT: Intent = Intent {
    id: "receives",
    example: "who receives alert Y?",
    wants: Wants::Alert,
    is_played: false,
    patterns: &[
        "who|what|whom|where|which|does|will|is|anybody|anyone|somebody receive*|get*|gets|paged|page*|told|tell*|notif*|goes|go|route*|deliver*|send*|sent|woken|wake*|hear*|called|see*|reach*|land*",
        "who|what|whom|where|which|does|will|is receive*|get*|paged|told|notif*|goes|go|route*|deliver*|send*|woken|wake*|hear*|land* alert*|page*|alarm*",
        "what|who happens|acts|answers when|if|to fires|alert|X",
        "receiver*|recipient* of|for",
        "route*|routing|delivered|delivery of|for|alert|X",
    ],
    answer: receives,
};

fn receives(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let (id, index) = asked.alert.ok_or("I need the name of an alert for that")?;
    let component = case.component(id);
    let Facts::AlertRules(rules) = &component.facts else {
        return Err("I need the name of an alert for that".to_owned());
    };
    let alert = &rules.alerts[index];
    let rule = case.span(&format!("alert {}", alert.name), alert.origin);
    let alerting = alerting(case.system());
    let near = Near::of(component, case.system(), &alerting);
    let routes = alerting.iter().filter_map(|it| match &it.facts {
        Facts::Notifications(facts) if case.environment(it.id) == case.environment(id) => {
            Some(&**facts)
        }
        _ => None,
    });
    let routes: Vec<&Notifications> = routes.collect();
    let direct = match routes.is_empty() {
        true => vec![Statement::new(
            format!(
                "I cannot say who receives `{}`: I read no route of Alertmanager for its environment.",
                alert.name
            ),
            vec![
                rule.clone(),
                case.absence(format!("alert {}", alert.name), "no route of alerts", case.scope()),
            ],
        )],
        false => deliveries(case, alert, &near, &routes, &rule),
    };
    let is_heard = !routes.is_empty() && direct.iter().all(|it| !it.text.contains("nobody"));
    let sections = vec![
        Section::new(Step::Observability, about(case, alert, &rule)),
        Section::new(Step::Priority, findings(case, id, alert)).numbered(),
    ];
    let incident = (!is_heard).then(|| incident::of(Mode::AlertMissed)).flatten();
    Ok(answer(direct, sections, incident))
}

fn deliveries(
    case: Case<'_>,
    alert: &AlertRule,
    near: &Near<'_>,
    routes: &[&Notifications],
    rule: &Evidence,
) -> Vec<Statement> {
    let labels = alert.labels_among(&given_labels(near.alerts.iter().copied()));
    let mut statements = Vec::new();
    for notifications in routes {
        for delivery in notifications.deliveries(&labels) {
            let at = case.span(&format!("receiver {}", delivery.receiver), delivery.origin);
            let receiver = notifications.receiver(delivery.receiver);
            let wait = length(delivery.group_wait.map_or(GROUP_WAIT, |it| it.value));
            let how = receiver.and_then(|it| Some((it.urgency()?, it.integrations.first()?)));
            let sure = if delivery.is_certain {
                "goes"
            } else {
                "may go, by labels that its series bring,"
            };
            let text = match how {
                None => format!(
                    "`{}` {sure} to receiver `{}`, which has no integration, so nobody is told.",
                    alert.name, delivery.receiver
                ),
                Some((urgency, integration)) => {
                    let verb = match urgency {
                        Urgency::Page => "which pages by",
                        Urgency::Relay => "a program that is told by",
                        Urgency::Message => "which writes by",
                    };
                    format!(
                        "`{}` {sure} to receiver `{}`, {verb} {}, after {wait} of waiting for its group.",
                        alert.name, delivery.receiver, integration.kind
                    )
                }
            };
            // Every cluster of an environment may have the same routes.
            if statements.iter().any(|it: &Statement| it.text == text) {
                continue;
            }
            statements.push(Statement::new(text, vec![rule.clone(), at]));
            if let Some(weekend) = delivery.silent_weekend {
                let text = format!(
                    "It is silent on Saturday and Sunday, by interval `{}`.",
                    weekend.value
                );
                statements.push(Statement::new(text, vec![case.span("interval", weekend.origin)]));
            }
        }
    }
    if statements.is_empty() {
        let text = format!("No route that I read takes `{}`, so nobody receives it.", alert.name);
        statements.push(Statement::new(text, vec![rule.clone()]));
    }
    statements.push(part::person(case, "The person behind it", "first", |it| &it.first));
    statements
}

fn about(case: Case<'_>, alert: &AlertRule, rule: &Evidence) -> Vec<Statement> {
    let mut statements = Vec::new();
    let subject = format!("alert {}", alert.name);
    let hold = match alert.hold.value() {
        Some(hold) if hold.is_zero() => {
            "It fires at the first evaluation that finds it.".to_owned()
        }
        Some(hold) => format!("It fires once its condition has held for {}.", length(*hold)),
        None => "How long its condition must hold is not known.".to_owned(),
    };
    statements.push(Statement::new(hold, vec![case.span(&subject, alert.expression)]));
    statements.push(match &alert.runbook {
        Some(page) => Statement::new(format!("Its runbook is {page}."), vec![rule.clone()]),
        None => Statement::new(
            "It names no runbook, so whoever is woken starts from nothing.",
            vec![case.absence(subject, "no annotation `runbook_url`", "the rule itself")],
        ),
    });
    statements
}

/// What is wrong with the rule, or with its way.
fn findings(case: Case<'_>, id: kai_core::ComponentId, alert: &AlertRule) -> Vec<Statement> {
    let all = case.assessment.findings.iter();
    let own =
        all.filter(|it| it.components.contains(&id) && it.message.contains(alert.name.as_str()));
    own.take(2).map(|it| part::listed(case, it)).collect()
}
