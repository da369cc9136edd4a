# The same names in aks, gke, oke and eks (a test compares).

output "cluster_name" {
  description = "The cluster's name, also in Argo CD."
  value       = module.facts.cluster
}

output "kubeconfig_command" {
  description = "What writes the access to it into your kubeconfig."
  value       = "aws eks update-kubeconfig --region ${var.region} --name ${aws_eks_cluster.this.name}"
}

output "registry" {
  description = "Where images are pushed."
  value       = local.known.registry
}

output "name_servers" {
  description = "What the parent zone must delegate the domain to."
  value       = aws_route53_zone.this.name_servers
}

output "edge_hostname" {
  description = "Where the CDN answers; empty without an edge."
  value       = var.edge.enabled ? aws_cloudfront_distribution.this[0].domain_name : ""
}

output "backup_bucket" {
  description = "Where dumps and seals go."
  value       = local.known.backup_bucket
}

output "argocd_labels" {
  description = "Labels of the cluster's secret in Argo CD."
  value       = module.facts.argocd_labels
}

output "argocd_annotations" {
  description = "Annotations of the same: what the ApplicationSet reads."
  value       = module.facts.argocd_annotations
}

output "flux_facts" {
  description = "The ConfigMap cluster-facts of the Flux variant."
  value       = module.facts.flux_facts
}

output "ci_variables" {
  description = "What the GitHub environment ENVIRONMENT-CLOUD must know; empty where no repository is trusted."
  value       = local.ci ? merge(module.facts.ci_variables, local.ci_known) : {}
}
