//! Logs for people or machines, and traces for a collector.
//!
//! Traces go out by OTLP over HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is set.
//! They are sent from a thread of their own: a collector that is slow or gone holds nothing up and is mentioned in the log.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData};
use tokio::runtime::Runtime;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How long the end of the program waits for the last spans.
const FLUSH: Duration = Duration::from_secs(3);

/// How logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A line of JSON.
    Json,
}

/// Kept until the end of the program: then the last spans go out.
#[derive(Debug, Default)]
pub struct Telemetry(Option<(SdkTracerProvider, Runtime)>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        let Some((provider, runtime)) = self.0.take() else { return };
        if let Err(error) = provider.shutdown_with_timeout(FLUSH) {
            // The subscriber may be gone.
            let _ = writeln!(std::io::stderr(), "warning: the last traces did not reach the collector: {error}");
        }
        runtime.shutdown_background();
    }
}

/// Begins to log to standard error, and to trace where the environment names a collector.
pub fn begin(filter: EnvFilter, format: LogFormat) -> Telemetry {
    let (traces, telemetry) = match traces() {
        Some(Ok((provider, runtime))) => {
            let tracer = provider.tracer("kakunin");
            // Our own spans, and no more: requests of libraries would outnumber them a thousand to one.
            let ours = Targets::new().with_target("kakunin", Level::INFO);
            let layer = tracing_opentelemetry::layer().with_tracer(tracer).with_filter(ours);
            (Some(layer), Telemetry(Some((provider, runtime))))
        }
        Some(Err(error)) => {
            let _ = writeln!(
                std::io::stderr(),
                "warning: expected a collector at OTEL_EXPORTER_OTLP_ENDPOINT, as in http://127.0.0.1:4318: {error}; \
                 no traces are sent"
            );
            (None, Telemetry::default())
        }
        None => (None, Telemetry::default()),
    };
    // A journal or a file is no terminal: colours would be noise in it.
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = tracing_subscriber::fmt::layer().with_ansi(colours).with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    };
    // A second one in this process (a test's) leaves the first in place.
    let _ = tracing_subscriber::registry().with(lines).with(traces).try_init();
    telemetry
}

type Traces = Result<(SdkTracerProvider, Runtime), Box<dyn std::error::Error>>;

/// None where nobody wants traces.
fn traces() -> Option<Traces> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let wanted = set("OTEL_EXPORTER_OTLP_ENDPOINT") || set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    let off = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|off| off.eq_ignore_ascii_case("true"));
    (wanted && !off).then(exporter)
}

fn exporter() -> Traces {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("traces").enable_all().build()?;
    let inner = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build()?;
    let exporter = OnRuntime { inner: Arc::new(inner), handle: runtime.handle().clone() };
    let mut resource = Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("kakunin");
    }
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    Ok((provider, runtime))
}

/// The SDK exports on a plain thread, and the HTTP client wants a runtime.
#[derive(Debug)]
struct OnRuntime {
    inner: Arc<SpanExporter>,
    handle: tokio::runtime::Handle,
}

impl opentelemetry_sdk::trace::SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sent = self.handle.spawn(async move { inner.export(batch).await }).await;
        sent.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}
