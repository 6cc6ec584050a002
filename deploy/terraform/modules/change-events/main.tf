# Changes as they happen: CloudTrail → EventBridge → SQS → `kakunin watch`.
#
# The rule sees calls that change something, of the region it is in. Global services (IAM, CloudFront, Route 53,
# Organizations) report to us-east-1: forward it, and every other region of the scope, with module change-events-forward.
# CloudTrail sends management events to EventBridge only where a trail logs them.

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  encryption = var.kms_key_arn == null

  pattern = {
    "detail-type" = [
      "AWS API Call via CloudTrail",
      "AWS Console Action via CloudTrail",
      "AWS Service Event via CloudTrail",
    ]
    detail = merge(
      {
        readOnly = [false]
        # A call that was refused changed nothing.
        errorCode = [{ exists = false }]
      },
      length(var.event_sources) == 0 ? {} : { eventSource = var.event_sources },
      length(var.ignored_event_names) == 0 ? {} : { eventName = [{ "anything-but" = var.ignored_event_names }] },
    )
  }
}

resource "aws_cloudwatch_event_rule" "changes" {
  name           = var.name
  description    = "Calls that change something, for Kakunin to look again at what they touched"
  event_bus_name = var.event_bus_name
  event_pattern  = jsonencode(local.pattern)
  tags           = var.tags
}

resource "aws_cloudwatch_event_target" "queue" {
  rule           = aws_cloudwatch_event_rule.changes.name
  event_bus_name = var.event_bus_name
  target_id      = "queue"
  arn            = aws_sqs_queue.changes.arn

  # Whatever cannot be delivered within an hour is kept and seen; the nightly run reads everything anyway.
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_cloudwatch_event_permission" "senders" {
  for_each = toset(var.sender_account_ids)

  event_bus_name = var.event_bus_name
  statement_id   = "${var.name}-${each.value}"
  principal      = each.value
  action         = "events:PutEvents"
}

resource "aws_sqs_queue" "changes" {
  name                              = var.name
  message_retention_seconds         = 345600
  visibility_timeout_seconds        = var.visibility_timeout_seconds
  receive_wait_time_seconds         = 20
  sqs_managed_sse_enabled           = local.encryption ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = local.encryption ? null : 3600
  tags                              = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = var.max_receive_count
  })
}

# Longer than the queue keeps: a message keeps its age when it moves here.
resource "aws_sqs_queue" "dead" {
  name                              = "${var.name}-dead"
  message_retention_seconds         = 1209600
  sqs_managed_sse_enabled           = local.encryption ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = local.encryption ? null : 3600
  tags                              = var.tags
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.changes.arn]
  })
}

data "aws_iam_policy_document" "queue" {
  for_each = {
    changes = aws_sqs_queue.changes.arn
    dead    = aws_sqs_queue.dead.arn
  }

  statement {
    sid       = "TheRuleAlone"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.changes.arn]
    }
  }

  dynamic "statement" {
    for_each = length(var.consumer_role_arns) > 0 && each.key == "changes" ? [true] : []
    content {
      sid       = "Consumers"
      effect    = "Allow"
      actions   = local.consumer_actions
      resources = [each.value]
      principals {
        type        = "AWS"
        identifiers = var.consumer_role_arns
      }
    }
  }

  statement {
    sid       = "NothingInTheClear"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [each.value]
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

resource "aws_sqs_queue_policy" "changes" {
  queue_url = aws_sqs_queue.changes.id
  policy    = data.aws_iam_policy_document.queue["changes"].json
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.id
  policy    = data.aws_iam_policy_document.queue["dead"].json
}

# What the role of `kakunin watch` needs besides `kakunin policy`.
locals {
  consumer_actions = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
  ]
}

data "aws_iam_policy_document" "consumer" {
  statement {
    sid       = "ConsumeChanges"
    effect    = "Allow"
    actions   = local.consumer_actions
    resources = [aws_sqs_queue.changes.arn]
  }

  dynamic "statement" {
    for_each = local.encryption ? [] : [var.kms_key_arn]
    content {
      sid       = "ReadEncryptedChanges"
      effect    = "Allow"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}
