/** The published language of monitoring. */
@NullMarked
package io.countersign.command.monitoring.api;

import org.jspecify.annotations.NullMarked;
