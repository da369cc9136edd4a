# CloudFront with its firewall. Both, and the certificate, are made in us-east-1, whatever the cluster's region.

locals {
  edge = var.edge.enabled ? 1 : 0
  # What Amazon calls these policies: CachingDisabled, CachingOptimized, AllViewer.
  no_cache    = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  cache       = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  all_headers = "216adef6-5c7f-47e4-b989-5492eafa07d3"
  everything  = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
}

resource "aws_acm_certificate" "this" {
  count             = local.edge
  region            = "us-east-1"
  domain_name       = var.domain
  validation_method = "DNS"
  tags              = module.facts.tags
}

resource "aws_route53_record" "certificate" {
  count   = local.edge
  zone_id = aws_route53_zone.this.zone_id
  name    = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_name
  type    = tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_type
  records = [tolist(aws_acm_certificate.this[0].domain_validation_options)[0].resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "this" {
  count                   = local.edge
  region                  = "us-east-1"
  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = aws_route53_record.certificate[*].fqdn
}

resource "aws_wafv2_web_acl" "this" {
  count  = local.edge
  region = "us-east-1"
  name   = module.facts.cluster
  scope  = "CLOUDFRONT"
  tags   = module.facts.tags

  default_action {
    allow {}
  }

  rule_json = jsonencode(concat(
    [{
      Name             = "TooMany"
      Priority         = 1
      Statement        = { RateBasedStatement = { Limit = 1200, EvaluationWindowSec = 60, AggregateKeyType = "IP" } }
      Action           = var.edge.block ? { Block = {} } : { Count = {} }
      VisibilityConfig = { SampledRequestsEnabled = true, CloudWatchMetricsEnabled = true, MetricName = "TooMany" }
    }],
    [for place, group in ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"] : {
      Name             = group
      Priority         = place + 10
      Statement        = { ManagedRuleGroupStatement = { VendorName = "AWS", Name = group } }
      OverrideAction   = var.edge.block ? { None = {} } : { Count = {} }
      VisibilityConfig = { SampledRequestsEnabled = true, CloudWatchMetricsEnabled = true, MetricName = group }
    }]
  ))

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = module.facts.cluster
    sampled_requests_enabled   = true
  }
}

resource "aws_cloudfront_distribution" "this" {
  count           = local.edge
  enabled         = true
  comment         = module.facts.cluster
  aliases         = [var.domain]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.smallest ? "PriceClass_100" : "PriceClass_All"
  web_acl_id      = aws_wafv2_web_acl.this[0].arn
  tags            = module.facts.tags

  origin {
    origin_id   = "gateway"
    domain_name = var.edge.origin
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 60 # live updates send a word more often than that
    }
  }

  default_cache_behavior {
    target_origin_id         = "gateway"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = local.everything
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.no_cache
    origin_request_policy_id = local.all_headers
  }

  # What the page is made of never changes under its name.
  ordered_cache_behavior {
    path_pattern             = "/_next/static/*"
    target_origin_id         = "gateway"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD"]
    cached_methods           = ["GET", "HEAD"]
    cache_policy_id          = local.cache
    origin_request_policy_id = local.all_headers
    compress                 = true
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.this[0].certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
