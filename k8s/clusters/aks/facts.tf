module "facts" {
  source       = "../facts"
  cloud        = "aks"
  name         = var.name
  environment  = var.environment
  account      = var.account
  region       = var.region
  network_cidr = var.network_cidr
  domain       = var.domain
  repository   = var.ci.repository
  known        = local.known
}

locals {
  known = {
    backup_bucket             = "${azurerm_storage_account.this.name}/${azurerm_storage_container.backups.name}"
    backup_identity           = azurerm_user_assigned_identity.workload["backup"].client_id
    external_dns_identity     = azurerm_user_assigned_identity.workload["external_dns"].client_id
    external_secrets_identity = azurerm_user_assigned_identity.workload["external_secrets"].client_id
    group                     = azurerm_resource_group.this.name
    registry                  = azurerm_container_registry.this.login_server
    secret_store              = azurerm_key_vault.this.vault_uri
    tenant                    = data.azurerm_client_config.this.tenant_id
  }
}
