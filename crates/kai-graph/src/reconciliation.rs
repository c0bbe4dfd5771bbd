//! Orders to a controller to keep something applied: Argo CD's Applications, Flux' Kustomizations and
//! releases.

use kai_core::environment::of_name;
use kai_core::{Environment, Known, OriginId, SmolStr};

use crate::{Component, Delivered, DiskCluster, ObjectRef};

#[derive(Debug, Clone)]
pub struct Reconciliation {
    pub controller: Reconciler,
    /// What windows of its project are held against, where it is an order to Argo CD.
    pub delivered: Option<Delivered>,
    pub sources: Vec<Upstream>,
    /// True where changes of the source are applied without being asked for.
    pub is_automatic: Known<bool>,
    /// Objects that vanish from the source are deleted.
    pub prunes: Known<bool>,
    pub is_suspended: Known<bool>,
    /// True where it counts as ready only when what it applied is ready.
    pub waits: Known<bool>,
    /// What must be ready before it is applied.
    pub needs: Vec<ObjectRef>,
    /// True where objects are deleted and made again instead of changed.
    pub forces: Known<bool>,
    /// True where deleting it deletes what it applied.
    pub cascades: Known<bool>,
    /// What its values say of alerting, where its chart is kube-prometheus-stack.
    pub alerting: Option<StackValues>,
    /// Accounts as which pods of its chart act, as its values name them.
    pub accounts: Vec<ObjectRef>,
    /// Secrets that pods of its chart mount, as its values name them.
    pub secrets: Vec<SmolStr>,
    /// The repository or organisation whose jobs its pods run, where its chart is a runner's.
    pub jobs_of: Option<SmolStr>,
    /// A console that its values open without a login and publish.
    pub console: Option<Console>,
    /// What its values say of disks, where its chart is that of a Ceph cluster.
    pub disks: Option<DiskCluster>,
    /// Fields whose differences it does not count, by the kind of their objects.
    pub ignores: Vec<Ignored>,
    /// True where it leaves those fields alone when it applies, too.
    pub respects_ignored: Known<bool>,
    /// The applications that a set makes, as far as is known; none where it is no set.
    pub made: Vec<MadeApplication>,
    /// True where a set syncs the applications that it makes in steps (`RollingSync`).
    pub rolls: Known<bool>,
    /// Where a set is written; none where it is no set.
    pub set: Option<SetText>,
}

/// The mappings of an ApplicationSet that say how its applications are made and called.
#[derive(Debug, Clone)]
pub struct SetText {
    /// Its `spec`.
    pub spec: OriginId,
    /// The `metadata` of its template.
    pub metadata: OriginId,
    /// The `labels` in that, if there are some.
    pub labels: Option<OriginId>,
}

/// An application that a set makes of its template.
#[derive(Debug, Clone)]
pub struct MadeApplication {
    pub name: SmolStr,
    /// The cluster that it delivers to, by its name or its address.
    pub cluster: SmolStr,
    pub namespace: SmolStr,
    /// The folders that it applies.
    pub paths: Vec<SmolStr>,
    /// What may hold it back from what others of the set get: revisions, files of values, versions of images.
    pub pins: Vec<SmolStr>,
    /// True where it is synced without being asked.
    pub is_automatic: bool,
}

impl MadeApplication {
    /// The environment that its names speak of; none where they speak of none.
    #[must_use]
    pub fn environment(&self) -> Option<Environment> {
        let names = [&self.cluster, &self.name, &self.namespace];
        names.into_iter().chain(&self.pins).find_map(|it| of_name(it))
    }
}

impl Reconciliation {
    /// The folders of its sources, and of those of the applications that it makes, as a root calls them.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let own = self.sources.iter().map(|it| &it.path);
        let made = self.made.iter().flat_map(|it| &it.paths);
        let written = own.chain(made).filter(|it| !it.is_empty());
        written.map(|it| it.trim_start_matches("./").trim_matches('/')).map(|it| match it {
            "." => "",
            folder => folder,
        })
    }
}

impl Ignored {
    /// True where it is said of the object. A namespace that is not written may be any.
    #[must_use]
    pub fn concerns(&self, object: &Component) -> bool {
        let group = object.api_version.split_once('/').map_or("", |it| it.0);
        let is_anywhere = self.namespace.is_empty() || object.namespace == "default";
        may_match(&self.group, group)
            && may_match(&self.kind, &object.native_kind)
            && (is_anywhere || self.namespace == object.namespace)
            && (self.name.is_empty() || self.name == object.name)
    }
}

/// A pattern is taken to match.
fn may_match(pattern: &str, text: &str) -> bool {
    pattern == text || pattern.contains(['*', '?', '[', '{'])
}

/// A console that asks nobody who he is, with a route to it.
#[derive(Debug, Clone)]
pub struct Console {
    /// As its users call it: `Grafana`.
    pub name: &'static str,
    /// What everybody may do there: `acts as group flux-admin`.
    pub does: SmolStr,
    /// As whom everybody acts, if that is written.
    pub user: Option<SmolStr>,
    /// Where it is published, if that is written.
    pub host: Option<SmolStr>,
    /// The Gateway through which it is published, if that is written.
    pub gateway: Option<SmolStr>,
    /// The value that leaves the login out.
    pub origin: OriginId,
}

/// Values of the chart kube-prometheus-stack, as far as they decide who is told.
#[derive(Debug, Clone)]
pub struct StackValues {
    /// The AlertmanagerConfig that is the whole configuration of its Alertmanager.
    pub configuration: Option<SmolStr>,
    /// False where its own rules, or its watchdog, are switched off.
    pub brings_rules: bool,
    /// How many of each it runs.
    pub prometheus: Known<u32>,
    pub alertmanager: Known<u32>,
    /// True where neither puts two of its pods on one node.
    pub is_apart: bool,
}

/// A field that a controller is told to overlook.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// Of the objects, or a pattern: `apps`, `*`; empty for the core group.
    pub group: SmolStr,
    /// Of the objects, or a pattern.
    pub kind: SmolStr,
    /// Of the objects; any where it is empty.
    pub namespace: SmolStr,
    /// Of the object; any where it is empty.
    pub name: SmolStr,
    /// A JSON pointer: `/spec/replicas`.
    pub field: SmolStr,
    pub origin: OriginId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reconciler {
    ArgoCd,
    Flux,
}

/// Where what is applied comes from.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The chart's name, if it is one.
    pub chart: Option<SmolStr>,
    pub repository: SmolStr,
    /// The folder in the repository.
    pub path: SmolStr,
    /// A tag, branch, commit or range of versions.
    pub revision: Known<SmolStr>,
    /// Which of them it is, where the order says so.
    pub revision_kind: Option<RevisionKind>,
    /// The object that says where from, where it is one of its own.
    pub object: Option<ObjectRef>,
    pub origin: OriginId,
}

impl Upstream {
    /// True where what is applied changes only with the order: a commit, a tag, one version, or what looks like one.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        match self.revision_kind {
            Some(RevisionKind::Tag | RevisionKind::Content) => true,
            Some(RevisionKind::Branch | RevisionKind::Range) => false,
            None => self.revision.value().is_some_and(|it| is_fixed(it)),
        }
    }
}

/// True for a commit, short or whole, for a tag, and for what looks like one: it begins or ends as versions do.
fn is_fixed(revision: &str) -> bool {
    let is_commit =
        (7..=64).contains(&revision.len()) && revision.bytes().all(|it| it.is_ascii_hexdigit());
    let name = revision.rsplit(['/', '@']).next().unwrap_or_default().trim_start_matches('v');
    let is_range = revision.contains(['*', '^', '~', '>', '<']);
    let begins_as_version = name.starts_with(|it: char| it.is_ascii_digit()) && name.contains('.');
    let ends_as_version = name.ends_with(|it: char| it.is_ascii_digit());
    let is_version = !is_range && (begins_as_version || ends_as_version);
    let is_given_later = revision.contains("{{") || revision.contains("${");
    is_commit || is_version || is_given_later || revision.starts_with("refs/tags/")
}

/// What a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionKind {
    Branch,
    Tag,
    /// Versions, of which the newest is taken.
    Range,
    /// A commit, or the digest of an artefact.
    Content,
}
