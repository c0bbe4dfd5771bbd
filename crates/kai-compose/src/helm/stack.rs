//! Room for templates that call each other deeply.

use std::cell::Cell;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Enough for a thousand nested includes; pages that are not touched cost nothing.
const STACK: usize = 512 << 20;

/// Gives the threads that work in parallel enough room, so that no render needs a stack of its own.
/// Must be called before anything works in parallel; does nothing afterwards, or where there is not
/// so much room.
pub fn use_deep_threads() {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK);
    let _ = threads.start_handler(|_| IS_DEEP.set(true)).build_global();
}

/// Runs what may call itself deeply.
pub(super) fn on_deep_stack<T>(run: impl FnOnce() -> T) -> T {
    // To ask a first thread how much is left, the system's list of all memory is read.
    if IS_DEEP.get() { run() } else { stacker::grow(STACK, run) }
}
