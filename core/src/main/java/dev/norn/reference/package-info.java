/** The naive interpreter: the living definition of every operation, and the judge of all backends. */
package dev.norn.reference;
