/**
 * The documentation is tested: its code compiles and runs, what it shows as output is what is printed, and links lead
 * somewhere. The rules for those who write it stand in CONTRIBUTING.md, under "Documentation".
 */
package dev.norn.documentation;
