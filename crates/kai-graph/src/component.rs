//! A vertex of the graph.

use kai_core::{ComponentId, Known, OriginId, RootId, SmolStr};

use crate::{
    Alarm, AlarmChannel, AlertRules, Alertmanager, Analysis, ApiService, Autoscaler, Backup,
    BackupPlan, BackupVault, Balancer, Binding, Bucket, BuildTrigger, Canary, Claim, CloudAccount,
    CloudGrants, CloudProgram, CloudRole, ClusterApi, Configuration, Datastore, DeadLetters,
    DeliveryTarget, DiskCluster, DisruptionBudget, DnsRecord, DnsZone, EncryptionKey, EntryPoint,
    EntryPointKind, FailoverRecord, Firewall, FixedAnswer, Handover, Identity, ImageBuild,
    ImagePolicy, ImageUpdate, Installation, LimitRange, LogGroup, LogMetric, Machine,
    MachineAccess, ManagedBroker, ManagedCache, ManagedCluster, ManagedDatabase, MessageQueue,
    NatGateway, NetworkPath, NetworkPolicy, NodeGroup, Notifications, PersistentVolume, Pipeline,
    PriorityClass, Project, Prometheus, Promotion, Publication, Quota, Reconciliation,
    RemoteAccess, Role, RouteTable, ScanReport, ScheduledCall, Scrape, SecretFacts, SecretProvider,
    SecretShelf, StateStore, StorageClass, Subnet, SubnetRoute, Subscription, TagPolicy, Timetable,
    TlsFloor, Topic, TopicPolicy, TrafficPolicy, UnreadModule, VerticalAutoscaler, Webhook,
    Workload, ZonedNetwork,
};

/// Sorted by key.
pub type Labels = Vec<(SmolStr, SmolStr)>;

/// One thing that can break, or that controls what happens when something breaks.
#[derive(Debug, Clone)]
pub struct Component {
    /// Its index in [`crate::System::components`].
    pub id: ComponentId,
    pub kind: ComponentKind,
    /// As its source calls it: `Deployment`, `service`.
    pub native_kind: SmolStr,
    /// `apps/v1`; empty where the source has no versions.
    pub api_version: SmolStr,
    /// Kubernetes namespace (the written one, else `default` for namespaced kinds), Compose
    /// project, or empty for what has cluster scope.
    pub namespace: SmolStr,
    pub name: SmolStr,
    pub labels: Labels,
    pub annotations: Labels,
    /// Where a further annotation is written: the mapping of those that it has, else its `metadata`; none where the
    /// source has no annotations.
    pub annotated: OriginId,
    pub root: RootId,
    /// The value that names the object (`metadata.name`, a service's key).
    pub origin: OriginId,
    pub facts: Facts,
    /// What a controller makes from it, if anything.
    pub makes: Option<Box<Makes>>,
}

/// Objects that nobody writes because a controller makes them from a component.
#[derive(Debug, Clone, Default)]
pub struct Makes {
    /// Those whose kind and name are known: the Secret of an ExternalSecret.
    pub named: Vec<(SmolStr, SmolStr)>,
    /// Kinds of those whose names cannot be told; `*` for any kind.
    pub kinds: Vec<SmolStr>,
    /// Where they are, if not in the component's own namespace.
    pub namespace: Option<SmolStr>,
}

/// What a component is, in words that no source owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    Workload,
    Datastore,
    Queue,
    Cache,
    EntryPoint,
    NetworkPath,
    Identity,
    Secret,
    Configuration,
    Volume,
    Backup,
    /// Something that limits or steers others: a budget, an autoscaler, a quota, a policy, a webhook.
    Control,
    /// A machine, a zone, a region.
    FailureDomain,
    /// Somebody else's system, known only by its address.
    ExternalSystem,
    /// A kind that Kai does not know; visible, and nothing is claimed of it.
    Opaque,
}

/// What is known of a component, by what it is.
#[derive(Debug, Clone)]
pub enum Facts {
    /// Anything with containers. A Deployment that runs PostgreSQL has kind `Datastore` and these facts.
    Workload(Box<Workload>),
    /// A datastore, queue or cache that an operator or provider runs (CloudNativePG, Strimzi).
    Datastore(Box<Datastore>),
    NetworkPath(Box<NetworkPath>),
    /// A route. Users come in through it where the component's kind is `EntryPoint`; one that only
    /// steers traffic inside (a VirtualService of the mesh alone) has kind `NetworkPath`.
    EntryPoint(Box<EntryPoint>),
    DisruptionBudget(Box<DisruptionBudget>),
    Autoscaler(Box<Autoscaler>),
    VerticalAutoscaler(Box<VerticalAutoscaler>),
    NetworkPolicy(Box<NetworkPolicy>),
    Claim(Box<Claim>),
    PersistentVolume(Box<PersistentVolume>),
    StorageClass(Box<StorageClass>),
    MachineAccess(Box<MachineAccess>),
    DiskCluster(Box<DiskCluster>),
    Configuration(Box<Configuration>),
    Secret(Box<SecretFacts>),
    SecretProvider(Box<SecretProvider>),
    /// An object that says where entries of secrets are; none where that is no store of a cloud.
    SecretStore(Option<SecretShelf>),
    Identity(Box<Identity>),
    Role(Box<Role>),
    Binding(Box<Binding>),
    Webhook(Box<Webhook>),
    Backup(Box<Backup>),
    Machine(Box<Machine>),
    Quota(Box<Quota>),
    LimitRange(Box<LimitRange>),
    PriorityClass(Box<PriorityClass>),
    Reconciliation(Box<Reconciliation>),
    TrafficPolicy(Box<TrafficPolicy>),
    ApiService(Box<ApiService>),
    Project(Box<Project>),
    Analysis(Box<Analysis>),
    Canary(Box<Canary>),
    AlertRules(Box<AlertRules>),
    Notifications(Box<Notifications>),
    Prometheus(Box<Prometheus>),
    Alertmanager(Box<Alertmanager>),
    Scrape(Box<Scrape>),
    Installation(Box<Installation>),
    Pipeline(Box<Pipeline>),
    ImageBuild(Box<ImageBuild>),
    ScanReport(Box<ScanReport>),
    ImagePolicy(Box<ImagePolicy>),
    TagPolicy(Box<TagPolicy>),
    ImageUpdate(Box<ImageUpdate>),
    /// A database that a cloud runs.
    ManagedDatabase(Box<ManagedDatabase>),
    /// A Kubernetes cluster that a cloud runs.
    ManagedCluster(Box<ManagedCluster>),
    TlsFloor(Box<TlsFloor>),
    CloudAccount(Box<CloudAccount>),
    CloudGrants(Box<CloudGrants>),
    BuildTrigger(Box<BuildTrigger>),
    Promotion(Box<Promotion>),
    DeliveryTarget(Box<DeliveryTarget>),
    Alarm(Box<Alarm>),
    AlarmChannel(Box<AlarmChannel>),
    LogMetric(Box<LogMetric>),
    Balancer(Box<Balancer>),
    ManagedBroker(Box<ManagedBroker>),
    ManagedCache(Box<ManagedCache>),
    NatGateway(Box<NatGateway>),
    RemoteAccess(Box<RemoteAccess>),
    RouteTable(Box<RouteTable>),
    Subnet(Box<Subnet>),
    SubnetRoute(Box<SubnetRoute>),
    DeadLetters(Box<DeadLetters>),
    MessageQueue(Box<MessageQueue>),
    ClusterApi(Box<ClusterApi>),
    NodeGroup(Box<NodeGroup>),
    ScheduledCall(Box<ScheduledCall>),
    Timetable(Box<Timetable>),
    EncryptionKey(Box<EncryptionKey>),
    DnsRecord(Box<DnsRecord>),
    DnsZone(Box<DnsZone>),
    FailoverRecord(Box<FailoverRecord>),
    FixedAnswer(Box<FixedAnswer>),
    Publication(Box<Publication>),
    Subscription(Box<Subscription>),
    Topic(Box<Topic>),
    TopicPolicy(Box<TopicPolicy>),
    Bucket(Box<Bucket>),
    CloudProgram(Box<CloudProgram>),
    CloudRole(Box<CloudRole>),
    Firewall(Box<Firewall>),
    Handover(Box<Handover>),
    LogGroup(Box<LogGroup>),
    StateStore(Box<StateStore>),
    BackupPlan(Box<BackupPlan>),
    BackupVault(Box<BackupVault>),
    ZonedNetwork(Box<ZonedNetwork>),
    UnreadModule(Box<UnreadModule>),
    /// Named and nothing more (a Namespace, an external host, a kind that Kai does not know).
    Named,
}

/// One kind of facts together with the component that has them: what a rule looks at.
#[derive(Debug)]
pub struct Of<'a, T> {
    pub component: &'a Component,
    pub facts: &'a T,
}

impl<T> Clone for Of<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Of<'_, T> {}

impl<T> std::ops::Deref for Of<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.facts
    }
}

impl Facts {
    /// What the cloud calls it, where it calls it by a name of its own.
    #[must_use]
    pub fn cloud_name(&self) -> Option<&Known<SmolStr>> {
        Some(match self {
            Self::Alarm(it) => &it.cloud_name,
            Self::Bucket(it) => &it.cloud_name,
            Self::CloudAccount(it) => &it.cloud_name,
            Self::CloudProgram(it) => &it.cloud_name,
            Self::CloudRole(it) => &it.cloud_name,
            Self::ClusterApi(it) => &it.cloud_name,
            Self::DnsRecord(it) => &it.cloud_name,
            Self::LogGroup(it) => &it.cloud_name,
            Self::ManagedBroker(it) => &it.cloud_name,
            Self::ManagedCache(it) => &it.cloud_name,
            Self::ManagedCluster(it) => &it.cloud_name,
            Self::ManagedDatabase(it) => &it.cloud_name,
            Self::MessageQueue(it) => &it.cloud_name,
            Self::NodeGroup(it) => &it.cloud_name,
            Self::Timetable(it) => &it.cloud_name,
            Self::Topic(it) => &it.cloud_name,
            _ => return None,
        })
    }
}

impl ComponentKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Datastore => "datastore",
            Self::Queue => "queue",
            Self::Cache => "cache",
            Self::EntryPoint => "entry point",
            Self::NetworkPath => "network path",
            Self::Identity => "identity",
            Self::Secret => "secret",
            Self::Configuration => "configuration",
            Self::Volume => "volume",
            Self::Backup => "backup",
            Self::Control => "control",
            Self::FailureDomain => "failure domain",
            Self::ExternalSystem => "external system",
            Self::Opaque => "opaque",
        }
    }
}

impl Component {
    /// A component of which only its name is known. Its id is set when all components of the run
    /// are put together.
    #[must_use]
    pub fn named(
        kind: ComponentKind,
        native_kind: impl Into<SmolStr>,
        name: impl Into<SmolStr>,
        root: RootId,
        origin: OriginId,
    ) -> Self {
        Self {
            id: ComponentId(0),
            kind,
            native_kind: native_kind.into(),
            api_version: SmolStr::default(),
            namespace: SmolStr::default(),
            name: name.into(),
            labels: Labels::new(),
            annotations: Labels::new(),
            annotated: OriginId::NONE,
            root,
            origin,
            facts: Facts::Named,
            makes: None,
        }
    }

    /// True for what an object is besides its first component: the way in that a Service of type
    /// LoadBalancer is besides being a path, the routes of Alertmanager in a Secret or ConfigMap.
    #[must_use]
    pub fn is_second_face(&self) -> bool {
        match &self.facts {
            Facts::EntryPoint(it) => it.kind == EntryPointKind::LoadBalancer,
            Facts::Notifications(_) | Facts::AlertRules(_) | Facts::Prometheus(_) => {
                matches!(self.native_kind.as_str(), "Secret" | "ConfigMap")
            }
            _ => false,
        }
    }

    /// What keeps Argo CD, Flux or Helm from deleting it once it is not in the source any more, as it is written;
    /// `Delete=false` does not, it holds only where the application itself is deleted.
    #[must_use]
    pub fn prune_exemption(&self) -> Option<&'static str> {
        const FLUX: [(&str, &str); 2] = [
            ("kustomize.toolkit.fluxcd.io/prune", "kustomize.toolkit.fluxcd.io/prune: disabled"),
            (
                "kustomize.toolkit.fluxcd.io/reconcile",
                "kustomize.toolkit.fluxcd.io/reconcile: disabled",
            ),
        ];
        let is_disabled =
            |key: &str| self.annotation(key).or_else(|| self.label_value(key)) == Some("disabled");
        let by_flux = FLUX.iter().find(|it| is_disabled(it.0)).map(|it| it.1);
        let options = self.annotation("argocd.argoproj.io/sync-options").unwrap_or_default();
        let has = |wanted: &str| options.split(',').any(|it| it.trim() == wanted);
        by_flux
            .or_else(|| {
                has("Prune=false").then_some("argocd.argoproj.io/sync-options: Prune=false")
            })
            .or_else(|| {
                has("Prune=confirm").then_some("argocd.argoproj.io/sync-options: Prune=confirm")
            })
            .or_else(|| {
                let is_kept = self.annotation("helm.sh/resource-policy") == Some("keep");
                is_kept.then_some("helm.sh/resource-policy: keep")
            })
    }

    /// The API's group: `apps` of `apps/v1`, empty for the core group.
    #[must_use]
    pub fn api_group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// As people name it: `Deployment/ledger`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}/{}", self.native_kind, self.name)
    }

    /// True where a reference by this kind, namespace and name means it, or what is made from it.
    #[must_use]
    pub fn answers_to(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let is_own = self.native_kind == kind && self.namespace == namespace && self.name == name;
        is_own
            || self.makes.as_ref().is_some_and(|it| {
                it.namespace.as_ref().unwrap_or(&self.namespace) == namespace
                    && it.named.iter().any(|(made, its)| made == kind && its == name)
            })
    }

    /// True where its controller may make an object of this kind in the namespace, under a name
    /// that cannot be told.
    #[must_use]
    pub fn may_make(&self, kind: &str, namespace: &str) -> bool {
        self.makes.as_ref().is_some_and(|makes| {
            let place = makes.namespace.as_ref().unwrap_or(&self.namespace);
            (place.is_empty() || place == namespace)
                && makes.kinds.iter().any(|it| it == "*" || it == kind)
        })
    }

    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        find(&self.annotations, key)
    }

    #[must_use]
    pub fn label_value(&self, key: &str) -> Option<&str> {
        find(&self.labels, key)
    }

    #[must_use]
    pub fn workload(&self) -> Option<Of<'_, Workload>> {
        if let Facts::Workload(facts) = &self.facts {
            Some(Of { component: self, facts })
        } else {
            None
        }
    }
}

fn find<'a>(labels: &'a Labels, key: &str) -> Option<&'a str> {
    labels.binary_search_by(|(it, _)| it.as_str().cmp(key)).ok().map(|at| labels[at].1.as_str())
}
