//! A filesystem in memory.
/// An operation of the filesystem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {}
/// A failure to inject.
#[derive(Clone, Debug)]
pub struct Failure;
/// A filesystem in memory.
#[derive(Debug, Default)]
pub struct MemoryFs;
