variable "name" {
  description = "Name of the rule; that of the role is the same with the region added."
  type        = string
  default     = "kakunin-changes-forward"
}

variable "event_bus_arn" {
  description = "The bus of module change-events: its output event_bus_arn."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:events:[a-z0-9-]+:[0-9]{12}:event-bus/.+$", var.event_bus_arn))
    error_message = "Expected the ARN of an event bus."
  }
}

variable "event_pattern" {
  description = "What to forward: output event_pattern of module change-events."
  type        = string
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}
