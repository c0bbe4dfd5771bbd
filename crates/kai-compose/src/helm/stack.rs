//! Room for templates that call each other deeply.

use std::cell::Cell;

use crate::Refusal;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Enough for a thousand nested includes; pages that are not touched cost nothing.
const STACK: usize = 512 << 20;

/// Gives the threads that work in parallel enough room, so that no render needs a thread of its own.
/// Must be called before anything works in parallel; does nothing afterwards, or where there is not
/// so much room.
pub fn use_deep_threads() {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK);
    let _ = threads.start_handler(|_| IS_DEEP.set(true)).build_global();
}

/// Runs what may call itself deeply.
pub(super) fn on_deep_stack<T: Send>(
    run: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, Refusal> {
    if IS_DEEP.get() {
        return run().map_err(Refusal::new);
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result.map_err(Refusal::new),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(Refusal::new(format!("no thread could be started: {error}"))),
        }
    })
}
