# Who copies images into the registry and looks at the roll-out: workflows of one repository, in one of its environments.
# What trusts them is made by hand (docs/how-to/release.md): an identity propagation trust belongs to the identity domain of
# the whole tenancy, and names an application whose secret would lie in the state. Here is what its user may do.

locals {
  ci       = var.ci.repository != ""
  ci_known = { CLUSTER = oci_containerengine_cluster.this.id }
  ci_user  = "request.user.id = '${var.ci.service_user}'"
}

resource "oci_identity_policy" "ci" {
  count          = local.ci ? 1 : 0
  compartment_id = var.account
  name           = "${module.facts.cluster}-ci"
  description    = "What releases of ${var.ci.repository} to ${module.facts.cluster} may do"
  freeform_tags  = module.facts.tags
  statements = concat([for repository in oci_artifacts_container_repository.this :
    "Allow any-user to {REPOSITORY_INSPECT, REPOSITORY_READ, REPOSITORY_UPDATE} ${local.here} where all {${local.ci_user}, target.repo.name = '${repository.display_name}'}"
    ], [
    "Allow any-user to use clusters ${local.here} where all {${local.ci_user}, target.cluster.id = '${oci_containerengine_cluster.this.id}'}",
  ])
  lifecycle {
    precondition {
      condition     = startswith(var.ci.service_user, "ocid1.user.")
      error_message = "ci: on Oracle, service_user is the OCID of the user that the trust stands for; without one the rights would be nobody's."
    }
  }
}
