/** Questions about the audit log and their answers. */
@NullMarked
package io.countersign.query.audit.api;

import org.jspecify.annotations.NullMarked;
