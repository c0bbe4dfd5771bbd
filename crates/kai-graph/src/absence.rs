//! Whether something that nothing declares is really not there.
//!
//! Silence proves nothing while a part of what is applied was not read: a remote base, a chart, a
//! template, a broken document, a kind that a dump leaves out. Nor where a controller may make the
//! object from another one, or the platform brings it along.

use kai_core::{Gap, GapKind, Reason, Root, RootId, RootKind};

use crate::{Absence, Component, Nearness, System};

/// Objects that every cluster has: kind and name, in any namespace.
const BROUGHT_ALONG: &[(&str, &str)] = &[
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("PriorityClass", "system-cluster-critical"),
    ("PriorityClass", "system-node-critical"),
    ("Service", "kubernetes"),
    ("ServiceAccount", "default"),
];

impl System {
    /// Whether an object that `from` refers to, and that [`System::resolve`] does not find, is
    /// really absent. An empty namespace asks for something that lives in none.
    #[must_use]
    pub fn absence(&self, from: &Component, kind: &str, namespace: &str, name: &str) -> Absence {
        if is_templated(name) || is_templated(namespace) {
            let what = format!("the name `{name}` is filled in when it is applied");
            return Absence::Unknown { reason: Reason::Templated, what };
        }
        if BROUGHT_ALONG.contains(&(kind, name)) || is_system_namespace(namespace) {
            return unread("the platform brings its own");
        }
        let is_live = self.root(from.root).kind == RootKind::Dump;
        if namespace.is_empty() && !is_live {
            return unread(format!("clusters come with their own `{kind}` objects"));
        }
        if kind == "Secret" && !is_live {
            return unread("secrets are often made by hand, out of sight of the repository");
        }
        self.absence_in(from, kind, namespace)
    }

    /// Whether pods that a selector in `from` asks for, and that [`System::pods_of`] does not find,
    /// are really absent from the namespace.
    #[must_use]
    pub fn absence_of_pods(&self, from: &Component, namespace: &str) -> Absence {
        if is_system_namespace(namespace) {
            return unread("the platform brings its own");
        }
        self.absence_in(from, "Pod", namespace)
    }

    fn absence_in(&self, from: &Component, kind: &str, namespace: &str) -> Absence {
        if let Some(gap) = self.gap_hiding(from.root, kind, namespace) {
            let what = format!("`{}` {}", gap.what, gap.kind.as_clause());
            return Absence::Unknown { reason: gap.kind.reason(), what };
        }
        if let Some(maker) = self.maker_of(from.root, kind, namespace) {
            let what = format!("the controller of `{}` may make it", maker.label());
            return Absence::Unknown { reason: Reason::NotInRepository, what };
        }
        let roots = self.roots_delivering(from.root, namespace);
        if roots.is_empty() {
            return unread(format!("nothing that was read delivers into namespace `{namespace}`"));
        }
        Absence::Certain { scope: scope(namespace, &roots) }
    }

    /// Something that a root leaves unread and that could hold an object of this kind there.
    fn gap_hiding(&self, from: RootId, kind: &str, namespace: &str) -> Option<&Gap> {
        let own = self.root(from);
        let others = self.roots().iter().filter(|it| {
            it.id != from
                && !it.gaps.is_empty()
                && self.nearness(it.id, from) < Nearness::Apart
                && (self.delivers(it.id, namespace) || !self.delivers_anything(it.id))
        });
        std::iter::once(own).chain(others).flat_map(|it| &it.gaps).find(|it| match it.kind {
            GapKind::NotCollected => is_kind(&it.what, kind),
            _ => true,
        })
    }

    /// Something near whose controller may make an object of this kind in the namespace.
    fn maker_of(&self, from: RootId, kind: &str, namespace: &str) -> Option<&Component> {
        let is_near = |it: &&Component| self.nearness(it.root, from) < Nearness::Apart;
        let may_make = |it: &&Component| it.may_make(kind, namespace);
        let makers = self.index.makers(namespace).map(|it| self.component(it));
        makers.filter(is_near).find(may_make)
    }

    /// The roots that put something into the namespace: the own one, and those near it.
    fn roots_delivering(&self, from: RootId, namespace: &str) -> Vec<&Root> {
        let mut roots: Vec<&Root> = self
            .roots()
            .iter()
            .filter(|it| self.nearness(it.id, from) < Nearness::Apart)
            .filter(|it| namespace.is_empty() || self.delivers(it.id, namespace))
            .collect();
        roots.sort_by_key(|it| (self.nearness(it.id, from), it.id));
        roots
    }

    fn delivers(&self, root: RootId, namespace: &str) -> bool {
        let namespaces = &self.namespaces[root.0 as usize];
        namespaces.binary_search_by(|it| it.as_str().cmp(namespace)).is_ok()
    }

    fn delivers_anything(&self, root: RootId) -> bool {
        !self.namespaces[root.0 as usize].is_empty()
    }
}

fn unread(what: impl Into<String>) -> Absence {
    Absence::Unknown { reason: Reason::NotInRepository, what: what.into() }
}

fn scope(namespace: &str, roots: &[&Root]) -> String {
    let place = match namespace {
        "" => String::from("outside of namespaces"),
        _ => format!("namespace `{namespace}`"),
    };
    match roots {
        [] | [_] => format!("{place} in `{}`", roots.first().map_or(".", |it| it.path.as_str())),
        [first, others @ ..] => {
            let root = if others.len() == 1 { "root" } else { "roots" };
            format!(
                "{place} in `{}` and {} more {root} of {}",
                first.path,
                others.len(),
                first.environment.as_str()
            )
        }
    }
}

fn is_templated(text: &str) -> bool {
    text.contains("${") || text.contains("{{") || text.contains("$(")
}

fn is_system_namespace(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace.starts_with("openshift-")
}

/// `Secret`, `secrets` and `secrets.v1` name the same kind.
fn is_kind(what: &str, kind: &str) -> bool {
    let what = what.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let kind = kind.to_ascii_lowercase();
    what == kind || what.strip_suffix('s') == Some(&kind) || what.strip_suffix("es") == Some(&kind)
}
