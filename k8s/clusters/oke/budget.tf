# Budgets stand in the tenancy, so the compartment must be directly below it.
data "oci_identity_compartment" "this" {
  id = var.account
}

resource "oci_budget_budget" "this" {
  compartment_id = data.oci_identity_compartment.this.compartment_id
  display_name   = module.facts.cluster
  description    = "What ${module.facts.cluster} may cost a month"
  amount         = var.budget.amount
  reset_period   = "MONTHLY"
  target_type    = "COMPARTMENT"
  targets        = [var.account]
  freeform_tags  = module.facts.tags
}

resource "oci_budget_alert_rule" "this" {
  for_each       = { half = [50, "ACTUAL"], nearly = [90, "ACTUAL"], forecast = [100, "FORECAST"] }
  budget_id      = oci_budget_budget.this.id
  display_name   = each.key
  threshold      = each.value[0]
  threshold_type = "PERCENTAGE"
  type           = each.value[1]
  recipients     = join(",", var.budget.emails)
  message        = "${module.facts.cluster}: ${each.value[0]} % of the month's budget (${lower(each.value[1])})"
}
