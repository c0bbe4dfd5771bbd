//! Resources of Amazon's cloud. One file for each subject; the table here says which type is what.

mod alarm;
mod answer;
mod backup;
mod backup_selection;
mod balancer;
mod broker;
mod bucket;
mod cache;
mod dns;
mod egress;
mod log_group;
mod node_group;
mod policy;
mod program;
mod queue;
mod role;
mod schedule;
mod topic;

pub(super) use bucket::{companies, named_readers};

use kai_core::Origins;
use kai_graph::{ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::database;
use super::program::program as of_template;

/// What a resource is to the graph; none for what changes nothing of what is said. All instances of
/// the root stand beside it, for what is written apart.
pub(super) fn of_resource(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    match instance.ty.as_str() {
        "aws_db_instance" => database::amazon(instance, all, origins),
        "aws_rds_cluster" | "aws_docdb_cluster" | "aws_neptune_cluster" => {
            database::amazon(instance, all, origins)
        }
        "aws_dynamodb_table" => database::table(instance, origins),
        "aws_opensearch_domain" | "aws_elasticsearch_domain" => {
            Some(database::search(instance, origins))
        }
        "aws_s3_bucket" => Some(bucket::bucket(instance, all, origins)),
        "aws_iam_role" => Some(role::role(instance, all)),
        "aws_cloudwatch_log_group" => Some(log_group::log_group(instance, origins)),
        "aws_lambda_function" => Some(program::function(instance, all)),
        "aws_ecs_service" => Some(program::service(instance, all, origins)),
        "aws_backup_plan" => Some(backup::plan(instance, all)),
        "aws_backup_vault" => Some(backup::vault(instance, all)),
        "aws_backup_selection" | "aws_db_instance_automated_backups_replication" => {
            Some((ComponentKind::Backup, Facts::Named))
        }
        "aws_backup_vault_lock_configuration" => Some((ComponentKind::Control, Facts::Named)),
        "aws_cloudwatch_metric_alarm" => Some(alarm::alarm(instance, all, origins)),
        "aws_cloudwatch_log_metric_filter" => alarm::log_metric(instance),
        "aws_sns_topic" => Some(topic::topic(instance, all)),
        "aws_sns_topic_policy" => topic::policy(instance, all),
        "aws_sns_topic_subscription" => topic::subscription(instance),
        "aws_kms_key" => Some(topic::key(instance, all)),
        "aws_db_event_subscription"
        | "aws_cloudwatch_event_target"
        | "aws_backup_vault_notifications"
        | "aws_budgets_budget"
        | "aws_s3_bucket_notification" => {
            topic::publication(instance, all).or_else(|| schedule::call(instance))
        }
        "aws_cloudwatch_event_rule" => Some(schedule::timetable(instance)),
        "aws_sqs_queue" => Some(queue::queue(instance)),
        "aws_sqs_queue_redrive_policy" => queue::dead_letters(instance),
        "aws_elasticache_replication_group" | "aws_elasticache_cluster" => {
            Some(cache::cache(instance, origins))
        }
        "aws_route53_zone" => Some(dns::zone(instance)),
        "aws_route53_record" => Some(dns::record(instance, all, origins)),
        "aws_subnet" => Some(egress::subnet(instance)),
        "aws_nat_gateway" => egress::nat_gateway(instance),
        "aws_route_table" => Some(egress::route_table(instance, all)),
        "aws_route_table_association" => egress::subnet_route(instance),
        "aws_ec2_client_vpn_network_association" => egress::association(instance),
        "aws_lb" | "aws_alb" => Some(balancer::balancer(instance, all)),
        "aws_elb" => Some(balancer::classic(instance, all)),
        "aws_cloudfront_distribution" => Some(balancer::distribution(instance)),
        "aws_msk_cluster" => Some(broker::kafka(instance)),
        "aws_mq_broker" => Some(broker::queues(instance, origins)),
        "aws_kinesis_stream" => Some((ComponentKind::Queue, Facts::Named)),
        "aws_ebs_volume"
        | "aws_efs_file_system"
        | "aws_memorydb_cluster"
        | "aws_redshift_cluster" => Some((ComponentKind::Datastore, Facts::Named)),
        "aws_instance" => Some((ComponentKind::FailureDomain, Facts::Named)),
        "aws_apprunner_service" => Some(of_template(instance, &["source_configuration"], all)),
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => answer::answer(instance),
        "aws_eks_node_group" => Some(node_group::node_group(instance, all)),
        "aws_eks_cluster" => Some(node_group::api(instance, origins)),
        _ => None,
    }
}

/// What a call of a module that is not here is, by what it is given.
pub(super) fn of_call(call: &Instance, origins: &Origins) -> Option<(ComponentKind, Facts)> {
    egress::client_vpn(call).or_else(|| egress::network(call, origins))
}
