resource "aws_scheduler_schedule_group" "run" {
  name = var.name
  tags = var.tags
}

resource "aws_scheduler_schedule" "run" {
  name                         = var.name
  group_name                   = aws_scheduler_schedule_group.run.name
  description                  = "One run over the claims of a check sheet"
  schedule_expression          = var.schedule_expression
  schedule_expression_timezone = var.schedule_timezone

  flexible_time_window {
    mode                      = var.flexible_minutes > 0 ? "FLEXIBLE" : "OFF"
    maximum_window_in_minutes = var.flexible_minutes > 0 ? var.flexible_minutes : null
  }

  target {
    arn      = var.cluster_arn
    role_arn = aws_iam_role.scheduler.arn

    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.run.arn
      launch_type         = "FARGATE"
      platform_version    = "LATEST"
      task_count          = 1

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = [aws_security_group.task.id]
        assign_public_ip = false
      }
    }

    # No capacity, say: tried for two hours, then a dead letter and an alarm.
    retry_policy {
      maximum_event_age_in_seconds = 7200
      maximum_retry_attempts       = 20
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead.arn
    }
  }
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-not-started"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

data "aws_iam_policy_document" "dead" {
  statement {
    sid       = "NothingInTheClear"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.dead.arn]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy    = data.aws_iam_policy_document.dead.json
}
