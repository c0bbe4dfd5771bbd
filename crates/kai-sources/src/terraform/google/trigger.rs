//! What starts builds of Cloud Build.

use kai_core::{Known, OriginId, Origins, Role, SmolStr};
use kai_graph::{Asks, BuildTrigger, Cloud, ComponentKind, Event, Facts};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, flag, or_default, parsed, text};
use super::access::named;

/// `google_cloudbuild_trigger` with a file of the repository. Whoever starts one by hand or through
/// another service is not told apart.
pub(super) fn trigger(instance: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    if flag(values, &["disabled"]).value() == Some(&true) {
        return None;
    }
    let (event, event_origin, asks) = event(values, instance.origin)?;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let approval = flag(values, &["approval_config", "approval_required"]);
    let asks = match approval.traced() {
        Some(it) if it.value => Known::new(Asks::Everybody, it.origin),
        Some(_) => or_default(asks, Asks::Nobody, absent),
        None if approval.is_not_declared() => or_default(asks, Asks::Nobody, absent),
        None => approval.map(|_| Asks::Everybody),
    };
    let facts = BuildTrigger {
        cloud: Cloud::Google,
        event,
        event_origin,
        file: text(values, &["filename"]),
        repository: repository(values),
        account: argument(values, "service_account").and_then(named),
        asks,
    };
    Some((ComponentKind::Control, Facts::BuildTrigger(Box::new(facts))))
}

fn repository(values: &Value) -> Known<SmolStr> {
    const PAIRS: [[&str; 3]; 2] = [
        ["github", "owner", "name"],
        ["bitbucket_server_trigger_config", "project_key", "repo_slug"],
    ];
    for [host, owner, name] in PAIRS {
        let (owner, name) = (text(values, &[host, owner]), text(values, &[host, name]));
        match (owner.value().cloned(), name.is_not_declared()) {
            (Some(owner), _) => return name.map(|it| format!("{owner}/{it}").into()),
            (None, false) => return owner,
            (None, true) => {}
        }
    }
    let connected = text(values, &["repository_event_config", "repository"]);
    connected.or(|| text(values, &["trigger_template", "repo_name"]))
}

/// A proposal waits for a comment where `comment_control` says so, for everybody or for those who
/// may not write.
fn event(values: &Value, origin: OriginId) -> Option<(Event, OriginId, Known<Asks>)> {
    for host in ["github", "bitbucket_server_trigger_config", "repository_event_config"] {
        if let Ok(Some(found)) = at(values, &[host, "pull_request"]) {
            let control = [host, "pull_request", "comment_control"];
            let asks = parsed(values, &control, |it| match it {
                "COMMENTS_DISABLED" => Some(Asks::Nobody),
                "COMMENTS_ENABLED" => Some(Asks::Everybody),
                "COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY" => Some(Asks::Strangers),
                _ => None,
            });
            return Some((Event::Proposal, place(found, origin), asks));
        }
        if let Ok(Some(found)) = at(values, &[host, "push"]) {
            return Some((Event::Push, place(found, origin), Known::default()));
        }
    }
    at(values, &["trigger_template"]).ok()??;
    Some((Event::Push, origin, Known::default()))
}

fn place(block: &Value, otherwise: OriginId) -> OriginId {
    if block.origin == OriginId::NONE { otherwise } else { block.origin }
}
