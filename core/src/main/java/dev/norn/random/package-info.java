/** Counter-based random numbers: the same streams on every device. */
package dev.norn.random;
