/** The embedded server as it is meant to behave, mostly when something dies. */
@NullMarked
package io.countersign.command.database.api;

import org.jspecify.annotations.NullMarked;
