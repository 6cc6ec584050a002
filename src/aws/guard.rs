//! Law 6: no call that can change an account leaves the program.

use std::collections::BTreeSet;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::table::registry;

/// Refuses, before it is even serialised, every operation that the table of operations does not declare as a read.
#[derive(Debug, Clone)]
pub struct ReadOnlyGuard {
    service: &'static str,
    allowed: BTreeSet<&'static str>,
}

/// An operation that is not on the declared list was about to be called.
#[derive(Debug, thiserror::Error)]
#[error("refused before signing: expected an operation of {service} that is declared as a read, found {operation}")]
pub struct NotDeclared {
    service: &'static str,
    operation: String,
}

impl ReadOnlyGuard {
    /// The guard of one service's client.
    pub fn new(service: &'static str) -> Self {
        let allowed = registry().operations.values().filter(|op| op.service == service).map(|op| op.name).collect();
        Self { service, allowed }
    }

    /// The guard of a client that is no part of the table of operations, for the operations named.
    #[cfg(any(feature = "bedrock", feature = "cloudtrail", feature = "alert"))]
    pub fn only(service: &'static str, operations: &[&'static str]) -> Self {
        Self { service, allowed: operations.iter().copied().collect() }
    }
}

impl Intercept for ReadOnlyGuard {
    fn name(&self) -> &'static str {
        "ReadOnlyGuard"
    }

    fn read_before_serialization(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map(|m| m.name().to_string()).unwrap_or_default();
        if self.allowed.contains(operation.as_str()) {
            Ok(())
        } else {
            Err(Box::new(NotDeclared { service: self.service, operation }))
        }
    }
}
