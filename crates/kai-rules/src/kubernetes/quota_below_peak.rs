//! A quota that the workloads of its namespace outgrow when they scale or are released.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{
    Bytes, Component, ComponentKind, Container, Controller, Facts, IntOrPercent, Millicores, Of,
    Pod, Quota, Resources, Strategy, Workload,
};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "quota-below-peak",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("quota_below_peak.md"),
    check: Check::Component(check),
};

/// Every amount that is below the peak, at the peak.
fn fix(quota: Of<'_, Quota>, loads: &[Load<'_>], ctx: Context<'_>) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    for (key, most, at) in &quota.facts.hard {
        let Some(amount) = Amount::of(key) else { continue };
        let needed = amount.needed(loads);
        if amount.parse(most).is_some_and(|it| it < needed) {
            edits.extend(ctx.set_text(*at, key, &amount.show(needed))?);
        }
    }
    Some(Fix::unsafely("Let the quota hold the peak", edits))
}

const RUN_BY_COUNT: [&str; 3] = ["Deployment", "StatefulSet", "Rollout"];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if component.kind != ComponentKind::Control {
        return;
    }
    let Facts::Quota(facts) = &component.facts else { return };
    let quota = Of { component, facts: &**facts };
    if quota.is_scoped {
        return;
    }
    let kinds = RUN_BY_COUNT.into_iter();
    let held = kinds.flat_map(|it| ctx.system.held(component.root, it, &component.namespace));
    let loads: Vec<_> = held.filter_map(Component::workload).map(|it| Load::of(it, ctx)).collect();
    for (amount, most, at) in &quota.facts.hard {
        if let Some(excess) = Amount::of(amount).and_then(|it| it.excess(most, &loads)) {
            out.push(hazard(quota, amount, most, *at, &excess).fix(fix(quota, &loads, ctx)));
            return;
        }
    }
}

/// One thing that a quota counts.
#[derive(Clone, Copy)]
enum Amount {
    Cpu(fn(&Container) -> &Resources),
    Memory(fn(&Container) -> &Resources),
    Pods,
}

impl Amount {
    fn of(key: &SmolStr) -> Option<Self> {
        Some(match key.as_str() {
            "cpu" | "requests.cpu" => Self::Cpu(|it| &it.requests),
            "limits.cpu" => Self::Cpu(|it| &it.limits),
            "memory" | "requests.memory" => Self::Memory(|it| &it.requests),
            "limits.memory" => Self::Memory(|it| &it.limits),
            "pods" | "count/pods" => Self::Pods,
            _ => return None,
        })
    }

    fn parse(self, text: &str) -> Option<u64> {
        match self {
            Self::Cpu(_) => Millicores::parse(text).map(|it| it.0),
            Self::Memory(_) => Bytes::parse(text).map(|it| it.0),
            Self::Pods => text.parse().ok(),
        }
    }

    fn show(self, value: u64) -> String {
        match self {
            Self::Cpu(_) => Millicores(value).to_string(),
            Self::Memory(_) => Bytes(value).to_string(),
            Self::Pods => value.to_string(),
        }
    }

    /// What one container counts; what it leaves out counts nothing, so that the sum is a floor.
    fn of_container(self, container: &Container) -> u64 {
        match self {
            Self::Cpu(which) => which(container).cpu.value().map_or(0, |it| it.0),
            Self::Memory(which) => which(container).memory.value().map_or(0, |it| it.0),
            Self::Pods => 0,
        }
    }

    /// What one pod counts: its containers together, or its largest init container.
    fn of_pod(self, pod: &Pod) -> u64 {
        if let Self::Pods = self {
            return 1;
        }
        let running: u64 = pod.running_containers().map(|it| self.of_container(it)).sum();
        let initial = pod.init_containers.iter().map(|it| self.of_container(it)).max();
        running.max(initial.unwrap_or_default())
    }

    /// What the namespace counts when the workload that grows most has grown.
    fn needed(self, loads: &[Load<'_>]) -> u64 {
        let of = |it: &Load<'_>, count: u32| {
            self.of_pod(&it.workload.facts.pod).saturating_mul(count.into())
        };
        let all = loads.iter().map(|it| of(it, it.count)).fold(0, u64::saturating_add);
        let growth = loads.iter().map(|it| of(it, it.peak.count.saturating_sub(it.count))).max();
        all.saturating_add(growth.unwrap_or_default())
    }

    /// The workload whose peak, with all others at their counts, needs more than there is.
    fn excess<'a>(self, most: &str, loads: &'a [Load<'a>]) -> Option<Excess<'a>> {
        let most = self.parse(most)?;
        let of = |it: &Load<'_>, count: u32| {
            self.of_pod(&it.workload.facts.pod).saturating_mul(count.into())
        };
        let all = loads.iter().map(|it| of(it, it.count)).fold(0, u64::saturating_add);
        loads.iter().find_map(|it| {
            let peak = it.peak.count;
            let needed = all.saturating_add(of(it, peak.saturating_sub(it.count)));
            let over = needed.saturating_sub(most).div_ceil(of(it, 1).max(1));
            let fits = u64::from(peak).saturating_sub(over);
            (needed > most).then(|| Excess {
                load: it,
                needed: self.show(needed),
                fits: u32::try_from(fits).unwrap_or_default(),
            })
        })
    }
}

/// A workload with the pods that it has, and the most that it has at one time.
struct Load<'a> {
    workload: Of<'a, Workload>,
    count: u32,
    peak: Peak,
}

impl<'a> Load<'a> {
    fn of(workload: Of<'a, Workload>, ctx: Context<'a>) -> Self {
        let count = ctx.system.replicas_of(workload).value().copied().unwrap_or(1);
        Self { workload, count, peak: peak(workload, count, ctx) }
    }
}

struct Excess<'a> {
    load: &'a Load<'a>,
    /// With all others at their counts.
    needed: String,
    /// How many of its pods there may be.
    fits: u32,
}

/// The most pods that a workload has at one time, and why.
struct Peak {
    count: u32,
    why: String,
    at: Option<OriginId>,
    is_ceiling: bool,
}

fn peak(workload: Of<'_, Workload>, count: u32, ctx: Context<'_>) -> Peak {
    if let Some(autoscaler) = ctx.system.autoscalers_of(workload.component).first()
        && let Some(max) = autoscaler.replicas_max.traced()
    {
        let why = format!("`{}` goes up to {}", autoscaler.component.label(), max.value);
        return Peak { count: max.value, why, at: Some(max.origin), is_ceiling: true };
    }
    let is_rolling = workload.controller == Controller::Deployment
        && workload.rollout.strategy.value() == Some(&Strategy::RollingUpdate);
    // A rollout that may take a pod away first goes on in the room of that one.
    let takes_first = |it: &IntOrPercent| it.of_rounded_down(count) > 0;
    let adds_first =
        is_rolling && !workload.rollout.max_unavailable.value().is_some_and(takes_first);
    let surge = workload.rollout.max_surge.value().filter(|_| adds_first && count > 0);
    let more = surge.map_or(0, |it| it.of_rounded_up(count).min(1));
    let why = match more {
        0 => format!("it is told to run {count}"),
        _ => format!("a rollout adds {more} to its {count}"),
    };
    let at = workload.replicas.traced().map(|it| it.origin);
    Peak { count: count.saturating_add(more), why, at, is_ceiling: false }
}

fn hazard(
    quota: Of<'_, Quota>,
    amount: &SmolStr,
    most: &SmolStr,
    at: OriginId,
    excess: &Excess<'_>,
) -> Hazard {
    let component = excess.load.workload.component;
    let (label, name) = (component.label(), quota.component.label());
    let Peak { count, why, is_ceiling, .. } = &excess.load.peak;
    let message = format!(
        "`{name}` allows {most} of `{amount}`, and its namespace needs {} when `{label}` has {count} \
         pods ({why}); the API refuses those above {}, without a word in the pods",
        excess.needed, excess.fits,
    );
    let (mode, consequence) = if *is_ceiling {
        (FailureMode::Overload, "stops growing under load")
    } else {
        (FailureMode::Rollout, "does not finish its rollout")
    };
    let hazard = RULE
        .worsens(
            component.id,
            mode,
            Term::Impact,
            format!("a quota below what it needs, so it {consequence}"),
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .impact(f64::from(count.saturating_sub(excess.fits)) / f64::from((*count).max(1)))
        .shows_as(format!(
            "`{}` shows `FailedCreate: … exceeded quota`",
            kubectl(component, format!("describe {}", resource(component))),
        ))
        .recover(format!(
            "`{}`: raise `{amount}`; the controller tries again by itself",
            kubectl(quota.component, format!("edit quota {}", quota.component.name)),
        ))
        .remedy(format!(
            "Allow at least {} of `{amount}`, or let `{}` ask for less",
            excess.needed, component.name
        ))
        .verify(kubectl(quota.component, format!("describe quota {}", quota.component.name)));
    match excess.load.peak.at {
        Some(origin) => hazard.related(origin, why.clone()),
        None => hazard,
    }
}
