# Who copies images into the registry and looks at the roll-out: workflows of one repository, in one of its environments.
# Its right to look into the namespace is a RoleBinding of the cluster, not of the cloud (docs/how-to/release.md).

locals {
  ci = var.ci.repository != ""
  ci_known = {
    GOOGLE_PROVIDER        = one(google_iam_workload_identity_pool_provider.ci[*].name)
    GOOGLE_SERVICE_ACCOUNT = one(google_service_account.ci[*].email)
  }
}

resource "google_iam_workload_identity_pool" "ci" {
  count                     = local.ci ? 1 : 0
  project                   = var.account
  workload_identity_pool_id = "${module.facts.cluster}-ci" # 32 characters at most
  description               = "Runs of ${var.ci.repository} that release to ${module.facts.cluster}"
}

resource "google_iam_workload_identity_pool_provider" "ci" {
  count                              = local.ci ? 1 : 0
  project                            = var.account
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  # GitHub signs for everybody's repositories: without a condition the pool would take them all.
  attribute_condition = "assertion.sub == '${module.facts.ci.subject}'"
  oidc {
    issuer_uri = module.facts.ci.issuer
  }
}

resource "google_service_account" "ci" {
  count        = local.ci ? 1 : 0
  project      = var.account
  account_id   = "${var.name}-${substr(var.environment, 0, 4)}-ci"
  display_name = "Releases of ${module.facts.cluster}"
}

resource "google_service_account_iam_member" "ci" {
  count              = local.ci ? 1 : 0
  service_account_id = google_service_account.ci[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/${google_iam_workload_identity_pool.ci[0].name}/subject/${module.facts.ci.subject}"
}

resource "google_artifact_registry_repository_iam_member" "ci" {
  count      = local.ci ? 1 : 0
  project    = var.account
  location   = var.region
  repository = google_artifact_registry_repository.this.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.ci[0].member
}

resource "google_project_iam_member" "ci" {
  count   = local.ci ? 1 : 0
  project = var.account
  role    = "roles/container.clusterViewer"
  member  = google_service_account.ci[0].member
}
