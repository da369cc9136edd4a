module "facts" {
  source       = "../facts"
  cloud        = "gke"
  name         = var.name
  environment  = var.environment
  account      = var.account
  region       = var.region
  network_cidr = var.network_cidr
  domain       = var.domain
  repository   = var.ci.repository
  known        = local.known
}

locals {
  known = {
    backup_bucket             = google_storage_bucket.backups.name
    backup_identity           = google_service_account.workload["backup"].email
    external_dns_identity     = google_service_account.workload["external_dns"].email
    external_secrets_identity = google_service_account.workload["external_secrets"].email
    group                     = ""
    registry                  = "${var.region}-docker.pkg.dev/${var.account}/${google_artifact_registry_repository.this.repository_id}"
    secret_store              = var.account
    tenant                    = ""
  }
}
