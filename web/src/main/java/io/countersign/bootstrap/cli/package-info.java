/** What the command line can do without a running service. */
@NullMarked
package io.countersign.bootstrap.cli;

import org.jspecify.annotations.NullMarked;
