/**
 * How {@code compare} talks with what it measures, of which each is a process of its own: it writes a line, the other writes
 * one back. Both are text; all but the requests are JSON objects.
 *
 * <pre>
 *   compare                                  what is measured
 *   {"kind": "training", "layers": ...}      {"name": "PyTorch 2.7.1", ...}
 *   warm-up                                  {"seconds": 0.31, "count": 1, "score": 0.93}
 *   round                                    {"seconds": 3.02, "count": 1, "score": 0.98}
 * </pre>
 *
 * <p>The first line is the {@link dev.norn.bench.protocol.Job}; when it has been answered, the data are loaded. A round is the
 * whole training, from its first batch to its last weight update, or as many products as take a while; a warm-up is a shorter
 * one of the same. A failure is answered by {@code {"error": "why, in a line"}}. The end of the requests ends the process.
 * What libraries print belongs to standard error.
 */
package dev.norn.bench.protocol;
