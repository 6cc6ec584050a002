//! The laws of the domain, as properties over generated accounts, faults and clocks.
//!
//! Accounts are made from the examples of the shipped checks, so that passing, failing and unknown resources of every
//! kind are met; faults are what collectors leave behind when an answer is missing.

mod account;
mod faults;
mod merge;
mod properties;
mod proposals;
