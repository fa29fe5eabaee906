package dev.cairn.check;

/// What a [CheckedAllocator] was told to do.
///
/// @param level how much to check
/// @param sampledMeanBytes every how many bytes one is chosen, on average, where blocks are sampled
/// @param seed where the random numbers begin by which they are
/// @param redzoneBytes the least size of a redzone
/// @param quarantineBytes the most memory that freed blocks hold back
/// @param quarantineBlocks the most freed blocks that are held back
/// @param stackDepth the most frames that are kept of a stack
record CheckPlan(
    CheckLevel level,
    long sampledMeanBytes,
    long seed,
    long redzoneBytes,
    long quarantineBytes,
    int quarantineBlocks,
    int stackDepth) {}
