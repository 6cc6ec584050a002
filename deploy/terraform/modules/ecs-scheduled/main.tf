# `kakunin watch --once` on Fargate, as often as EventBridge Scheduler says. History in PostgreSQL, snapshots in S3: the
# container keeps nothing.

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  log_group = "/ecs/${var.name}"
  log_key   = var.log_kms_key_arn != null ? var.log_kms_key_arn : one(aws_kms_key.log[*].arn)
  # `arn:…:secret:name-AbCdEf:json-key:stage:id` → the secret's own ARN.
  secret_arns = distinct([for arn in values(var.secrets) : join(":", slice(split(":", arn), 0, 7))])
}

resource "aws_ecs_task_definition" "run" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  container_definitions = jsonencode([{
    name                   = "kakunin"
    image                  = var.image
    essential              = true
    command                = ["watch", "--once", "--project", "/project", "--log-format", "json"]
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters = {
      initProcessEnabled = false
      capabilities       = { drop = ["ALL"], add = [] }
    }
    stopTimeout = 30
    environment = [for name, value in var.environment : { name = name, value = value }]
    secrets     = [for name, arn in var.secrets : { name = name, valueFrom = arn }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = local.log_group
        awslogs-region        = local.region
        awslogs-stream-prefix = "run"
      }
    }
  }])

  depends_on = [aws_cloudwatch_log_group.run]
}

# Goes out, is never reached.
resource "aws_security_group" "task" {
  name        = var.name
  description = "Kakunin: goes out, is never reached"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = var.name })
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.task.id
  description       = "AWS, receivers of alerts, cited pages, TLS endpoints"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  for_each          = toset(var.database_cidrs)
  security_group_id = aws_security_group.task.id
  description       = "PostgreSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_egress_rule" "mail" {
  for_each          = toset(var.mail_cidrs)
  security_group_id = aws_security_group.task.id
  description       = "Mail, by STARTTLS"
  ip_protocol       = "tcp"
  from_port         = 587
  to_port           = 587
  cidr_ipv4         = each.value
}

resource "aws_cloudwatch_log_group" "run" {
  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = local.log_key
  tags              = var.tags
}

data "aws_iam_policy_document" "log_key" {
  statement {
    sid       = "TheAccountDecides"
    effect    = "Allow"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${local.partition}:iam::${local.account}:root"]
    }
  }

  statement {
    sid       = "ThisLogGroup"
    effect    = "Allow"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:${local.log_group}"]
    }
  }
}

resource "aws_kms_key" "log" {
  count                   = var.log_kms_key_arn == null ? 1 : 0
  description             = "Logs of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.log_key.json
  tags                    = var.tags
}
