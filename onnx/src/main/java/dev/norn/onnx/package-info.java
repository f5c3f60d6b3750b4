/** Models as ONNX files, which other runtimes read. */
package dev.norn.onnx;
