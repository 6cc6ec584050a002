//! The OpenAPI document: paths and own shapes from the handlers, types of the domain from the schema that `report.json` has.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::model::{Finding, ItemReport, Message, Summary, Transition};

/// The types of the domain that shapes refer to; what these refer to comes with them.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is wanted")]
struct Domain {
    item: ItemReport,
    finding: Finding,
    message: Message,
    summary: Summary,
    transition: Transition,
}

/// The whole document.
pub(super) fn finish(api: OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let _ = generator.subschema_for::<Domain>();
    let mut domain: Map<String, Value> = generator.take_definitions(true);
    domain.remove("Domain");
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.extend(domain);
    }
    if let Some(document) = document.as_object_mut() {
        document.insert(
            "info".to_owned(),
            json!({
                "title": "Kakunin",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Whether the claims of security check sheets are true of AWS accounts: sheets, items, runs, \
                                transitions, findings, gaps and messages. Everything only reads.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            }),
        );
        document.insert("servers".to_owned(), json!([{"url": "/"}]));
        document.insert("security".to_owned(), json!([{"bearer": []}, {}]));
    }
    if let Some(components) = document.pointer_mut("/components").and_then(Value::as_object_mut) {
        let bearer = json!({"type": "http", "scheme": "bearer", "description": "Where [web] login is by token."});
        components.insert("securitySchemes".to_owned(), json!({"bearer": bearer}));
    }
    document
}
