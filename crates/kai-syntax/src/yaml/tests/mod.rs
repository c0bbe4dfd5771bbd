//! YAML in, trees and problems out.

mod emitting;
mod reading;
mod robust;
mod typing;
