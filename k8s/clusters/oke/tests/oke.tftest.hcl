mock_provider "oci" {
  mock_data "oci_identity_availability_domains" {
    defaults = { availability_domains = [{ name = "xyz:EU-FRANKFURT-1-AD-1" }, { name = "xyz:EU-FRANKFURT-1-AD-2" }, { name = "xyz:EU-FRANKFURT-1-AD-3" }] }
  }
  mock_data "oci_core_services" {
    defaults = { services = [{ id = "a", cidr_block = "oci-fra-objectstorage" }, { id = "b", cidr_block = "all-fra-services-in-oracle-services-network" }] }
  }
  mock_data "oci_containerengine_node_pool_option" {
    defaults = {
      kubernetes_versions = ["v1.34.2", "v1.35.1", "v1.35.3", "v1.36.0"]
      sources = [
        { image_id = "x86", source_name = "Oracle-Linux-8.10-2026.09.10-0-OKE-1.35.3-1100" },
        { image_id = "arm", source_name = "Oracle-Linux-8.10-aarch64-2026.09.10-0-OKE-1.35.3-1100" },
        { image_id = "old", source_name = "Oracle-Linux-8.10-2026.09.10-0-OKE-1.34.2-1100" },
      ]
    }
  }
}

variables {
  environment = "production"
  account     = "ocid1.compartment.oc1..example"
  region      = "eu-frankfurt-1"
  domain      = "todo.example.com"
  admin_cidrs = ["203.0.113.0/24"]
  budget      = { amount = 900, emails = ["ops@example.com"] }
}

run "whole" {
  command = apply
  assert {
    condition     = alltrue([for subnet in oci_core_subnet.inside : subnet.prohibit_public_ip_on_vnic]) && length(oci_containerengine_node_pool.this["app"].node_config_details[0].placement_configs) == 3
    error_message = "nodes are private and stand in three zones"
  }
  assert {
    condition     = oci_containerengine_cluster.this.kubernetes_version == "v1.35.3" && oci_containerengine_node_pool.this["app"].node_source_details[0].image_id == "x86"
    error_message = "the newest patch of the version, and its image for the processor"
  }
  assert {
    condition     = strcontains(oci_identity_policy.workloads[0].statements[0], "read secret-bundles") && strcontains(oci_identity_policy.workloads[0].statements[0], "request.principal.service_account = 'external-secrets'")
    error_message = "only that service account may read secrets"
  }
  assert {
    condition     = output.cluster_name == "todo-production-oke" && output.argocd_labels["todo-platform/cloud"] == "oke"
    error_message = "GitOps finds a cluster by its name and labels"
  }
  assert {
    condition     = length(oci_identity_policy.ci) == 0 && length(output.ci_variables) == 0
    error_message = "where no repository is named, nobody has its rights"
  }
}

run "a_repository_that_releases" {
  command = apply
  variables {
    ci = { repository = "owner/todo", service_user = "ocid1.user.oc1..ci" }
  }
  assert {
    condition     = alltrue([for statement in oci_identity_policy.ci[0].statements : strcontains(statement, "{request.user.id = 'ocid1.user.oc1..ci', target.")]) && length([for statement in oci_identity_policy.ci[0].statements : statement if strcontains(statement, "REPOSITORY_UPDATE} ") && strcontains(statement, "target.repo.name = 'todo-production-oke/")]) == 5 && length(oci_identity_policy.ci[0].statements) == 6
    error_message = "one user, and of the compartment only this cluster and its five repositories, of which it can delete nothing"
  }
  assert {
    condition     = output.ci_variables.CLUSTER == oci_containerengine_cluster.this.id && keys(output.ci_variables) == tolist(["ACCOUNT", "CLUSTER", "REGION", "REGISTRY", "URL"])
    error_message = "what the workflows ask is told; Oracle's command asks for the cluster's OCID"
  }
}

run "rights_of_nobody" {
  command = plan
  variables {
    ci = { repository = "owner/todo" }
  }
  expect_failures = [oci_identity_policy.ci]
}

run "with_an_edge" {
  command = apply
  variables {
    edge = { enabled = true, origin = "origin.todo.example.com", block = true }
  }
  assert {
    condition     = oci_waf_web_app_firewall_policy.this[0].request_protection[0].rules[0].action_name == "refuse"
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
    condition     = oci_containerengine_cluster.this.type == "BASIC_CLUSTER" && length(oci_containerengine_node_pool.this) == 1 && oci_containerengine_node_pool.this["app"].node_shape == "VM.Standard.A1.Flex"
    error_message = "what is always free is one pool of Arm nodes under a control plane without a fee"
  }
  assert {
    condition     = oci_containerengine_node_pool.this["app"].node_source_details[0].image_id == "arm" && oci_containerengine_node_pool.this["app"].node_config_details[0].size * oci_containerengine_node_pool.this["app"].node_shape_config[0].memory_in_gbs <= 12
    error_message = "no more than is free"
  }
}
