/** Shapes, element types, and arrays in host memory. */
package dev.norn.tensor;
