resource "aws_s3_bucket" "backups" {
  region        = var.region
  bucket        = "${var.account}-${module.facts.cluster}-backups" # unique in the world
  force_destroy = !var.protect
  tags          = module.facts.tags
}

resource "aws_s3_bucket_public_access_block" "backups" {
  region                  = var.region
  bucket                  = aws_s3_bucket.backups.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "backups" {
  region = var.region
  bucket = aws_s3_bucket.backups.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backups" {
  region = var.region
  bucket = aws_s3_bucket.backups.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "backups" {
  region = var.region
  bucket = aws_s3_bucket.backups.id
  rule {
    id     = "age"
    status = "Enabled"
    filter {}
    transition {
      days          = var.retention.cold
      storage_class = "STANDARD_IA"
    }
    expiration {
      days = var.retention.objects
    }
    noncurrent_version_expiration {
      noncurrent_days = var.retention.backups
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
  depends_on = [aws_s3_bucket_versioning.backups]
}

# Objects and volumes of the cluster. The database is elsewhere and has backups of its own.
resource "aws_backup_vault" "this" {
  region = var.region
  name   = module.facts.cluster
  tags   = module.facts.tags
}

resource "aws_backup_plan" "daily" {
  region = var.region
  name   = module.facts.cluster
  tags   = module.facts.tags
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 1 * * ? *)"
    lifecycle {
      delete_after = var.retention.backups
    }
  }
}

data "aws_iam_policy_document" "backup" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["backup.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "backup" {
  name               = "${module.facts.cluster}-aws-backup"
  assume_role_policy = data.aws_iam_policy_document.backup.json
  tags               = module.facts.tags
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each   = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])
  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.value}"
}

resource "aws_backup_selection" "this" {
  region       = var.region
  name         = module.facts.cluster
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = module.facts.cluster
  }
}
