//! What if the zone or the region goes?

use std::collections::BTreeSet;

use kai_core::ComponentId;
use kai_settings::Disruption;

use super::backup::copies;
use super::backup_plan::if_region_goes;
use super::{Asked, Intent, Wants, answer};
use crate::answer::{Answer, Section, Statement, Step};
use crate::case::Case;
use crate::incident::{self, Mode};
use crate::part;
use crate::question::{is_place_name, is_zone_name};
use crate::words::{count, list};

pub(super) const INTENT: Intent = Intent {
    id: "region",
    example: "what if the region goes?",
    wants: Wants::MaybeComponent,
    is_played: true,
    patterns: &[
        "region*|datacenter*|az|zone*|zones|aws|gcp|azure|cloud|provider|location|@ goes|go|fail*|down|lose*|losing|lost|loss|die*|gone|burn*|disappear*|unavailable|outage|if|when|survive*|offline|dark|away",
        "multi-region|multiregion|cross-region|multi-zone|multi-az|geo-redundan*",
        "disaster",
        "can|could|would|will|do survive*|lose|losing|without region*|zone*|datacenter*|@",
        "cross-region|multi-region|cross-zone redundan*|failover|standby|copy|replica*",
        "what|how if|when @ goes|go|fail*|down|dies|die|gone|burn*|disappear*|unavailable|away",
        "what|how happen*|happens region*|zone*|datacenter* X|if|when",
        "what|how happen*|happens region*|zone*|datacenter* X if|when",
        "region*|zone*|datacenter* what|how|are|is|do|does|can",
    ],
    answer: region,
};

fn region(case: Case<'_>, asked: &Asked<'_>) -> Result<Answer, String> {
    let is_zone = asked
        .tokens
        .iter()
        .any(|it| it.word == "az" || it.word.starts_with("zone") || is_zone_name(&it.word));
    let ids = match asked.subject {
        Some(id) => std::iter::once(id).chain(part::behind(case, id)).collect(),
        None => part::running(case),
    };
    let ids: Vec<ComponentId> = ids.into_iter().filter(|it| part::is_running(case, *it)).collect();
    let scenario = scenario(case, asked, is_zone)?;
    let played = asked.subject.is_none().then(|| part::played(case, &scenario)).flatten();
    let declared = || if is_zone { zone(case, &ids) } else { whole_region(case, &ids) };
    let (direct, rows, unseen) = match played {
        Some(it) => (it.direct, it.rows, it.unknown),
        None => {
            let unseen = unplaced(case, asked).into_iter().chain([not_simulated(case)]);
            (declared(), Vec::new(), unseen.collect())
        }
    };
    let state: Vec<Statement> = ids
        .iter()
        .filter(|it| part::is_stateful(case, **it))
        .take(4)
        .flat_map(|it| {
            let copied = super::backup::plain(copies(case, *it).statements.swap_remove(0));
            let left = if_region_goes(case, *it).filter(|_| !is_zone);
            std::iter::once(copied).chain(left)
        })
        .collect();
    let disruption = if is_zone { Disruption::Zone } else { Disruption::Region };
    let objectives =
        asked.subject.map(|it| part::recovery_objective(case, it, disruption)).unwrap_or_default();
    let findings = case.assessment.findings.iter().filter(|it| {
        matches!(
            it.rule,
            "spread-misses-pods"
                | "pinned-to-place"
                | "backup-beside-data"
                | "state-on-one-machine"
        ) && it.components.iter().any(|it| ids.contains(it))
    });
    let steps = findings.take(3).map(|it| part::listed(case, it)).collect();
    let sections = vec![
        Section::new(Step::FailureScenarios, rows),
        Section::document("The state, which nothing starts again", state),
        Section::document("RTO and RPO", objectives),
        Section::new(Step::Priority, steps).numbered(),
        Section::new(Step::Unknown, unseen),
    ];
    let mode = if is_zone { Mode::Zone } else { Mode::Region };
    Ok(answer(vec![direct], sections, incident::of(mode)))
}

/// The one that is named, else each; or why what is named cannot be played.
fn scenario(case: Case<'_>, asked: &Asked<'_>, is_zone: bool) -> Result<String, String> {
    let word = if is_zone { "zone" } else { "region" };
    let each = if is_zone { "zone=*" } else { "region" };
    let known = part::domains(case).filter(|_| !asked.places.is_empty());
    let Some(known) = known.map(|it| if is_zone { it.zones } else { it.regions }) else {
        return Ok(each.to_owned());
    };
    if known.is_empty() {
        return Err(format!("No node here says in which {word} it is"));
    }
    let found = asked.places.iter().map(|place| {
        let is_meant = |it: &&String| it.eq_ignore_ascii_case(&place.said);
        known.iter().find(is_meant).ok_or(place)
    });
    let found: Result<Vec<&String>, _> = found.collect();
    match found.as_deref() {
        Ok([only]) => Ok(format!("{word}={only}")),
        Ok(all) => {
            let all: Vec<String> = all.iter().map(|it| format!("{word}={it}")).collect();
            Err(format!(
                "I play one {word} at a time, and `kai break '{}'` plays those together",
                all.join(" + ")
            ))
        }
        Err(stranger) => Err(format!(
            "There is no {word} `{}` here: nodes are in {}",
            stranger.said,
            list(&known, known.len())
        )),
    }
}

/// Nothing that is read says where a cluster stands, but things may be declared more than once.
fn whole_region(case: Case<'_>, ids: &[ComponentId]) -> Statement {
    let twice: Vec<(ComponentId, BTreeSet<String>)> =
        ids.iter().map(|it| (*it, places(case, *it))).filter(|it| it.1.len() > 1).collect();
    let absence = case.absence(
        "",
        "no configuration that names a second region for the same component",
        case.scope(),
    );
    match twice.first() {
        Some((first, places)) => {
            let places: Vec<&String> = places.iter().collect();
            Statement::new(
                format!(
                    "{} of {} {} declared in more than one root of the same environment ({}); whether those are regions is not written anywhere, so I count on none of them.",
                    twice.len(),
                    count(ids.len(), "component"),
                    if twice.len() == 1 { "is" } else { "are" },
                    list(&places, 3)
                ),
                vec![case.named(*first), absence],
            )
        }
        None => {
            let gone = match ids {
                [] => "all of it goes".to_owned(),
                [only] => format!("`{}` goes", case.label(*only)),
                [_, _] => "both components go".to_owned(),
                all => format!("all {} components go", all.len()),
            };
            Statement::new(
                format!(
                    "As far as I can see, {gone} with it: everything that I read of this environment is declared once, and nothing runs in a second region."
                ),
                vec![absence],
            )
        }
    }
}

/// The roots of its environment that declare it.
fn places(case: Case<'_>, id: ComponentId) -> BTreeSet<String> {
    let environment = case.environment(id);
    let component = case.component(id);
    let twins =
        case.system().twins(component).filter(|it| case.system().environment(it) == environment);
    std::iter::once(component)
        .chain(twins)
        .map(|it| case.system().root(it.root).path.to_string())
        .collect()
}

fn zone(case: Case<'_>, ids: &[ComponentId]) -> Statement {
    const ZONE: &str = "topology.kubernetes.io/zone";
    let spread = |it: &ComponentId| {
        case.workload(*it).and_then(|it| {
            let placement = &it.facts.pod.placement;
            let spread =
                placement.spread.iter().find(|it| it.topology_key == ZONE).map(|it| it.origin);
            let anti = placement.affinity.iter().find(|it| it.is_anti && it.topology_key == ZONE);
            spread.or(anti.map(|it| it.origin))
        })
    };
    let spread: Vec<_> = ids.iter().filter_map(|it| Some((*it, spread(it)?))).collect();
    let lone: Vec<String> = ids
        .iter()
        .filter(|it| part::number(case, **it) == Some(1))
        .map(|it| case.label(*it))
        .collect();
    let mut evidence: Vec<_> =
        spread.iter().take(3).map(|(id, origin)| case.at(*id, *origin)).collect();
    if evidence.is_empty() {
        evidence.push(case.absence("", format!("no spread over `{ZONE}`"), case.scope()));
    }
    let alone = match lone.len() {
        0 => String::new(),
        1 => format!("; {} is one pod and stops if it is there", list(&lone, 5)),
        many => format!("; {many} are one pod and stop if it is theirs: {}", list(&lone, 5)),
    };
    Statement::new(
        format!(
            "If a zone goes, {} of {} {} told to spread over zones{alone}. The scheduler spreads the others as well as it can, and nothing makes it.",
            spread.len(),
            count(ids.len(), "component"),
            if spread.len() == 1 { "is" } else { "are" }
        ),
        evidence,
    )
}

/// What is named and nothing that was read stands in.
fn unplaced(case: Case<'_>, asked: &Asked<'_>) -> Option<Statement> {
    let named = asked.places.iter().find(|it| is_place_name(&it.said.to_lowercase()))?;
    let absence = case.absence("", format!("no node in `{}`", named.said), case.scope());
    let text = format!(
        "What of this stands in `{}`: no node that I read says where it is, so I answer as if all of it did.",
        named.said
    );
    Some(Statement::new(text, vec![absence]))
}

fn not_simulated(case: Case<'_>) -> Statement {
    let absence = case.absence("", "no machine with a zone or region", case.scope());
    Statement::new(
        "I answer from what is declared and have not placed pods on machines; where clusters stand, and what is in another region by hand, is not written here.",
        vec![absence],
    )
}
