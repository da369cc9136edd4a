data "oci_objectstorage_namespace" "this" {
  compartment_id = var.account
}

resource "oci_objectstorage_bucket" "backups" {
  compartment_id = var.account
  namespace      = data.oci_objectstorage_namespace.this.namespace
  name           = "${module.facts.cluster}-backups"
  access_type    = "NoPublicAccess"
  versioning     = "Enabled"
  freeform_tags  = module.facts.tags
}

# The service itself moves and deletes, and must be allowed to.
resource "oci_identity_policy" "lifecycle" {
  compartment_id = var.account
  name           = "${module.facts.cluster}-lifecycle"
  description    = "Object storage may move and delete old objects of ${module.facts.cluster}"
  freeform_tags  = module.facts.tags
  statements     = ["Allow service objectstorage-${var.region} to manage object-family in compartment id ${var.account}"]
}

resource "oci_objectstorage_object_lifecycle_policy" "backups" {
  namespace = data.oci_objectstorage_namespace.this.namespace
  bucket    = oci_objectstorage_bucket.backups.name
  rules {
    name        = "cold"
    action      = "INFREQUENT_ACCESS"
    target      = "objects"
    is_enabled  = true
    time_amount = tostring(var.retention.cold)
    time_unit   = "DAYS"
  }
  rules {
    name        = "delete"
    action      = "DELETE"
    target      = "objects"
    is_enabled  = true
    time_amount = tostring(var.retention.objects)
    time_unit   = "DAYS"
  }
  rules {
    name        = "versions"
    action      = "DELETE"
    target      = "previous-object-versions"
    is_enabled  = true
    time_amount = tostring(var.retention.backups)
    time_unit   = "DAYS"
  }
  depends_on = [oci_identity_policy.lifecycle]
}

# OKE backs up no objects of a cluster; Git has them. Volumes get this policy (docs/how-to/cluster-on-oracle.md).
resource "oci_core_volume_backup_policy" "daily" {
  compartment_id = var.account
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags
  schedules {
    backup_type       = "INCREMENTAL"
    period            = "ONE_DAY"
    hour_of_day       = 1
    offset_type       = "STRUCTURED"
    time_zone         = "UTC"
    retention_seconds = var.retention.backups * 86400
  }
}
