/**
 * A page that a person reads: HTML with charts as vector graphics, in one file that needs no other. Everything is also
 * well-formed XML. Colours are CSS variables, so that a chart follows the page into dark mode.
 */
package dev.norn.examples.report;
