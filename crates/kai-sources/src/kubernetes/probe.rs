//! Health checks, and what runs before a stop.

use kai_core::{Known, SmolStr};
use kai_graph::{PortRef, PreStop, Probe, ProbeHandler};

use crate::fields::Fields;

pub(super) fn lower(probe: Fields<'_>) -> Probe {
    Probe {
        handler: handler(probe),
        initial_delay: probe.or("initialDelaySeconds", 0),
        period: probe.or("periodSeconds", 10),
        timeout: probe.or("timeoutSeconds", 1),
        failure_threshold: probe.or("failureThreshold", 3),
        success_threshold: probe.or("successThreshold", 1),
        origin: probe.origin,
    }
}

fn handler(probe: Fields<'_>) -> ProbeHandler {
    if let Some(exec) = probe.find("exec") {
        return ProbeHandler::Exec { command: exec.texts("command") };
    }
    let port = |it: &Fields<'_>| it.opt_traced::<PortRef>("port").map(|it| (it.value, it.origin));
    if let Some(http) = probe.find("httpGet") {
        let path = http.opt("path").unwrap_or(SmolStr::new_static("/"));
        return match port(&http) {
            Some((port, port_origin)) => ProbeHandler::Http { path, port, port_origin },
            None => ProbeHandler::Unknown,
        };
    }
    if let Some((port, port_origin)) = probe.find("tcpSocket").as_ref().and_then(port) {
        return ProbeHandler::Tcp { port, port_origin };
    }
    if let Some((port, port_origin)) = probe.find("grpc").as_ref().and_then(port) {
        return ProbeHandler::Grpc { port, port_origin };
    }
    ProbeHandler::Unknown
}

pub(super) fn pre_stop(hook: Fields<'_>) -> PreStop {
    let sleep = match hook.find("sleep") {
        Some(sleep) => sleep.get("seconds"),
        None => match seconds_slept(&hook.at("exec").texts("command")) {
            Some(seconds) => Known::new(seconds, hook.origin),
            None => Known::default(),
        },
    };
    PreStop { sleep, origin: hook.origin }
}

/// The seconds that a command is known to sleep: the sum of every `sleep N` in its words.
fn seconds_slept(command: &[SmolStr]) -> Option<u32> {
    let is_separator = |it: char| it.is_whitespace() || matches!(it, ';' | '&' | '|' | '(' | ')');
    let words: Vec<&str> = command
        .iter()
        .flat_map(|it| it.split(is_separator))
        .map(|it| it.trim_matches(['"', '\'']))
        .filter(|it| !it.is_empty())
        .collect();
    let slept = words.windows(2).filter(|it| it[0] == "sleep" || it[0].ends_with("/sleep"));
    slept.filter_map(|it| seconds(it[1])).reduce(u32::saturating_add)
}

/// `10`, `10s`, `1m`, `0.5` (rounded down).
fn seconds(text: &str) -> Option<u32> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) if text.ends_with('h') => (number, 3600),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
    whole.parse::<u32>().ok()?.checked_mul(unit)
}
