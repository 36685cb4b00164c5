/** How far the views are, and how to rebuild them. */
@NullMarked
package io.countersign.query.projection.api;

import org.jspecify.annotations.NullMarked;
