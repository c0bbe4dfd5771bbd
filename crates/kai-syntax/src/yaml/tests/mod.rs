//! YAML in, trees and problems out.

mod reading;
mod typing;
