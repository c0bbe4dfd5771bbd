//! Consoles that the values of a chart open without a login, and publish.

use kai_core::SmolStr;
use kai_graph::Console;

use crate::fields::Fields;

/// The first of the consoles that are known, where a login is left out and a route leads there.
pub(super) fn console(values: Fields<'_>) -> Option<Console> {
    flux(values).or_else(|| grafana(values)).or_else(|| grafana(values.at("grafana")))
}

/// Flux Operator's web interface: `web.config.authentication` of its chart.
fn flux(values: Fields<'_>) -> Option<Console> {
    let web = values.at("web");
    let authentication = web.at("config").at("authentication");
    let kind = authentication.opt_traced::<SmolStr>("type")?;
    let Published { host, gateway } = published(web)?;
    let anonymous = authentication.at("anonymous");
    let groups = anonymous.texts("groups").join(", ");
    (kind.value == "Anonymous").then(|| Console {
        name: "the web interface of Flux",
        does: match groups.as_str() {
            "" => "reads what Flux applies".into(),
            groups => format!("acts on the cluster as `{groups}`").into(),
        },
        user: anonymous.opt("username"),
        host,
        gateway,
        origin: kind.origin,
    })
}

/// `grafana.ini` of Grafana's chart, where strangers may do more than look.
fn grafana(values: Fields<'_>) -> Option<Console> {
    let anonymous = values.at("grafana.ini").at("auth.anonymous");
    let enabled = anonymous.opt_traced::<bool>("enabled").filter(|it| it.value)?;
    let role = anonymous.opt::<SmolStr>("org_role").filter(|it| it != "Viewer")?;
    let Published { host, gateway } = published(values)?;
    let does = format!("is {role}").into();
    let (name, origin) = ("Grafana", enabled.origin);
    Some(Console { name, does, user: None, host, gateway, origin })
}

/// Where it is published, as far as that is written.
struct Published {
    host: Option<SmolStr>,
    gateway: Option<SmolStr>,
}

fn published(values: Fields<'_>) -> Option<Published> {
    let routes = [values.at("httpRoute"), values.at("ingress"), values.at("route").at("main")];
    let open = routes.into_iter().find(|it| it.is("enabled"))?;
    let names = ["hostnames", "hosts"].into_iter().find_map(|it| open.names(it).into_iter().next());
    let host = names.map(|it| it.0).filter(|it| !it.is_empty());
    let gateway = open.list("parentRefs").map(|it| it.text("name")).next();
    Some(Published { host, gateway: gateway.filter(|it| !it.is_empty()) })
}
