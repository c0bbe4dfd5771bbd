//! Alarms of a cloud in answers about how a failure is noticed.

use kai_answer::Reply;

use crate::system::System;

/// The first sentence of what is answered.
fn answered(files: &str, question: &str) -> String {
    match System::of_text(files, "").ask(question) {
        Reply::Answer(answer) => {
            answer.statements().next().expect("an answer says something").text.clone()
        }
        _ => panic!("`{question}` was not answered"),
    }
}

const AMAZON: &str = r#"== production/main.tf
resource "aws_sqs_queue" "dlq" {
  name = "orders-dlq"
}
resource "aws_sns_topic" "page" {
  name = "page"
}
resource "aws_sns_topic_subscription" "pager" {
  topic_arn = aws_sns_topic.page.arn
  protocol  = "https"
  endpoint  = "https://key@events.pager.example/integration/secret/enqueue"
}
resource "aws_cloudwatch_metric_alarm" "dlq" {
  alarm_name    = "dead-letters"
  namespace     = "AWS/SQS"
  metric_name   = "ApproximateNumberOfMessagesVisible"
  dimensions    = { QueueName = "orders-dlq" }
  alarm_actions = [aws_sns_topic.page.arn]
}
"#;

const QUESTION: &str = "how would we know that aws_sqs_queue/dlq is down?";

#[test]
fn an_alarm_is_told_with_its_topic_and_who_listens_there() {
    assert_eq!(
        answered(AMAZON, QUESTION),
        "Alarm `dead-letters` looks at `aws_sqs_queue/dlq`, by `ApproximateNumberOfMessagesVisible`; it tells \
         `aws_sns_topic/page`, which tells `aws_sns_topic_subscription/pager` by https to `events.pager.example`."
    );
}

#[test]
fn what_a_key_keeps_from_the_topic_is_said() {
    let locked = AMAZON
        .replace("name = \"page\"", "name = \"page\"\n  kms_master_key_id = \"alias/aws/sns\"");
    let answer = answered(&locked, QUESTION);
    assert!(
        answer.ends_with("but nothing of it arrives: the key of the topic refuses alarms."),
        "{answer}"
    );
}

#[test]
fn alarms_on_something_else_are_no_alarm_on_it() {
    let other = AMAZON.replace("QueueName = \"orders-dlq\"", "QueueName = \"bills\"");
    assert_eq!(
        answered(&other, QUESTION),
        "The one alarm of the cloud that I read for production is not known to look at `aws_sqs_queue/dlq`, and no alert \
         rule is declared here."
    );
}

#[test]
fn alarms_of_google_and_azure_are_told_with_their_channels() {
    let google = r#"== production/main.tf
resource "google_sql_database_instance" "orders" {
  name             = "orders"
  database_version = "POSTGRES_16"
}
resource "google_monitoring_notification_channel" "pager" {
  type = "pagerduty"
}
resource "google_monitoring_alert_policy" "orders" {
  display_name = "orders"
  combiner     = "OR"
  conditions {
    display_name = "down"
    condition_threshold {
      filter = "metric.type=\"cloudsql.googleapis.com/database/up\" AND resource.label.database_id=\"p:${google_sql_database_instance.orders.name}\""
    }
  }
  notification_channels = [google_monitoring_notification_channel.pager.id]
}
"#;
    let question = "how would we know that google_sql_database_instance/orders is down?";
    assert_eq!(
        answered(google, question),
        "Alarm `google_monitoring_alert_policy/orders` looks at `google_sql_database_instance/orders`; it tells \
         `google_monitoring_notification_channel/pager`, which tells by `pagerduty`."
    );
    let azure = r#"== production/main.tf
resource "azurerm_postgresql_flexible_server" "orders" {
  name = "orders"
}
resource "azurerm_monitor_action_group" "pager" {
  name       = "pager"
  short_name = "pager"
  sms_receiver {
    name         = "on call"
    country_code = "1"
    phone_number = "5550100"
  }
}
resource "azurerm_monitor_metric_alert" "orders" {
  name   = "orders"
  scopes = [azurerm_postgresql_flexible_server.orders.id]
  action {
    action_group_id = azurerm_monitor_action_group.pager.id
  }
}
"#;
    let question = "how would we know that azurerm_postgresql_flexible_server/orders is down?";
    assert_eq!(
        answered(azure, question),
        "Alarm `azurerm_monitor_metric_alert/orders` looks at `azurerm_postgresql_flexible_server/orders`; it tells \
         `azurerm_monitor_action_group/pager`, which tells by `sms`."
    );
}

const ACCOUNT: &str = r#"== production/web.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: shop
  annotations: { eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/uploads" }
== production/main.tf
resource "aws_iam_role" "uploads" {
  name = "uploads"
}
resource "aws_iam_role_policy" "uploads" {
  name   = "objects"
  role   = aws_iam_role.uploads.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "*" }] })
}
"#;

#[test]
fn what_a_service_account_may_do_includes_its_role_in_the_cloud() {
    let question = "what can the service account web do?";
    assert_eq!(
        answered(ACCOUNT, question),
        "`ServiceAccount/web` may do nothing of its own: no binding that I read gives it a role. In the cloud it acts as \
         `aws_iam_role/uploads`."
    );
    let Reply::Answer(answer) = System::of_text(ACCOUNT, "").ask(question) else {
        panic!("it is answered");
    };
    let section = answer.sections.iter().find(|it| it.title == "What it may do in the cloud");
    let policies = section.expect("its role has a policy").statements.iter();
    assert_eq!(
        policies.map(|it| it.text.as_str()).collect::<Vec<_>>(),
        ["`objects` allows `s3:GetObject` and `s3:PutObject` on every resource."]
    );
}

#[test]
fn a_database_of_a_cloud_comes_back_by_its_standby_and_is_tried_under_another_name() {
    let database = r#"== production/main.tf
resource "aws_db_instance" "orders" {
  identifier              = "orders"
  multi_az                = true
  backup_retention_period = 0
  lifecycle {
    ignore_changes = [backup_retention_period]
  }
}
"#;
    let recovered = answered(database, "how do we recover aws_db_instance/orders?");
    assert!(recovered.starts_with("The cloud hands `aws_db_instance/orders` over"), "{recovered}");
    // What is ignored afterwards may have been changed since.
    let copied = answered(database, "is aws_db_instance/orders backed up?");
    assert!(copied.starts_with("Not that I can see"), "{copied}");
}

/// A database with its plan and two vaults, of which one is in another region.
const COPIED: &str = r#"== production/main.tf
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "far"
  region = "eu-central-1"
}
resource "aws_db_instance" "ledger" {
  identifier              = "ledger"
  backup_retention_period = 7
  tags                    = { backup = "daily" }
}
resource "aws_db_instance" "bills" {
  identifier              = "bills"
  backup_retention_period = 7
}
resource "aws_backup_vault" "here" { name = "here" }
resource "aws_backup_vault" "far" {
  provider = aws.far
  name     = "far"
}
resource "aws_backup_plan" "daily" {
  rule {
    target_vault_name = aws_backup_vault.here.name
    schedule          = "cron(0 5 ? * * *)"
    copy_action { destination_vault_arn = aws_backup_vault.far.arn }
  }
}
resource "aws_backup_selection" "tagged" {
  plan_id = aws_backup_plan.daily.id
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "daily"
  }
}
"#;

fn told(files: &str, question: &str, expected: &str) {
    let Reply::Answer(answer) = System::of_text(files, "").ask(question) else {
        panic!("`{question}` was not answered")
    };
    let texts: Vec<&str> = answer.statements().map(|it| it.text.as_str()).collect();
    assert!(texts.contains(&expected), "{texts:#?}");
}

#[test]
fn copies_are_told_with_what_stays_when_the_region_goes() {
    let both = "is aws_db_instance/ledger backed up, and what if the region goes?";
    let stays = "If eu-west-1 goes, the copies of `aws_db_instance/ledger` in `aws_backup_vault/far` in eu-central-1 stay.";
    told(COPIED, both, stays);
    let named = COPIED.replace(
        "aws_backup_vault.far.arn",
        "\"arn:aws:backup:eu-north-1:111122223333:backup-vault:attic\"",
    );
    told(
        &named,
        both,
        "Copies are kept in the vault `attic` in eu-north-1 of the account 111122223333, which is not declared here.",
    );
    let here = COPIED.replace("provider = aws.far\n", "\n");
    told(
        &here,
        both,
        "If eu-west-1 goes, the copies of `aws_db_instance/ledger` go with it: every vault that `aws_backup_plan/daily` names is there.",
    );
}

#[test]
fn what_no_plan_takes_is_told_beside_its_own_backups() {
    let question = "is aws_db_instance/bills backed up?";
    told(
        COPIED,
        question,
        "No backup plan declared here takes `aws_db_instance/bills`: `aws_backup_plan/daily` selects others.",
    );
    told(
        COPIED,
        question,
        "If eu-west-1 goes, the automatic backups of `aws_db_instance/bills` go with it: RDS keeps them there, and nothing declared here copies them to another region.",
    );
    let unknown = COPIED.replace("\"daily\" }\n}", "\"daily\" }\n}\nvariable \"more\" {}").replace(
        "identifier              = \"bills\"",
        "identifier = \"bills\"\n  tags = var.more",
    );
    told(
        &unknown,
        question,
        "`aws_backup_plan/daily` may take `aws_db_instance/bills`: what it selects is not told by what is declared here.",
    );
}

const PROTECTED: &str = r#"== main.tf
resource "azurerm_recovery_services_vault" "main" {
  name     = "main"
  location = "West Europe"
}
resource "azurerm_linux_virtual_machine" "web" {
  name     = "web"
  location = "westeurope"
}
resource "azurerm_linux_virtual_machine" "batch" { name = "batch" }
resource "azurerm_backup_policy_vm" "daily" {
  recovery_vault_name = azurerm_recovery_services_vault.main.name
  backup {
    frequency = "Daily"
    time      = "23:00"
  }
  retention_daily { count = 30 }
}
resource "azurerm_backup_protected_vm" "web" {
  recovery_vault_name = azurerm_recovery_services_vault.main.name
  source_vm_id        = azurerm_linux_virtual_machine.web.id
  backup_policy_id    = azurerm_backup_policy_vm.daily.id
}
"#;

#[test]
fn policies_of_azure_are_told_as_plans_of_amazon_are() {
    let question = "is azurerm_linux_virtual_machine/web backed up?";
    for expected in [
        "Yes: `azurerm_backup_policy_vm/daily` copies `azurerm_linux_virtual_machine/web` away, on schedule `daily at 23:00`.",
        "Copies are kept in `azurerm_recovery_services_vault/main` in westeurope and in the region that is paired with it, which gives back what is deleted for some days.",
        "`azurerm_backup_policy_vm/daily` keeps copies for 30 days.",
        "So up to 24 h of data are lost with it, plus the length of a run, if the last run worked.",
        "If westeurope goes, the region that is paired with it has the copies of `azurerm_linux_virtual_machine/web` in `azurerm_recovery_services_vault/main`, and nobody but Microsoft opens them there: `cross_region_restore_enabled` is off.",
    ] {
        told(PROTECTED, question, expected);
    }
    told(
        PROTECTED,
        "is azurerm_linux_virtual_machine/batch backed up?",
        "No backup plan declared here takes `azurerm_linux_virtual_machine/batch`: `azurerm_backup_policy_vm/daily` selects others.",
    );
    let elsewhere = format!(
        "{}variable \"policy\" {{}}\n",
        PROTECTED.replace("= azurerm_backup_policy_vm.daily.id", "= var.policy")
    );
    for expected in [
        "Yes: `azurerm_backup_protected_vm/web` copies `azurerm_linux_virtual_machine/web` away.",
        "How often `azurerm_backup_protected_vm/web` copies and how long it keeps what it copied is not told by what is declared here.",
    ] {
        told(&elsewhere, question, expected);
    }
}

const LENT: &str = r#"== infra/main.tf
resource "google_service_account" "web" {
  account_id = "web-prod"
}
resource "google_project_iam_member" "web" {
  project = "acme-prod"
  role    = "roles/cloudsql.client"
  member  = google_service_account.web.member
}
resource "google_service_account_iam_member" "web" {
  service_account_id = google_service_account.web.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:acme-prod.svc.id.goog[shop/web]"
}
== k8s/web.yaml
apiVersion: v1
kind: ServiceAccount
metadata:
  name: web
  namespace: shop
  annotations:
    iam.gke.io/gcp-service-account: web-prod@acme-prod.iam.gserviceaccount.com
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: web:1
"#;

#[test]
fn an_identity_is_told_with_what_it_may_do_and_what_runs_as_it() {
    let question = "what can google_service_account/web do?";
    told(
        LENT,
        question,
        "`google_service_account/web` has 1 role or policy, and what runs as it is in production.",
    );
    told(LENT, question, "It has `roles/cloudsql.client` on `acme-prod`.");
    told(
        LENT,
        question,
        "`ServiceAccount/web` of `shop` in production acts as it, under which `Deployment/front` runs.",
    );
    let account = "what can the service account web do?";
    told(LENT, account, "It has `roles/cloudsql.client` on `acme-prod`.");
}

const CLUSTER_COPIED: &str = r#"== main.tf
resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1-b"
}
resource "google_gke_backup_backup_plan" "nightly" {
  name     = "nightly"
  cluster  = google_container_cluster.main.id
  location = "europe-west1"
  backup_schedule { cron_schedule = "0 3 * * *" }
  retention_policy {
    backup_delete_lock_days = 7
    backup_retain_days      = 30
  }
  backup_config {
    all_namespaces      = true
    include_volume_data = true
  }
}
== shop/ledger.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ledger }
spec:
  serviceName: ledger
  selector: { matchLabels: { app: ledger } }
  template:
    metadata: { labels: { app: ledger } }
    spec:
      containers:
        - name: postgres
          image: postgres:16.4
          volumeMounts: [{ name: files, mountPath: /var/lib/postgresql/data }]
  volumeClaimTemplates:
    - metadata: { name: files }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
"#;

#[test]
fn a_plan_of_the_only_cluster_copies_what_runs_in_it() {
    let question = "is StatefulSet/ledger backed up?";
    told(
        CLUSTER_COPIED,
        question,
        "Yes: `google_gke_backup_backup_plan/nightly` copies `StatefulSet/ledger` away, on schedule `0 3 * * *`.",
    );
    told(
        CLUSTER_COPIED,
        question,
        "Nobody can delete a copy of `google_gke_backup_backup_plan/nightly` in its first 7 days.",
    );
    let cluster = "is google_container_cluster/main backed up, and what if the region goes?";
    told(
        CLUSTER_COPIED,
        cluster,
        "If europe-west1 goes, the copies of `google_container_cluster/main` go with it: `google_gke_backup_backup_plan/nightly` keeps them there.",
    );
    let far = CLUSTER_COPIED.replace("\"europe-west1\"\n  backup", "\"europe-west4\"\n  backup");
    told(
        &far,
        cluster,
        "If europe-west1 goes, the copies of `google_container_cluster/main` in europe-west4 stay.",
    );
    let second = CLUSTER_COPIED.replace(
        "== shop",
        "resource \"google_container_cluster\" \"second\" {\n  name = \"second\"\n}\n== shop",
    );
    told(
        &second,
        question,
        "`google_gke_backup_backup_plan/nightly` may take `StatefulSet/ledger`: in which cluster it runs is not told by what is declared here.",
    );
    let by_hand = CLUSTER_COPIED.replace("cron_schedule = \"0 3 * * *\"", "paused = false");
    told(
        &by_hand,
        cluster,
        "`google_gke_backup_backup_plan/nightly` may take `google_container_cluster/main`: it copies when it is told to, and has no schedule here.",
    );
}

#[test]
fn a_plan_that_leaves_times_without_a_copy_is_not_told_to_lose_what_lies_between_two() {
    let paused = CLUSTER_COPIED.replace(
        "cron_schedule = \"0 3 * * *\"",
        "\n    cron_schedule = \"0 3 * * *\"\n    paused = true\n ",
    );
    let question = "is StatefulSet/ledger backed up?";
    for expected in [
        "No: `google_gke_backup_backup_plan/nightly` takes `StatefulSet/ledger`, and makes no copies.",
        "`google_gke_backup_backup_plan/nightly` is stopped (`paused = true`), so no copy is made now.",
    ] {
        told(&paused, question, expected);
    }
    told(
        &paused,
        "how do we recover StatefulSet/ledger?",
        "All that was written to `StatefulSet/ledger` since `google_gke_backup_backup_plan/nightly` was stopped is lost with it, as far as `google_gke_backup_backup_plan/nightly` goes.",
    );
    let is_praised = |files: &str| match System::of_text(files, "").ask("what is solid here?") {
        Reply::Answer(answer) => {
            let mut texts = answer.statements().map(|it| it.text.clone());
            texts.any(|it| it.contains("`StatefulSet/ledger` (postgresql) is copied away"))
        }
        _ => panic!("the question was not answered"),
    };
    assert!(is_praised(CLUSTER_COPIED) && !is_praised(&paused));
    let weekly = CLUSTER_COPIED.replace("0 3 * * *", "0 3 * * 0").replace("= 30", "= 3");
    told(
        &weekly,
        question,
        "`google_gke_backup_backup_plan/nightly` deletes a copy after 72 h and makes the next one up to 168 h later: for up to 96 h there is none, and from `google_gke_backup_backup_plan/nightly` nothing of `StatefulSet/ledger` comes back.",
    );
}

#[test]
fn what_is_written_without_a_namespace_is_not_said_to_be_left_out() {
    let some = CLUSTER_COPIED.replace(
        "    all_namespaces      = true\n",
        "    selected_namespaces { namespaces = [\"shop\"] }\n",
    );
    told(
        &some,
        "is StatefulSet/ledger backed up?",
        "`google_gke_backup_backup_plan/nightly` may take `StatefulSet/ledger`: in which namespace it runs is not told by what is declared here.",
    );
}

#[test]
fn what_a_plan_is_told_to_copy_no_more_is_not_one_of_those_that_it_never_took() {
    let ended = PROTECTED.replace(
        "  backup_policy_id ",
        "  protection_state    = \"ProtectionStopped\"\n  backup_policy_id ",
    );
    told(
        &ended,
        "is azurerm_linux_virtual_machine/web backed up?",
        "`azurerm_backup_policy_vm/daily` is told to copy `azurerm_linux_virtual_machine/web` no more.",
    );
}

#[test]
fn every_moment_is_kept_of_what_the_service_can_keep_it_of() {
    let continuous = COPIED.replace(
        "schedule          = \"cron(0 5 ? * * *)\"",
        "schedule          = \"cron(0 5 ? * * *)\"\n    enable_continuous_backup = true",
    );
    told(
        &continuous,
        "is aws_db_instance/ledger backed up?",
        "`aws_backup_plan/daily` keeps every moment of `aws_db_instance/ledger`, which can be set back to any of them and not only to the time of a copy.",
    );
    let table = "resource \"aws_dynamodb_table\" \"orders\" {\n  name = \"orders\"\n  tags = { backup = \"daily\" }\n}\n";
    told(
        &format!("{continuous}{table}"),
        "is aws_dynamodb_table/orders backed up?",
        "So up to 24 h of data are lost with it, plus the length of a run, if the last run worked.",
    );
}
