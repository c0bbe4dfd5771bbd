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
        match self.delivering(from.root, namespace) {
            Some((nearest, count)) => {
                Absence::Certain { scope: scope(namespace, self.root(nearest), count - 1) }
            }
            None => unread(format!("nothing that was read delivers into namespace `{namespace}`")),
        }
    }

    /// Something that a root leaves unread and that could hold an object of this kind there.
    fn gap_hiding(&self, from: RootId, kind: &str, namespace: &str) -> Option<&Gap> {
        let around = self.deliveries.around(self.root(from));
        let others = around.into_iter().flat_map(|it| it.unread(namespace));
        let roots = std::iter::once(from).chain(others.filter(|it| *it != from));
        roots.flat_map(|it| &self.root(it).gaps).find(|it| match it.kind {
            GapKind::NotCollected => is_kind(&it.what, kind),
            _ => true,
        })
    }

    /// Something near whose controller may make an object of this kind in the namespace.
    fn maker_of(&self, from: RootId, kind: &str, namespace: &str) -> Option<&Component> {
        let is_near = |it: &&Component| self.nearness(it.root, from) < Nearness::Apart;
        let may_make = |it: &&Component| it.may_make(kind, namespace);
        let scope = self.widest(from, Nearness::Shared);
        let first = |place: &str| {
            let makers = ["*", kind].into_iter().filter_map(|it| {
                let makers = self.index.makers(scope, it, place).map(|it| self.component(it));
                makers.filter(is_near).find(may_make)
            });
            makers.min_by_key(|it| it.id)
        };
        first("").or_else(|| first(namespace))
    }

    /// The nearest of the roots that put something into the namespace, and how many there are.
    fn delivering(&self, from: RootId, namespace: &str) -> Option<(RootId, usize)> {
        let roots = match self.deliveries.around(self.root(from)) {
            Some(around) => around.delivering(namespace),
            None => &[],
        };
        if namespace.is_empty() || self.delivers(from, namespace) {
            return Some((from, roots.len().max(1)));
        }
        let nearest = roots.iter().min_by_key(|it| (self.nearness(**it, from), **it))?;
        Some((*nearest, roots.len()))
    }

    fn delivers(&self, root: RootId, namespace: &str) -> bool {
        let namespaces = &self.namespaces[root.0 as usize];
        namespaces.binary_search_by(|it| it.as_str().cmp(namespace)).is_ok()
    }
}

fn unread(what: impl Into<String>) -> Absence {
    Absence::Unknown { reason: Reason::NotInRepository, what: what.into() }
}

fn scope(namespace: &str, nearest: &Root, other_count: usize) -> String {
    let place = match namespace {
        "" => String::from("outside of namespaces"),
        _ => format!("namespace `{namespace}`"),
    };
    let roots = match other_count {
        0 => return format!("{place} in `{}`", nearest.path),
        1 => "root",
        _ => "roots",
    };
    let environment = nearest.environment.as_str();
    format!("{place} in `{}` and {other_count} more {roots} of {environment}", nearest.path)
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
