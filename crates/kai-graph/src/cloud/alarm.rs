//! Alarms that a cloud raises over its metrics.

use kai_core::{Known, OriginId, SmolStr};

use super::{Naming, Subscription};
use crate::{Component, Facts, Of, System};

/// A threshold over metrics, and who is told.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// What the cloud calls it.
    pub cloud_name: Known<SmolStr>,
    pub metrics: Vec<AlarmMetric>,
    /// What it looks at beside the dimensions of its metrics, each with the label of a filter under which
    /// it stands: empty for a scope, and for a whole filter that is put together from things.
    pub watched: Vec<(SmolStr, Naming)>,
    /// What is compared and with what, as one text; the same for alarms that differ in nothing else.
    pub condition: SmolStr,
    /// Who is told when it fires; empty where nobody is.
    pub actions: Known<Vec<Naming>>,
    /// What it makes of a metric that says nothing.
    pub missing: Known<MissingData>,
}

/// Series that an alarm looks at.
#[derive(Debug, Clone)]
pub struct AlarmMetric {
    pub namespace: Naming,
    pub name: Naming,
    /// Sorted by key.
    pub dimensions: Vec<(SmolStr, Naming)>,
    pub origin: OriginId,
}

/// What silence means to an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingData {
    /// It fires.
    Breaching,
    /// All is well.
    NotBreaching,
    /// Nothing changes.
    Ignored,
    /// It is in a state of its own, which may tell somebody.
    Insufficient,
}

/// Lines of a log that are counted as a metric.
#[derive(Debug, Clone)]
pub struct LogMetric {
    pub group: Naming,
    pub pattern: Known<SmolStr>,
}

/// Where alarms go, and how it tells people: a channel of Google, a group of Azure.
#[derive(Debug, Clone)]
pub struct AlarmChannel {
    /// `email`, `pagerduty`, `webhook`; each once.
    pub ways: Vec<SmolStr>,
}

/// The dimensions of metrics that hold the name of a thing, and the types of such things (Amazon
/// CloudWatch User Guide, "AWS services that publish CloudWatch metrics"; Cloud Monitoring, "Monitored
/// resource types").
const DIMENSIONS: &[(&str, &[&str])] = &[
    ("BucketName", &["aws_s3_bucket"]),
    ("CacheClusterId", &["aws_elasticache_cluster"]),
    ("ClusterName", &["aws_eks_cluster"]),
    ("Cluster Name", &["aws_msk_cluster"]),
    ("DBClusterIdentifier", &["aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster"]),
    ("DBInstanceIdentifier", &["aws_db_instance"]),
    ("DomainName", &["aws_elasticsearch_domain", "aws_opensearch_domain"]),
    ("FunctionName", &["aws_lambda_function"]),
    ("QueueName", &["aws_sqs_queue"]),
    ("ReplicationGroupId", &["aws_elasticache_replication_group"]),
    ("ServiceName", &["aws_ecs_service"]),
    ("StreamName", &["aws_kinesis_stream"]),
    ("TableName", &["aws_dynamodb_table"]),
    ("TopicName", &["aws_sns_topic"]),
    ("bucket_name", &["google_storage_bucket"]),
    ("cluster_name", &["google_container_cluster"]),
    ("database_id", &["google_sql_database_instance"]),
];

impl System {
    pub fn alarms(&self) -> impl Iterator<Item = Of<'_, Alarm>> {
        self.components().iter().filter_map(|component| match &component.facts {
            Facts::Alarm(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        })
    }

    /// The alarms of its environment that look at a component: by a reference, or by the name that the
    /// cloud has for it.
    pub fn alarms_on<'a>(
        &'a self,
        component: &'a Component,
    ) -> impl Iterator<Item = Of<'a, Alarm>> {
        let environment = self.environment(component);
        let is_near = move |it: &Of<'_, Alarm>| self.environment(it.component) == environment;
        self.alarms().filter(is_near).filter(move |it| self.looks_at(*it, component))
    }

    fn looks_at(&self, alarm: Of<'_, Alarm>, component: &Component) -> bool {
        let root = alarm.component.root;
        let is_meant = |naming: &Naming| {
            let mut named = naming.resources.iter();
            named.any(|to| self.referred(to, root).is_some_and(|it| it.id == component.id))
        };
        let cloud_name = component.facts.cloud_name().and_then(Known::value);
        let is_called = |text: &Option<SmolStr>| text.is_some() && text.as_ref() == cloud_name;
        let dimensions = alarm.facts.metrics.iter().flat_map(|it| &it.dimensions);
        dimensions.chain(&alarm.facts.watched).any(|(key, naming)| {
            let kinds = DIMENSIONS.iter().find(|it| it.0 == key).map_or(&[][..], |it| it.1);
            is_meant(naming)
                || kinds.contains(&component.native_kind.as_str()) && is_called(&naming.text)
        })
    }

    /// Who subscribes to a topic, in its environment.
    pub fn subscriptions_to<'a>(
        &'a self,
        topic: &'a Component,
    ) -> impl Iterator<Item = Of<'a, Subscription>> {
        let environment = self.environment(topic);
        self.components().iter().filter_map(move |component| match &component.facts {
            Facts::Subscription(facts) if self.environment(component) == environment => {
                let named = self.named_by(&facts.topic, component.root);
                let is_it = named.is_some_and(|it| it.id == topic.id);
                is_it.then_some(Of { component, facts: &**facts })
            }
            _ => None,
        })
    }
}
