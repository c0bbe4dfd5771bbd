//! Consoles and dashboards that ask nobody who he is, with a door to the outside.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Container, DependencyKind, EnvSource, Of, Workload};

use crate::command::{is_compose, kubectl};
use crate::exposure::{Door, DoorKind, is_loopback};
use crate::{Check, Context, Observed, Rule, login, words};

pub(super) static RULE: Rule = Rule {
    id: "admin-surface-exposed",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("admin_surface_exposed.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let containers = &workload.facts.pod.containers;
    out.hazards.extend(containers.iter().find_map(|it| envoy_admin(workload, it, ctx)));
    let open = || containers.iter().find_map(surface);
    let Some(surface) = open().or_else(|| grafana_file(workload, ctx)) else { return };
    if containers.iter().any(asks_who) {
        return;
    }
    let door = ctx.doors(workload).into_iter().find(|it| !may_ask(it.component, it.kind));
    if let Some(door) = door {
        let doors = ctx.doors(workload);
        let closed = doors.iter().map(|it| it.keep_inside(ctx));
        let closed: Option<Vec<Edit>> = closed.collect();
        // A switch is turned back, and what a proxy passes on is open there too.
        let is_enough = !surface.is_switch && ways_around(workload, ctx).is_empty();
        let closed = closed.filter(|_| is_enough);
        let fix = closed.map(|it| Fix::unsafely("Publish it for the host alone", it));
        out.push(hazard(workload, &surface, &door, ctx).fix(fix));
    }
}

/// What a console lets its visitor do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    Shows,
    Changes,
    Stops,
}

/// Envoy's administration interface, published on a port of the machine. It has no login at all.
fn envoy_admin(
    workload: Of<'_, Workload>,
    container: &Container,
    ctx: Context<'_>,
) -> Option<Hazard> {
    // Where Envoy's documentation and examples put it.
    const USUAL: &str = "9901";
    let is_envoy = container.image.value().is_some_and(|it| it.name().starts_with("envoy"));
    let named = container.env.iter().find_map(|it| match &it.source {
        EnvSource::Literal(value) if it.name == "ENVOY_ADMIN_PORT" => Some(value.as_str()),
        _ => None,
    });
    let admin: u16 = named.or(is_envoy.then_some(USUAL))?.parse().ok()?;
    let port = container.ports.iter().find(|it| it.number.value() == Some(&admin))?;
    let is_own = port.host_address.as_deref().is_some_and(is_loopback);
    let host = port.host_port.filter(|_| !is_own)?;
    let surface = Surface {
        what: "the administration interface of Envoy, which has no login".into(),
        at: port.origin,
        does: Does::Stops,
        is_switch: false,
    };
    let door = Door {
        kind: DoorKind::HostPort(Some(host.value)),
        component: workload.component,
        at: host.origin,
    };
    let fix = Door { at: port.origin, ..door }
        .keep_inside(ctx)
        .map(|it| Fix::unsafely("Publish it for the host alone", vec![it]));
    Some(hazard(workload, &surface, &door, ctx).fix(fix))
}

/// A console that asks nobody who he is.
struct Surface {
    what: String,
    at: OriginId,
    does: Does,
    /// True where `at` is the setting that leaves the login out.
    is_switch: bool,
}

/// Images whose console has no login of its own, unless one is configured.
const WITHOUT_LOGIN: &[(&str, Does)] = &[
    ("akhq", Does::Changes),
    ("alertmanager", Does::Changes),
    ("cadvisor", Does::Shows),
    ("dozzle", Does::Shows),
    ("flower", Does::Changes),
    ("jaeger", Does::Shows),
    ("kafdrop", Does::Shows),
    ("kafka-ui", Does::Changes),
    ("kube-ops-view", Does::Shows),
    ("longhorn-ui", Does::Changes),
    ("mailhog", Does::Shows),
    ("mailpit", Does::Shows),
    ("mongo-express", Does::Changes),
    ("prometheus", Does::Shows),
    ("redis-commander", Does::Changes),
    ("redisinsight", Does::Changes),
    ("zipkin", Does::Shows),
];

/// Variables and flags that switch a console's login off, and what it then lets do.
const SWITCHES: &[(&str, &str, Does)] = &[
    ("ME_CONFIG_BASICAUTH", "false", Does::Changes),
    ("--api.insecure", "true", Does::Shows),
    ("--auth-mode", "server", Does::Changes),
    ("--enable-skip-login", "", Does::Changes),
];

fn surface(container: &Container) -> Option<Surface> {
    switched_off(container).or_else(|| {
        let image = container.image.traced()?;
        let (_, does) = WITHOUT_LOGIN.iter().find(|it| it.0 == image.value.name())?;
        let may_be_stopped = container.args.iter().any(|it| it.value == "--web.enable-lifecycle");
        let stop = if may_be_stopped { " and is stopped by a request" } else { "" };
        let what = format!("{}, which has no login of its own{stop}", image.value.name());
        Some(Surface { what, at: image.origin, does: *does, is_switch: false })
    })
}

/// Grafana's own file, where it is mounted and read: strangers that may do more than look.
fn grafana_file(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Surface> {
    let images = workload.facts.pod.containers.iter().filter_map(|it| it.image.value());
    if !images.into_iter().any(|it| it.name().starts_with("grafana")) {
        return None;
    }
    let variables = workload.facts.pod.containers.iter().flat_map(|it| &it.env);
    // Variables stand above the file, and what brings them all may hold one.
    if variables
        .into_iter()
        .any(|it| it.name.is_empty() || it.name.starts_with("GF_AUTH_ANONYMOUS"))
    {
        return None;
    }
    let (role, at) = login::settings(workload, ctx)
        .find_map(|(text, at)| Some((anonymous_role(text).filter(|it| *it != "Viewer")?, at)))?;
    let what = format!("Grafana, where everybody is {role} (`auth.anonymous` of its file)");
    let at = ctx.within(at, ANONYMOUS);
    Some(Surface { what, at, does: Does::Changes, is_switch: true })
}

/// Where Grafana's file says what strangers may do.
const ANONYMOUS: &str = "[auth.anonymous]";

/// The role that `[auth.anonymous]` gives, where it is enabled; who says none gives `Viewer`.
fn anonymous_role(text: &str) -> Option<&str> {
    let value = |key: &str| setting(text, ANONYMOUS, key);
    (value("enabled")? == "true").then(|| value("org_role").unwrap_or("Viewer"))
}

/// What a section of a file like Grafana's says of the key.
fn setting<'a>(text: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let lines = text.lines().map(str::trim).skip_while(|it| !it.starts_with(section)).skip(1);
    let mut values =
        lines.take_while(|it| !it.starts_with('[')).filter_map(|it| it.split_once('='));
    values.find(|it| it.0.trim() == key).map(|it| without_comment(it.1))
}

/// A remark may follow on the same line.
fn without_comment(value: &str) -> &str {
    value.split([';', '#']).next().unwrap_or_default().trim()
}

/// True where Grafana leaves out the form that a password is typed into.
fn has_no_form(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let variables = workload.facts.pod.containers.iter().flat_map(|it| &it.env);
    let variable = variables.into_iter().find(|it| it.name == "GF_AUTH_DISABLE_LOGIN_FORM");
    match variable.map(|it| &it.source) {
        Some(EnvSource::Literal(value)) => value == "true",
        Some(_) => false,
        None => login::settings(workload, ctx)
            .any(|it| setting(it.0, "[auth]", "disable_login_form") == Some("true")),
    }
}

fn switched_off(container: &Container) -> Option<Surface> {
    let said = |name: &str, value: &str, at: OriginId| {
        let known = SWITCHES.iter().find(|it| it.0 == name && it.1 == value)?;
        let what = match value {
            "" => format!("a console with `{name}`"),
            value => format!("a console with `{name}={value}`"),
        };
        Some(Surface { what, at, does: known.2, is_switch: true })
    };
    let variables = container.env.iter().find_map(|it| match &it.source {
        EnvSource::Literal(value) => said(&it.name, value, it.origin),
        _ => None,
    });
    let anonymous = || {
        let value = |name: &str| {
            container.env.iter().find_map(|it| match &it.source {
                EnvSource::Literal(value) if it.name == name => Some((value.as_str(), it.origin)),
                _ => None,
            })
        };
        let (role, at) = value("GF_AUTH_ANONYMOUS_ORG_ROLE")?;
        let is_on = value("GF_AUTH_ANONYMOUS_ENABLED")?.0 == "true";
        let what = format!("Grafana, where everybody is {role}");
        let does = Does::Changes;
        (is_on && role != "Viewer").then_some(Surface { what, at, does, is_switch: true })
    };
    let arguments = || {
        container.command.iter().chain(&container.args).find_map(|it| {
            let (name, value) = it.value.split_once('=').unwrap_or((&it.value, ""));
            let value = if name == "--api.insecure" && value.is_empty() { "true" } else { value };
            said(name, value, it.origin)
        })
    };
    variables.or_else(anonymous).or_else(arguments)
}

/// A proxy beside it, or a file of users, asks before the console is shown.
fn asks_who(container: &Container) -> bool {
    const PROXIES: &[&str] = &["oauth2-proxy", "kube-rbac-proxy", "pomerium", "authelia", "nginx"];
    let is_proxy = container.image.value().is_some_and(|it| PROXIES.contains(&it.name()));
    let asks = ["--web.config.file", "--basic-auth", "--basic_auth"];
    let has_flag = container
        .args
        .iter()
        .chain(&container.command)
        .any(|it| asks.iter().any(|flag| it.value.starts_with(flag)));
    let variables =
        ["BASICAUTH_USERNAME", "AUTH_TYPE", "HTTP_USER", "DOZZLE_AUTH_PROVIDER", "MP_UI_AUTH"];
    let has_variable = container.env.iter().any(|it| {
        variables.iter().any(|name| it.name.ends_with(name) || it.name.starts_with("FLOWER_BASIC"))
            && !matches!(&it.source, EnvSource::Literal(value) if value == "DISABLED")
    });
    is_proxy || has_flag || has_variable
}

/// True where the door itself may ask: by an annotation, or by something beside it that is not read.
fn may_ask(component: &Component, kind: DoorKind) -> bool {
    let asks = |key: &str| {
        ["auth", "middlewares", "whitelist", "allowlist", "backend-config", "iap", "inbound-cidrs"]
            .iter()
            .any(|it| key.contains(it))
    };
    match kind {
        DoorKind::Route => {
            component.native_kind != "Ingress"
                || component.annotations.iter().any(|(key, _)| asks(key))
        }
        DoorKind::LoadBalancer => component.annotations.iter().any(|(key, _)| asks(key)),
        DoorKind::HostPort(_) => false,
        // Whoever reaches a node's address is inside of the network.
        DoorKind::NodePort => true,
    }
}

fn hazard(
    workload: Of<'_, Workload>,
    surface: &Surface,
    door: &Door<'_>,
    ctx: Context<'_>,
) -> Hazard {
    let others = ways_around(workload, ctx);
    let component = workload.component;
    let may = match surface.does {
        Does::Shows => "reads what it shows of the system",
        Does::Changes => "does with it what its keepers do",
        Does::Stops => {
            "reads its settings and closes its ports with one request (`/drain_listeners`)"
        }
    };
    let message = format!(
        "`{}` answers {} with {}; whoever finds it {may}",
        component.label(),
        door.name(),
        surface.what,
    );
    // A switch is turned back; what never asks is asked for at the door.
    let (at, other, note) = match surface.is_switch {
        true => (surface.at, door.at, "the way in"),
        false => (door.at, surface.at, "what answers"),
    };
    let loss = match surface.does {
        Does::Shows => LossClass::Degraded,
        Does::Changes => LossClass::Compromise,
        Does::Stops => LossClass::Outage,
    };
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Loss,
        "a console that is open to all",
        message,
    )
    .at(at)
    .related(other, note)
    .loses(loss)
    .shows_as(match door.kind {
        // Few consoles write down who asks, and no way in stands before a port of the machine.
        // Docker sends them on before they are connections of the host.
        DoorKind::HostPort(Some(port)) if is_compose(workload.facts) => format!(
            "Connections to port {port} of the host from addresses that are not ours \
             (`conntrack -L -p tcp --orig-port-dst {port}`); the console itself may keep no log"
        ),
        DoorKind::HostPort(None) => {
            "Connections from addresses that are not ours (`conntrack -L -p tcp` on the host); the console itself may \
             keep no log"
                .to_owned()
        }
        DoorKind::HostPort(Some(port)) => format!(
            "Connections to port {port} of the machine from addresses that are not ours (its firewall's log); \
             the console itself may keep no log"
        ),
        _ => "Requests in the log of the way in from addresses that are not ours".to_owned(),
    })
    .recover(match (surface.does, is_compose(workload.facts)) {
        // What has closed its ports goes on running, so nothing starts it again.
        (Does::Stops, true) => format!(
            "`docker compose restart {}`; close the way in, and rotate what it shows",
            component.name
        ),
        (Does::Stops, false) => {
            "Start its pods again, close the way in, and rotate what it shows".to_owned()
        }
        _ => "Close the way in, then look for what was changed, and rotate what it shows".to_owned(),
    })
    .remedy(remedy(workload, surface, &others, ctx))
    .verify(match is_compose(workload.facts) {
        true => format!(
            "docker compose port {} {} # 127.0.0.1, or nothing{}",
            component.name,
            door.inner_port(workload.facts),
            match &others[..] {
                [] => String::new(),
                others => format!("; and asked for a login through {}", words::list(others)),
            },
        ),
        false => kubectl(
            door.component,
            format!("get {} {}", door.component.native_kind.to_lowercase(), door.component.name),
        ),
    })
}

/// Proxies that pass requests on to it, and are published themselves.
fn ways_around(workload: Of<'_, Workload>, ctx: Context<'_>) -> Vec<String> {
    const PROXIES: &[&str] = &["caddy", "envoy", "gateway", "haproxy", "nginx", "proxy", "traefik"];
    let is_proxy = |it: &Of<'_, Workload>| {
        let mut words = it.component.name.split(['-', '_', '.']);
        words.any(|word| PROXIES.contains(&word))
    };
    let callers = ctx.sources(workload.component.id, DependencyKind::Calls);
    let callers = callers.filter_map(Component::workload).filter(is_proxy);
    let published = callers.filter(|it| !ctx.doors(*it).is_empty());
    published.map(|it| it.component.label()).collect()
}

fn remedy(
    workload: Of<'_, Workload>,
    surface: &Surface,
    others: &[String],
    ctx: Context<'_>,
) -> String {
    let close = match is_compose(workload.facts) {
        true => "Publish the port on `127.0.0.1` alone, or put what asks for a login before it",
        false => {
            "Ask for a login at the way in (`auth-url`, oauth2-proxy), or reach it by port-forward"
        }
    };
    match (surface.is_switch, others) {
        (true, _) => format!(
            "Take back the setting that leaves the login out{}, with a password of your own for the administrator; \
             close the way in until then",
            match has_no_form(workload, ctx) {
                true => ", and `disable_login_form`, or nobody can type a password",
                false => "",
            },
        ),
        (false, []) => close.to_owned(),
        (false, others) => format!(
            "{close}; do the same where {} passes it on, which is published too",
            words::list(others)
        ),
    }
}
