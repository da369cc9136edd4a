# What GitOps must know of a cluster, and names and networks that are the same on every cloud. Pure: no provider.

variable "cloud" { type = string }
variable "name" { type = string }
variable "environment" { type = string }
variable "account" { type = string }
variable "region" { type = string }
variable "network_cidr" { type = string }
variable "domain" { type = string }
variable "repository" { type = string }

variable "known" {
  description = "What only the cloud knows once it made things."
  type = object({
    backup_bucket             = string
    backup_identity           = string
    external_dns_identity     = string
    external_secrets_identity = string
    group                     = string
    registry                  = string
    secret_store              = string
    tenant                    = string
  })
}

locals {
  # k8s/gitops/argocd/apps/projects lets an environment reach only clusters that are named so.
  cluster = "${var.name}-${var.environment}-${var.cloud}"
  facts   = merge(var.known, { account = var.account, domain = var.domain, region = var.region })
}

output "cluster" {
  value = local.cluster
}

output "tags" {
  value = { application = var.name, environment = var.environment, managed-by = "terraform" }
}

output "subnets" {
  description = "Nodes a /18, pods a /17, load balancers and the API endpoint a /24 each."
  value = {
    nodes = cidrsubnet(var.network_cidr, 2, 0)
    pods  = cidrsubnet(var.network_cidr, 1, 1)
    front = cidrsubnet(var.network_cidr, 8, 64)
    api   = cidrsubnet(var.network_cidr, 8, 65)
  }
}

output "services_cidr" {
  value = "172.20.0.0/16"
}

output "service_accounts" {
  description = "Who acts towards the cloud: namespace and service account of each, as k8s/gitops and helm/todo-app name them."
  value = {
    backup           = { namespace = "todo-app", name = "backup" }
    external_dns     = { namespace = "external-dns", name = "external-dns" }
    external_secrets = { namespace = "external-secrets", name = "external-secrets" }
  }
}

output "ci" {
  description = "Who is let in: a run of that repository in that environment, as GitHub signs it. A branch's or a pull request's subject is another."
  value = {
    issuer  = "https://token.actions.githubusercontent.com"
    subject = "repo:${var.repository}:environment:${var.environment}-${var.cloud}"
  }
}

output "ci_variables" {
  description = "What the workflows ask on every cloud; a cloud may say CLUSTER in another way."
  value = {
    ACCOUNT  = var.account
    CLUSTER  = local.cluster
    REGION   = var.region
    REGISTRY = var.known.registry
    URL      = "https://${var.domain}"
  }
}

output "images" {
  description = "What is pushed to the registry."
  value       = ["todo-frontend", "todo-backend", "recurring-task-service", "notification-service", "audit-service"]
}

output "argocd_labels" {
  value = { "todo-platform/environment" = var.environment, "todo-platform/cloud" = var.cloud }
}

output "argocd_annotations" {
  value = { for name, value in local.facts : "todo-platform/${name}" => value }
}

output "flux_facts" {
  value = merge(local.facts, { cluster = local.cluster, cloud = var.cloud, environment = var.environment })
}
