//! Controllers.

use kai_core::Node as Written;

use super::Reader;
use super::value::labels;
use crate::model::{Controller, ControllerKind, Selector};

impl Reader<'_> {
    /// Nothing for objects that make no pods.
    pub(super) fn controller(&mut self, group_version: &str, kind: &str) -> Option<Controller> {
        let kind = ControllerKind::parse(group_version, kind)?;
        let written = self.at(&["spec", "selector"]);
        let selector = if kind == ControllerKind::ReplicationController {
            written.map(|it| Selector::of_labels(&labels(Some(it))))
        } else {
            self.selector(written)
        };
        let replicas = self.at(&["spec", "replicas"]).and_then(Written::as_int);
        Some(Controller {
            kind,
            key: self.key(),
            selector,
            replicas: match kind {
                ControllerKind::DaemonSet => None,
                ControllerKind::Job => self.at(&["spec", "parallelism"]).and_then(Written::as_int),
                // The API server's default.
                _ => Some(replicas.unwrap_or(1)),
            },
            owner: self.owner(),
        })
    }
}
