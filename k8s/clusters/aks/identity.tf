# A workload is somebody by its service account: no key is stored anywhere.

resource "azurerm_user_assigned_identity" "workload" {
  for_each            = module.facts.service_accounts
  name                = "${module.facts.cluster}-${replace(each.key, "_", "-")}"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}

resource "azurerm_federated_identity_credential" "workload" {
  for_each                  = module.facts.service_accounts
  name                      = each.value.name
  user_assigned_identity_id = azurerm_user_assigned_identity.workload[each.key].id
  issuer                    = azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject                   = "system:serviceaccount:${each.value.namespace}:${each.value.name}"
  audience                  = ["api://AzureADTokenExchange"]
}

resource "azurerm_key_vault" "this" {
  name                          = substr(replace(module.facts.cluster, "-", ""), 0, 24)
  location                      = azurerm_resource_group.this.location
  resource_group_name           = azurerm_resource_group.this.name
  tenant_id                     = data.azurerm_client_config.this.tenant_id
  sku_name                      = "standard"
  rbac_authorization_enabled    = true
  purge_protection_enabled      = var.protect
  soft_delete_retention_days    = 90
  public_network_access_enabled = true # behind the rules below
  tags                          = module.facts.tags

  network_acls {
    bypass                     = "AzureServices"
    default_action             = "Deny"
    ip_rules                   = var.admin_cidrs
    virtual_network_subnet_ids = [azurerm_subnet.nodes.id]
  }
}

resource "azurerm_role_assignment" "workload" {
  for_each = {
    backup           = { scope = azurerm_storage_container.backups.id, role = "Storage Blob Data Contributor" }
    external_dns     = { scope = azurerm_dns_zone.this.id, role = "DNS Zone Contributor" }
    external_secrets = { scope = azurerm_key_vault.this.id, role = "Key Vault Secrets User" }
  }
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = azurerm_user_assigned_identity.workload[each.key].principal_id
}

# external-dns looks for its zone in the group.
resource "azurerm_role_assignment" "reads_group" {
  scope                = azurerm_resource_group.this.id
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.workload["external_dns"].principal_id
}
