variable "name" {
  description = "Name of everything."
  type        = string
  default     = "kakunin"
}

variable "cluster_arn" {
  description = "ECS cluster that the task runs in."
  type        = string
}

variable "image" {
  description = "Image with the program and the project in /project (deploy/docker/project.Dockerfile), by digest where you can."
  type        = string
}

variable "cpu_architecture" {
  description = "What the image was built for: X86_64 or ARM64."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "Expected X86_64 or ARM64."
  }
}

variable "cpu" {
  description = "CPU units; 1024 are one virtual CPU. A run waits for answers most of the time."
  type        = number
  default     = 512
}

variable "memory" {
  description = "MiB."
  type        = number
  default     = 2048
}

variable "vpc_id" {
  description = "VPC of the subnets."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets with a way out: a NAT gateway, or VPC endpoints of every service that is read. The task gets no public address."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "Expected one subnet at least."
  }
}

variable "database_cidrs" {
  description = "Where PostgreSQL is, for port 5432."
  type        = list(string)
  default     = []
}

variable "mail_cidrs" {
  description = "Where the mail server is, for port 587."
  type        = list(string)
  default     = []
}

variable "schedule_expression" {
  description = "When to run, as EventBridge Scheduler writes it."
  type        = string
  default     = "cron(0 3 * * ? *)"
}

variable "schedule_timezone" {
  description = "IANA time zone of the expression."
  type        = string
  default     = "Asia/Tokyo"
}

variable "flexible_minutes" {
  description = "A run starts up to so many minutes later, so that many projects do not ask AWS at once."
  type        = number
  default     = 10
}

variable "policy_json" {
  description = "What the run may do: the output of `kakunin policy --watch --project DIR`: reads, the channels of AWS, the bucket of snapshots, each only where the project uses it."
  type        = string

  validation {
    condition     = can(jsondecode(var.policy_json).Statement)
    error_message = "Expected an IAM policy document: write the output of `kakunin policy --watch` to a file and give file(\"policy.json\")."
  }
}

variable "more_policies_json" {
  description = "What else the task needs, by a name each: the key of an encrypted bucket or topic, say."
  type        = map(string)
  default     = {}
}

variable "environment" {
  description = "Environment variables that are no secret."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Environment variable → ARN of the secret in Secrets Manager that it holds (`…:json-key::` at the end takes one key of it)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[a-z-]+:secretsmanager:", arn))])
    error_message = "Expected ARNs of secrets in Secrets Manager."
  }
}

variable "secret_kms_key_arns" {
  description = "Keys of these secrets, where they are not AWS's own."
  type        = list(string)
  default     = []
}

variable "log_kms_key_arn" {
  description = "Key of the log group; one is made where none is given. Its policy must let CloudWatch Logs use it."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 400
}

variable "expect_daily" {
  description = "Whether to alarm on a day without an invocation. Not for schedules that leave days out."
  type        = bool
  default     = true
}

variable "alarm_topic_arns" {
  description = "SNS topics that hear of runs that did not happen: Kakunin cannot tell that itself. Their policies must let cloudwatch.amazonaws.com and events.amazonaws.com publish."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}
