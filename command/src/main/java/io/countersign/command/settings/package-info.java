/** Settings per action type, from file and environment. */
@NullMarked
package io.countersign.command.settings;

import org.jspecify.annotations.NullMarked;
