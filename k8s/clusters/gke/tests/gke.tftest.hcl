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
  assert {
    condition     = length(google_iam_workload_identity_pool.ci) == 0 && length(google_service_account.ci) == 0 && length(output.ci_variables) == 0
    error_message = "where no repository is named, none is trusted"
  }
}

run "a_repository_that_releases" {
  command = apply
  variables {
    ci = { repository = "owner/todo" }
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.ci[0].attribute_condition == "assertion.sub == 'repo:owner/todo:environment:production-gke'" && google_iam_workload_identity_pool_provider.ci[0].oidc[0].issuer_uri == "https://token.actions.githubusercontent.com"
    error_message = "only runs of that repository in that environment get in"
  }
  assert {
    condition     = endswith(google_service_account_iam_member.ci[0].member, "/subject/repo:owner/todo:environment:production-gke") && startswith(google_service_account_iam_member.ci[0].member, "principal://")
    error_message = "one subject acts as the account, not all of the pool"
  }
  assert {
    condition     = google_artifact_registry_repository_iam_member.ci[0].role == "roles/artifactregistry.writer" && google_artifact_registry_repository_iam_member.ci[0].repository == google_artifact_registry_repository.this.name && google_project_iam_member.ci[0].role == "roles/container.clusterViewer"
    error_message = "it writes into one repository, and sees clusters"
  }
  assert {
    condition     = length(google_iam_workload_identity_pool.ci[0].workload_identity_pool_id) <= 32 && length(google_service_account.ci[0].account_id) <= 30
    error_message = "Google takes 32 and 30 characters"
  }
  assert {
    condition     = keys(output.ci_variables) == tolist(["ACCOUNT", "CLUSTER", "GOOGLE_PROVIDER", "GOOGLE_SERVICE_ACCOUNT", "REGION", "REGISTRY", "URL"])
    error_message = "what the workflows ask is told"
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
