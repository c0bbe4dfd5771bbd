//! The system as one graph: components, dependencies, failure domains, controls and journeys.
//!
//! The vocabulary is neutral: Kubernetes objects and Compose services lower into the same facets,
//! and rules see nothing else. What must always hold: a component's id is its index; every fact
//! carries its origin or the reason why it is not known; queries answer in the order of ids.
//!
//! Start with [`System`], then [`Component`] and its [`Facts`]. Its questions stand in one file each:
//! by name (`resolve`), who selects whom (`selection`), where state lives (`custody`), what a failure
//! reaches (`reach`), who may do what (`grant`), whether something is really missing (`absence`).

mod absence;
mod access;
mod alert;
mod analysis;
mod batch;
mod budget;
mod by_component;
mod cloud;
mod component;
mod configuration;
mod container;
mod custody;
mod delivery;
mod dependency;
mod entry_point;
mod grant;
mod growth;
mod image_build;
mod image_name;
mod image_policy;
mod image_update;
mod index;
mod installation;
mod journey;
mod machine_access;
mod managed;
mod matcher;
mod monitoring;
mod nearness;
mod network;
mod notification;
mod periods;
mod pipeline;
mod placement;
mod power;
mod project;
mod quantity;
mod quota;
mod reach;
mod reconciliation;
mod resolve;
mod scan;
mod schedule;
mod selection;
mod selector;
mod shapes;
mod storage;
mod sync_window;
mod system;
mod traffic;
mod workload;

pub use access::{ApiService, Binding, Hook, Identity, Role, RoleRule, Subject, Webhook};
pub use alert::{AlertRule, AlertRules, Watch, alert_rules, given_labels};
pub use analysis::{Analysis, Canary, Measurement};
pub use batch::Batch;
pub use budget::{
    Autoscaler, DisruptionBudget, IntOrPercent, Metric, MetricKind, ObjectRef, VerticalAutoscaler,
};
pub use by_component::ByComponent;
pub use cloud::{
    Alarm, AlarmChannel, AlarmMetric, Asks, BackupPlan, BackupRule, BackupVault, Balancer,
    BalancerTarget, Bucket, BuildTrigger, CloudAccount, CloudGrant, CloudGrants, CloudPower,
    CloudProgram, CloudRole, ClusterApi, ClusterCopy, CommittedState, Condition, DeadLetters,
    DeliveryTarget, DnsRecord, DnsZone, Egress, EncryptionKey, FailoverRecord, Firewall,
    FixedAnswer, GivenAddress, GivenPolicy, Guarded, HandedOver, Handover, HealthProbe, HeldGrant,
    LentTo, LogGroup, LogMetric, ManagedBroker, ManagedCache, MessageQueue, MissingData,
    NameService, Naming, NatGateway, NodeGroup, Opening, Openness, Policy, ProgramImage, Promotion,
    Publication, RemoteAccess, ResourceRef, RouteTable, ScheduledCall, SecretShelf, ServiceSize,
    SharedRead, Stage, StateStore, Statement, Subnet, SubnetRoute, Subscription, Timetable, Topic,
    TopicPolicy, UnreadModule, VaultEvents, VaultGuard, VaultRef, VaultSpread, ZonedNetwork,
    fits_pattern, is_cloud_identity_of,
};
pub use component::{Component, ComponentKind, Facts, Labels, Makes, Of};
pub use configuration::{
    Configuration, EntryStore, Likeness, Material, MaterialKind, SecretFacts, SecretProvider,
    Setting, TakenEntry,
};
pub use container::{
    Container, EnvSource, EnvVar, Image, Port, PortRef, PreStop, Probe, ProbeHandler, Resources,
    Security,
};
pub use custody::ClaimUse;
pub use dependency::{Dependency, DependencyKind, Strength};
pub use entry_point::{Backend, EntryPoint, EntryPointKind};
pub use grant::Grant;
pub use image_build::{GivingWay, ImageBuild, ShellStart, may_change_user};
pub use image_name::{HOLE, ImageName};
pub use image_policy::{ImageDemand, ImagePolicy, PolicyAuthor, PolicyReach};
pub use image_update::{ImageUpdate, TagChoice, TagPolicy};
pub use installation::{Installation, LostValue, StrayDefault, StrayValue};
pub use journey::{Journey, Need};
pub use machine_access::MachineAccess;
pub use managed::{Channel, Cloud, ManagedCluster, ManagedDatabase, TlsFloor, TlsVersion};
pub use matcher::{LabelSet, MatchOperator, Matcher};
pub use monitoring::{Alertmanager, Prometheus, RuleChoice, Run, Scrape, ScrapeNamespaces};
pub use nearness::Nearness;
pub use network::{
    NetworkPath, NetworkPolicy, PathKind, PolicyFlavor, PolicyPeer, PolicyRule, ServicePort,
};
pub use notification::{
    Delivery, GROUP_WAIT, Integration, LostOperator, Notifications, Receiver, Route, Urgency,
};
pub use periods::{Periods, is_zone};
pub use pipeline::{
    Act, ActKind, ActTarget, Action, BuildService, BuiltImage, Event, Job, Pipeline, Places, Step,
    StepScript, Trigger,
};
pub use placement::{AffinityTerm, Placement, SpreadConstraint, Toleration, WhenUnsatisfiable};
pub use power::Power;
pub use project::{Destination, NoProject, Project};
pub use quantity::{Bytes, Millicores, duration, iso_duration};
pub use quota::{LimitRange, PriorityClass, Quota};
pub use reconciliation::{
    Console, Ignored, MadeApplication, Reconciler, Reconciliation, RevisionKind, SetText,
    StackValues, Upstream,
};
pub use scan::{ScanReport, ScannedImage, Severity, Vulnerability};
pub use schedule::{Dialect, Schedule};
pub use selection::selects;
pub use selector::{Expression, Operator, Selector};
pub use storage::{
    Backup, BackupScope, Claim, ClaimTemplate, DiskCluster, Mount, PersistentVolume, StorageClass,
    Volume, VolumeSource,
};
pub use sync_window::{Delivered, SyncWindow, WindowKind};
pub use system::{Absence, Solid, System};
pub use traffic::{Subset, TrafficPolicy};
pub use workload::{
    Controller, Datastore, Engine, EngineRole, Judged, Machine, Pod, Rollout, Strategy, Wait,
    WaitCondition, Workload,
};

#[cfg(test)]
mod tests;
