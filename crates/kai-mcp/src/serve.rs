//! The two ways in.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rmcp::ServiceExt as _;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};
use tokio::runtime::Runtime;

use crate::Answers;
use crate::server::Server;

/// Pages of other sites do not reach the server, and pages of this machine do.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

/// Serves until the client closes standard input.
pub fn over_stdio(answers: Arc<dyn Answers>) -> io::Result<()> {
    let runtime = runtime()?;
    runtime.block_on(async {
        // A client that leaves before the first word is no error.
        if let Ok(service) = Server::new(answers).serve(stdio()).await {
            let _ = service.waiting().await;
        }
    });
    // A question that is still thought about is nobody's any more.
    runtime.shutdown_background();
    Ok(())
}

/// Serves until the process is stopped. `listening` is told the address once clients may come; the
/// caller sees to it that only clients of this machine can.
pub fn over_http(
    answers: Arc<dyn Answers>,
    address: SocketAddr,
    listening: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let server = Server::new(answers);
    let config = StreamableHttpServerConfig::default().with_allowed_origins(ORIGINS);
    let sessions = LocalSessionManager::default().into();
    runtime()?.block_on(async {
        let service = StreamableHttpService::new(move || Ok(server.clone()), sessions, config);
        let listener = tokio::net::TcpListener::bind(address).await?;
        listening(listener.local_addr()?);
        axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await
    })
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_io().enable_time().build()
}
