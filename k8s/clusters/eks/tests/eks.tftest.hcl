mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_resource "aws_acm_certificate" {
    defaults = { domain_validation_options = [{ domain_name = "todo.example.com", resource_record_name = "_a.todo.example.com", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws" }] }
  }
}

variables {
  environment = "production"
  account     = "000000000000"
  region      = "eu-central-1"
  domain      = "todo.example.com"
  admin_cidrs = ["203.0.113.0/24"]
  budget      = { amount = 900, emails = ["ops@example.com"] }
}

run "whole" {
  command = apply
  assert {
    condition     = length(aws_subnet.nodes) == 3 && length(aws_nat_gateway.this) == 3 && !anytrue([for subnet in aws_subnet.front : subnet.map_public_ip_on_launch])
    error_message = "private nodes in three zones, each with its way out"
  }
  assert {
    condition     = aws_launch_template.nodes.metadata_options[0].http_tokens == "required" && aws_launch_template.nodes.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "no pod gets the credentials of its node"
  }
  assert {
    condition     = aws_eks_pod_identity_association.workload["external_secrets"].namespace == "external-secrets" && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == tolist(["203.0.113.0/24"])
    error_message = "only that service account may read secrets, only administrators reach the API"
  }
  assert {
    condition     = output.cluster_name == "todo-production-eks" && output.argocd_labels["todo-platform/cloud"] == "eks"
    error_message = "GitOps finds a cluster by its name and labels"
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.ci) == 0 && length(aws_iam_role.ci) == 0 && length(output.ci_variables) == 0
    error_message = "where no repository is named, none is trusted"
  }
}

run "a_repository_that_releases" {
  command = apply
  variables {
    ci = { repository = "owner/todo" }
  }
  assert {
    condition = alltrue([for condition in data.aws_iam_policy_document.ci_trust[0].statement[0].condition : condition.test == "StringEquals" && length(condition.values) == 1]) && {
      for condition in data.aws_iam_policy_document.ci_trust[0].statement[0].condition : condition.variable => condition.values[0]
      } == {
      "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
      "token.actions.githubusercontent.com:sub" = "repo:owner/todo:environment:production-eks"
    }
    error_message = "only runs of that repository in that environment take the role"
  }
  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.ci[0].statement : !contains(statement.resources, "*") || join(",", statement.actions) == "ecr:GetAuthorizationToken"]) && length(data.aws_iam_policy_document.ci[0].statement[0].resources) == 5
    error_message = "it writes into the five repositories of this cluster and no others"
  }
  assert {
    condition     = aws_eks_access_policy_association.ci[0].access_scope[0].namespaces == tolist(["todo-app"]) && endswith(aws_eks_access_policy_association.ci[0].policy_arn, "/AmazonEKSViewPolicy")
    error_message = "it looks into one namespace"
  }
  assert {
    condition     = aws_iam_openid_connect_provider.ci[0].url == "https://token.actions.githubusercontent.com" && keys(output.ci_variables) == tolist(["ACCOUNT", "AWS_ROLE", "CLUSTER", "REGION", "REGISTRY", "URL"])
    error_message = "what the workflows ask is told"
  }
}

run "an_account_that_knows_the_issuer" {
  command = apply
  variables {
    ci = { repository = "owner/todo", issuer_known = true }
  }
  assert {
    condition     = length(aws_iam_openid_connect_provider.ci) == 0 && length(aws_iam_role.ci) == 1
    error_message = "an account has one of an issuer"
  }
}

run "with_an_edge" {
  command = apply
  variables {
    edge = { enabled = true, origin = "origin.todo.example.com", block = true }
  }
  assert {
    condition     = length(jsondecode(aws_wafv2_web_acl.this[0].rule_json)) == 5 && alltrue([for rule in jsondecode(aws_wafv2_web_acl.this[0].rule_json) : !can(rule.OverrideAction.Count)])
    error_message = "the firewall blocks"
  }
  assert {
    condition     = aws_acm_certificate.this[0].region == "us-east-1" && aws_wafv2_web_acl.this[0].region == "us-east-1"
    error_message = "CloudFront looks in us-east-1 only"
  }
}

run "smallest" {
  command   = apply
  state_key = "smallest"
  variables {
    smallest  = true
    processor = "arm64"
    zones     = 1
    app_nodes = { min = 1, max = 2 }
    protect   = false
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && aws_eks_node_group.this["app"].ami_type == "AL2023_ARM_64_STANDARD"
    error_message = "the smallest has one way out"
  }
}

# The variables are the same file in every module, so they are tried here only.
run "the_whole_world_is_no_administrator" {
  command = plan
  variables {
    admin_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.admin_cidrs]
}

run "a_budget_tells_somebody" {
  command = plan
  variables {
    budget = { amount = 900, emails = [] }
  }
  expect_failures = [var.budget]
}

run "backups_outlive_the_ledger" {
  command = plan
  variables {
    retention = { backups = 7, cold = 30, objects = 400 }
  }
  expect_failures = [var.retention]
}

run "wrong_words" {
  command = plan
  variables {
    name               = "Todo!"
    environment        = "prod"
    zones              = 4
    kubernetes_version = "1.30"
    network_cidr       = "192.168.0.0/24"
    processor          = "x86"
    app_nodes          = { min = 5, max = 3 }
    domain             = "https://todo.example.com"
    edge               = { enabled = true, origin = "", block = true }
    free_arm           = { ocpus = 8, memory = 64 }
    account            = "1"
    ci                 = { repository = "https://github.com/owner/*" }
  }
  expect_failures = [
    var.name, var.environment, var.zones, var.kubernetes_version, var.network_cidr, var.processor,
    var.app_nodes, var.domain, var.edge, var.free_arm, var.account, var.ci,
  ]
}
