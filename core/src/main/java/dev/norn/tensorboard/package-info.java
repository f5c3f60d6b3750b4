/** Event files for TensorBoard, written as a training goes on. */
package dev.norn.tensorboard;
