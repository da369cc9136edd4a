locals {
  versions = [for version in data.oci_containerengine_node_pool_option.this.kubernetes_versions : version if startswith(version, "v${var.kubernetes_version}.")]
  version  = local.versions[length(local.versions) - 1]
  free     = var.smallest && var.processor == "arm64"
  shape    = var.processor == "arm64" ? "VM.Standard.A1.Flex" : "VM.Standard.E5.Flex"
  # All that is always free is given to the one pool, as two nodes; otherwise nodes are like the other clouds'.
  pools = local.free ? {
    app = { nodes = 2, ocpus = var.free_arm.ocpus / 2, memory = var.free_arm.memory / 2 }
    } : {
    system = { nodes = var.smallest ? 1 : 3, ocpus = 2, memory = 16 }
    app    = { nodes = var.app_nodes.min, ocpus = 2, memory = 16 }
  }
  images = [
    for source in data.oci_containerengine_node_pool_option.this.sources : source.image_id
    if strcontains(source.source_name, "OKE-${trimprefix(local.version, "v")}") && strcontains(source.source_name, "aarch64") == (var.processor == "arm64")
  ]
}

data "oci_containerengine_node_pool_option" "this" {
  node_pool_option_id = "all"
  compartment_id      = var.account
}

resource "oci_containerengine_cluster" "this" {
  compartment_id     = var.account
  name               = module.facts.cluster
  kubernetes_version = local.version
  vcn_id             = oci_core_vcn.this.id
  # Workload identity and add-ons are the enhanced cluster's; the basic one costs nothing.
  type          = var.smallest ? "BASIC_CLUSTER" : "ENHANCED_CLUSTER"
  kms_key_id    = oci_kms_key.cluster.id
  freeform_tags = module.facts.tags

  cluster_pod_network_options {
    cni_type = "OCI_VCN_IP_NATIVE"
  }
  endpoint_config {
    subnet_id            = oci_core_subnet.public["api"].id
    is_public_ip_enabled = true
  }
  options {
    service_lb_subnet_ids = [oci_core_subnet.public["front"].id]
    kubernetes_network_config {
      services_cidr = module.facts.services_cidr
    }
    persistent_volume_config {
      freeform_tags = module.facts.tags
    }
  }

  lifecycle {
    ignore_changes = [kubernetes_version]
  }
}

resource "oci_containerengine_node_pool" "this" {
  for_each           = local.pools
  compartment_id     = var.account
  cluster_id         = oci_containerengine_cluster.this.id
  name               = each.key
  kubernetes_version = local.version
  node_shape         = local.shape
  freeform_tags      = module.facts.tags

  node_shape_config {
    ocpus         = each.value.ocpus
    memory_in_gbs = each.value.memory
  }
  node_source_details {
    source_type             = "IMAGE"
    image_id                = local.images[0]
    boot_volume_size_in_gbs = "50"
  }
  node_config_details {
    size                                = each.value.nodes
    is_pv_encryption_in_transit_enabled = true
    dynamic "placement_configs" {
      for_each = local.zones
      content {
        availability_domain = placement_configs.value
        subnet_id           = oci_core_subnet.inside["nodes"].id
      }
    }
    node_pool_pod_network_option_details {
      cni_type          = "OCI_VCN_IP_NATIVE"
      pod_subnet_ids    = [oci_core_subnet.inside["pods"].id]
      max_pods_per_node = 31
    }
  }
  initial_node_labels {
    key   = "todo-platform/pool"
    value = each.key
  }
  node_pool_cycling_details {
    is_node_cycling_enabled = !var.smallest
    maximum_surge           = "1"
    maximum_unavailable     = "0"
  }
  node_eviction_node_pool_settings {
    eviction_grace_duration              = "PT30M"
    is_force_delete_after_grace_duration = true
  }

  lifecycle {
    ignore_changes = [kubernetes_version, node_source_details[0].image_id, node_config_details[0].size]
  }
}

resource "oci_containerengine_addon" "autoscaler" {
  count                            = var.smallest ? 0 : 1
  cluster_id                       = oci_containerengine_cluster.this.id
  addon_name                       = "ClusterAutoscaler"
  remove_addon_resources_on_delete = true
  configurations {
    key   = "nodes"
    value = "${var.app_nodes.min}:${var.app_nodes.max}:${oci_containerengine_node_pool.this["app"].id}"
  }
  configurations {
    key   = "authType"
    value = "workload"
  }
}
