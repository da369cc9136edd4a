resource "oci_artifacts_container_repository" "this" {
  for_each       = toset(module.facts.images)
  compartment_id = var.account
  display_name   = "${module.facts.cluster}/${each.value}"
  is_immutable   = true
  is_public      = false
  freeform_tags  = module.facts.tags
}
