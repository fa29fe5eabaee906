package dev.cairn.own;

/// An owner of a block that others may own as well, so that the block must stay if this one is
/// lost.
interface SharesBlock {}
