/** The published language of the exec policy. */
@NullMarked
package io.countersign.command.execpolicy.api;

import org.jspecify.annotations.NullMarked;
