/** Networks as symbolic tensors, programs of them, and their derivatives. */
package dev.norn.graph;
