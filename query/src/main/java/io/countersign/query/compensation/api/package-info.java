/** Questions about compensation plans. */
@NullMarked
package io.countersign.query.compensation.api;

import org.jspecify.annotations.NullMarked;
