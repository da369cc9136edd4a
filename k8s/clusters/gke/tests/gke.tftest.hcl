mock_provider "google" {}

variables {
  environment = "production"
  account     = "a-project"
  region      = "europe-west3"
  domain      = "todo.example.com"
  admin_cidrs = ["203.0.113.0/24"]
  budget      = { amount = 900, emails = ["ops@example.com"] }
}

run "whole" {
  command = apply
  assert {
    condition     = google_container_cluster.this.private_cluster_config[0].enable_private_nodes && google_container_cluster.this.workload_identity_config[0].workload_pool == "a-project.svc.id.goog"
    error_message = "nodes are private, workloads have identities"
  }
  assert {
    condition     = google_container_cluster.this.node_locations == tolist(["europe-west3-a", "europe-west3-b", "europe-west3-c"])
    error_message = "nodes stand in three zones"
  }
  assert {
    condition     = google_service_account_iam_member.workload["external_secrets"].member == "serviceAccount:a-project.svc.id.goog[external-secrets/external-secrets]"
    error_message = "only that service account may read secrets"
  }
  assert {
    condition     = alltrue([for account in google_service_account.workload : length(account.account_id) <= 30])
    error_message = "Google takes 30 characters"
  }
  assert {
    condition     = output.cluster_name == "todo-production-gke" && output.argocd_labels["todo-platform/cloud"] == "gke"
    error_message = "GitOps finds a cluster by its name and labels"
  }
}

run "with_an_edge" {
  command = apply
  variables {
    edge = { enabled = true, origin = "origin.todo.example.com", block = true }
  }
  assert {
    condition     = alltrue([for rule in google_compute_security_policy.this[0].rule : !rule.preview if rule.priority < 2147483647])
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
    condition     = google_container_node_pool.this["app"].node_config[0].machine_type == "t2a-standard-2" && length(google_container_cluster.this.node_locations) == 1
    error_message = "the smallest is small"
  }
}
