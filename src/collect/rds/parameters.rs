//! Parameters that decide whether a database takes connections without TLS; each group is read once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{Filter, Parameter};
use futures::StreamExt;
use serde_json::{Map, Value};

use crate::collect::document::again;
use crate::collect::{Cx, Detail, Draft};
use crate::table::Operation;
use crate::table::rds::*;

/// Groups that are read at once.
const WIDTH: usize = 4;
/// A resource, its parameter group, and the parameter of its engine that forces TLS.
type Waiting = (Draft, Option<String>, Option<&'static str>);
/// Values of the wanted parameter by (group, parameter).
type Groups = BTreeMap<(String, String), Detail<Map<String, Value>>>;

/// The parameter that forces TLS, by engine (Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB
/// instance"; Amazon DocumentDB Developer Guide, "Encrypting data in transit"). None where the engine has none.
pub(super) fn tls_parameter(engine: &str) -> Option<&'static str> {
    match engine {
        "postgres" | "aurora-postgresql" => Some("rds.force_ssl"),
        "mysql" | "mariadb" | "aurora-mysql" => Some("require_secure_transport"),
        "docdb" => Some("tls"),
        _ if engine.starts_with("sqlserver-") => Some("rds.force_ssl"),
        _ => None,
    }
}

pub(super) async fn of_instances(cx: &Cx, rds: &aws_sdk_rds::Client, drafts: Vec<Waiting>) {
    let groups = match cx.wants(&DESCRIBE_DB_PARAMETERS) {
        false => None,
        true => {
            let read = |(group, parameter): (String, String)| async move {
                let args = ["--db-parameter-group-name", group.as_str(), "--filters", &filter_arg(&parameter)];
                let answer = rds
                    .describe_db_parameters()
                    .db_parameter_group_name(&group)
                    .filters(filter(&parameter))
                    .into_paginator()
                    .items()
                    .send()
                    .collect::<Result<Vec<_>, _>>();
                let detail = cx.detail(&DESCRIBE_DB_PARAMETERS, &group, &args, answer).await;
                let detail = detail.map(|found| values(&found, &parameter));
                ((group, parameter), detail)
            };
            Some(futures::stream::iter(wanted(&drafts)).map(read).buffer_unordered(WIDTH).collect::<Groups>().await)
        }
    };
    push(cx, &DESCRIBE_DB_PARAMETERS, "DBParameters", drafts, groups.as_ref());
}

pub(super) async fn of_clusters(cx: &Cx, rds: &aws_sdk_rds::Client, drafts: Vec<Waiting>) {
    let groups = match cx.wants(&DESCRIBE_DB_CLUSTER_PARAMETERS) {
        false => None,
        true => {
            let read = |(group, parameter): (String, String)| async move {
                let args = ["--db-cluster-parameter-group-name", group.as_str(), "--filters", &filter_arg(&parameter)];
                let answer = rds
                    .describe_db_cluster_parameters()
                    .db_cluster_parameter_group_name(&group)
                    .filters(filter(&parameter))
                    .into_paginator()
                    .items()
                    .send()
                    .collect::<Result<Vec<_>, _>>();
                let detail = cx.detail(&DESCRIBE_DB_CLUSTER_PARAMETERS, &group, &args, answer).await;
                let detail = detail.map(|found| values(&found, &parameter));
                ((group, parameter), detail)
            };
            Some(futures::stream::iter(wanted(&drafts)).map(read).buffer_unordered(WIDTH).collect::<Groups>().await)
        }
    };
    push(cx, &DESCRIBE_DB_CLUSTER_PARAMETERS, "DBClusterParameters", drafts, groups.as_ref());
}

fn filter(parameter: &str) -> Filter {
    Filter::builder().name("parameter-name").values(parameter).build()
}

fn filter_arg(parameter: &str) -> String {
    format!("Name=parameter-name,Values={parameter}")
}

fn wanted(drafts: &[Waiting]) -> BTreeSet<(String, String)> {
    drafts.iter().filter_map(|(_, group, parameter)| Some((group.clone()?, (*parameter)?.to_string()))).collect()
}

/// The parameter's value; a parameter that is listed without a value is null, one that is not listed is not there.
fn values(found: &[Parameter], parameter: &str) -> Map<String, Value> {
    found
        .iter()
        .filter(|p| p.parameter_name() == Some(parameter))
        .map(|p| (parameter.to_string(), p.parameter_value().map_or(Value::Null, Value::from)))
        .collect()
}

fn push(cx: &Cx, operation: &'static Operation, name: &str, drafts: Vec<Waiting>, groups: Option<&Groups>) {
    for (mut draft, group, parameter) in drafts {
        match (groups, group, parameter) {
            (None, ..) => {}
            // An engine without such a parameter: there is none.
            (Some(_), _, None) => draft.read(operation, &[]),
            (Some(_), None, Some(_)) => draft.unusable(name, operation, "the answer named no parameter group"),
            (Some(groups), Some(group), Some(parameter)) => {
                if let Some(detail) = groups.get(&(group, parameter.to_string())) {
                    draft.fill(operation, again(detail), |draft, values| {
                        if values.contains_key(parameter) {
                            draft.set(name, values);
                        } else {
                            draft.unusable(name, operation, format!("the group's parameters came without {parameter}"));
                        }
                    });
                }
            }
        }
        cx.push(draft);
    }
}
