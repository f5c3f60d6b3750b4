/**
 * From a program to a plan: constant folding and dead code ({@link dev.norn.schedule.Simplifier}), fusion into few kernels
 * ({@link dev.norn.schedule.Fusion}), and a place in memory for every value ({@link dev.norn.schedule.MemoryPlan}).
 */
package dev.norn.schedule;
