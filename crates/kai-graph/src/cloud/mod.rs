//! What a cloud runs beside workloads: who hears of failures, where packets leave, what keeps
//! messages, who may do what, how a version comes to production. One file for each subject; who names whom is [`Naming`].

mod access;
mod alarm;
mod cache;
mod egress;
mod message_queue;
mod naming;
mod node_group;
mod policy;
mod promotion;
mod schedule;
mod topic;

pub use access::{CloudAccount, CloudGrant, CloudGrants, CloudPower, HeldGrant};
pub use alarm::{Alarm, AlarmMetric, LogMetric, MissingData};
pub use cache::ManagedCache;
pub use egress::{NatGateway, RemoteAccess, RouteTable, Subnet, SubnetRoute};
pub use message_queue::{DeadLetters, MessageQueue};
pub use naming::{Naming, ResourceRef, UnreadModule};
pub use node_group::{ClusterApi, NodeGroup};
pub use policy::{Condition, Policy, Statement};
pub use promotion::{Asks, BuildTrigger, DeliveryTarget, Promotion, Stage};
pub use schedule::{ScheduledCall, Timetable};
pub use topic::{EncryptionKey, Publication, Subscription, Topic, TopicPolicy};
