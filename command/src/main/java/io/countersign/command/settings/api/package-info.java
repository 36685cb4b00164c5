/** Settings as other modules see them. */
@NullMarked
package io.countersign.command.settings.api;

import org.jspecify.annotations.NullMarked;
