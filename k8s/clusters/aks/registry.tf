resource "azurerm_container_registry" "this" {
  name                   = replace(module.facts.cluster, "-", "")
  location               = azurerm_resource_group.this.location
  resource_group_name    = azurerm_resource_group.this.name
  sku                    = var.smallest ? "Basic" : "Premium"
  admin_enabled          = false
  anonymous_pull_enabled = false
  # Premium only: what nobody tagged goes after a month, and a zone that fails takes no images away.
  retention_policy_in_days = var.smallest ? null : 30
  zone_redundancy_enabled  = var.smallest ? null : var.zones > 1
  tags                     = module.facts.tags
}

resource "azurerm_role_assignment" "pull" {
  scope                            = azurerm_container_registry.this.id
  role_definition_name             = "AcrPull"
  principal_id                     = azurerm_user_assigned_identity.nodes.principal_id
  skip_service_principal_aad_check = true
}
