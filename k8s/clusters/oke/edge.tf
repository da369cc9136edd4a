# OCI has no CDN of its own: the firewall and the cache sit on the load balancer that the gateway's Service got.

locals {
  edge    = var.edge.enabled ? 1 : 0
  attacks = var.edge.block ? "refuse" : "note"
}

resource "oci_waf_web_app_firewall_policy" "this" {
  count          = local.edge
  compartment_id = var.account
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags

  actions {
    name = "note"
    type = "CHECK"
  }
  actions {
    name = "refuse"
    type = "RETURN_HTTP_RESPONSE"
    code = 403
  }
  actions {
    name = "later"
    type = "RETURN_HTTP_RESPONSE"
    code = 429
  }

  request_rate_limiting {
    rules {
      name        = "too-many"
      type        = "REQUEST_RATE_LIMITING"
      action_name = var.edge.block ? "later" : "note"
      configurations {
        period_in_seconds          = 60
        requests_limit             = 1200
        action_duration_in_seconds = 60
      }
    }
  }

  request_protection {
    rules {
      name                       = "attacks"
      type                       = "PROTECTION"
      action_name                = local.attacks
      is_body_inspection_enabled = true
      # SQL injection, cross-site scripting, files of the server, commands: Oracle's numbers of its rules.
      dynamic "protection_capabilities" {
        for_each = ["942270", "941140", "930120", "932105"]
        content {
          key     = protection_capabilities.value
          version = 1
        }
      }
    }
  }
}

resource "oci_waf_web_app_firewall" "this" {
  count                      = local.edge
  compartment_id             = var.account
  display_name               = module.facts.cluster
  backend_type               = "LOAD_BALANCER"
  load_balancer_id           = var.edge.origin
  web_app_firewall_policy_id = oci_waf_web_app_firewall_policy.this[0].id
  freeform_tags              = module.facts.tags
}

resource "oci_waa_web_app_acceleration_policy" "this" {
  count          = local.edge
  compartment_id = var.account
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags
  response_caching_policy {
    is_response_header_based_caching_enabled = true # the page's files say that they never change; nothing else may be kept
  }
  response_compression_policy {
    gzip_compression {
      is_enabled = true
    }
  }
}

resource "oci_waa_web_app_acceleration" "this" {
  count                          = local.edge
  compartment_id                 = var.account
  display_name                   = module.facts.cluster
  backend_type                   = "LOAD_BALANCER"
  load_balancer_id               = var.edge.origin
  web_app_acceleration_policy_id = oci_waa_web_app_acceleration_policy.this[0].id
  freeform_tags                  = module.facts.tags
}
