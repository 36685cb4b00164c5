/** What can be proved about the log, and to whom. */
@NullMarked
package io.countersign.query.proof.api;

import org.jspecify.annotations.NullMarked;
