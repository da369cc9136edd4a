module "facts" {
  source       = "../facts"
  cloud        = "eks"
  name         = var.name
  environment  = var.environment
  account      = var.account
  region       = var.region
  network_cidr = var.network_cidr
  domain       = var.domain
  repository   = var.ci.repository
  known        = local.known
}

locals {
  known = {
    backup_bucket             = aws_s3_bucket.backups.bucket
    backup_identity           = aws_iam_role.workload["backup"].arn
    external_dns_identity     = aws_iam_role.workload["external_dns"].arn
    external_secrets_identity = aws_iam_role.workload["external_secrets"].arn
    group                     = ""
    registry                  = "${var.account}.dkr.ecr.${var.region}.amazonaws.com/${module.facts.cluster}"
    secret_store              = var.region
    tenant                    = ""
  }
}
