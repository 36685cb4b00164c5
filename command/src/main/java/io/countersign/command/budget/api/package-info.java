/** The published language of budget windows. */
@NullMarked
package io.countersign.command.budget.api;

import org.jspecify.annotations.NullMarked;
