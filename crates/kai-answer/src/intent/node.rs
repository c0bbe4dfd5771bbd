//! What if a machine goes or is drained?

use kai_core::ComponentId;

use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::words::list;

const SHOWN: usize = 6;

pub(super) const INTENT: Intent = Intent {
    id: "node",
    example: "what happens when a node is drained?",
    wants: Wants::MaybeComponent,
    is_played: false,
    patterns: &[
        "node|nodes|machine|machines|host|hosts|server|vm|vms|worker-node drain*|lose*|losing|lost|loss|fail*|dies|die|reboot*|upgrade*|goes|gone|down|patch*|cordon*|crash*|evict*|replace*|when|if",
        "drain*|cordon*|evict*",
        "drain*|cordon*|evict* safe|safely|ok|okay",
        "can|could|would|will|do survive*|lose|losing|without node|nodes|machine*|host|hosts",
        "what|how happen*|happens node|nodes|machine*|host|hosts X|if|when",
        "what|how happen*|happens|breaks node|nodes|machine*|host|hosts if|when crash*|dies|fail*|reboot*|drain*",
        "node|machine|host|vm what|which|happen*|if|when|survive*|how",
        "cluster|kubernetes|k8s upgrade*",
    ],
    answer: node,
};

fn node(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let ids: Vec<ComponentId> = match asked.subject {
        Some(id) => vec![id],
        None => part::running(case),
    };
    let of_kubernetes =
        ids.iter().filter(|it| case.workload(**it).is_some_and(|it| it.facts.is_rescheduled()));
    let ids: Vec<ComponentId> = of_kubernetes.copied().collect();
    let lone: Vec<ComponentId> =
        ids.iter().copied().filter(|it| part::number(case, *it) == Some(1)).collect();
    let names: Vec<String> = lone.iter().map(|it| case.label(*it)).collect();
    let drains: Vec<_> = part::main_findings(case)
        .filter(|it| {
            matches!(
                it.rule,
                "pdb-blocks-drain"
                    | "pdb-above-floor"
                    | "drain-unbounded"
                    | "bare-pod"
                    | "pdbs-overlap"
                    | "lone-platform-service"
            ) && (asked.subject.is_none() || it.components.iter().any(|it| ids.contains(it)))
        })
        .collect();
    let mut text = match (lone.len(), ids.len()) {
        (_, 0) => "Nothing that I read runs on machines of a cluster; a host of Compose takes all of its services along".to_owned(),
        (0, 1) => "If one machine goes, the one that runs here is not known to be there only once".to_owned(),
        (0, all) => format!("If one machine goes, none of the {all} that run here is known to be there only once"),
        (_, 1) => format!("If one machine goes, {} stops if it is its own, because it is one pod", list(&names, SHOWN)),
        (_, all) => format!("If one machine goes, those of {all} that are one pod stop if it is theirs: {}", list(&names, SHOWN)),
    };
    if let Some(first) = drains.first() {
        text.push_str(&format!(
            "; and a drain has trouble with `{}` ({})",
            first.component, first.title
        ));
    }
    let mut evidence: Vec<_> =
        lone.iter().take(SHOWN).filter_map(|it| Some(part::count(case, *it)?.1)).collect();
    evidence.extend(drains.first().map(|it| case.finding(it)));
    if evidence.is_empty() {
        evidence.push(case.absence("", "no component that is one pod", case.scope()));
    }
    let radius = lone.iter().take(2).map(|it| part::radius(case, *it).direct(case)).collect();
    let steps = drains.iter().take(3).map(|it| part::listed(case, it)).collect();
    let absence = case.absence("", "no placement of pods on machines", case.scope());
    let unseen = Statement::new(
        "I have not placed pods on machines, so two that are apart on paper may stand on one.",
        vec![absence],
    );
    let sections = vec![
        Section::new(Step::BlastRadius, radius),
        Section::new(Step::Priority, steps).numbered(),
        Section::new(Step::Unknown, vec![unseen]),
    ];
    let blocks = |it: &&kai_core::Finding| it.rule != "drain-unbounded";
    let mode = if drains.iter().any(blocks) { Mode::Drain } else { Mode::LoneReplica };
    let is_fragile = !drains.is_empty() || !lone.is_empty();
    Ok(answer(
        vec![Statement::new(format!("{text}."), evidence)],
        sections,
        is_fragile.then(|| incident::of(mode)).flatten(),
    ))
}
