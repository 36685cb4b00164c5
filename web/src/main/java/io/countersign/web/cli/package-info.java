/** The command line: what people do over the REST interface, from a terminal. */
@NullMarked
package io.countersign.web.cli;

import org.jspecify.annotations.NullMarked;
