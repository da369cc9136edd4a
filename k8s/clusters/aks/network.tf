data "azurerm_client_config" "this" {}

resource "azurerm_resource_group" "this" {
  name     = module.facts.cluster
  location = var.region
  tags     = module.facts.tags
}

resource "azurerm_virtual_network" "this" {
  name                = module.facts.cluster
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = [var.network_cidr]
  tags                = module.facts.tags
}

# Nodes have no public address; what they ask of the world goes out by one address that can be allowed elsewhere.
resource "azurerm_subnet" "nodes" {
  name                            = "nodes"
  resource_group_name             = azurerm_resource_group.this.name
  virtual_network_name            = azurerm_virtual_network.this.name
  address_prefixes                = [module.facts.subnets.nodes]
  default_outbound_access_enabled = false

  service_endpoint {
    service = "Microsoft.Storage"
  }
  service_endpoint {
    service = "Microsoft.KeyVault"
  }
}

resource "azurerm_public_ip" "out" {
  name                = "${module.facts.cluster}-out"
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  allocation_method   = "Static"
  sku                 = "Standard"
  tags                = module.facts.tags
}

resource "azurerm_nat_gateway" "this" {
  name                = module.facts.cluster
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}

resource "azurerm_nat_gateway_public_ip_association" "this" {
  nat_gateway_id       = azurerm_nat_gateway.this.id
  public_ip_address_id = azurerm_public_ip.out.id
}

resource "azurerm_subnet_nat_gateway_association" "nodes" {
  subnet_id      = azurerm_subnet.nodes.id
  nat_gateway_id = azurerm_nat_gateway.this.id
}

resource "azurerm_dns_zone" "this" {
  name                = var.domain
  resource_group_name = azurerm_resource_group.this.name
  tags                = module.facts.tags
}
