# A global load balancer with Cloud CDN and Cloud Armor; its backend is the gateway's host name.

locals {
  edge = var.edge.enabled ? 1 : 0
}

resource "google_compute_global_address" "edge" {
  count   = local.edge
  project = var.account
  name    = module.facts.cluster
}

resource "google_compute_global_network_endpoint_group" "gateway" {
  count                 = local.edge
  project               = var.account
  name                  = "${module.facts.cluster}-gateway"
  network_endpoint_type = "INTERNET_FQDN_PORT"
  default_port          = 443
}

resource "google_compute_global_network_endpoint" "gateway" {
  count                         = local.edge
  project                       = var.account
  global_network_endpoint_group = google_compute_global_network_endpoint_group.gateway[0].name
  fqdn                          = var.edge.origin
  port                          = 443
}

resource "google_compute_security_policy" "this" {
  count   = local.edge
  project = var.account
  name    = module.facts.cluster

  rule {
    description = "Too many"
    priority    = 100
    action      = "throttle"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 1200
        interval_sec = 60
      }
    }
    preview = !var.edge.block
  }

  dynamic "rule" {
    for_each = { 10 = "sqli-v33-stable", 20 = "xss-v33-stable", 30 = "lfi-v33-stable", 40 = "rce-v33-stable", 50 = "protocolattack-v33-stable" }
    content {
      description = rule.value
      priority    = rule.key
      action      = "deny(403)"
      preview     = !var.edge.block
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}', {'sensitivity': 1})"
        }
      }
    }
  }

  rule {
    description = "Everything else"
    priority    = 2147483647
    action      = "allow"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_backend_service" "gateway" {
  count                 = local.edge
  project               = var.account
  name                  = "${module.facts.cluster}-gateway"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.this[0].id
  enable_cdn            = true
  # Live updates are answered for as long as the page is open.
  timeout_sec            = 3600
  custom_request_headers = ["Host: ${var.domain}"]

  backend {
    group = google_compute_global_network_endpoint_group.gateway[0].id
  }
  cdn_policy {
    cache_mode = "USE_ORIGIN_HEADERS" # the page's files say that they never change; nothing else may be kept
    cache_key_policy {
      include_host         = true
      include_protocol     = true
      include_query_string = true
    }
  }
  log_config {
    enable      = true
    sample_rate = 0.1
  }
}

resource "google_compute_url_map" "this" {
  count           = local.edge
  project         = var.account
  name            = module.facts.cluster
  default_service = google_compute_backend_service.gateway[0].id
}

resource "google_compute_managed_ssl_certificate" "this" {
  count   = local.edge
  project = var.account
  name    = module.facts.cluster
  managed {
    domains = [var.domain]
  }
}

resource "google_compute_target_https_proxy" "this" {
  count            = local.edge
  project          = var.account
  name             = module.facts.cluster
  url_map          = google_compute_url_map.this[0].id
  ssl_certificates = [google_compute_managed_ssl_certificate.this[0].id]
}

resource "google_compute_global_forwarding_rule" "this" {
  count                 = local.edge
  project               = var.account
  name                  = module.facts.cluster
  target                = google_compute_target_https_proxy.this[0].id
  ip_address            = google_compute_global_address.edge[0].id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}
