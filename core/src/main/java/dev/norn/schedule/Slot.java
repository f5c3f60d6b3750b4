package dev.norn.schedule;

/**
 * A place in memory.
 *
 * @param buffer index into {@link Plan#buffers()}
 * @param offset first element, in elements of the buffer's type
 */
public record Slot(int buffer, int offset) {}
