variables {
  cloud        = "gke"
  name         = "todo"
  environment  = "staging"
  account      = "a-project"
  region       = "europe-west3"
  network_cidr = "10.32.0.0/16"
  domain       = "todo.example.com"
  repository   = "owner/todo"
  known = {
    backup_bucket = "bucket", backup_identity = "b", external_dns_identity = "d", external_secrets_identity = "s"
    group         = "", registry = "r", secret_store = "st", tenant = ""
  }
}

run "names_what_gitops_looks_for" {
  assert {
    condition     = output.cluster == "todo-staging-gke"
    error_message = "an AppProject reaches only clusters that have the environment in the middle of their name"
  }
  assert {
    condition     = output.argocd_annotations["todo-platform/domain"] == "todo.example.com" && output.flux_facts["domain"] == "todo.example.com"
    error_message = "both ways of GitOps get the same facts"
  }
  assert {
    condition     = alltrue([for name in keys(output.flux_facts) : can(regex("^[_a-z]+$", name))])
    error_message = "Flux puts in only names of letters and underscores"
  }
}

run "networks_do_not_meet" {
  assert {
    condition     = output.subnets.nodes == "10.32.0.0/18" && output.subnets.pods == "10.32.128.0/17" && output.subnets.front == "10.32.64.0/24" && output.subnets.api == "10.32.65.0/24"
    error_message = "subnets overlap or moved; moving one rebuilds a cluster"
  }
}

run "only_an_environment_of_the_repository_is_let_in" {
  assert {
    condition     = output.ci.subject == "repo:owner/todo:environment:staging-gke"
    error_message = "the subject is not that of .github/workflows/deploy-cloud.yml"
  }
}
