locals {
  size = var.smallest ? (
    var.processor == "arm64" ? "t4g.large" : "t3.large"
    ) : (
    var.processor == "arm64" ? "m7g.xlarge" : "m7i.xlarge"
  )
}

data "aws_iam_policy_document" "cluster" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name               = "${module.facts.cluster}-cluster"
  assume_role_policy = data.aws_iam_policy_document.cluster.json
  tags               = module.facts.tags
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

# Secrets of the cluster lie in its store under a key of ours.
resource "aws_kms_key" "cluster" {
  region                  = var.region
  description             = "Secrets of ${module.facts.cluster}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = module.facts.tags
}

resource "aws_eks_cluster" "this" {
  region                        = var.region
  name                          = module.facts.cluster
  role_arn                      = aws_iam_role.cluster.arn
  version                       = var.kubernetes_version
  deletion_protection           = var.protect
  enabled_cluster_log_types     = ["api", "audit", "authenticator"]
  bootstrap_self_managed_addons = false
  tags                          = merge(module.facts.tags, { backup = module.facts.cluster })

  vpc_config {
    subnet_ids              = aws_subnet.nodes[*].id
    endpoint_private_access = true
    endpoint_public_access  = true
    public_access_cidrs     = var.admin_cidrs
  }

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = true
  }

  kubernetes_network_config {
    service_ipv4_cidr = module.facts.services_cidr
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.cluster.arn
    }
  }

  # Extended support costs six times as much: upgrade before.
  upgrade_policy {
    support_type = "STANDARD"
  }

  depends_on = [aws_iam_role_policy_attachment.cluster]
}

data "aws_iam_policy_document" "nodes" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "nodes" {
  name               = "${module.facts.cluster}-nodes"
  assume_role_policy = data.aws_iam_policy_document.nodes.json
  tags               = module.facts.tags
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each   = toset(["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"])
  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

resource "aws_launch_template" "nodes" {
  region                 = var.region
  name                   = "${module.facts.cluster}-nodes"
  update_default_version = true
  tags                   = module.facts.tags

  # A pod does not get at the node's credentials: one hop is the node itself.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 50
      volume_type = "gp3"
      encrypted   = "true"
    }
  }
}

# Sizes between min and max are a cluster autoscaler's; without one a pool stays at min (docs/how-to/cluster-on-aws.md).
resource "aws_eks_node_group" "this" {
  for_each = {
    system = { min = var.smallest ? 1 : length(local.zones), max = length(local.zones) * 2 }
    app    = var.app_nodes
  }
  region          = var.region
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = aws_subnet.nodes[*].id
  instance_types  = [local.size]
  ami_type        = var.processor == "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"
  labels          = { "todo-platform/pool" = each.key }
  tags = merge(module.facts.tags, {
    "k8s.io/cluster-autoscaler/enabled"                 = "true"
    "k8s.io/cluster-autoscaler/${module.facts.cluster}" = "owned"
  })

  scaling_config {
    desired_size = each.value.min
    min_size     = each.value.min
    max_size     = each.value.max
  }
  update_config {
    max_unavailable_percentage = 33
  }
  node_repair_config {
    enabled = true
  }
  launch_template {
    id      = aws_launch_template.nodes.id
    version = aws_launch_template.nodes.latest_version
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
  depends_on = [aws_iam_role_policy_attachment.nodes, aws_eks_addon.before_nodes]
}

# The network's add-on enforces the chart's network policies, when told to.
resource "aws_eks_addon" "before_nodes" {
  for_each                    = { vpc-cni = jsonencode({ enableNetworkPolicy = "true" }), kube-proxy = null, eks-pod-identity-agent = null }
  region                      = var.region
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  configuration_values        = each.value
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = module.facts.tags
}

resource "aws_eks_addon" "after_nodes" {
  for_each                    = toset(["coredns", "metrics-server"])
  region                      = var.region
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.value
  resolve_conflicts_on_update = "OVERWRITE"
  tags                        = module.facts.tags
  depends_on                  = [aws_eks_node_group.this]
}

resource "aws_eks_addon" "volumes" {
  region       = var.region
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "aws-ebs-csi-driver"
  tags         = module.facts.tags
  pod_identity_association {
    role_arn        = aws_iam_role.volumes.arn
    service_account = "ebs-csi-controller-sa"
  }
  depends_on = [aws_eks_node_group.this]
}
