/** What a device has to supply, how devices are found, and sessions that run programs on them. */
package dev.norn.backend;
