//! How we would know that a component is down.

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;

pub(super) const INTENT: Intent = Intent {
    id: "notice",
    example: "how would we know that X is down?",
    wants: Wants::Component,
    is_played: false,
    patterns: &[
        "how|who|what|when|will|would|do|does|could|can know|knows|notice*|detect*|hear*|tell|tells|told|learn*|realise*|realize*|aware|find|discover*|spot|see that|if|when|is|are|has down|fail*|broke*|break*|dead|gone|dies|sick|unhealthy|problem|wrong|trouble|stop*|crash*|out|outage|unavailable",
        "how|who|what|when|would know|notice*|detect*|hear*|learn*|realise*|realize*|aware X|down|dead|outage|failure",
        "what|which alert*|alarm* fire*|rings|shows X|when|if",
        "what|which alert*|alarm* fire*|rings|shows when|if fail*|dies|dead|crash*|down|broke* X",
        "alert*|alarm*|page|pages|paged|pager cover*|watch*|for|fire*|on|show*|catch*|have|has|exist*|if|when down|fail*|dies|dead|X|crash*|broke*|outage",
        ">who|whom|anybody|anyone|somebody woken|wake*|paged|page*|told|called|alerted|notified|rung|hears if|when|once|that X",
        "monitor*|observ*|watch*|alert*|dashboard*|signal*|metric* X|how|what|is|are|do",
        "time|long detect*|notice*|detection|discover*",
        "detection|mttd X|of|for|time",
        "would|will|does|do anybody|anyone|somebody|someone|we notice*|know|hear|wake",
    ],
    answer: notice,
};

fn notice(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let id = asked.component()?;
    let sign = part::sign(case, id);
    let (is_heard, has_alert) = (sign.is_heard, sign.alert.is_some());
    let direct = vec![Statement::new(format!("{}.", sign.text), sign.evidence)];
    let mut know = part::observability(case, id);
    know.remove(0);
    if !has_alert {
        know.extend(complaints(case, id));
    }
    let sections = vec![
        Section::new(Step::Observability, know),
        Section::new(Step::BlastRadius, vec![part::radius(case, id).direct(case)]),
        Section::new(Step::Priority, wanted(case, id, has_alert)).numbered(),
    ];
    let incident = (!is_heard).then(|| incident::of(Mode::AlertMissed)).flatten();
    Ok(answer(direct, sections, incident))
}

/// Without an alert users are the first to know.
fn complaints(case: Case<'_>, id: kai_core::ComponentId) -> Option<Statement> {
    let radius = part::radius(case, id);
    let journey = radius.stops.first()?;
    let text = format!("So the first to know are the users of `{}`, by its errors.", journey.name);
    Some(Statement::new(text, vec![case.path(&case.way(journey.entry, id))]))
}

/// The alert that would show it, in the terms of kube-state-metrics.
fn wanted(case: Case<'_>, id: kai_core::ComponentId, has_alert: bool) -> Vec<Statement> {
    let component = case.component(id);
    let metric = match component.native_kind.as_str() {
        "Deployment" => "kube_deployment_status_replicas_available",
        "StatefulSet" => "kube_statefulset_status_replicas_ready",
        "DaemonSet" => "kube_daemonset_status_number_ready",
        _ => return Vec::new(),
    };
    if has_alert {
        return Vec::new();
    }
    let label = component.native_kind.to_lowercase();
    let text = format!(
        "Page on no ready pod for 2 minutes: `{metric}{{namespace=\"{}\", {label}=\"{}\"}} == 0` with `for: 2m`, a severity that is routed to a pager, and a runbook.",
        component.namespace, component.name
    );
    let command = format!("{} get {label} {}", part::kubectl(case, component.id), component.name);
    vec![Statement::new(text, vec![case.named(id)]).command(command)]
}
