//! The public suite of the protocol against a server with everything that it asks for by name, on the
//! transport, the sessions and the lifetimes of `kai mcp`. What `kai mcp` itself has is judged by the
//! tests of the binary.
#![expect(deprecated, reason = "the revision of 2025 has what the one of 2026 took out")]

mod elicitation;
mod fixture;
mod input_required;
mod prompts;
mod resources;
mod tools;

use fixture::Fixture;

#[test]
fn the_public_suite_finds_nothing_to_expect() {
    let (sender, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let any = "127.0.0.1:0".parse().expect("it is an address");
        kai_mcp::over_http(Fixture::new(), any, |it| {
            let _ = sender.send(it);
        })
    });
    let address = address.recv().expect("it serves");
    let url = format!("http://{address}/mcp");
    if let Err(reason) = kai_testing::judged_by_mcp_suite("mcp fixtures", &url, "none") {
        panic!("{reason}");
    }
}
