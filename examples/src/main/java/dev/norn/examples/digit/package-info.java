/** Pictures of digits, brought into the form in which MNIST has them. */
package dev.norn.examples.digit;
