locals {
  zones = slice(["1", "2", "3"], 0, var.zones)
  size = var.smallest ? (
    var.processor == "arm64" ? "Standard_B2pls_v2" : "Standard_B2as_v2"
    ) : (
    var.processor == "arm64" ? "Standard_D4pds_v5" : "Standard_D4ds_v5"
  )
}

resource "azurerm_user_assigned_identity" "cluster" {
  name                = "${module.facts.cluster}-cluster"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}

resource "azurerm_role_assignment" "network" {
  scope                = azurerm_virtual_network.this.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

# Who the nodes are: made before them, so they may pull images from their first minute.
resource "azurerm_user_assigned_identity" "nodes" {
  name                = "${module.facts.cluster}-nodes"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}

resource "azurerm_role_assignment" "gives_nodes_their_identity" {
  scope                = azurerm_user_assigned_identity.nodes.id
  role_definition_name = "Managed Identity Operator"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

resource "azurerm_kubernetes_cluster" "this" {
  name                      = module.facts.cluster
  location                  = azurerm_resource_group.this.location
  resource_group_name       = azurerm_resource_group.this.name
  dns_prefix                = module.facts.cluster
  kubernetes_version        = var.kubernetes_version
  sku_tier                  = var.smallest ? "Free" : "Standard"
  automatic_upgrade_channel = "patch"
  node_os_upgrade_channel   = "NodeImage"
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  local_account_disabled    = true
  azure_policy_enabled      = true
  run_command_enabled       = false
  image_cleaner_enabled     = true
  # Otherwise only the first plan sees it: the cluster's own nodes stand in a group that Azure names.
  node_resource_group = "${module.facts.cluster}-nodes"
  tags                = module.facts.tags

  # Dapr, brokers, gateways: what the cluster itself needs. The app has a pool of its own.
  default_node_pool {
    name                 = "system"
    vm_size              = local.size
    vnet_subnet_id       = azurerm_subnet.nodes.id
    zones                = local.zones
    auto_scaling_enabled = true
    min_count            = var.smallest ? 1 : var.zones
    max_count            = var.zones * 2
    os_sku               = "AzureLinux"
    upgrade_settings {
      max_surge = "33%"
    }
  }

  node_provisioning_profile {
    mode = "Manual"
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }

  kubelet_identity {
    client_id                 = azurerm_user_assigned_identity.nodes.client_id
    object_id                 = azurerm_user_assigned_identity.nodes.principal_id
    user_assigned_identity_id = azurerm_user_assigned_identity.nodes.id
  }

  api_server_access_profile {
    authorized_ip_ranges = var.admin_cidrs
  }

  azure_active_directory_role_based_access_control {
    tenant_id          = data.azurerm_client_config.this.tenant_id
    azure_rbac_enabled = true
  }

  # Cilium enforces the chart's network policies.
  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_data_plane  = "cilium"
    network_policy      = "cilium"
    outbound_type       = "userAssignedNATGateway"
    pod_cidr            = "192.168.0.0/16"
    service_cidr        = module.facts.services_cidr
    dns_service_ip      = cidrhost(module.facts.services_cidr, 10)
  }

  maintenance_window_auto_upgrade {
    frequency   = "Weekly"
    interval    = 1
    duration    = 4
    day_of_week = "Tuesday"
    start_time  = "02:00"
    utc_offset  = "+00:00"
  }

  lifecycle {
    ignore_changes = [kubernetes_version, default_node_pool[0].orchestrator_version, default_node_pool[0].node_count]
  }

  depends_on = [azurerm_role_assignment.network, azurerm_role_assignment.gives_nodes_their_identity, azurerm_subnet_nat_gateway_association.nodes]
}

resource "azurerm_kubernetes_cluster_node_pool" "app" {
  name                  = "app"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.this.id
  vm_size               = local.size
  vnet_subnet_id        = azurerm_subnet.nodes.id
  zones                 = local.zones
  auto_scaling_enabled  = true
  min_count             = var.app_nodes.min
  max_count             = var.app_nodes.max
  os_sku                = "AzureLinux"
  node_labels           = { "todo-platform/pool" = "app" }
  tags                  = module.facts.tags

  upgrade_settings {
    max_surge                = "33%"
    drain_timeout_in_minutes = 30
  }

  lifecycle {
    ignore_changes = [node_count, orchestrator_version]
  }
}
