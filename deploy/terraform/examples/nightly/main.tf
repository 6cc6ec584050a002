# A run every night on Fargate, in a VPC that is there already.

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

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "database_cidrs" {
  type = list(string)
}

variable "database_url_secret_arn" {
  description = "Secret that holds PostgreSQL's URL."
  type        = string
}

variable "slack_webhook_secret_arn" {
  description = "Secret that holds the webhook's URL."
  type        = string
}

variable "alarm_topic_arns" {
  description = "Where CloudWatch says that Kakunin did not run."
  type        = list(string)
  default     = []
}

variable "image" {
  type    = string
  default = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/kakunin-project:0.1.0"
}

variable "policy_file" {
  description = "What `kakunin policy --watch --project DIR` printed."
  type        = string
  default     = "policy.json"
}

resource "aws_ecs_cluster" "kakunin" {
  name = "kakunin"
}

module "nightly" {
  source      = "../../modules/ecs-scheduled"
  cluster_arn = aws_ecs_cluster.kakunin.arn
  image       = var.image
  vpc_id      = var.vpc_id
  subnet_ids  = var.subnet_ids

  policy_json    = file(var.policy_file)
  database_cidrs = var.database_cidrs
  secrets = {
    KAKUNIN_DATABASE_URL = var.database_url_secret_arn
    SLACK_WEBHOOK_URL    = var.slack_webhook_secret_arn
  }
  alarm_topic_arns = var.alarm_topic_arns
}

output "task_role_arn" {
  value = module.nightly.task_role_arn
}
