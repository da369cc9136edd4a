resource "google_storage_bucket" "backups" {
  project                     = var.account
  name                        = "${var.account}-${module.facts.cluster}-backups" # unique in the world
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.protect
  labels                      = module.facts.tags

  versioning {
    enabled = true
  }
  lifecycle_rule {
    condition {
      age        = var.retention.cold
      with_state = "ANY"
    }
    action {
      type          = "SetStorageClass"
      storage_class = "NEARLINE"
    }
  }
  lifecycle_rule {
    condition {
      age        = var.retention.objects
      with_state = "LIVE"
    }
    action {
      type = "Delete"
    }
  }
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = var.retention.backups
    }
    action {
      type = "Delete"
    }
  }
}

# Objects and volumes of the cluster. The database is elsewhere and has backups of its own.
resource "google_gke_backup_backup_plan" "daily" {
  project  = var.account
  name     = module.facts.cluster
  location = var.region
  cluster  = google_container_cluster.this.id
  labels   = module.facts.tags

  backup_schedule {
    cron_schedule = "0 1 * * *"
  }
  retention_policy {
    backup_retain_days      = var.retention.backups
    backup_delete_lock_days = var.protect ? 7 : 0
  }
  backup_config {
    include_volume_data = true
    include_secrets     = true
    selected_namespaces {
      namespaces = ["todo-app", "kafka"]
    }
  }
}
