# A workload is somebody by its service account, named in policies: no key is stored anywhere. Enhanced clusters only.

locals {
  who = {
    for name, account in merge(module.facts.service_accounts, { autoscaler = { namespace = "kube-system", name = "cluster-autoscaler" } }) : name => join(", ", [
      "request.principal.type = 'workload'",
      "request.principal.namespace = '${account.namespace}'",
      "request.principal.service_account = '${account.name}'",
      "request.principal.cluster_id = '${oci_containerengine_cluster.this.id}'",
    ])
  }
  here = "in compartment id ${var.account}"
}

resource "oci_identity_policy" "workloads" {
  count          = var.smallest ? 0 : 1
  compartment_id = var.account
  name           = module.facts.cluster
  description    = "What workloads of ${module.facts.cluster} may do"
  freeform_tags  = module.facts.tags
  statements = [
    "Allow any-user to read secret-bundles ${local.here} where all {${local.who.external_secrets}, target.vault.id = '${oci_kms_vault.this.id}'}",
    "Allow any-user to manage dns ${local.here} where all {${local.who.external_dns}}",
    "Allow any-user to manage objects ${local.here} where all {${local.who.backup}, target.bucket.name = '${oci_objectstorage_bucket.backups.name}'}",
    "Allow any-user to manage cluster-node-pools ${local.here} where all {${local.who.autoscaler}}",
    "Allow any-user to manage instance-family ${local.here} where all {${local.who.autoscaler}}",
    "Allow any-user to use subnets ${local.here} where all {${local.who.autoscaler}}",
    "Allow any-user to use vnics ${local.here} where all {${local.who.autoscaler}}",
    "Allow any-user to inspect compartments ${local.here} where all {${local.who.autoscaler}}",
  ]
}

resource "oci_kms_vault" "this" {
  compartment_id = var.account
  display_name   = module.facts.cluster
  vault_type     = "DEFAULT"
  freeform_tags  = module.facts.tags
}

resource "oci_kms_key" "cluster" {
  compartment_id      = var.account
  display_name        = "${module.facts.cluster}-secrets"
  management_endpoint = oci_kms_vault.this.management_endpoint
  protection_mode     = "SOFTWARE"
  freeform_tags       = module.facts.tags
  key_shape {
    algorithm = "AES"
    length    = 32
  }
}
