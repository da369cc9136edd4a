resource "google_artifact_registry_repository" "this" {
  project       = var.account
  location      = var.region
  repository_id = module.facts.cluster
  format        = "DOCKER"
  labels        = module.facts.tags

  docker_config {
    immutable_tags = true
  }

  cleanup_policies {
    id     = "untagged"
    action = "DELETE"
    condition {
      tag_state  = "UNTAGGED"
      older_than = "30d"
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "pull" {
  project    = var.account
  location   = var.region
  repository = google_artifact_registry_repository.this.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.nodes.member
}
