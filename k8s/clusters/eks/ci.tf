# Who copies images into the registry and looks at the roll-out: workflows of one repository, in one of its environments.

locals {
  ci       = var.ci.repository != ""
  issuer   = trimprefix(module.facts.ci.issuer, "https://")
  ci_known = { AWS_ROLE = one(aws_iam_role.ci[*].arn) }
}

# An account has one of an issuer, whatever asked for it first.
resource "aws_iam_openid_connect_provider" "ci" {
  count          = local.ci && !var.ci.issuer_known ? 1 : 0
  url            = module.facts.ci.issuer
  client_id_list = ["sts.amazonaws.com"]
  tags           = module.facts.tags
}

data "aws_iam_policy_document" "ci_trust" {
  count = local.ci ? 1 : 0
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${var.account}:oidc-provider/${local.issuer}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [module.facts.ci.subject]
    }
  }
}

resource "aws_iam_role" "ci" {
  count              = local.ci ? 1 : 0
  name               = "${module.facts.cluster}-ci"
  assume_role_policy = data.aws_iam_policy_document.ci_trust[0].json
  tags               = module.facts.tags
  depends_on         = [aws_iam_openid_connect_provider.ci]
}

data "aws_iam_policy_document" "ci" {
  count = local.ci ? 1 : 0
  statement {
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
    ]
    resources = [for repository in aws_ecr_repository.this : repository.arn]
  }
  statement {
    actions   = ["eks:DescribeCluster"]
    resources = [aws_eks_cluster.this.arn]
  }
  # A token for a registry is of the account; what it opens is said above.
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "ci" {
  count  = local.ci ? 1 : 0
  name   = "own"
  role   = aws_iam_role.ci[0].name
  policy = data.aws_iam_policy_document.ci[0].json
}

resource "aws_eks_access_entry" "ci" {
  count         = local.ci ? 1 : 0
  region        = var.region
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_iam_role.ci[0].arn
  tags          = module.facts.tags
}

resource "aws_eks_access_policy_association" "ci" {
  count         = local.ci ? 1 : 0
  region        = var.region
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.ci[0].principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
  access_scope {
    type       = "namespace"
    namespaces = [module.facts.service_accounts.backup.namespace]
  }
}
