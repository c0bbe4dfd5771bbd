//! Plans by which a cloud copies what it runs.

use kai_graph::Component;

/// The command that lists the copies that a plan has made, with the time of each.
pub(crate) fn copies(plan: &Component) -> &'static str {
    match plan.native_kind.as_str() {
        kind if kind.starts_with("azurerm_data_protection_") => {
            "az dataprotection recovery-point list --resource-group GROUP --vault-name VAULT --backup-instance-name NAME \
             --query '[].properties.recoveryPointTime'"
        }
        kind if kind.starts_with("azurerm_") => {
            "az backup recoverypoint list --resource-group GROUP --vault-name VAULT --container-name NAME --item-name NAME \
             --query '[].properties.recoveryPointTime'"
        }
        "google_gke_backup_backup_plan" => {
            "gcloud beta container backup-restore backups list --location LOCATION --backup-plan NAME \
             --format 'value(createTime)'"
        }
        kind if kind.starts_with("google_compute_") => {
            "gcloud compute snapshots list --filter 'sourceSnapshotSchedulePolicy~NAME$' \
             --format 'value(creationTimestamp)'"
        }
        kind if kind.starts_with("google_") => {
            "gcloud backup-dr backups list --location LOCATION --backup-vault VAULT --data-source SOURCE \
             --format 'value(createTime)'"
        }
        _ => {
            "aws backup list-recovery-points-by-backup-vault --backup-vault-name VAULT --query \
             'RecoveryPoints[].CreationDate'"
        }
    }
}
