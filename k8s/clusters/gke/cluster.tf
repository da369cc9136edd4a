data "google_project" "this" {
  project_id = var.account
}

locals {
  letters = slice(["a", "b", "c"], 0, var.zones)
  # Zones of a region are mostly a, b and c. Where they are not (us-east1, europe-west1: b, c, d), gcloud compute zones list tells.
  zones = [for letter in local.letters : "${var.region}-${contains(["us-east1", "europe-west1"], var.region) ? { a = "b", b = "c", c = "d" }[letter] : letter}"]
  size = var.smallest ? (
    var.processor == "arm64" ? "t2a-standard-2" : "e2-standard-2"
    ) : (
    var.processor == "arm64" ? "c4a-standard-4" : "e2-standard-4"
  )
}

resource "google_service_account" "nodes" {
  project      = var.account
  account_id   = "${module.facts.cluster}-nodes"
  display_name = "Nodes of ${module.facts.cluster}"
}

# What a node needs: logs, metrics, and to pull images. Not the default account, which may edit the project.
resource "google_project_iam_member" "nodes" {
  for_each = toset(["roles/container.defaultNodeServiceAccount"])
  project  = var.account
  role     = each.value
  member   = google_service_account.nodes.member
}

resource "google_container_cluster" "this" {
  project             = var.account
  name                = module.facts.cluster
  location            = var.region
  node_locations      = local.zones
  network             = google_compute_network.this.id
  subnetwork          = google_compute_subnetwork.nodes.id
  min_master_version  = var.kubernetes_version
  deletion_protection = var.protect
  resource_labels     = module.facts.tags
  datapath_provider   = "ADVANCED_DATAPATH" # enforces the chart's network policies

  # Pools are resources of their own.
  remove_default_node_pool = true
  initial_node_count       = 1

  release_channel {
    channel = "REGULAR"
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = false
  }

  master_authorized_networks_config {
    dynamic "cidr_blocks" {
      for_each = var.admin_cidrs
      content {
        cidr_block = cidr_blocks.value
      }
    }
  }

  workload_identity_config {
    workload_pool = "${var.account}.svc.id.goog"
  }

  # Envoy Gateway is the same on every cloud; Google's own controller stays off, and its definitions with it.
  gateway_api_config {
    channel = "CHANNEL_DISABLED"
  }

  addons_config {
    gke_backup_agent_config {
      enabled = true
    }
    gce_persistent_disk_csi_driver_config {
      enabled = true
    }
  }

  maintenance_policy {
    recurring_window {
      start_time = "2026-01-06T02:00:00Z"
      end_time   = "2026-01-06T08:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=TU,WE"
    }
  }

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS"]
  }
  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS"]
    managed_prometheus {
      enabled = false # kube-prometheus-stack is the same on every cloud
    }
  }

  lifecycle {
    ignore_changes = [min_master_version, initial_node_count]
  }
}

resource "google_container_node_pool" "this" {
  # min and max are for the whole pool, over its zones.
  for_each = {
    system = { min = var.smallest ? 1 : var.zones, max = var.zones * 2 }
    app    = var.app_nodes
  }
  project        = var.account
  name           = each.key
  location       = var.region
  cluster        = google_container_cluster.this.name
  node_locations = local.zones

  autoscaling {
    total_min_node_count = each.value.min
    total_max_node_count = each.value.max
    location_policy      = "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    machine_type    = local.size
    image_type      = "COS_CONTAINERD"
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    labels          = { "todo-platform/pool" = each.key }
    resource_labels = module.facts.tags

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count]
  }
}
