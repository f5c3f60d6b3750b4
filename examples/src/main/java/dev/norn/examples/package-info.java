/** The command line: {@code java -jar examples.jar mnist}. {@link dev.norn.examples.Launcher} is where it starts. */
package dev.norn.examples;
