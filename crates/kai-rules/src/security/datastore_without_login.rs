//! Datastores that ask nobody who he is.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Engine, Of, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::exposure::{Door, DoorKind};
use crate::login::{self, SwitchedOff};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "datastore-without-login",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("datastore_without_login.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(engine) = workload.facts.engine else { return };
    let Some(off) = login::switched_off(workload, ctx) else { return };
    let door = ctx.doors(workload).into_iter().next();
    if door.is_none() && is_fenced(workload, ctx) {
        return;
    }
    out.push(hazard(workload, engine, &off, door.as_ref()));
}

/// True where only chosen callers reach it: those of its Compose project, or of a policy.
fn is_fenced(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    is_compose(workload.facts)
        || ctx.system.policies_of(workload).iter().any(|it| {
            let rules = it.facts.ingress.as_ref();
            !it.facts.is_fully_read
                || rules.is_some_and(|it| it.iter().all(|it| !it.peers.is_empty()))
        })
}

/// In an order in which no caller is locked out. Redis refuses a password where none is set.
fn login(engine: Engine) -> &'static str {
    match engine.name {
        "redis" | "valkey" | "keydb" => {
            "then add a user with a password beside the open one (an ACL), move every caller to it, and only then close \
             the open one"
        }
        // Its plugin does not start without them (opensearch.org/docs, security/configuration/tls).
        "opensearch" => {
            "then give it certificates, every caller a password and its health check a user, and only then switch the \
             login on"
        }
        _ => "then give every caller its password, and only then switch the login on",
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    engine: Engine,
    off: &SwitchedOff,
    door: Option<&Door<'_>>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let who = match door {
        Some(door) if door.kind == DoorKind::NodePort => {
            format!(
                "whoever reaches {}, which only what guards the machines can close,",
                door.name()
            )
        }
        Some(door) => format!("whoever reaches {}", door.name()),
        None => "every pod of the cluster".to_string(),
    };
    let message = format!(
        "`{label}` runs {} with `{}`; {who} reads, changes and deletes what it holds, and no log \
         says who did",
        engine.name, off.words,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Loss,
            "it asks nobody who he is",
            message,
        )
        .at(off.at)
        .loses(if door.is_some() { LossClass::Compromise } else { LossClass::Degraded })
        .shows_as("Data that nobody remembers changing; the store itself logs no names")
        .recover("Close the way in, restore what is wrong, then ask for a login as below")
        .remedy(match door {
            Some(door) => format!("{}; {}", closed(door), login(engine)),
            None => format!("Let a NetworkPolicy name who may call; {}", login(engine)),
        })
        .verify(verify(workload, engine, off, door));
    match door {
        Some(door) => hazard.related(door.at, "the way in"),
        None => hazard,
    }
}

/// What closes the way in.
fn closed(door: &Door<'_>) -> String {
    match door.kind {
        DoorKind::LoadBalancer | DoorKind::NodePort => {
            format!("Make `{}` a ClusterIP", door.component.label())
        }
        DoorKind::Route => format!("Take `{}` away", door.component.label()),
        DoorKind::HostPort(_) => "Publish the port on `127.0.0.1` alone".to_owned(),
    }
}

/// A call without a name, where the store answers one; else what it is started with.
fn verify(
    workload: Of<'_, Workload>,
    engine: Engine,
    off: &SwitchedOff,
    door: Option<&Door<'_>>,
) -> String {
    let component = workload.component;
    let is_redis = engine.name == "redis";
    if let Some(door) = door.filter(|_| is_compose(workload.facts) && !is_redis) {
        let port = door.inner_port(workload.facts);
        return format!("docker compose port {} {port} # 127.0.0.1, or nothing", component.name);
    }
    match (is_compose(workload.facts), is_redis) {
        (true, true) => {
            format!("docker compose exec {} redis-cli ping # NOAUTH, not PONG", component.name)
        }
        (true, false) => {
            format!("docker compose config {} # without `{}`", component.name, off.words)
        }
        (false, true) => kubectl(
            component,
            format!("exec {} -- redis-cli ping # NOAUTH, not PONG", resource(component)),
        ),
        (false, false) => kubectl(
            component,
            format!(
                "get {} -o jsonpath='{{..env}}{{..args}}' # without `{}`",
                resource(component),
                off.words
            ),
        ),
    }
}
