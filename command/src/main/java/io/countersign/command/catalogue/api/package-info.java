/** The contract of an action type. */
@NullMarked
package io.countersign.command.catalogue.api;

import org.jspecify.annotations.NullMarked;
