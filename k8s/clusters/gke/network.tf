resource "google_compute_network" "this" {
  project                 = var.account
  name                    = module.facts.cluster
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "nodes" {
  project                  = var.account
  name                     = "${module.facts.cluster}-nodes"
  region                   = var.region
  network                  = google_compute_network.this.id
  ip_cidr_range            = module.facts.subnets.nodes
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = module.facts.subnets.pods
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = module.facts.services_cidr
  }

  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Nodes have no public address; what they ask of the world goes out here.
resource "google_compute_router" "this" {
  project = var.account
  name    = module.facts.cluster
  region  = var.region
  network = google_compute_network.this.id
}

resource "google_compute_router_nat" "this" {
  project                            = var.account
  name                               = module.facts.cluster
  region                             = var.region
  router                             = google_compute_router.this.name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.nodes.id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }
  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

resource "google_dns_managed_zone" "this" {
  project  = var.account
  name     = module.facts.cluster
  dns_name = "${var.domain}."
  labels   = module.facts.tags

  dnssec_config {
    state = "on"
  }
}
