/** What has been used up of limits, shared by all nodes; the only rows that web itself keeps. */
@NullMarked
package io.countersign.web.limits;

import org.jspecify.annotations.NullMarked;
