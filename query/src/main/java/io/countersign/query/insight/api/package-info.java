/** Questions about many actions at once, and their answers. */
@NullMarked
package io.countersign.query.insight.api;

import org.jspecify.annotations.NullMarked;
