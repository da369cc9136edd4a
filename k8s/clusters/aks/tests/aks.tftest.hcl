mock_provider "azurerm" {
  mock_resource "azurerm_kubernetes_cluster_extension" {
    defaults = { aks_assigned_identity = [{ principal_id = "extension" }] }
  }
}

variables {
  environment = "production"
  account     = "00000000-0000-0000-0000-000000000000"
  region      = "westeurope"
  domain      = "todo.example.com"
  admin_cidrs = ["203.0.113.0/24"]
  budget      = { amount = 900, emails = ["ops@example.com"] }
}

run "whole" {
  command = apply
  assert {
    condition     = azurerm_kubernetes_cluster.this.oidc_issuer_enabled && azurerm_kubernetes_cluster.this.workload_identity_enabled && azurerm_kubernetes_cluster.this.local_account_disabled
    error_message = "workloads are who they are by federation, and nobody has a static administrator"
  }
  assert {
    condition     = length(azurerm_kubernetes_cluster_node_pool.app.zones) == 3 && azurerm_kubernetes_cluster.this.network_profile[0].outbound_type == "userAssignedNATGateway"
    error_message = "nodes are private and stand in three zones"
  }
  assert {
    condition     = azurerm_federated_identity_credential.workload["external_secrets"].subject == "system:serviceaccount:external-secrets:external-secrets"
    error_message = "only that service account may read secrets"
  }
  assert {
    condition     = output.cluster_name == "todo-production-aks" && output.argocd_labels["todo-platform/cloud"] == "aks"
    error_message = "GitOps finds a cluster by its name and labels"
  }
  assert {
    condition     = length(azurerm_federated_identity_credential.ci) == 0 && length(azurerm_role_assignment.ci) == 0 && length(output.ci_variables) == 0
    error_message = "where no repository is named, none is trusted"
  }
}

run "a_repository_that_releases" {
  command = apply
  variables {
    ci = { repository = "owner/todo" }
  }
  assert {
    condition     = azurerm_federated_identity_credential.ci[0].subject == "repo:owner/todo:environment:production-aks" && azurerm_federated_identity_credential.ci[0].issuer == "https://token.actions.githubusercontent.com"
    error_message = "only runs of that repository in that environment are this identity"
  }
  assert {
    condition = { for right in azurerm_role_assignment.ci : right.role_definition_name => right.scope } == {
      "AcrPush"                                    = azurerm_container_registry.this.id
      "Azure Kubernetes Service Cluster User Role" = azurerm_kubernetes_cluster.this.id
      "Azure Kubernetes Service RBAC Reader"       = "${azurerm_kubernetes_cluster.this.id}/namespaces/todo-app"
    }
    error_message = "it pushes to the registry, and looks into one namespace"
  }
  assert {
    condition     = keys(output.ci_variables) == tolist(["ACCOUNT", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "CLUSTER", "REGION", "REGISTRY", "URL"])
    error_message = "what the workflows ask is told"
  }
}

run "with_an_edge" {
  command = apply
  variables {
    edge = { enabled = true, origin = "origin.todo.example.com", block = true }
  }
  assert {
    condition     = azurerm_cdn_frontdoor_firewall_policy.this[0].mode == "Prevention" && length(azurerm_cdn_frontdoor_firewall_policy.this[0].managed_rule) == 2
    error_message = "the firewall blocks"
  }
}

run "smallest" {
  command   = apply
  state_key = "smallest"
  variables {
    smallest  = true
    processor = "arm64"
    zones     = 1
    app_nodes = { min = 1, max = 2 }
    protect   = false
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.sku_tier == "Free" && azurerm_container_registry.this.sku == "Basic"
    error_message = "the smallest pays for no control plane"
  }
}
