output "queue_url" {
  description = "For `queue` of [events] in kakunin.toml."
  value       = aws_sqs_queue.changes.url
}

output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.changes.arn
}

output "dead_letter_queue_url" {
  description = "Changes that could not be taken."
  value       = aws_sqs_queue.dead.url
}

output "event_bus_arn" {
  description = "Where module change-events-forward sends."
  value       = "arn:${data.aws_partition.current.partition}:events:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:event-bus/${var.event_bus_name}"
}

output "event_pattern" {
  description = "What the rule takes; module change-events-forward forwards the same."
  value       = aws_cloudwatch_event_rule.changes.event_pattern
}

output "consumer_policy_json" {
  description = "What the role of `kakunin watch` needs to consume the queue."
  value       = data.aws_iam_policy_document.consumer.json
}
