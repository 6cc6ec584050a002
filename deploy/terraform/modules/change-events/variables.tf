variable "name" {
  description = "Name of the rule and, with suffixes, of the queues."
  type        = string
  default     = "kakunin-changes"
}

variable "event_bus_name" {
  description = "Bus that CloudTrail's events arrive on. AWS services put theirs on `default`, and nowhere else."
  type        = string
  default     = "default"
}

variable "sender_account_ids" {
  description = "Other accounts that may forward their events to this bus (module change-events-forward in each of them)."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.sender_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "Account ids have twelve digits."
  }
}

variable "event_sources" {
  description = "Only changes of these services (`rds.amazonaws.com`); all where none is named. What Kakunin knows nothing of, it passes over."
  type        = list(string)
  default     = []
}

variable "ignored_event_names" {
  description = <<-EOT
    Calls that write, come by the thousand and decide nothing: agents that report themselves, log streams that begin.
    What they leave is read by the nightly run all the same.
  EOT
  type        = list(string)
  default = [
    "CreateLogStream",
    "SubmitAttachmentStateChanges",
    "SubmitContainerStateChange",
    "SubmitTaskStateChange",
    "UpdateInstanceInformation",
  ]
}

variable "consumer_role_arns" {
  description = "Roles that read the queue, where they are of another account. A role of this account needs `consumer_policy_json` only."
  type        = list(string)
  default     = []
}

variable "kms_key_arn" {
  description = "Key for the queues; SQS's own key where none is given. Its policy must let events.amazonaws.com use it (kms:GenerateDataKey, kms:Decrypt)."
  type        = string
  default     = null
}

variable "visibility_timeout_seconds" {
  description = "Longer than a re-check takes: a change is acknowledged only after what it led to was written."
  type        = number
  default     = 300

  validation {
    condition     = var.visibility_timeout_seconds >= 60 && var.visibility_timeout_seconds <= 43200
    error_message = "Expected 60 to 43200 seconds."
  }
}

variable "max_receive_count" {
  description = "Deliveries of one event after which it is a dead letter."
  type        = number
  default     = 10
}

variable "max_age_seconds" {
  description = "Age of the oldest event above which the alarm says that nobody consumes."
  type        = number
  default     = 900
}

variable "alarm_topic_arns" {
  description = "SNS topics that the alarms notify. Not the topic of a Kakunin channel alone: these say that Kakunin itself is late."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}
