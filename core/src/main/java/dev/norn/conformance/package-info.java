/**
 * Whether a backend is right: checks of every operation and every kind of kernel against the reference interpreter. They
 * are part of the library so that a backend of anyone's, and the command line, can run them.
 */
package dev.norn.conformance;
