/** Questions about actions and their answers. */
@NullMarked
package io.countersign.query.action.api;

import org.jspecify.annotations.NullMarked;
