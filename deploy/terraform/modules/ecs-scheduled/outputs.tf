output "task_role_arn" {
  description = "Role of the run."
  value       = aws_iam_role.task.arn
}

output "task_role_name" {
  description = "Its name, to attach more to."
  value       = aws_iam_role.task.name
}

output "security_group_id" {
  description = "For the database's security group to let in."
  value       = aws_security_group.task.id
}

output "log_group_name" {
  description = "Where the runs log."
  value       = aws_cloudwatch_log_group.run.name
}

output "schedule_arn" {
  description = "ARN of the schedule."
  value       = aws_scheduler_schedule.run.arn
}

output "task_definition_arn" {
  description = "For a run by hand: `aws ecs run-task`."
  value       = aws_ecs_task_definition.run.arn
}
