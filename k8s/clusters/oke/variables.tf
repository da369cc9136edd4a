# The same file in aks, gke, oke and eks (a test compares), so a cluster moves by changing the module's source.

variable "name" {
  description = "What everything is named after."
  type        = string
  default     = "todo"
  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,9}$", var.name))
    error_message = "name: 2 to 10 small letters and digits, beginning with a letter; some clouds allow no more in what is named after it."
  }
}

variable "environment" {
  description = "dev, staging or production: also which files of k8s/gitops the cluster gets."
  type        = string
  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment: dev, staging or production."
  }
}

variable "account" {
  description = "Whose bill it is: Azure subscription id, Google project id, OCI compartment OCID, AWS account id."
  type        = string
  validation {
    condition     = length(var.account) >= 6
    error_message = "account: the subscription, project, compartment or account that pays."
  }
}

variable "region" {
  description = "The cloud's own name of a region."
  type        = string
}

variable "zones" {
  description = "Over how many zones nodes are spread (a region with fewer gives what it has)."
  type        = number
  default     = 3
  validation {
    condition     = contains([1, 2, 3], var.zones)
    error_message = "zones: 1, 2 or 3."
  }
}

variable "kubernetes_version" {
  description = "Minor version, one that the chart is tested against."
  type        = string
  default     = "1.35"
  validation {
    condition     = can(regex("^1\\.3[4-7]$", var.kubernetes_version))
    error_message = "kubernetes_version: 1.34, 1.35, 1.36 or 1.37, the versions that the chart is tested against."
  }
}

variable "network_cidr" {
  description = "Addresses of the network, a /16."
  type        = string
  default     = "10.32.0.0/16"
  validation {
    condition     = can(cidrhost(var.network_cidr, 1)) && can(regex("^10\\..*/16$", var.network_cidr))
    error_message = "network_cidr: a /16 within 10.0.0.0/8, so that it meets neither services (172.20.0.0/16) nor the clouds' own addresses."
  }
}

variable "admin_cidrs" {
  description = "From where the API server may be reached."
  type        = list(string)
  validation {
    condition     = length(var.admin_cidrs) > 0 && alltrue([for cidr in var.admin_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "admin_cidrs: at least one network, and not the whole world."
  }
}

variable "processor" {
  description = "amd64 or arm64; the images are built for both."
  type        = string
  default     = "amd64"
  validation {
    condition     = contains(["amd64", "arm64"], var.processor)
    error_message = "processor: amd64 or arm64."
  }
}

variable "smallest" {
  description = "The smallest that carries the platform, without a paid control plane. On OKE with arm64: shapes that are always free."
  type        = bool
  default     = false
}

variable "free_arm" {
  description = "What OKE's smallest cluster takes of the Arm shape that is always free, over two nodes; older accounts may have twice as much (docs/costs.md). Other clouds have none."
  type        = object({ ocpus = number, memory = number })
  default     = { ocpus = 2, memory = 12 }
  validation {
    condition     = var.free_arm.ocpus >= 2 && var.free_arm.ocpus <= 4 && var.free_arm.memory >= 12 && var.free_arm.memory <= 24
    error_message = "free_arm: 2 to 4 OCPUs and 12 to 24 GB; more was never free."
  }
}

variable "app_nodes" {
  description = "How few and how many nodes the app's pool may have."
  type        = object({ min = number, max = number })
  default     = { min = 3, max = 6 }
  validation {
    condition     = var.app_nodes.min >= 1 && var.app_nodes.max >= var.app_nodes.min && var.app_nodes.max <= 100
    error_message = "app_nodes: 1 <= min <= max <= 100."
  }
}

variable "domain" {
  description = "Where the app answers; a zone of this name is made."
  type        = string
  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain: a name such as todo.example.com, in small letters, without https:// and without a dot at its end."
  }
}

variable "edge" {
  description = "CDN and firewall in front. Made once the gateway has an address: origin is its host name (OKE: the OCID of its load balancer)."
  type        = object({ enabled = bool, origin = string, block = bool })
  default     = { enabled = false, origin = "", block = true }
  validation {
    condition     = !var.edge.enabled || length(var.edge.origin) > 3
    error_message = "edge: say origin once the gateway has an address, or leave enabled = false until then."
  }
}

variable "budget" {
  description = "Amount a month in the account's currency, and who is told at half, at nine tenths and when the forecast is over it."
  type        = object({ amount = number, emails = list(string) })
  validation {
    condition     = var.budget.amount > 0 && length(var.budget.emails) > 0 && alltrue([for email in var.budget.emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "budget: an amount over 0 and at least one e-mail address."
  }
}

variable "retention" {
  description = "Days: backups are kept; objects become cold; objects are deleted."
  type        = object({ backups = number, cold = number, objects = number })
  default     = { backups = 35, cold = 30, objects = 400 }
  validation {
    condition     = var.retention.backups >= 35 && var.retention.cold >= 30 && var.retention.objects > var.retention.cold && var.retention.objects >= var.retention.backups
    error_message = "retention: backups at least 35 days (as long as the event ledger), cold at least 30, objects longer than both."
  }
}

variable "protect" {
  description = "Refuse to delete the cluster and what holds data."
  type        = bool
  default     = true
}

variable "ci" {
  description = "Whose workflows may push images and look at the roll-out, from the GitHub environment ENVIRONMENT-CLOUD only (docs/how-to/release.md). repository: OWNER/NAME; empty: nobody's. issuer_known, AWS: the account trusts GitHub's issuer already, for it takes one only. service_user, Oracle: OCID of the user that the trust made by hand stands for."
  type        = object({ repository = string, issuer_known = optional(bool, false), service_user = optional(string, "") })
  default     = { repository = "" }
  validation {
    condition     = can(regex("^([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)?$", var.ci.repository))
    error_message = "ci: repository is OWNER/NAME, without an address and without a wildcard."
  }
}
