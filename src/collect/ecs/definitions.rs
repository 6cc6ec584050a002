//! Task definitions that some service runs. Values of environment variables never leave this file.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::ContainerDefinition;
use serde_json::{Value, json};

use crate::collect::{Cx, Draft};
use crate::table::ecs::*;

/// Reads the task definitions with these ARNs.
pub(super) async fn read(cx: &Cx, ecs: &aws_sdk_ecs::Client, arns: BTreeSet<String>) {
    cx.each(arns, |arn| async move {
        let mut draft = Draft::new(&TASK_DEFINITION, &arn).arn(Some(&arn));
        let future = ecs.describe_task_definition().task_definition(&arn).send();
        let answer = cx.detail(&DESCRIBE_TASK_DEFINITION, &arn, &["--task-definition", &arn], future).await;
        draft.fill(&DESCRIBE_TASK_DEFINITION, answer, |d, o| {
            let Some(definition) = o.task_definition() else {
                return;
            };
            d.set("Family", definition.family());
            d.set("NetworkMode", definition.network_mode().map(|m| m.as_str()));
            if let Some(containers) = &definition.container_definitions {
                d.set("ContainerDefinitions", containers.iter().map(container).collect::<Vec<Value>>());
            }
        });
        cx.push(draft);
    })
    .await;
}

fn container(container: &ContainerDefinition) -> Value {
    json!({
        "Name": container.name(),
        "Image": container.image(),
        // Absent means false ("ContainerDefinition", Amazon ECS API Reference).
        "Privileged": container.privileged().unwrap_or(false),
        "ReadonlyRootFilesystem": container.readonly_root_filesystem().unwrap_or(false),
        "User": container.user(),
        "LogDriver": container.log_configuration().map(|l| l.log_driver().as_str()),
        "Environment": container.environment().iter().filter_map(|e| e.name()).collect::<Vec<_>>(),
        "Secrets": container.secrets().iter().map(|s| s.name()).collect::<Vec<_>>(),
    })
}
