# A workload is somebody by its service account (EKS Pod Identity): no key is stored anywhere.

data "aws_iam_policy_document" "pods" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account]
    }
  }
}

resource "aws_iam_role" "volumes" {
  name               = "${module.facts.cluster}-volumes"
  assume_role_policy = data.aws_iam_policy_document.pods.json
  tags               = module.facts.tags
}

resource "aws_iam_role_policy_attachment" "volumes" {
  role       = aws_iam_role.volumes.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
}

resource "aws_iam_role" "workload" {
  for_each           = module.facts.service_accounts
  name               = "${module.facts.cluster}-${replace(each.key, "_", "-")}"
  assume_role_policy = data.aws_iam_policy_document.pods.json
  tags               = module.facts.tags
}

resource "aws_eks_pod_identity_association" "workload" {
  for_each        = module.facts.service_accounts
  region          = var.region
  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.name
  role_arn        = aws_iam_role.workload[each.key].arn
  tags            = module.facts.tags
}

data "aws_iam_policy_document" "workload" {
  for_each = {
    backup           = { actions = ["s3:PutObject", "s3:GetObject", "s3:ListBucket"], resources = [aws_s3_bucket.backups.arn, "${aws_s3_bucket.backups.arn}/*"] }
    external_dns     = { actions = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"], resources = [aws_route53_zone.this.arn] }
    external_secrets = { actions = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], resources = ["arn:aws:secretsmanager:${var.region}:${var.account}:secret:${module.facts.cluster}-*"] }
  }
  statement {
    actions   = each.value.actions
    resources = each.value.resources
  }
  # Zones can only be listed all together.
  dynamic "statement" {
    for_each = each.key == "external_dns" ? [1] : []
    content {
      actions   = ["route53:ListHostedZones", "route53:ListTagsForResources"]
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "workload" {
  for_each = module.facts.service_accounts
  name     = "own"
  role     = aws_iam_role.workload[each.key].name
  policy   = data.aws_iam_policy_document.workload[each.key].json
}
