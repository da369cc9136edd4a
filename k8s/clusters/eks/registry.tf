resource "aws_ecr_repository" "this" {
  for_each             = toset(module.facts.images)
  region               = var.region
  name                 = "${module.facts.cluster}/${each.value}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = !var.protect
  tags                 = module.facts.tags

  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  for_each   = aws_ecr_repository.this
  region     = var.region
  repository = each.value.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "what nobody tagged"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 30 }
      action       = { type = "expire" }
    }]
  })
}
