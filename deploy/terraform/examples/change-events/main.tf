# Tokyo is where `kakunin watch` runs; global services report to us-east-1, and Osaka is in the scope too.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
}

provider "aws" {
  region = "ap-northeast-1"
}

provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

provider "aws" {
  alias  = "osaka"
  region = "ap-northeast-3"
}

variable "alarm_topic_arns" {
  description = "SNS topics for alarms about Kakunin itself."
  type        = list(string)
  default     = []
}

module "change_events" {
  source           = "../../modules/change-events"
  alarm_topic_arns = var.alarm_topic_arns
}

module "from_us_east_1" {
  source        = "../../modules/change-events-forward"
  providers     = { aws = aws.us_east_1 }
  event_bus_arn = module.change_events.event_bus_arn
  event_pattern = module.change_events.event_pattern
}

module "from_osaka" {
  source        = "../../modules/change-events-forward"
  providers     = { aws = aws.osaka }
  event_bus_arn = module.change_events.event_bus_arn
  event_pattern = module.change_events.event_pattern
}

# For a watcher that runs under a role of its own, wherever it runs.
variable "watch_role_name" {
  description = "Name of the role of `kakunin watch`, where it is to get the permission to consume."
  type        = string
  default     = null
}

resource "aws_iam_role_policy" "consume" {
  count  = var.watch_role_name == null ? 0 : 1
  name   = "kakunin-changes"
  role   = var.watch_role_name
  policy = module.change_events.consumer_policy_json
}

output "queue_url" {
  value = module.change_events.queue_url
}

output "consumer_policy_json" {
  value = module.change_events.consumer_policy_json
}
