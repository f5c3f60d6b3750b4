package dev.norn.schedule;

import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;

/**
 * A piece of memory that a plan's kernels address.
 *
 * @param role where it comes from and how long it lives
 * @param dtype the type of its elements
 * @param size their number
 * @param name the input's or output's name, the variable's, or the arena's type; for messages and kernel dumps
 * @param variable the variable whose state it is, else null
 * @param literal what it holds from the beginning, else null
 */
public record BufferSpec(Role role, DType dtype, int size, String name, Variable variable, NdArray literal) {

    /** Where a buffer comes from and how long it lives. */
    public enum Role {
        /** Scratch of one executable; holds nothing between runs. */
        ARENA,
        /** Set by the caller before a run. */
        INPUT,
        /** Read by the caller after a run. */
        OUTPUT,
        /** State, shared by all executables of a session. */
        VARIABLE,
        /** Given numbers that never change. */
        LITERAL
    }
}
