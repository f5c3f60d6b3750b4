/**
 * The command {@code compare}: the same trainings and products on several backends and, if wanted, in other frameworks, each
 * in a process of its own, in alternation; and what came of it as a table, as JSON and as a page.
 */
package dev.norn.bench.compare;
