/**
 * How data gets in: {@link dev.norn.data.Dataset} and what makes one. Readers ({@link dev.norn.data.IdxReader},
 * {@link dev.norn.data.Mnist}, {@link dev.norn.data.Csv}) trust nothing they read: a file that is not what it should be
 * ends in one {@link dev.norn.data.DataException} that says which file, what was found and what would be valid.
 * Everything random takes a seed and gives the same result on every machine.
 */
package dev.norn.data;
