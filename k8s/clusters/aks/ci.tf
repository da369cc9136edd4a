# Who copies images into the registry and looks at the roll-out: workflows of one repository, in one of its environments.

locals {
  ci = var.ci.repository != ""
  ci_known = {
    AZURE_CLIENT_ID = one(azurerm_user_assigned_identity.ci[*].client_id)
    AZURE_TENANT_ID = data.azurerm_client_config.this.tenant_id
  }
}

resource "azurerm_user_assigned_identity" "ci" {
  count               = local.ci ? 1 : 0
  name                = "${module.facts.cluster}-ci"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}

resource "azurerm_federated_identity_credential" "ci" {
  count                     = local.ci ? 1 : 0
  name                      = "github"
  user_assigned_identity_id = azurerm_user_assigned_identity.ci[0].id
  issuer                    = module.facts.ci.issuer
  subject                   = module.facts.ci.subject
  audience                  = ["api://AzureADTokenExchange"]
}

resource "azurerm_role_assignment" "ci" {
  for_each = local.ci ? {
    push      = { scope = azurerm_container_registry.this.id, role = "AcrPush" }
    sign_in   = { scope = azurerm_kubernetes_cluster.this.id, role = "Azure Kubernetes Service Cluster User Role" }
    look_into = { scope = "${azurerm_kubernetes_cluster.this.id}/namespaces/${module.facts.service_accounts.backup.namespace}", role = "Azure Kubernetes Service RBAC Reader" }
  } : {}
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = azurerm_user_assigned_identity.ci[0].principal_id
}
