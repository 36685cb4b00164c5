/** Views and questions on a real database. */
@NullMarked
package io.countersign.query;

import org.jspecify.annotations.NullMarked;
