resource "azurerm_consumption_budget_resource_group" "this" {
  name              = module.facts.cluster
  resource_group_id = azurerm_resource_group.this.id
  amount            = var.budget.amount
  time_grain        = "Monthly"

  time_period {
    start_date = formatdate("YYYY-MM-'01T00:00:00Z'", plantimestamp())
  }

  dynamic "notification" {
    for_each = { half = [50, "Actual"], nearly = [90, "Actual"], forecast = [100, "Forecasted"] }
    content {
      operator       = "GreaterThan"
      threshold      = notification.value[0]
      threshold_type = notification.value[1]
      contact_emails = var.budget.emails
    }
  }

  lifecycle {
    ignore_changes = [time_period] # the month in which it was made
  }
}
