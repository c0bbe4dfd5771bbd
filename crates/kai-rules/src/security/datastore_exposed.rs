//! Datastores, queues and caches with a door to the outside.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Engine, EnvSource, EnvVar, Of, Workload};

use crate::command::{is_compose, kubectl};
use crate::exposure::{Door, DoorKind};
use crate::login;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "datastore-exposed",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("datastore_exposed.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(engine) = workload.facts.engine.filter(|it| !is_meant_for_all(*it)) else { return };
    // A store without a login is said by the rule about logins, with its doors.
    if login::switched_off(workload, ctx).is_some() {
        return;
    }
    let doors = ctx.doors(workload);
    // A route carries HTTP, which most of them do not speak: it leads to something beside them.
    if let Some(door) = doors.iter().find(|it| it.kind != DoorKind::Route) {
        // Redis in its image asks nobody, unless it is told to.
        let is_open = engine.name == "redis" && login::asks(workload, ctx) == Some(false);
        let variables = || workload.facts.pod.containers.iter().flat_map(|it| &it.env);
        let is_known = || variables().any(is_written_password);
        let guard = match (is_open, is_known()) {
            (true, _) => Guard::None,
            (false, true) => Guard::Known,
            (false, false) => Guard::Password,
        };
        let closed: Option<Vec<Edit>> = doors.iter().map(|it| it.keep_inside(ctx)).collect();
        let fix = closed.map(|it| Fix::unsafely("Publish it for the host alone", it));
        out.push(hazard(workload, engine, door, guard).fix(fix));
    }
}

/// A password in the clear, be it one that only stands in for another.
fn is_written_password(variable: &EnvVar) -> bool {
    let is_text = |it: &EnvSource| matches!(it, EnvSource::Literal(text) if !text.is_empty());
    variable.name.ends_with("PASSWORD") && is_text(&variable.source)
}

/// What stands between the door and the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    None,
    /// A password that is no secret.
    Known,
    Password,
}

/// Stores whose interface is made for users and asks who they are.
fn is_meant_for_all(engine: Engine) -> bool {
    matches!(engine.name, "minio" | "vault" | "meilisearch" | "typesense")
}

fn hazard(workload: Of<'_, Workload>, engine: Engine, door: &Door<'_>, guard: Guard) -> Hazard {
    let component = workload.component;
    let is_compose = is_compose(workload.facts);
    let past = match is_compose {
        true => "; Docker opens it past the host's own firewall",
        false => "",
    };
    let is_open = guard != Guard::Password;
    let guarded = match guard {
        Guard::None => "nothing that was read asks for a password",
        Guard::Known => "its password stands in the files, for whoever reads them",
        Guard::Password => "its password is all that stands before the data",
    };
    let message = format!(
        "`{}` holds {} and answers {}{past}; {guarded}",
        component.label(),
        engine.name,
        door.name(),
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Frequency,
        "a datastore with a door to the outside",
        message,
    )
    .at(door.at)
    .loses(if is_open { LossClass::Compromise } else { LossClass::Degraded })
    .shows_as(match is_open {
        true => "Connections from addresses that are not ours".to_owned(),
        false => format!("Failed logins of {} from addresses that are not ours", engine.name),
    })
    .recover(match is_open {
        true => "Close the door, look for what is new or gone, and fill it again or restore it",
        false => {
            "Close the door, change every password that it takes, look for tables that are new"
        }
    })
    .remedy(match (is_compose, door.kind) {
        (true, _) => "Publish it on `127.0.0.1` only, or not at all: services reach it by name",
        (_, DoorKind::LoadBalancer) => {
            "Make the Service a ClusterIP, or name callers in `loadBalancerSourceRanges`"
        }
        _ => "Make the Service a ClusterIP; `kubectl port-forward` is enough for people",
    })
    .verify(match is_compose {
        true => format!(
            "docker compose port {} {} # 127.0.0.1, or nothing",
            component.name,
            door.inner_port(workload.facts),
        ),
        false => kubectl(door.component, format!("get svc {} -o wide", door.component.name)),
    })
}
