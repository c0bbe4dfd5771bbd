//! The two ways in, whatever the handler is.

use std::io;
use std::net::SocketAddr;

use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};
use rmcp::{ServerHandler, ServiceExt as _};
use tokio::runtime::Runtime;

/// Pages of other sites do not reach the server, and pages of this machine do.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

/// Serves until the client closes standard input.
///
/// # Errors
/// There is no thread for it.
pub fn over_stdio(handler: impl ServerHandler) -> io::Result<()> {
    let runtime = runtime()?;
    runtime.block_on(async {
        // A client that leaves before the first word is no error.
        if let Ok(service) = handler.serve(stdio()).await {
            let _ = service.waiting().await;
        }
    });
    // A question that is still thought about is nobody's any more.
    runtime.shutdown_background();
    Ok(())
}

/// Serves until the process is stopped. `listening` is told the address once clients may come; the
/// caller sees to it that only clients of this machine can.
///
/// # Errors
/// There is no thread for it, or nobody may listen at the address.
pub fn over_http(
    handler: impl ServerHandler + Clone,
    address: SocketAddr,
    listening: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let config = StreamableHttpServerConfig::default().with_allowed_origins(ORIGINS);
    let sessions = LocalSessionManager::default().into();
    runtime()?.block_on(async {
        let service = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
        let listener = tokio::net::TcpListener::bind(address).await?;
        listening(listener.local_addr()?);
        axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await
    })
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().enable_time().build()
}
