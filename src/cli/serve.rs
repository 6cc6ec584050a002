//! `kakunin serve`: the dashboard and the JSON API over the project's history.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use super::{Done, Failure, exit, inputs, store};
use crate::model::Lang;
use crate::web::{self, WebError};

/// Arguments of `kakunin serve`.
#[derive(Debug, Args)]
#[command(after_help = "It only reads. Without a login it listens on loopback only; [web] login in kakunin.toml \
                        sets a token, a reverse proxy's header, or OpenID Connect.")]
pub struct Serve {
    /// The project whose history is shown: kakunin.toml says where it is and who may look
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// Address and port, in place of the one in kakunin.toml
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

pub(super) fn run(args: &Serve, lang: Lang) -> Done {
    let project = inputs::project(&args.project)?;
    let mut settings = project.watching.web.clone();
    settings.listen = args.listen.clone().unwrap_or(settings.listen);
    let address = web::address(&settings).map_err(Failure::data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| Failure::data(WebError::Bind { listen: address, source }))?;
        // Port 0 asks for any that is free.
        let address = listener.local_addr().map_err(Failure::internal)?;
        // A project's dashboard may be up before its first run; a folder that is none is more likely a misspelt one.
        let (store, _) = match args.project.join("kakunin.toml").is_file() {
            true => store::history_made(&args.project, &project).await?,
            false => store::history_of(&args.project, &project).await?,
        };
        let store = Arc::new(store);
        let dashboard =
            web::dashboard(Arc::clone(&store) as _, &settings, &args.project, address, Arc::new(chrono::Utc::now))
                .map_err(Failure::data)?;
        match lang {
            Lang::Ja => say!("http://{address} でダッシュボードを表示しています(Ctrl+C で終了)"),
            Lang::En => say!("the dashboard is at http://{address} (Ctrl+C ends it)"),
        }
        let served = web::serve(listener, dashboard, stopped()).await;
        store.close().await;
        served.map_err(Failure::internal)?;
        Ok(exit::HOLDS)
    })
}

/// Done when someone asks the program to end.
async fn stopped() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let ended = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let ended = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = ended => {}
    }
}
