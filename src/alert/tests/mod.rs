//! Channels against receivers that fail, hang, refuse and break off; the courier against all of that at once.

mod carry;
mod layout;
mod mail;
mod memory;
mod post;
mod sample;

pub(super) use memory::Memory;
