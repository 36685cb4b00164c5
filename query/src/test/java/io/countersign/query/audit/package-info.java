/** Specifications of the audit log. */
@NullMarked
package io.countersign.query.audit;

import org.jspecify.annotations.NullMarked;
