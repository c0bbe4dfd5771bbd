//! Over standard input and output, or over HTTP on this machine.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use rmcp::ServiceExt as _;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};

use super::index::Index;
use super::server::Server;
use crate::command_line::Mcp;
use crate::error::Error;
use crate::terminal;

/// Pages of other sites do not reach the server, and pages of this machine do.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

pub(crate) fn run(command: &Mcp) -> Result<ExitCode, Error> {
    let server = Server::new(Arc::new(Index::open(&command.folder)?));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .enable_time()
        .build()
        .map_err(|source| Error::Serve { source })?;
    match command.http {
        None => runtime.block_on(over_stdio(server))?,
        Some(address) => runtime.block_on(over_http(server, address))?,
    }
    // A question that is still thought about is nobody's any more.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn over_stdio(server: Server) -> Result<(), Error> {
    // A client that leaves before the first word is no error.
    if let Ok(service) = server.serve(stdio()).await {
        let _ = service.waiting().await;
    }
    Ok(())
}

async fn over_http(server: Server, address: SocketAddr) -> Result<(), Error> {
    let failed = |source| Error::Serve { source };
    if !address.ip().is_loopback() {
        return Err(Error::NotLoopback { address });
    }
    let config = StreamableHttpServerConfig::default().with_allowed_origins(ORIGINS);
    let sessions = LocalSessionManager::default().into();
    let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
    let listener = tokio::net::TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    terminal::note(&format!("kai: serving http://{address}/mcp"));
    axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await.map_err(failed)
}
