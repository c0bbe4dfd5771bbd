//! YAML in, trees and problems out.

mod emitting;
mod lines;
mod reading;
mod robust;
mod typing;
