# A workload is somebody by its service account: no key is stored anywhere.

resource "google_service_account" "workload" {
  for_each     = module.facts.service_accounts
  project      = var.account
  account_id   = "${var.name}-${substr(var.environment, 0, 4)}-${replace(each.key, "_", "-")}" # 30 characters at most
  display_name = "${each.value.namespace}/${each.value.name} of ${module.facts.cluster}"
}

resource "google_service_account_iam_member" "workload" {
  for_each           = module.facts.service_accounts
  service_account_id = google_service_account.workload[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.account}.svc.id.goog[${each.value.namespace}/${each.value.name}]"
  depends_on         = [google_container_cluster.this] # the pool of identities comes with the first cluster
}

resource "google_project_iam_member" "workload" {
  for_each = {
    external_dns     = "roles/dns.admin"
    external_secrets = "roles/secretmanager.secretAccessor"
  }
  project = var.account
  role    = each.value
  member  = google_service_account.workload[each.key].member
}

resource "google_storage_bucket_iam_member" "backup" {
  bucket = google_storage_bucket.backups.name
  role   = "roles/storage.objectUser"
  member = google_service_account.workload["backup"].member
}
