data "aws_availability_zones" "this" {
  region = var.region
  state  = "available"
}

locals {
  zones = slice(data.aws_availability_zones.this.names, 0, min(var.zones, length(data.aws_availability_zones.this.names)))
}

resource "aws_vpc" "this" {
  region               = var.region
  cidr_block           = var.network_cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = merge(module.facts.tags, { Name = module.facts.cluster })
}

# Pods have addresses of the network, so these are large. Nodes have no public address.
resource "aws_subnet" "nodes" {
  count             = length(local.zones)
  region            = var.region
  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(module.facts.subnets.pods, 2, count.index)
  tags              = merge(module.facts.tags, { Name = "${module.facts.cluster}-nodes-${count.index}", "kubernetes.io/role/internal-elb" = "1" })
}

resource "aws_subnet" "front" {
  count                   = length(local.zones)
  region                  = var.region
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(module.facts.subnets.front, 2, count.index)
  map_public_ip_on_launch = false
  tags                    = merge(module.facts.tags, { Name = "${module.facts.cluster}-front-${count.index}", "kubernetes.io/role/elb" = "1" })
}

resource "aws_internet_gateway" "this" {
  region = var.region
  vpc_id = aws_vpc.this.id
  tags   = merge(module.facts.tags, { Name = module.facts.cluster })
}

# One way out per zone, so a zone that fails takes nobody else's; the smallest has one.
resource "aws_eip" "out" {
  count  = var.smallest ? 1 : length(local.zones)
  region = var.region
  domain = "vpc"
  tags   = module.facts.tags
}

resource "aws_nat_gateway" "this" {
  count         = length(aws_eip.out)
  region        = var.region
  allocation_id = aws_eip.out[count.index].id
  subnet_id     = aws_subnet.front[count.index].id
  tags          = merge(module.facts.tags, { Name = module.facts.cluster })
  depends_on    = [aws_internet_gateway.this]
}

resource "aws_route_table" "front" {
  region = var.region
  vpc_id = aws_vpc.this.id
  tags   = module.facts.tags
}

resource "aws_route" "front" {
  region                 = var.region
  route_table_id         = aws_route_table.front.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "front" {
  count          = length(local.zones)
  region         = var.region
  subnet_id      = aws_subnet.front[count.index].id
  route_table_id = aws_route_table.front.id
}

resource "aws_route_table" "nodes" {
  count  = length(local.zones)
  region = var.region
  vpc_id = aws_vpc.this.id
  tags   = module.facts.tags
}

resource "aws_route" "nodes" {
  count                  = length(local.zones)
  region                 = var.region
  route_table_id         = aws_route_table.nodes[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[min(count.index, length(aws_nat_gateway.this) - 1)].id
}

resource "aws_route_table_association" "nodes" {
  count          = length(local.zones)
  region         = var.region
  subnet_id      = aws_subnet.nodes[count.index].id
  route_table_id = aws_route_table.nodes[count.index].id
}

resource "aws_route53_zone" "this" {
  name          = var.domain
  force_destroy = !var.protect
  tags          = module.facts.tags
}
