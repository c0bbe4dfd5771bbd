//! What a cloud runs beside workloads: who hears of failures, where packets leave, what keeps
//! messages, who may do what, how a version comes to production. One file for each subject; who names whom is [`Naming`].

mod access;
mod alarm;
mod answer;
mod backup_plan;
mod balancer;
mod broker;
mod bucket;
mod cache;
mod dns;
mod egress;
mod firewall;
mod handover;
mod log_group;
mod message_queue;
mod naming;
mod node_group;
mod policy;
mod program;
mod promotion;
mod role;
mod schedule;
mod state_store;
mod topic;

pub use access::{CloudAccount, CloudGrant, CloudGrants, CloudPower, HeldGrant, LentTo};
pub use alarm::{Alarm, AlarmChannel, AlarmMetric, LogMetric, MissingData};
pub use answer::FixedAnswer;
pub use backup_plan::{
    BackupPlan, BackupRule, BackupVault, ClusterCopy, VaultGuard, VaultRef, VaultSpread,
};
pub use balancer::{Balancer, BalancerTarget};
pub use broker::ManagedBroker;
pub use bucket::{Bucket, Openness, SharedRead};
pub use cache::ManagedCache;
pub use dns::{DnsRecord, DnsZone, FailoverRecord, HealthProbe, NameService};
pub use egress::{Egress, NatGateway, RemoteAccess, RouteTable, Subnet, SubnetRoute, ZonedNetwork};
pub use firewall::{Firewall, Guarded, Opening};
pub use handover::{HandedOver, Handover, SecretShelf};
pub use log_group::LogGroup;
pub use message_queue::{DeadLetters, MessageQueue};
pub use naming::{Naming, ResourceRef, UnreadModule};
pub use node_group::{ClusterApi, NodeGroup};
pub use policy::{Condition, Policy, Statement, fits_pattern};
pub use program::{CloudProgram, GivenAddress, ProgramImage, ServiceSize};
pub use promotion::{Asks, BuildTrigger, DeliveryTarget, Promotion, Stage};
pub use role::{CloudRole, GivenPolicy, is_cloud_identity_of};
pub use schedule::{ScheduledCall, Timetable};
pub use state_store::{CommittedState, StateStore};
pub use topic::{EncryptionKey, Publication, Subscription, Topic, TopicPolicy, VaultEvents};
