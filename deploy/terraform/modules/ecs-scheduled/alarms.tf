# A night without a run is not a green night. Three ways to miss one: the task was not started, nothing tried to start it,
# or it started and failed.

locals {
  # Metric of EventBridge Scheduler → what it means.
  not_started = {
    TargetErrorCount                           = "ECS refused to start the task"
    InvocationDroppedCount                     = "the task could not be started, and no more is tried"
    InvocationsSentToDeadLetterCount           = "the task could not be started: see the queue ${aws_sqs_queue.dead.name}"
    InvocationsFailedToBeSentToDeadLetterCount = "the task could not be started, and not even that could be noted"
  }
}

resource "aws_cloudwatch_metric_alarm" "not_started" {
  for_each            = local.not_started
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "Kakunin did not run: ${each.value}."
  namespace           = "AWS/Scheduler"
  metric_name         = each.key
  dimensions          = { ScheduleGroup = aws_scheduler_schedule_group.run.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  tags                = var.tags
}

# Silence is the failure here: no data is an alarm.
resource "aws_cloudwatch_metric_alarm" "silent" {
  count               = var.expect_daily ? 1 : 0
  alarm_name          = "${var.name}-silent"
  alarm_description   = "Kakunin did not run: nothing tried to start it for a day."
  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationAttemptCount"
  dimensions          = { ScheduleGroup = aws_scheduler_schedule_group.run.name }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
  tags                = var.tags
}

# Started and failed: an exit code other than 0, or stopped before it had one (no image, no secret, out of memory).
resource "aws_cloudwatch_event_rule" "failed" {
  name        = "${var.name}-failed"
  description = "A run of Kakunin that did not end well"
  tags        = var.tags

  event_pattern = jsonencode({
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail = {
      clusterArn = [var.cluster_arn]
      group      = ["family:${var.name}"]
      lastStatus = ["STOPPED"]
      "$or" = [
        { containers = { exitCode = [{ "anything-but" = 0 }] } },
        { stopCode = ["TaskFailedToStart"] },
      ]
    }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  for_each  = { for index, arn in var.alarm_topic_arns : tostring(index) => arn }
  rule      = aws_cloudwatch_event_rule.failed.name
  target_id = "topic-${each.key}"
  arn       = each.value

  input_transformer {
    input_paths = {
      reason = "$.detail.stoppedReason"
      task   = "$.detail.taskArn"
    }
    input_template = "\"A run of Kakunin did not end well. Task <task>: <reason>. Its log is in ${local.log_group}.\""
  }
}
