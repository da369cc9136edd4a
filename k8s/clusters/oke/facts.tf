module "facts" {
  source       = "../facts"
  cloud        = "oke"
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
    backup_bucket             = "${data.oci_objectstorage_namespace.this.namespace}/${oci_objectstorage_bucket.backups.name}"
    backup_identity           = "workload" # policies name the service accounts themselves
    external_dns_identity     = "workload"
    external_secrets_identity = "workload"
    group                     = ""
    registry                  = "${var.region}.ocir.io/${data.oci_objectstorage_namespace.this.namespace}/${module.facts.cluster}"
    secret_store              = oci_kms_vault.this.id
    tenant                    = ""
  }
}
