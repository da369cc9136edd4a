# Front Door with its firewall. Managed rules are in the Premium tier only.

locals {
  edge = var.edge.enabled ? 1 : 0
}

resource "azurerm_cdn_frontdoor_profile" "this" {
  count               = local.edge
  name                = module.facts.cluster
  resource_group_name = azurerm_resource_group.this.name
  sku_name            = "Premium_AzureFrontDoor"
  # Live updates are answered for as long as the page is open; this is the longest that Front Door waits for a word.
  response_timeout_seconds = 240
  tags                     = module.facts.tags
}

resource "azurerm_cdn_frontdoor_endpoint" "this" {
  count                    = local.edge
  name                     = module.facts.cluster
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  tags                     = module.facts.tags
}

resource "azurerm_cdn_frontdoor_origin_group" "this" {
  count                    = local.edge
  name                     = "gateway"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  session_affinity_enabled = false
  load_balancing {}
  health_probe {
    interval_in_seconds = 60
    protocol            = "Https"
    path                = "/"
    request_type        = "HEAD"
  }
}

resource "azurerm_cdn_frontdoor_origin" "this" {
  count                          = local.edge
  name                           = "gateway"
  cdn_frontdoor_origin_group_id  = azurerm_cdn_frontdoor_origin_group.this[0].id
  host_name                      = var.edge.origin
  origin_host_header             = var.domain
  certificate_name_check_enabled = true
  enabled                        = true
}

resource "azurerm_cdn_frontdoor_custom_domain" "this" {
  count                    = local.edge
  name                     = "app"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  host_name                = var.domain
  dns_zone_id              = azurerm_dns_zone.this.id
  tls {
    certificate_type = "ManagedCertificate"
  }
}

resource "azurerm_cdn_frontdoor_route" "this" {
  count                           = local.edge
  name                            = "all"
  cdn_frontdoor_endpoint_id       = azurerm_cdn_frontdoor_endpoint.this[0].id
  cdn_frontdoor_origin_group_id   = azurerm_cdn_frontdoor_origin_group.this[0].id
  cdn_frontdoor_origin_ids        = [azurerm_cdn_frontdoor_origin.this[0].id]
  cdn_frontdoor_custom_domain_ids = [azurerm_cdn_frontdoor_custom_domain.this[0].id]
  patterns_to_match               = ["/*"]
  supported_protocols             = ["Http", "Https"]
  forwarding_protocol             = "HttpsOnly"
  https_redirect_enabled          = true
}

# What the page is made of never changes under its name; everything else is not kept.
resource "azurerm_cdn_frontdoor_route" "assets" {
  count                           = local.edge
  name                            = "assets"
  cdn_frontdoor_endpoint_id       = azurerm_cdn_frontdoor_endpoint.this[0].id
  cdn_frontdoor_origin_group_id   = azurerm_cdn_frontdoor_origin_group.this[0].id
  cdn_frontdoor_origin_ids        = [azurerm_cdn_frontdoor_origin.this[0].id]
  cdn_frontdoor_custom_domain_ids = [azurerm_cdn_frontdoor_custom_domain.this[0].id]
  patterns_to_match               = ["/_next/static/*"]
  supported_protocols             = ["Http", "Https"]
  forwarding_protocol             = "HttpsOnly"
  https_redirect_enabled          = true
  cache {
    compression_enabled           = true
    content_types_to_compress     = ["text/css", "application/javascript", "image/svg+xml"]
    query_string_caching_behavior = "IgnoreQueryString"
  }
}

resource "azurerm_cdn_frontdoor_firewall_policy" "this" {
  count               = local.edge
  name                = replace(module.facts.cluster, "-", "")
  resource_group_name = azurerm_resource_group.this.name
  sku_name            = azurerm_cdn_frontdoor_profile.this[0].sku_name
  mode                = var.edge.block ? "Prevention" : "Detection"
  tags                = module.facts.tags

  custom_rule {
    name                           = "TooMany"
    type                           = "RateLimitRule"
    action                         = "Block"
    priority                       = 10
    rate_limit_duration_in_minutes = 1
    rate_limit_threshold           = 1200
    match_condition {
      match_variable = "RequestUri"
      operator       = "Contains"
      match_values   = ["/"]
    }
  }

  managed_rule {
    type    = "Microsoft_DefaultRuleSet"
    version = "2.1"
    action  = "Block"
  }
  managed_rule {
    type    = "Microsoft_BotManagerRuleSet"
    version = "1.1"
    action  = "Block"
  }
}

resource "azurerm_cdn_frontdoor_security_policy" "this" {
  count                    = local.edge
  name                     = "firewall"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  security_policies {
    firewall {
      cdn_frontdoor_firewall_policy_id = azurerm_cdn_frontdoor_firewall_policy.this[0].id
      association {
        patterns_to_match = ["/*"]
        domain {
          cdn_frontdoor_domain_id = azurerm_cdn_frontdoor_custom_domain.this[0].id
        }
        domain {
          cdn_frontdoor_domain_id = azurerm_cdn_frontdoor_endpoint.this[0].id
        }
      }
    }
  }
}
