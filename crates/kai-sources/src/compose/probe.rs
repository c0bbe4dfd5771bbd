//! Health checks.
//!
//! Compose asks the check whether a service is ready for those that wait for it. It restarts nothing
//! that is unhealthy, so a health check is a readiness check and no liveness check.

use kai_core::{Node, Origins};
use kai_graph::{Probe, ProbeHandler};

use super::quantity::seconds;
use super::read::{at, is, number, or, texts};

pub(super) fn readiness(service: &Node, origins: &Origins) -> Option<Probe> {
    let check = service.get("healthcheck")?;
    let test = texts(check, "test");
    let is_off = is(check, &["disable"]) || test.first().is_some_and(|(it, _)| it == "NONE");
    if is_off {
        return None;
    }
    let command = match test.split_first() {
        // Without a test it changes the times of the check that the image brings.
        None => Vec::new(),
        Some(((kind, _), line)) => {
            let shell = ["/bin/sh", "-c"].into_iter().filter(|_| kind == "CMD-SHELL");
            let words = line.iter().map(|(it, _)| it.clone());
            shell.map(Into::into).chain(words).collect()
        }
    };
    let handler =
        if command.is_empty() { ProbeHandler::Unknown } else { ProbeHandler::Exec { command } };
    let span = |key, default| or(at(check, &[key], seconds), default, check, origins);
    let count = |key, default| or(at(check, &[key], number), default, check, origins);
    Some(Probe {
        handler,
        initial_delay: span("start_period", 0),
        period: span("interval", 30),
        timeout: span("timeout", 30),
        failure_threshold: count("retries", 3),
        success_threshold: super::read::default(1, check, origins),
        origin: check.origin,
    })
}
