# In each further region, and each further account: sends its changes to the one bus. Never in the region of that bus
# itself: there the rule of module change-events sees them already.

data "aws_region" "current" {}

resource "aws_cloudwatch_event_rule" "forward" {
  name          = var.name
  description   = "Calls that change something, sent to where Kakunin looks"
  event_pattern = var.event_pattern
  tags          = var.tags
}

resource "aws_cloudwatch_event_target" "bus" {
  rule      = aws_cloudwatch_event_rule.forward.name
  target_id = "bus"
  arn       = var.event_bus_arn
  role_arn  = aws_iam_role.forward.arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.forward.arn]
    }
  }
}

resource "aws_iam_role" "forward" {
  name               = "${var.name}-${data.aws_region.current.name}"
  description        = "Lets one rule of EventBridge put events on one bus"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "forward" {
  statement {
    effect    = "Allow"
    actions   = ["events:PutEvents"]
    resources = [var.event_bus_arn]
  }
}

resource "aws_iam_role_policy" "forward" {
  name   = "forward"
  role   = aws_iam_role.forward.id
  policy = data.aws_iam_policy_document.forward.json
}

output "rule_arn" {
  description = "ARN of the rule."
  value       = aws_cloudwatch_event_rule.forward.arn
}
