resource "aws_budgets_budget" "this" {
  name         = module.facts.cluster
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.budget.amount)
  limit_unit   = "USD"
  tags         = module.facts.tags

  dynamic "notification" {
    for_each = { half = [50, "ACTUAL"], nearly = [90, "ACTUAL"], forecast = [100, "FORECASTED"] }
    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value[0]
      threshold_type             = "PERCENTAGE"
      notification_type          = notification.value[1]
      subscriber_email_addresses = var.budget.emails
    }
  }
}
