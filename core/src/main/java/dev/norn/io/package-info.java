/**
 * Files: models and tensors in the safetensors format, JSON, files that are there as a whole or not at all, fingerprints of
 * data. Start with {@link dev.norn.io.ModelFile}.
 */
package dev.norn.io;
