resource "azurerm_storage_account" "this" {
  name                            = substr(replace(module.facts.cluster, "-", ""), 0, 24)
  location                        = azurerm_resource_group.this.location
  resource_group_name             = azurerm_resource_group.this.name
  account_tier                    = "Standard"
  account_replication_type        = var.zones > 1 ? "ZRS" : "LRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false
  default_to_oauth_authentication = true
  tags                            = module.facts.tags

  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 14
    }
    container_delete_retention_policy {
      days = 14
    }
  }

  network_rules {
    default_action             = "Deny"
    bypass                     = ["AzureServices"]
    ip_rules                   = [for cidr in var.admin_cidrs : replace(cidr, "/32", "")]
    virtual_network_subnet_ids = [azurerm_subnet.nodes.id]
  }
}

resource "azurerm_storage_container" "backups" {
  name                  = "backups"
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

resource "azurerm_storage_management_policy" "this" {
  storage_account_id = azurerm_storage_account.this.id

  rule {
    name    = "age"
    enabled = true
    filters {
      blob_types = ["blockBlob"]
    }
    actions {
      base_blob {
        tier_to_cool_after_days_since_modification_greater_than = var.retention.cold
        delete_after_days_since_modification_greater_than       = var.retention.objects
      }
      version {
        delete_after_days_since_creation = var.retention.backups
      }
    }
  }
}

# Objects and volumes of the cluster. The database is elsewhere and has backups of its own.
resource "azurerm_data_protection_backup_vault" "this" {
  name                = module.facts.cluster
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  datastore_type      = "OperationalStore"
  redundancy          = var.zones > 1 ? "ZoneRedundant" : "LocallyRedundant"
  soft_delete         = var.protect ? "On" : "Off"
  tags                = module.facts.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_data_protection_backup_policy_kubernetes_cluster" "daily" {
  name                            = "daily"
  resource_group_name             = azurerm_resource_group.this.name
  vault_name                      = azurerm_data_protection_backup_vault.this.name
  backup_repeating_time_intervals = ["R/2026-01-01T01:00:00+00:00/P1D"]

  default_retention_rule {
    life_cycle {
      data_store_type = "OperationalStore"
      duration        = "P${var.retention.backups}D"
    }
  }
}

resource "azurerm_kubernetes_cluster_extension" "backup" {
  name              = "backup"
  cluster_id        = azurerm_kubernetes_cluster.this.id
  extension_type    = "Microsoft.DataProtection.Kubernetes"
  release_train     = "stable"
  release_namespace = "dataprotection-microsoft"
  configuration_settings = {
    "configuration.backupStorageLocation.bucket"                   = azurerm_storage_container.backups.name
    "configuration.backupStorageLocation.config.resourceGroup"     = azurerm_resource_group.this.name
    "configuration.backupStorageLocation.config.storageAccount"    = azurerm_storage_account.this.name
    "configuration.backupStorageLocation.config.subscriptionId"    = data.azurerm_client_config.this.subscription_id
    "configuration.backupStorageLocation.config.useAAD"            = "true"
    "configuration.backupStorageLocation.config.storageAccountURI" = azurerm_storage_account.this.primary_blob_endpoint
    "credentials.tenantId"                                         = data.azurerm_client_config.this.tenant_id
  }
}

resource "azurerm_role_assignment" "backup" {
  for_each = {
    extension_writes = { scope = azurerm_storage_account.this.id, role = "Storage Blob Data Contributor", who = azurerm_kubernetes_cluster_extension.backup.aks_assigned_identity[0].principal_id }
    vault_reads      = { scope = azurerm_kubernetes_cluster.this.id, role = "Reader", who = azurerm_data_protection_backup_vault.this.identity[0].principal_id }
    vault_snapshots  = { scope = azurerm_resource_group.this.id, role = "Reader", who = azurerm_data_protection_backup_vault.this.identity[0].principal_id }
    cluster_snaps    = { scope = azurerm_resource_group.this.id, role = "Contributor", who = azurerm_user_assigned_identity.cluster.principal_id }
  }
  scope                = each.value.scope
  role_definition_name = each.value.role
  principal_id         = each.value.who
}

resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "backup" {
  name                  = "backup"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  roles                 = ["Microsoft.DataProtection/backupVaults/backup-operator"]
  source_resource_id    = azurerm_data_protection_backup_vault.this.id
}

resource "azurerm_data_protection_backup_instance_kubernetes_cluster" "this" {
  name                         = module.facts.cluster
  location                     = azurerm_resource_group.this.location
  vault_id                     = azurerm_data_protection_backup_vault.this.id
  kubernetes_cluster_id        = azurerm_kubernetes_cluster.this.id
  snapshot_resource_group_name = azurerm_resource_group.this.name
  backup_policy_id             = azurerm_data_protection_backup_policy_kubernetes_cluster.daily.id

  backup_datasource_parameters {
    included_namespaces              = ["todo-app", "kafka"]
    cluster_scoped_resources_enabled = true
    volume_snapshot_enabled          = true
  }

  depends_on = [azurerm_role_assignment.backup, azurerm_kubernetes_cluster_trusted_access_role_binding.backup]
}
