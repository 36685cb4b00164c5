/** Specifications of the command line. */
@NullMarked
package io.countersign.bootstrap.cli;

import org.jspecify.annotations.NullMarked;
