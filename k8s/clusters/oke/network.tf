data "oci_identity_availability_domains" "this" {
  compartment_id = var.account
}

data "oci_core_services" "this" {}

locals {
  # Many regions have one availability domain; there, fault domains spread the nodes.
  zones = slice(
    data.oci_identity_availability_domains.this.availability_domains[*].name, 0,
    min(var.zones, length(data.oci_identity_availability_domains.this.availability_domains))
  )
  everywhere = "0.0.0.0/0"
  tcp        = "6"
}

resource "oci_core_vcn" "this" {
  compartment_id = var.account
  display_name   = module.facts.cluster
  cidr_blocks    = [var.network_cidr]
  dns_label      = var.name
  freeform_tags  = module.facts.tags
}

resource "oci_core_internet_gateway" "this" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags
}

resource "oci_core_nat_gateway" "this" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags
}

resource "oci_core_service_gateway" "this" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = module.facts.cluster
  freeform_tags  = module.facts.tags
  services {
    service_id = one([for service in data.oci_core_services.this.services : service.id if startswith(service.cidr_block, "all-")])
  }
}

resource "oci_core_route_table" "private" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = "private"
  freeform_tags  = module.facts.tags
  route_rules {
    destination       = local.everywhere
    network_entity_id = oci_core_nat_gateway.this.id
  }
  route_rules {
    destination       = one([for service in data.oci_core_services.this.services : service.cidr_block if startswith(service.cidr_block, "all-")])
    destination_type  = "SERVICE_CIDR_BLOCK"
    network_entity_id = oci_core_service_gateway.this.id
  }
}

resource "oci_core_route_table" "public" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = "public"
  freeform_tags  = module.facts.tags
  route_rules {
    destination       = local.everywhere
    network_entity_id = oci_core_internet_gateway.this.id
  }
}

resource "oci_core_security_list" "inside" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = "inside"
  freeform_tags  = module.facts.tags
  ingress_security_rules {
    description = "Nodes, pods, load balancers and the API server among themselves"
    protocol    = "all"
    source      = var.network_cidr
  }
  egress_security_rules {
    protocol    = "all"
    destination = local.everywhere
  }
}

resource "oci_core_security_list" "front" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = "front"
  freeform_tags  = module.facts.tags
  dynamic "ingress_security_rules" {
    for_each = [80, 443]
    content {
      protocol = local.tcp
      source   = local.everywhere
      tcp_options {
        min = ingress_security_rules.value
        max = ingress_security_rules.value
      }
    }
  }
  egress_security_rules {
    protocol    = "all"
    destination = var.network_cidr
  }
}

resource "oci_core_security_list" "api" {
  compartment_id = var.account
  vcn_id         = oci_core_vcn.this.id
  display_name   = "api"
  freeform_tags  = module.facts.tags
  dynamic "ingress_security_rules" {
    for_each = toset(concat(var.admin_cidrs, [var.network_cidr]))
    content {
      protocol = local.tcp
      source   = ingress_security_rules.value
      tcp_options {
        min = 6443
        max = 6443
      }
    }
  }
  ingress_security_rules {
    description = "Nodes report here"
    protocol    = local.tcp
    source      = var.network_cidr
    tcp_options {
      min = 12250
      max = 12250
    }
  }
  egress_security_rules {
    protocol    = "all"
    destination = local.everywhere
  }
}

# Nodes and pods have no public address.
resource "oci_core_subnet" "inside" {
  for_each                   = { nodes = module.facts.subnets.nodes, pods = module.facts.subnets.pods }
  compartment_id             = var.account
  vcn_id                     = oci_core_vcn.this.id
  display_name               = each.key
  dns_label                  = each.key
  cidr_block                 = each.value
  prohibit_public_ip_on_vnic = true
  prohibit_internet_ingress  = true
  route_table_id             = oci_core_route_table.private.id
  security_list_ids          = [oci_core_security_list.inside.id]
  freeform_tags              = module.facts.tags
}

resource "oci_core_subnet" "public" {
  for_each          = { front = module.facts.subnets.front, api = module.facts.subnets.api }
  compartment_id    = var.account
  vcn_id            = oci_core_vcn.this.id
  display_name      = each.key
  dns_label         = each.key
  cidr_block        = each.value
  route_table_id    = oci_core_route_table.public.id
  security_list_ids = [each.key == "front" ? oci_core_security_list.front.id : oci_core_security_list.api.id]
  freeform_tags     = module.facts.tags
}

resource "oci_dns_zone" "this" {
  compartment_id = var.account
  name           = var.domain
  zone_type      = "PRIMARY"
  freeform_tags  = module.facts.tags
}
