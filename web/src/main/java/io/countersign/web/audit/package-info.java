/** Takes what the audit log says elsewhere. */
@NullMarked
package io.countersign.web.audit;

import org.jspecify.annotations.NullMarked;
