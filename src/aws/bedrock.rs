//! Asks a language model through Amazon Bedrock's Converse API. Off unless the user names a model.
//!
//! The only call outside the table of operations. It changes nothing in the account (AWS's page "Actions, resources, and
//! condition keys for Amazon Bedrock" lists InvokeModel, which Converse needs, as a read), but the sheet's words leave for
//! the model, so it is only made when asked for.

use std::collections::HashMap;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message, SpecificToolChoice, SystemContentBlock, Tool,
    ToolChoice, ToolConfiguration, ToolInputSchema, ToolSpecification,
};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::{Document, Number};
use serde_json::Value;

use super::guard::ReadOnlyGuard;

/// Tokens of an answer, at most: a choice of topics is short.
const MAX_TOKENS: i32 = 2_000;
/// One attempt, at most: a model writes a word at a time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// The model could not be asked, or gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum BedrockError {
    /// The request could not be built.
    #[error(
        "expected a request that Bedrock takes, found one that it does not: {0}; this is a defect, please report it"
    )]
    Request(String),
    /// The call failed.
    #[error(
        "expected an answer of the model {model}, found: {detail}; check that the model is enabled in this region and that \
         you may call bedrock:InvokeModel"
    )]
    Call {
        /// Model id.
        model: String,
        /// What the SDK said.
        detail: String,
    },
    /// The answer does not use the tool.
    #[error("expected the model {model} to answer through the tool {tool}, found {found}")]
    NoTool {
        /// Model id.
        model: String,
        /// The tool's name.
        tool: String,
        /// Why it stopped.
        found: String,
    },
}

/// A model to ask.
#[derive(Debug, Clone)]
pub struct Model {
    client: Client,
    id: String,
}

impl Model {
    /// `id`: a model id or an inference profile's id or ARN, in the region and with the credentials of the environment.
    ///
    /// Not by a run's session: what a model says is no observation of the account, and is neither recorded nor replayed.
    pub async fn open(id: impl Into<String>) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::adaptive())
            .timeout_config(timeouts)
            .load()
            .await;
        let config = aws_sdk_bedrockruntime::config::Builder::from(&config)
            .interceptor(ReadOnlyGuard::only("bedrockruntime", &["Converse"]))
            .build();
        Self { client: Client::from_conf(config), id: id.into() }
    }

    /// Asks once, and returns what the model gives to the tool `tool`, whose input has the JSON Schema `schema`.
    ///
    /// # Errors
    /// See [`BedrockError`].
    pub async fn ask(&self, system: &str, user: &str, tool: &str, schema: &Value) -> Result<Value, BedrockError> {
        let request = |error: aws_smithy_types::error::operation::BuildError| BedrockError::Request(error.to_string());
        let specification = ToolSpecification::builder()
            .name(tool)
            .input_schema(ToolInputSchema::Json(document(schema)))
            .build()
            .map_err(request)?;
        let tools = ToolConfiguration::builder()
            .tools(Tool::ToolSpec(specification))
            .tool_choice(ToolChoice::Tool(SpecificToolChoice::builder().name(tool).build().map_err(request)?))
            .build()
            .map_err(request)?;
        let message = Message::builder()
            .role(ConversationRole::User)
            .content(ContentBlock::Text(user.to_owned()))
            .build()
            .map_err(request)?;
        let answer = self
            .client
            .converse()
            .model_id(&self.id)
            .system(SystemContentBlock::Text(system.to_owned()))
            .messages(message)
            .inference_config(InferenceConfiguration::builder().max_tokens(MAX_TOKENS).temperature(0.0).build())
            .tool_config(tools)
            .send()
            .await
            .map_err(|error| BedrockError::Call { model: self.id.clone(), detail: detail(&error) })?;
        let found = answer.stop_reason().as_str().to_owned();
        let content = answer.output().and_then(|output| output.as_message().ok()).map(|message| message.content());
        content
            .unwrap_or_default()
            .iter()
            .filter_map(|block| block.as_tool_use().ok())
            .find(|used| used.name() == tool)
            .map(|used| json(used.input()))
            .ok_or_else(|| BedrockError::NoTool { model: self.id.clone(), tool: tool.to_owned(), found })
    }
}

fn detail<E: std::error::Error + Send + Sync + 'static, R: std::fmt::Debug + Send + Sync + 'static>(
    error: &SdkError<E, R>,
) -> String {
    DisplayErrorContext(error).to_string()
}

/// JSON as the SDK's own kind of JSON.
fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(truth) => Document::Bool(*truth),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(positive), _) => Number::PosInt(positive),
            (None, Some(negative)) => Number::NegInt(negative),
            (None, None) => Number::Float(number.as_f64().unwrap_or(f64::NAN)),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(list) => Document::Array(list.iter().map(document).collect()),
        Value::Object(map) => {
            Document::Object(map.iter().map(|(key, value)| (key.clone(), document(value))).collect::<HashMap<_, _>>())
        }
    }
}

fn json(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(truth) => Value::Bool(*truth),
        Document::Number(Number::PosInt(number)) => (*number).into(),
        Document::Number(Number::NegInt(number)) => (*number).into(),
        Document::Number(Number::Float(number)) => (*number).into(),
        Document::String(text) => Value::String(text.clone()),
        Document::Array(list) => Value::Array(list.iter().map(json).collect()),
        Document::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{document, json as back};

    #[test]
    fn json_goes_there_and_back() {
        let value = json!({"a": [1, -2, 0.5, true, null, "ア"], "b": {"c": {}}});
        assert_eq!(back(&document(&value)), value);
    }
}
